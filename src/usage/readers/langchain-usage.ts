import { countIn, partIn } from "../count-in.ts";
import type { JsonObject } from "../json-text.ts";
import { plainTier } from "../service.ts";
import { attempted, type Said } from "../sound-lines.ts";
import { isEmptyUsage, type UsageFacts, usageLine } from "../usage.ts";
import { UsageError } from "../usage-error.ts";

/** A LangChain usage, and what is known about it in addition to its counts. */
type Usage = {
  readonly about: UsageFacts;
  readonly usage: JsonObject;
  readonly tools?: () => UsageFacts;
  readonly isSum: boolean;
};

/** Tiers whose tokens LangChain counts separately, under names that begin with theirs. */
const TIERS = ["priority", "flex"] as const;

/** What a usage says: what was served at a separate tier, and the rest. */
export function saidByUsage({ about, usage, tools, isSum }: Usage): Said[] {
  const ofInput = partIn(usage, "input_token_details");
  const ofOutput = partIn(usage, "output_token_details");
  const names = [...Object.keys(ofInput ?? {}), ...Object.keys(ofOutput ?? {})];
  const tiers = TIERS.filter((tier) => names.some((name) => name === tier || name.startsWith(`${tier}_`)));
  const more = { requests: 1, aggregate: isSum };
  const [only, ...others] = tiers;
  // A single answer is of one tier; a sum of several may be of more.
  if (only === undefined || (!isSum && others.length === 0)) {
    const tier = plainTier(about.tier, only);
    return [{ about: { ...about, tier }, counts: () => ({ ...wholeCounts(usage, only), ...tools?.(), ...more }) }];
  }
  const apart = tiers.map((tier) => ({
    about: { ...about, tier },
    counts: () => ({ ...tierCounts(usage, tier), ...more }),
  }));
  const rest = () => ({ ...restCounts(usage, tiers), ...tools?.(), ...more });
  const line = attempted(() => usageLine(rest()));
  return line instanceof UsageError || !isEmptyUsage(line) ? [...apart, { about, counts: rest }] : apart;
}

/** All that a usage counts, which is of one tier. */
function wholeCounts(usage: JsonObject, tier?: string): UsageFacts {
  const plain = kindsIn(usage, "");
  const apart = tier === undefined ? undefined : kindsIn(usage, tier);
  const written = plain.written + (apart?.written ?? 0);
  return {
    input: countIn(usage, "input_tokens"),
    cache_read: plain.cache_read + (apart?.cache_read ?? 0),
    cache_write_5m: Math.max(plain.short, written - plain.hour),
    cache_write_1h: plain.hour,
    output: countIn(usage, "output_tokens"),
    reasoning: plain.reasoning + (apart?.reasoning ?? 0),
    audio_input: plain.audio_input,
    audio_output: plain.audio_output,
  };
}

/** What a usage counts of one tier: its plain tokens under the tier's name, others under names that begin with it. */
function tierCounts(usage: JsonObject, tier: string): UsageFacts {
  const kinds = kindsIn(usage, tier);
  const input = countIn(partIn(usage, "input_token_details"), tier);
  const output = countIn(partIn(usage, "output_token_details"), tier);
  return {
    input: input + kinds.cache_read + kinds.written,
    cache_read: kinds.cache_read,
    cache_write_5m: kinds.written,
    output: output + kinds.reasoning,
    reasoning: kinds.reasoning,
  };
}

/** What a usage counts outside its tiers. */
function restCounts(usage: JsonObject, tiers: readonly string[]): UsageFacts {
  const apart = tiers.map((tier) => tierCounts(usage, tier));
  const total = (key: "input" | "output") => apart.reduce((sum, counts) => sum + (counts[key] ?? 0), 0);
  const whole = wholeCounts(usage);
  return {
    ...whole,
    input: Math.max(0, (whole.input ?? 0) - total("input")),
    output: Math.max(0, (whole.output ?? 0) - total("output")),
  };
}

function kindsIn(usage: JsonObject, tier: string) {
  const ofInput = partIn(usage, "input_token_details");
  const ofOutput = partIn(usage, "output_token_details");
  const prefix = tier === "" ? "" : `${tier}_`;
  return {
    cache_read: countIn(ofInput, `${prefix}cache_read`),
    written: countIn(ofInput, `${prefix}cache_creation`),
    hour: countIn(ofInput, "ephemeral_1h_input_tokens"),
    short: countIn(ofInput, "ephemeral_5m_input_tokens"),
    reasoning: countIn(ofOutput, `${prefix}reasoning`),
    audio_input: countIn(ofInput, "audio"),
    audio_output: countIn(ofOutput, "audio"),
  };
}

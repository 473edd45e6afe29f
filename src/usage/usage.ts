import { isVisibleAscii } from "../values/foreign-text.ts";
import { MAX_NANO_USD, type NanoUsd } from "../values/money.ts";
import type { Instant } from "../values/month.ts";
import { EXTRA_KINDS, type Extras } from "./extras.ts";
import { plainRegion, plainTier } from "./service.ts";
import { UsageError } from "./usage-error.ts";

/**
 * How a tool counts: what one request used, what one step used, or a counter that continues over a session (its
 * `reported_cost`, too).
 */
export type Counting = "delta" | "step" | "cumulative";

/** What was counted; each a whole number of zero or more. The names are those of the ledger. */
export type Counts = {
  /** All input, what was read from and written to a cache included. */
  readonly input: number;
  readonly cache_read: number;
  readonly cache_write_5m: number;
  readonly cache_write_1h: number;
  /** All output, reasoning included. */
  readonly output: number;
  readonly reasoning: number;
  readonly audio_input: number;
  readonly audio_output: number;
  readonly web_searches: number;
  readonly requests: number;
};

/** The kinds a counter is compared by. */
export type OwnCounts = {
  readonly input: number;
  readonly cache_read: number;
  /** For five minutes and for an hour. */
  readonly cache_write: number;
  readonly output: number;
};

/** What one model used, as one tool or person says. */
export type UsageLine = Counts & {
  /** Empty when it isn't known. */
  readonly provider: string;
  /** Empty when it isn't known. */
  readonly model: string;
  /** The model that was asked for, where the answer names another. */
  readonly asked?: string;
  /** The tool named no model: the one here is what its user says. */
  readonly assumed?: boolean;
  readonly counting: Counting;
  /** The service tier or speed it was served at, as `plainTier` names it; left out for the standard one. */
  readonly tier?: string;
  /** Where it was processed, as `plainRegion` names it; left out where that changes no price. */
  readonly region?: string;
  /** What is billed in addition to tokens and web searches, by kind. */
  readonly extras?: Extras;
  /** What of an agent asked for it, such as "subagent", where that is known. */
  readonly by?: string;
  /** Counted by length, as a minimum: its provider didn't report it. */
  readonly estimated?: boolean;
  /** Whether a meter recorded its answers, where their ids say so; left out where that isn't known. */
  readonly metered?: boolean;
  readonly session?: string;
  /** The counter started over after what precedes it in the same text. */
  readonly restarted?: boolean;
  /**
   * It adds to the line before it of the same session and model: a counter whose pieces have different prices comes as
   * several lines, in the order of time.
   */
  readonly piece?: boolean;
  /** When the last of it was counted, as the tool says. */
  readonly at?: Instant;
  /**
   * What this run alone is known to have used, all models of the session together (cache writes as one sum). A counter
   * that comes with it continues an earlier run's only if its increase covers this: some versions of the tool start
   * over. A counter without it always continues.
   */
  readonly own?: OwnCounts;
  /** What the tool claims it cost. */
  readonly reported_cost?: NanoUsd;
  /** The claim is what the provider bills, not what the tool calculates. */
  readonly billed?: boolean;
  /** Several requests added up: which of them were long is unknown. */
  readonly aggregate?: boolean;
  /** Input of the longest single request, where it is known. */
  readonly largest_input?: number;
  /** Input of the shortest single request, where it is known. */
  readonly smallest_input?: number;
  /**
   * Long requests of this run that are counted in the line, too: their price may be another one. Of a counter that went
   * on from an earlier run only this run's are here.
   */
  readonly parts?: readonly UsageLine[];
};

/** What one file says. */
export type UsageReport = {
  /** The reader's name. */
  readonly format: string;
  readonly lines: readonly UsageLine[];
  /** What the tool claims all of it cost. */
  readonly reported_total?: NanoUsd;
  /** False when a part of the usage is unknown, as after an interrupted run. */
  readonly complete: boolean;
  /** Plain sentences for people. */
  readonly notes: readonly string[];
};

export const COUNT_KEYS = [
  "input",
  "cache_read",
  "cache_write_5m",
  "cache_write_1h",
  "output",
  "reasoning",
  "audio_input",
  "audio_output",
  "web_searches",
  "requests",
] as const satisfies readonly (keyof Counts)[];

/** What a usage line is made of. */
export type UsageFacts = { readonly [K in keyof UsageLine]?: UsageLine[K] | undefined };

/**
 * A usage line; what is left out is zero, unknown, `delta`. Throws a UsageError ("bad-usage") for counts that are
 * negative, fractional or too large, and for parts larger than their whole.
 */
export function usageLine(facts: UsageFacts): UsageLine {
  const counts = Object.fromEntries(COUNT_KEYS.map((key) => [key, countOf(key, facts[key] ?? 0)])) as Counts;
  refuseUnlessParts(counts);
  const { session, at, own, reported_cost, largest_input, smallest_input } = facts;
  if (reported_cost !== undefined) refuseCost(reported_cost);
  for (const [kind, count] of Object.entries(own ?? {})) countOf(`the run's own ${kind}`, count);
  if (largest_input !== undefined && countOf("largest_input", largest_input) > counts.input)
    throw refusal(`the largest request has ${largest_input} input tokens, all requests together ${counts.input}`);
  if (smallest_input !== undefined && countOf("smallest_input", smallest_input) > (largest_input ?? counts.input))
    throw refusal(
      `the smallest request has ${smallest_input} input tokens, the largest ${largest_input ?? counts.input}`,
    );
  return {
    provider: plainName(facts.provider ?? ""),
    model: plainName(facts.model ?? ""),
    ...(facts.asked === undefined || plainName(facts.asked) === "" ? {} : { asked: plainName(facts.asked) }),
    counting: facts.counting ?? "delta",
    ...serviceOf(facts),
    ...(facts.by === undefined || plainName(facts.by) === "" ? {} : { by: plainName(facts.by) }),
    ...(facts.estimated ? { estimated: true } : {}),
    ...(facts.metered === undefined ? {} : { metered: facts.metered }),
    ...(session === undefined || plainName(session) === "" ? {} : { session: plainName(session) }),
    ...(facts.restarted ? { restarted: true } : {}),
    ...(at === undefined ? {} : { at }),
    ...(own === undefined ? {} : { own }),
    ...counts,
    ...(reported_cost === undefined ? {} : { reported_cost }),
    ...(facts.billed ? { billed: true } : {}),
    ...(facts.aggregate ? { aggregate: true } : {}),
    ...(largest_input === undefined ? {} : { largest_input }),
    ...(smallest_input === undefined ? {} : { smallest_input }),
    ...(facts.parts === undefined || facts.parts.length === 0 ? {} : { parts: facts.parts }),
  };
}

/** What was counted at all; undefined for nothing. */
function extrasOf(counted: Extras | undefined): Extras | undefined {
  if (counted === undefined) return undefined;
  const extras = EXTRA_KINDS.map((kind) => [kind, countOf(kind, counted[kind] ?? 0)] as const);
  const some = extras.filter(([, count]) => count > 0);
  return some.length === 0 ? undefined : Object.fromEntries(some);
}

function serviceOf(facts: UsageFacts): Pick<UsageLine, "tier" | "region" | "extras"> {
  const tier = plainTier(facts.tier);
  const region = plainRegion(facts.region);
  const extras = extrasOf(facts.extras);
  return {
    ...(tier === "" ? {} : { tier }),
    ...(region === "" ? {} : { region }),
    ...(extras === undefined ? {} : { extras }),
  };
}

/** Whether anything that has a price was counted. */
export function isEmptyUsage(counts: Counts & Pick<UsageLine, "extras">): boolean {
  return counts.input === 0 && counts.output === 0 && counts.web_searches === 0 && counts.extras === undefined;
}

/** A whole number of zero or more. Throws a UsageError ("bad-usage") that names what it should have counted. */
export function countOf(what: string, value: unknown): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value === 0 ? 0 : value;
  const shown = typeof value === "number" ? String(value) : `a ${value === null ? "null" : typeof value}`;
  throw refusal(`${what} is ${shown}, not a whole number of zero or more`);
}

/**
 * A name from a foreign file in a form that is safe for a log and as a key of the books: no control or invisible
 * characters, at most 128 characters, never a name that every JavaScript object has.
 */
export function plainName(text: string): string {
  const plain = (isVisibleAscii(text) ? text : text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, ""))
    .trim()
    .slice(0, 128)
    .replace(/[\uD800-\uDBFF]$/, "")
    .trim();
  return plain === "prototype" || plain in Object.prototype ? `_${plain}` : plain;
}

function refuseUnlessParts(counts: Counts): void {
  const cached = counts.cache_read + counts.cache_write_5m + counts.cache_write_1h;
  if (cached > counts.input)
    throw refusal(`${cached} tokens are cached, but there are only ${counts.input} input tokens`);
  if (counts.reasoning > counts.output)
    throw refusal(`${counts.reasoning} tokens are reasoning, but there are only ${counts.output} output tokens`);
  if (counts.audio_input > counts.input)
    throw refusal(`${counts.audio_input} tokens are audio, but there are only ${counts.input} input tokens`);
  if (counts.audio_output + counts.reasoning > counts.output)
    throw refusal(`${counts.audio_output} tokens are audio, but there are only ${counts.output} output tokens`);
}

function refuseCost(cost: number): void {
  if (!Number.isSafeInteger(cost) || cost < 0 || cost > MAX_NANO_USD)
    throw refusal(`a reported cost of ${cost} nano-dollars is not an amount`);
}

function refusal(problem: string): UsageError {
  return new UsageError("bad-usage", `The usage makes no sense: ${problem}.`);
}

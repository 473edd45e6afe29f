import type { Entry, EntryUsage } from "../../books/entry.ts";
import { chargedFor, UNPRICED } from "../../books/evolve.ts";
import { costOf, covers } from "../../pricing/cost.ts";
import { completed, overrideFor, piecesOf, pricesGiven } from "../../pricing/overrides.ts";
import type { Extras } from "../../usage/extras.ts";
import type { UsageLine } from "../../usage/usage.ts";
import { minus, type NanoUsd, sum, ZERO } from "../../values/money.ts";
import { plainKey } from "../../values/names.ts";
import type { RateCard } from "./statement-rules.ts";

/** A part of an entry's cost. */
export type EntryLine = { readonly model: string; readonly cost: NanoUsd; readonly usage?: EntryUsage };

/** What an entry cost by model: its usage lines, and the rest of its cost under `unpriced`. They add up to its cost. */
export function linesOf(entry: Entry): EntryLine[] {
  const lines = (entry.usage ?? []).map((usage) => {
    const isNamed = usage.model !== "";
    const cost = isNamed ? chargedFor(usage, entry) : ZERO;
    return { model: isNamed ? plainKey(usage.model) : UNPRICED, cost, usage };
  });
  const rest = minus(entry.cost, sum(lines.map(({ cost }) => cost)));
  return rest === ZERO ? lines : [...lines, { model: UNPRICED, cost: rest }];
}

/** What a usage line costs by a rate card; undefined if the card doesn't name its model or not all that it used. */
export function cardCost(usage: EntryUsage, card: RateCard): NanoUsd | undefined {
  const line = usageLineOf(usage);
  const prices = overrideFor(line, card);
  if (prices === undefined) return undefined;
  // A card has prices of tokens: what is billed by the piece stays at cost.
  const all = { ...piecesOf(usage.prices ?? {}), ...completed(pricesGiven(prices), line) };
  return covers(all, line) ? costOf(line, all) : undefined;
}

function usageLineOf(usage: EntryUsage): UsageLine {
  return {
    provider: usage.provider ?? "",
    model: usage.model,
    counting: "delta",
    input: usage.input,
    cache_read: usage.cache_read ?? 0,
    cache_write_5m: usage.cache_write_5m ?? 0,
    cache_write_1h: usage.cache_write_1h ?? 0,
    output: usage.output,
    reasoning: usage.reasoning ?? 0,
    audio_input: usage.audio_input ?? 0,
    audio_output: usage.audio_output ?? 0,
    web_searches: usage.web_searches ?? 0,
    requests: usage.requests,
    ...(usage.extras !== undefined && { extras: usage.extras as Extras }),
  };
}

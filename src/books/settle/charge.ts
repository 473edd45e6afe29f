import { chargeOfLine } from "../../pricing/charge.ts";
import type { PricedLine } from "../../pricing/unit-prices.ts";
import { type NanoUsd, nanoUsd, plus, sum, ZERO } from "../../values/money.ts";
import type { EntryUsage, Quality } from "../entry.ts";
import type { RecordRequest } from "../request.ts";

/** What a run is charged, and how certain that is. */
export type ChargeFigure = {
  readonly cost: NanoUsd;
  readonly quality: Quality;
  readonly usage: readonly EntryUsage[];
  /** The part of it that is priced or reported, before anything was estimated. */
  readonly known: NanoUsd;
  /** The list price of a run that a flat fee covers. */
  readonly notional?: NanoUsd;
  /** Models that could not be priced, or not in full. */
  readonly unpriced: readonly string[];
};

/** A run of whose cost more than this share was counted by length is an estimate. */
const MAX_BY_LENGTH = 0.05;

/**
 * What a run is charged for its usage. What can't be priced is never $0: the whole estimate is added to what can be. An
 * interrupted run lacks only its open request: it is charged what is known and one more request of that size, at least
 * the estimate, which is for the whole run.
 */
export function chargeFor(request: Pick<RecordRequest, "usage" | "billing">, estimate: NanoUsd): ChargeFigure {
  const { lines, incomplete, cutShort = false, found, isBookedBefore = false, isPartial = false } = request.usage;
  const isUnused = request.usage.isUnused === true;
  const priced = lines.map((line) => ({ line, charge: chargeOfLine(line) }));
  const known = sum(priced.map(({ charge }) => charge?.cost ?? ZERO));
  const unknown = priced
    .filter(({ charge }) => charge === undefined || charge.missing !== undefined)
    .map(({ line }) => line.model);
  const isNothing = lines.length === 0 && !isBookedBefore;
  const isUnknown = !isUnused && (!found || incomplete || isNothing || unknown.length > 0);
  const byLength = sum(priced.map(({ line, charge }) => (line.estimated && charge?.cost) || ZERO));
  const isEstimated = isUnknown || cutShort || isPartial || byLength > known * MAX_BY_LENGTH;
  const isReported = priced.some(({ charge }) => charge?.quality === "reported");
  const figure = {
    cost: isUnknown ? plus(known, estimate) : cutShort ? nanoUsd(withOpenRequest(known, lines, estimate)) : known,
    known,
    quality: isEstimated ? ("estimated" as const) : isReported ? ("reported" as const) : ("priced" as const),
    usage: priced.map(({ line, charge }) => usageEntry(line, charge?.cost)),
    unpriced: unknown.filter((model) => model !== ""),
  };
  return request.billing === "subscription" ? { ...figure, cost: ZERO, notional: known } : figure;
}

/**
 * What an interrupted run costs, in dollars or tokens: what is known and one more request of that size, at least what
 * the whole run was expected to use.
 */
export function withOpenRequest(
  known: number,
  lines: readonly { readonly requests: number }[],
  expected: number,
): number {
  const requests = lines.reduce((sum, line) => sum + line.requests, 0);
  return Math.max(expected, known + Math.ceil(known / Math.max(1, requests)));
}

/** A usage line as the ledger keeps it: kinds of tokens that weren't used are left out. */
function usageEntry(line: PricedLine, cost: NanoUsd | undefined): EntryUsage {
  const some = (
    key: "cache_read" | "cache_write_5m" | "cache_write_1h" | "reasoning" | "audio_input" | "audio_output",
  ) => (line[key] > 0 ? { [key]: line[key] } : {});
  return {
    ...(line.provider !== "" && { provider: line.provider }),
    model: line.model,
    ...(line.tier !== undefined && { tier: line.tier }),
    ...(line.region !== undefined && { region: line.region }),
    ...(line.by !== undefined && { by: line.by }),
    ...(line.estimated && { estimated: true as const }),
    input: line.input,
    ...some("cache_read"),
    ...some("cache_write_5m"),
    ...some("cache_write_1h"),
    output: line.output,
    ...some("reasoning"),
    ...some("audio_input"),
    ...some("audio_output"),
    ...(line.web_searches > 0 && { web_searches: line.web_searches }),
    ...(line.extras !== undefined && { extras: { ...line.extras } as Record<string, number> }),
    requests: line.requests,
    ...(cost !== undefined && { cost }),
    ...(line.prices !== undefined && { prices: { ...line.prices } as Record<string, number> }),
    ...(line.price_source !== undefined && { price_source: line.price_source }),
    ...(line.reported_cost !== undefined && { reported_cost: line.reported_cost }),
  };
}

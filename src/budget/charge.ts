import { chargeOfLine, type LineCharge } from "../pricing/charge.ts";
import type { PricedLine } from "../pricing/unit-prices.ts";
import type { EntryUsage, Quality } from "./entry.ts";
import { MAX_NANO_USD, type NanoUsd, plus, sum, ZERO } from "./money.ts";
import type { RecordRequest } from "./request.ts";

/** What a run is charged, and how sure that is. */
export type ChargeFigure = {
  readonly cost: NanoUsd;
  readonly quality: Quality;
  readonly usage: readonly EntryUsage[];
  /** The list price of a run that a flat fee covers. */
  readonly notional?: NanoUsd;
  /** Models that could not be priced, or not in full. */
  readonly unpriced: readonly string[];
};

/**
 * What a run is charged for what it used. What can't be priced is never $0: the whole estimate comes on top of what
 * can be.
 */
export function chargeFor(request: Pick<RecordRequest, "usage" | "billing">, estimate: NanoUsd): ChargeFigure {
  const { lines, incomplete, found, isBookedBefore = false } = request.usage;
  const priced = addable(
    lines.map((line) => ({ line, charge: chargeOfLine(line) })),
    estimate,
  );
  const known = sum(priced.map(({ charge }) => charge?.cost ?? ZERO));
  const unknown = priced
    .filter(({ charge }) => charge === undefined || charge.missing !== undefined)
    .map(({ line }) => line.model);
  const isNothing = lines.length === 0 && !isBookedBefore;
  const isEstimated = !found || incomplete || isNothing || unknown.length > 0;
  const isReported = priced.some(({ charge }) => charge?.quality === "reported");
  const figure = {
    cost: isEstimated ? plus(known, estimate) : known,
    quality: isEstimated ? ("estimated" as const) : isReported ? ("reported" as const) : ("priced" as const),
    usage: priced.map(({ line, charge }) => usageEntry(line, charge?.cost)),
    unpriced: unknown.filter((model) => model !== ""),
  };
  return request.billing === "subscription" ? { ...figure, cost: ZERO, notional: known } : figure;
}

type Priced = { readonly line: PricedLine; readonly charge: LineCharge | undefined };

/** The same lines; those that would make the sum more than the books can hold, with the estimate, without a charge. */
function addable(priced: readonly Priced[], estimate: NanoUsd): Priced[] {
  let room: number = MAX_NANO_USD - estimate;
  return priced.map(({ line, charge }) => {
    if (charge === undefined || charge.cost > room) return { line, charge: undefined };
    room -= charge.cost;
    return { line, charge };
  });
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

import type { Note } from "../../books/draft.ts";
import { chargeOfLine } from "../../pricing/charge.ts";
import { isSameModel } from "../../pricing/same-model.ts";
import type { PricedLine, PriceOverrides } from "../../pricing/unit-prices.ts";
import type { UsageLine } from "../../usage/usage.ts";
import { boundedSum, type NanoUsd, showUsd, ZERO } from "../../values/money.ts";

/** What files report and what the meter recorded of the same models. */
export type Compared = { readonly files: readonly UsageLine[]; readonly meter: readonly UsageLine[] };

/** From this share of the meter's figure on, a difference is a warning. */
const MUCH = 0.01;

/**
 * A warning with both figures where a run's files differ from its meter by more than 1 %. Requests that went round the
 * meter, and a session that began before the run, both show that way.
 */
export async function comparisonNotes(
  { files, meter }: Compared,
  at: string,
  overrides: PriceOverrides,
): Promise<Note[]> {
  const { unitPricesOf } = await import("../../pricing/prices.ts");
  const costOf = async (lines: readonly UsageLine[]) =>
    costIn(await Promise.all(lines.map((line) => unitPricesOf(line, at, overrides))));
  const seen = meter.filter((line) => files.some((other) => isSameModel(line, other)));
  // A file may have the meter's answers under a name that the meter doesn't know.
  const known = files.filter((line) => meter.some((other) => isSameModel(line, other)));
  const [ofFiles, ofMeter] = [await costOf(known), await costOf(seen)];
  if (Math.abs(ofFiles - ofMeter) <= ofMeter * MUCH) return [];
  const more = ofFiles > ofMeter;
  const why = more
    ? "Requests that didn't go through the meter, or a session that began before this run, would explain it."
    : "A run that was killed writes less than it used.";
  const text = `The meter counted ${showUsd(ofMeter)} and the usage files report ${showUsd(ofFiles)} for the same models; the meter's figure is booked. ${why}`;
  return [{ level: "warning", text }];
}

function costIn(lines: readonly PricedLine[]): NanoUsd {
  return boundedSum(lines.map((line) => chargeOfLine(line)?.cost ?? ZERO));
}

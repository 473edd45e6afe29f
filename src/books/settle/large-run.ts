import { compareQuantities, type Quantity, quantityOf, showQuantity } from "../../values/quantity.ts";
import { COUNTING } from "../counting.ts";
import { type Draft, withNote } from "../draft.ts";
import type { ChargeFigure } from "./charge.ts";

/** Whether a run used more than the policy's `large-run`, at list price under a flat fee. */
export function isLargeRun(figure: ChargeFigure, large: Quantity | undefined): boolean {
  return large !== undefined && compareQuantities(sizeOf(figure, large), large) > 0;
}

/** Notes that a run is large. */
export function largeRunNoted(draft: Draft, figure: ChargeFigure): Draft {
  const { largeRun: large } = draft.circumstances.settings;
  if (large === undefined || !isLargeRun(figure, large)) return draft;
  const size = showQuantity(large.unit, sizeOf(figure, large).amount);
  const text = `A large run: ${size}, above the ${showQuantity(large.unit, large.amount)} that large-run sets in the policy file.`;
  return withNote(draft, "notice", text);
}

function sizeOf(figure: ChargeFigure, { unit }: Quantity): Quantity {
  return quantityOf(unit, COUNTING[unit].used(figure));
}

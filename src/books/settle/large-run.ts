import { type Quantity, showQuantity } from "../../values/quantity.ts";
import { tokensIn } from "../counted-tokens.ts";
import { type Draft, withNote } from "../draft.ts";
import type { ChargeFigure } from "./charge.ts";

/** Whether a run used more than the policy's `large-run`, a flat fee's at its list price. */
export function isLargeRun(figure: ChargeFigure, large: Quantity | undefined): boolean {
  return large !== undefined && sizeOf(figure, large) > large.amount;
}

/** Points a large run out to whoever looks at it. */
export function largeRunNoted(draft: Draft, figure: ChargeFigure): Draft {
  const { largeRun: large } = draft.circumstances.settings;
  if (large === undefined || !isLargeRun(figure, large)) return draft;
  const size = showQuantity(large.unit, sizeOf(figure, large));
  const text = `A large run: ${size}, more than the ${showQuantity(large.unit, large.amount)} that large-run in the policy file names.`;
  return withNote(draft, "notice", text);
}

function sizeOf({ cost, notional, usage }: ChargeFigure, { unit }: Quantity): number {
  return unit === "USD" ? (notional ?? cost) : tokensIn(usage).net;
}

import { showUsd } from "../../values/money.ts";
import { shownAmounts, showQuantity } from "../../values/quantity.ts";
import type { Admission, PartFigures } from "../answer.ts";

/** Why a run was denied and what to do, for the channel. */
export function deniedText(admission: Admission): string {
  const amount = showUsd(admission.estimate);
  switch (admission.reason) {
    case "insufficient":
      return `A run of ${amount} was denied: open holds leave too little money. It may fit once they are settled.`;
    case "too-many-holds":
      return "A run was denied: too many holds are open, and the books have no room for another one. Look for workflows that run check but never record.";
    case "budget-exceeded":
      return `A run of ${amount} was denied: ${partStanding(admission.limitedBy)}. Raise its limit, transfer money to it, or wait for its next period.`;
    case "tags-missing":
      return `A run was denied: it lacks the tags ${(admission.missingTags ?? []).join(", ")}. Add them to the step's tags.`;
    case "priority":
      return `A run of ${amount} was denied: what is left of the month's budget is for runs with a higher priority.`;
    case "reserve":
      return `A run of ${amount} was denied: only the month's reserve is left. Top up, or grant some of the reserve.`;
    default:
      return `A run of ${amount} was denied: the month's budget can't cover it. Top up, reset, or wait for the next month.`;
  }
}

/** "infrastructure has $0.12 of $4.00 left, $0.30 held". */
export function partStanding(figures: PartFigures | undefined): string {
  if (figures === undefined) return "a sub-budget it counts in is used up";
  const { name, unit, held } = figures;
  const shown = shownAmounts(unit, figures);
  const isOver = shown.remaining.startsWith("-");
  const left = isOver ? showQuantity(unit, 0) : shown.remaining;
  const beyond = isOver ? `, is ${shown.remaining.slice(1)} over the limit` : "";
  const waiting = held > 0 ? `, ${shown.held} held` : "";
  return `${name} has ${left} of ${shown.total} left${beyond}${waiting}`;
}

import { showUsd } from "../../values/money.ts";
import { showQuantity } from "../../values/quantity.ts";
import type { Admission, PartFigures } from "../answer.ts";

/** Why a run was denied and what to do, for the channel. */
export function deniedText(admission: Admission): string {
  const amount = showUsd(admission.estimate);
  switch (admission.reason) {
    case "insufficient":
      return `A run of ${amount} was denied: open holds are in the way. It may fit once they are settled.`;
    case "too-many-holds":
      return "A run was denied: so many holds are open that the books have no room for more. Look for workflows that check and never record.";
    case "budget-exceeded":
      return `A run of ${amount} was denied: ${partStanding(admission.limitedBy)}. Raise its limit, move money to it or wait for its next period.`;
    case "tags-missing":
      return `A run was denied: it lacks the tags ${(admission.missingTags ?? []).join(", ")}. Give them in its step's tags.`;
    case "priority":
      return `A run of ${amount} was denied: what is left of the month is for runs of a higher priority.`;
    case "reserve":
      return `A run of ${amount} was denied: what is left of the month is its reserve. Top up, or grant some of it.`;
    default:
      return `A run of ${amount} was denied: the month's budget can't cover it. Top up, reset or wait for the next month.`;
  }
}

/** "infrastructure has $0.12 of $4.00 left, $0.30 held". */
export function partStanding(figures: PartFigures | undefined): string {
  if (figures === undefined) return "a budget it counts in is used up";
  const { name, unit, limit, held, remaining } = figures;
  const left = showQuantity(unit, Math.max(0, remaining));
  const beyond = remaining < 0 ? `, is ${showQuantity(unit, -remaining)} over it` : "";
  const waiting = held > 0 ? `, ${showQuantity(unit, held)} held` : "";
  return `${name} has ${left} of ${showQuantity(unit, limit)} left${beyond}${waiting}`;
}

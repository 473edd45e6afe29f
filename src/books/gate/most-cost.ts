import { bounded, type NanoUsd } from "../../values/money.ts";
import type { Instant } from "../../values/month.ts";
import { heldOf, totalBudget } from "../figures.ts";
import { partFigures } from "../limits/figures.ts";
import { partNamed } from "../limits/parts.ts";
import { keptBack } from "../limits/reserve.ts";
import type { Settings } from "../settings.ts";
import type { State } from "../state.ts";

/**
 * What an admitted run may cost at most: its hold, or, if that is more, what is left for it: its hold and what the month
 * and the sub-budgets in dollars that don't only warn still have, reserve and other holds aside. An approval opens only
 * the hold. Undefined if the hold isn't open. Several runs at once have what is left together.
 */
export function mostCost(
  state: State,
  settings: Settings,
  { holdId, now }: { readonly holdId: string; readonly now: Instant },
): NanoUsd | undefined {
  const hold = state.holds.find(({ id }) => id === holdId);
  if (hold === undefined || hold.approved_by !== undefined) return hold?.amount;
  const total = totalBudget(state, settings.budgetCap);
  const month = total - keptBack(total, state, settings) - state.total_spent - heldOf(state);
  const parts = Object.keys(hold.budgets ?? {})
    .map((name) => partNamed(state, settings.parts ?? [], { name, now }))
    .filter((part) => typeof part !== "string")
    .filter(({ rule }) => rule.limit.unit === "USD" && rule.onExceed !== "warn")
    .map((part) => partFigures(state, part).remaining);
  const left = hold.amount + Math.min(month, ...parts);
  return bounded(Math.max(hold.amount, left));
}

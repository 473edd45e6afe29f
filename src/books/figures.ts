import { bounded, boundedSum, type NanoUsd, percentOf } from "../values/money.ts";
import { monthStart, nextMonth } from "../values/month.ts";
import { type ShownMoney, shownMoney } from "../values/shown-money.ts";
import type { Figures, Health } from "./answer.ts";
import type { State } from "./state.ts";

/** Budget + top-ups; a different budget for one decision replaces only the budget. */
export function totalBudget(state: State, budget: NanoUsd = state.monthly_budget): NanoUsd {
  return bounded(budget + state.top_ups);
}

/** Budget + top-ups of figures, by the budget that applies to them. */
export function moneyOf({ budget, topUps }: Pick<Figures, "budget" | "topUps">): NanoUsd {
  return bounded(budget + topUps);
}

/** The sum of open holds. */
export function heldOf(state: State): NanoUsd {
  return boundedSum(state.holds.map((hold) => hold.amount));
}

/** The month's figures; `estimate` is what the next execution is expected to cost, `budget` the one that applies. */
export function figuresOf(state: State, estimate: NanoUsd, budget?: NanoUsd): Figures {
  const total = totalBudget(state, budget);
  const held = heldOf(state);
  return {
    month: state.current_month,
    budget: bounded(total - state.top_ups),
    topUps: state.top_ups,
    spent: state.total_spent,
    held,
    remaining: bounded(total - state.total_spent - held),
    percentUsed: percentOf(state.total_spent, total),
    percentHeld: percentOf(held, total),
    health: healthOf(state.total_spent, total, estimate),
    executions: state.executions,
    prs: state.prs_generated,
    openHolds: state.holds.length,
    resetsAt: monthStart(nextMonth(state.current_month), state.timezone),
  };
}

/** The month's money for people; what is shown adds up. */
export function shownFigures(figures: Pick<Figures, "budget" | "topUps" | "spent" | "held">): ShownMoney {
  return shownMoney({ ...figures, total: moneyOf(figures) });
}

/** Green under 80 % used, yellow under 95 %, red from there; blocked when the next estimate no longer fits. */
export function healthOf(spent: NanoUsd, total: NanoUsd, estimate: NanoUsd): Health {
  if (spent + estimate > total) return "blocked";
  const percent = percentOf(spent, total);
  if (percent < 80) return "green";
  return percent < 95 ? "yellow" : "red";
}

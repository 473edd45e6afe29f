import { MAX_NANO_USD, type NanoUsd, nanoUsd, ZERO } from "../values/money.ts";
import { type Day, dayOf, epochOf, type Instant, instantOf, monthStart } from "../values/month.ts";
import type { Figures } from "./answer.ts";
import type { State } from "./state.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Where the month is heading; every number is finite, and null where there is nothing to say. */
export type Forecast = {
  /** Days of 24 hours since counting began, at least one: the first hours of a month aren't a pace yet. */
  readonly elapsed_days: number;
  /** Days of 24 hours until the month's figures start again, from zero on. */
  readonly days_left: number;
  /** Spent ÷ elapsed days; zero where corrections have made `spent` negative. */
  readonly burn_rate: NanoUsd;
  /** Executions so far ÷ elapsed days. */
  readonly executions_per_day: number;
  /** Spent ÷ executions; null before the first execution, and where nothing was spent. */
  readonly average_cost: NanoUsd | null;
  /** How many executions `remaining` pays for at the average cost (before there is one, at the estimate), rounded down. */
  readonly executions_left: number;
  /** Executions left ÷ days left; on the last day all of them. */
  readonly affordable_per_day: number;
  /** One execution every so many hours lasts until the end of the month; null where none is left, or no time. */
  readonly hours_between: number | null;
  /** Spent at the end of the month when the burn rate goes on. */
  readonly month_end_spent: NanoUsd;
  /** The day from which the next estimate no longer fits at this burn rate, holds aside; null where the money lasts. */
  readonly gone_on: Day | null;
};

/**
 * Projects the running month. Counting begins with the month in the budget's time zone, or at `last_reset` where
 * the books, or this segment of the month, began later than that.
 */
export function forecastOf(from: {
  readonly figures: Figures;
  readonly state: State;
  readonly now: Instant;
  /** What the next execution is expected to cost. */
  readonly estimate: NanoUsd;
}): Forecast {
  const { figures, state, estimate } = from;
  const endMs = epochOf(figures.resets_at);
  const nowMs = Math.min(epochOf(from.now), endMs);
  const elapsedDays = Math.max(1, (nowMs - countingSince(state)) / DAY_MS);
  const daysLeft = (endMs - nowMs) / DAY_MS;
  const spent = Math.max(0, figures.spent);
  const averageCost = figures.executions > 0 && spent > 0 ? spent / figures.executions : null;
  const executionsLeft =
    averageCost === null
      ? timesIn(figures.remaining, { executions: 1, cost: estimate })
      : timesIn(figures.remaining, { executions: figures.executions, cost: spent });
  const perDay = spent / elapsedDays;
  return {
    elapsed_days: elapsedDays,
    days_left: daysLeft,
    burn_rate: amountOf(perDay),
    executions_per_day: figures.executions / elapsedDays,
    average_cost: averageCost === null ? null : amountOf(averageCost),
    executions_left: executionsLeft,
    affordable_per_day: executionsLeft / Math.max(1, daysLeft),
    hours_between: executionsLeft > 0 && daysLeft > 0 ? (daysLeft * 24) / executionsLeft : null,
    month_end_spent: amountOf(figures.spent + perDay * daysLeft),
    gone_on: goneOn({ room: figures.budget + figures.top_ups - figures.spent - estimate, perDay, nowMs, endMs }, state),
  };
}

function countingSince(state: State): number {
  const monthBeganMs = epochOf(monthStart(state.current_month, state.timezone));
  const lastClosed = state.history.at(-1);
  const beganInside = lastClosed === undefined || lastClosed.month === state.current_month;
  return beganInside ? Math.max(monthBeganMs, epochOf(state.last_reset)) : monthBeganMs;
}

type Pace = { readonly room: number; readonly perDay: number; readonly nowMs: number; readonly endMs: number };

function goneOn({ room, perDay, nowMs, endMs }: Pace, state: State): Day | null {
  const wait = room < 0 ? 0 : perDay > 0 ? (room / perDay) * DAY_MS : Number.POSITIVE_INFINITY;
  const goneMs = nowMs + wait;
  return goneMs < endMs ? dayOf(instantOf(Math.floor(goneMs)), state.timezone) : null;
}

// A quotient of binary fractions would lose the execution that fits exactly.
function timesIn(money: NanoUsd, each: { readonly executions: number; readonly cost: number }): number {
  if (money <= 0 || each.cost <= 0) return 0;
  return Number((BigInt(money) * BigInt(each.executions)) / BigInt(each.cost));
}

function amountOf(amount: number): NanoUsd {
  return amount === 0 ? ZERO : nanoUsd(Math.round(Math.min(Math.max(amount, -MAX_NANO_USD), MAX_NANO_USD)));
}

import { MAX_NANO_USD, type NanoUsd, nanoUsd, ZERO } from "../values/money.ts";
import { type Day, dayOf, epochOf, type Instant, instantOf, type TimeZone } from "../values/month.ts";

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

/** The running month until now; dollars in nano-dollars. */
export type MonthSoFar = {
  readonly now: Instant;
  readonly timezone: TimeZone;
  /** Since when its figures count. */
  readonly since: Instant;
  /** When they start again. */
  readonly until: Instant;
  /** The budget with its top-ups. */
  readonly total: NanoUsd;
  readonly spent: NanoUsd;
  readonly remaining: NanoUsd;
  readonly executions: number;
  /** What the next execution is expected to cost. */
  readonly estimate: NanoUsd;
};

/** Projects the running month to its end at the pace it has had until now. */
export function forecastOf(month: MonthSoFar): Forecast {
  const { remaining, executions, estimate } = month;
  const endMs = epochOf(month.until);
  const nowMs = Math.min(epochOf(month.now), endMs);
  const elapsedDays = Math.max(1, (nowMs - epochOf(month.since)) / DAY_MS);
  const daysLeft = (endMs - nowMs) / DAY_MS;
  const spent = Math.max(0, month.spent);
  const averageCost = executions > 0 && spent > 0 ? spent / executions : null;
  const each = averageCost === null ? { executions: 1, cost: estimate } : { executions, cost: spent };
  const executionsLeft = timesIn(remaining, each);
  const perDay = spent / elapsedDays;
  return {
    elapsed_days: elapsedDays,
    days_left: daysLeft,
    burn_rate: amountOf(perDay),
    executions_per_day: executions / elapsedDays,
    average_cost: averageCost === null ? null : amountOf(averageCost),
    executions_left: executionsLeft,
    affordable_per_day: executionsLeft / Math.max(1, daysLeft),
    hours_between: executionsLeft > 0 && daysLeft > 0 ? (daysLeft * 24) / executionsLeft : null,
    month_end_spent: amountOf(month.spent + perDay * daysLeft),
    gone_on: goneOn({ room: month.total - month.spent - estimate, perDay, nowMs, endMs }, month.timezone),
  };
}

type Pace = { readonly room: number; readonly perDay: number; readonly nowMs: number; readonly endMs: number };

function goneOn({ room, perDay, nowMs, endMs }: Pace, timezone: TimeZone): Day | null {
  const wait = room < 0 ? 0 : perDay > 0 ? (room / perDay) * DAY_MS : Number.POSITIVE_INFINITY;
  const goneMs = nowMs + wait;
  return goneMs < endMs ? dayOf(instantOf(Math.floor(goneMs)), timezone) : null;
}

// A quotient of binary fractions would lose the execution that fits exactly.
function timesIn(money: NanoUsd, each: { readonly executions: number; readonly cost: number }): number {
  if (money <= 0 || each.cost <= 0) return 0;
  return Number((BigInt(money) * BigInt(each.executions)) / BigInt(each.cost));
}

function amountOf(amount: number): NanoUsd {
  return amount === 0 ? ZERO : nanoUsd(Math.round(Math.min(Math.max(amount, -MAX_NANO_USD), MAX_NANO_USD)));
}

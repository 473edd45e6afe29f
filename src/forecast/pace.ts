import { MAX_NANO_USD, type NanoUsd, nanoUsd, ZERO } from "../values/money.ts";
import { epochOf, type Instant } from "../values/month.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * What the month has spent per day until now, and what its money still pays for; every number is finite, and null if
 * there is nothing to say.
 */
export type Pace = {
  /** Days of 24 hours since counting began, at least one: the first hours of a month aren't a pace yet. */
  readonly elapsedDays: number;
  /** Days of 24 hours until the month's figures start again, from zero on. */
  readonly daysLeft: number;
  /** Spent ÷ elapsed days; zero if corrections have made `spent` negative. */
  readonly burnRate: NanoUsd;
  /** Executions so far ÷ elapsed days. */
  readonly executionsPerDay: number;
  /** Spent ÷ executions; null before the first execution, and where nothing was spent. */
  readonly averageCost: NanoUsd | null;
  /**
   * How many executions `remaining` pays for at the average cost (before there is one, at the estimate), rounded down.
   */
  readonly executionsLeft: number;
  /** Executions left ÷ days left; on the last day all of them. */
  readonly affordablePerDay: number;
  /** One execution every this many hours lasts until the end of the month; null if no execution or no time is left. */
  readonly hoursBetween: number | null;
};

/** The running month until now; dollars in nano-dollars. */
export type MonthSoFar = {
  readonly now: Instant;
  /** Since when its figures count. */
  readonly since: Instant;
  /** When they start again. */
  readonly until: Instant;
  readonly spent: NanoUsd;
  readonly remaining: NanoUsd;
  readonly executions: number;
  /** What the next execution is expected to cost. */
  readonly estimate: NanoUsd;
};

/** The pace of the running month until now. */
export function paceOf(month: MonthSoFar): Pace {
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
    elapsedDays: elapsedDays,
    daysLeft: daysLeft,
    burnRate: amountOf(perDay),
    executionsPerDay: executions / elapsedDays,
    averageCost: averageCost === null ? null : amountOf(averageCost),
    executionsLeft: executionsLeft,
    affordablePerDay: executionsLeft / Math.max(1, daysLeft),
    hoursBetween: executionsLeft > 0 && daysLeft > 0 ? (daysLeft * 24) / executionsLeft : null,
  };
}

// A quotient of binary fractions would lose the execution that fits exactly.
function timesIn(money: NanoUsd, each: { readonly executions: number; readonly cost: number }): number {
  if (money <= 0 || each.cost <= 0) return 0;
  return Number((BigInt(money) * BigInt(each.executions)) / BigInt(each.cost));
}

function amountOf(amount: number): NanoUsd {
  return amount === 0 ? ZERO : nanoUsd(Math.round(Math.min(Math.max(amount, -MAX_NANO_USD), MAX_NANO_USD)));
}

import { type DayRange, daysFrom } from "../../forecast/history.ts";
import { bounded, type NanoUsd } from "../../values/money.ts";
import type { Day } from "../../values/month.ts";
import { daysLater } from "../../values/period.ts";
import { studentQuantile } from "../../values/stats.ts";
import type { Trend } from "./report.ts";

/** What is known of the days up to the last one of a trend. */
export type KnownDays = {
  readonly spent: ReadonlyMap<Day, NanoUsd>;
  /** The first day of the books; days before it aren't zeros, nor are the unknown ones. */
  readonly since: Day | undefined;
  readonly unknown: readonly DayRange[];
};

const AVERAGES = [7, 30, 90] as const;
const WEEK = 7;
const MAX_WEEKS = 12;
/** A line through five weeks leaves the three degrees of freedom that an interval needs. */
const MIN_WEEKS = 5;
const DAYS_IN_MONTH = 365.25 / 12;
/** The 80 % interval lies between the 10 % and the 90 % quantile. */
const UPPER = 0.9;
/** Growth that lies within this factor in both directions, and may be none, is steady. */
const STEADY = Math.log(1.5);

/** The averages up to a day, and the growth of up to twelve weeks before its end. */
export function trendOf(until: Day, known: KnownDays): Trend {
  const growth = growthOf(knownWeeks(until, known));
  return {
    until,
    averages: Object.fromEntries(AVERAGES.map((days) => [days, averageOf(knownSpent(until, days, known))])),
    direction: directionOf(growth),
    growth: growth && {
      point: Math.expm1(growth.point),
      low: Math.expm1(growth.point - growth.away),
      high: Math.expm1(growth.point + growth.away),
    },
  };
}

/** What was spent on so many days; undefined where not all of them are known. */
function knownSpent(until: Day, count: number, { spent, since, unknown }: KnownDays): NanoUsd[] | undefined {
  const days = daysFrom(daysLater(until, 1 - count), until);
  const isKnown = (day: Day) =>
    since !== undefined && since <= day && !unknown.some(({ from, to }) => from <= day && day <= to);
  return days.every(isKnown) ? days.map((day) => spent.get(day) ?? bounded(0)) : undefined;
}

function averageOf(spent: readonly NanoUsd[] | undefined): NanoUsd | undefined {
  return spent && bounded(Math.round(total(spent) / spent.length));
}

/** The sums of the known weeks that end with a day, in order. */
function knownWeeks(until: Day, known: KnownDays): number[] {
  const weeks: number[] = [];
  while (weeks.length < MAX_WEEKS) {
    const week = knownSpent(daysLater(until, -WEEK * weeks.length), WEEK, known);
    if (week === undefined) break;
    weeks.unshift(total(week));
  }
  return weeks;
}

/**
 * The slope of a line through the weeks' logarithms, as the logarithm of a month's growth, and how far its 80 % interval
 * reaches by Student's t. Undefined for fewer than five weeks, and where a week has nothing.
 */
function growthOf(weeks: readonly number[]): { readonly point: number; readonly away: number } | undefined {
  if (weeks.length < MIN_WEEKS || weeks.some((spent) => spent <= 0)) return undefined;
  const logs = weeks.map(Math.log);
  const [middle, mean] = [(weeks.length - 1) / 2, total(logs) / weeks.length];
  const spread = total(logs.map((_, week) => (week - middle) ** 2));
  const slope = total(logs.map((log, week) => (week - middle) * (log - mean))) / spread;
  const left = total(logs.map((log, week) => (log - mean - slope * (week - middle)) ** 2));
  const degrees = weeks.length - 2;
  const away = studentQuantile(UPPER, degrees) * Math.sqrt(left / degrees / spread);
  const inMonth = DAYS_IN_MONTH / WEEK;
  return { point: slope * inMonth, away: away * inMonth };
}

function directionOf(growth: ReturnType<typeof growthOf>): Trend["direction"] {
  if (growth === undefined) return "unknown";
  const [low, high] = [growth.point - growth.away, growth.point + growth.away];
  if (low > 0) return "rising";
  if (high < 0) return "falling";
  return low >= -STEADY && high <= STEADY ? "steady" : "unknown";
}

function total(figures: readonly number[]): number {
  return figures.reduce((sum, figure) => sum + figure, 0);
}

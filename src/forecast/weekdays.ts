import type { Day } from "../values/month.ts";

/** A known day as the forecast sees it: how many days ago, which weekday (Sunday is 0), and what it took, at least 0. */
export type PastDay = { readonly age: number; readonly weekday: number; readonly spent: number };

/** A day's usual spending by weekday, from Sunday on, as a ratio to the usual spending of any day. */
export type WeekdayFactors = readonly number[];

/** How many average days are mixed into a mean: a few odd Mondays don't make all Mondays odd. */
const PSEUDO_DAYS = 4;

/** The weekday of a day, from Sunday, 0, to Saturday, 6. */
export function weekdayOf(day: Day): number {
  return new Date(`${day}T00:00:00Z`).getUTCDay();
}

/**
 * How the days of the week differ. The means of workdays and weekends are drawn toward the mean of all days, and each
 * weekday's mean toward its group's. All factors are 1 where nothing was spent.
 */
export function weekdayFactors(days: readonly PastDay[]): WeekdayFactors {
  const overall = mean(days);
  const groups = [false, true].map((isFree) => days.filter(({ weekday }) => isWeekend(weekday) === isFree));
  const [workday = overall, weekend = overall] = groups.map((group) => drawnMean(group, overall));
  return Array.from({ length: 7 }, (_, weekday) => {
    if (overall <= 0) return 1;
    const same = days.filter((day) => day.weekday === weekday);
    return drawnMean(same, isWeekend(weekday) ? weekend : workday) / overall;
  });
}

function drawnMean(days: readonly PastDay[], toward: number): number {
  return (total(days) + PSEUDO_DAYS * toward) / (days.length + PSEUDO_DAYS);
}

function mean(days: readonly PastDay[]): number {
  return days.length === 0 ? 0 : total(days) / days.length;
}

function total(days: readonly PastDay[]): number {
  return days.reduce((sum, { spent }) => sum + spent, 0);
}

function isWeekend(weekday: number): boolean {
  return weekday === 0 || weekday === 6;
}

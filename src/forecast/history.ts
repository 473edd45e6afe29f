import { bounded, type NanoUsd, ZERO } from "../values/money.ts";
import { type Day, daysIn, lastDayOf, type Month, nextMonth } from "../values/month.ts";
import { daysLater } from "../values/period.ts";
import { type PastDay, weekdayOf } from "./weekdays.ts";

/** What was spent on one day. */
export type DaySpent = { readonly day: Day; readonly spent: NanoUsd };

/** Days from one to another, both included. */
export type DayRange = { readonly from: Day; readonly to: Day };

const DAY_MS = 86_400_000;

/** How many days back a forecast looks. */
const MAX_DAYS = 190;

/** The first day that a forecast looks at. */
export function earliestDay(today: Day): Day {
  return daysLater(today, -MAX_DAYS);
}

/**
 * The known days before today, in order, at most the last 190. Amounts of the same day add up, as those of a month's
 * segments do. A day without an amount is a zero, but not a day before the books began or in a range of unknown days:
 * from the day the money ran out, while runs were paused, or in a month that was imported without its days.
 */
export function historyOf(seen: {
  readonly amounts: Iterable<DaySpent>;
  /** The first day of the books. */
  readonly began: Day;
  readonly today: Day;
  readonly unknown?: readonly DayRange[];
}): DaySpent[] {
  const { began, today, unknown = [] } = seen;
  const sums = new Map<Day, NanoUsd>();
  for (const { day, spent } of seen.amounts) sums.set(day, bounded((sums.get(day) ?? ZERO) + spent));
  const isKnown = (day: Day) => !unknown.some(({ from, to }) => from <= day && day <= to);
  const earliest = earliestDay(today);
  return daysFrom(began > earliest ? began : earliest, daysLater(today, -1))
    .filter(isKnown)
    .map((day) => ({ day, spent: sums.get(day) ?? ZERO }));
}

/** The days of a closed month, whose list of amounts begins with its first day. */
export function daysOfMonth(month: Month, amounts: readonly NanoUsd[]): DaySpent[] {
  return daysFrom(`${month}-01`, lastDayOf(month))
    .slice(0, amounts.length)
    .map((day, at) => ({ day, spent: amounts[at] ?? ZERO }));
}

/** All days from one to another, both included; none where the second comes first. */
export function daysFrom(from: Day, to: Day): Day[] {
  const days: Day[] = [];
  const last = to.slice(0, 7);
  for (let month = from.slice(0, 7); month <= last; month = nextMonth(month)) {
    for (let number = 1; number <= daysIn(month); number += 1) days.push(`${month}-${String(number).padStart(2, "0")}`);
    if (month === last) break;
  }
  return days.filter((day) => from <= day && day <= to);
}

/** Known days as today sees them. A correction may leave a day below zero: nothing is expected to be given back again. */
export function pastDays(history: readonly DaySpent[], today: Day): PastDay[] {
  return history.map(({ day, spent }) => ({
    age: daysBetween(day, today),
    weekday: weekdayOf(day),
    spent: Math.max(0, spent),
  }));
}

function daysBetween(from: Day, to: Day): number {
  return (startOf(to) - startOf(from)) / DAY_MS;
}

/** The start of a day in UTC, in milliseconds since 1970. */
function startOf(day: Day): number {
  return Date.parse(`${day}T00:00:00Z`);
}

import { knownDays } from "../books/demand.ts";
import type { State } from "../books/state.ts";
import { type DayRange, type DaySpent, daysFrom, daysOfMonth } from "../forecast/history.ts";
import { bounded, type NanoUsd, ZERO } from "../values/money.ts";
import { type Day, dayOf, type Instant } from "../values/month.ts";
import { daysLater } from "../values/period.ts";

/** What the last days up to today spent, oldest first, at most `count`; days of which nothing is known are left out. */
export function recentSpending(state: State, now: Instant, count: number): DaySpent[] {
  const today = dayOf(now, state.timezone);
  return spendingBetween(state, now, { from: daysLater(today, 1 - count), to: today });
}

/** The same from one day to another, at most up to today. */
export function spendingBetween(state: State, now: Instant, { from, to }: DayRange): DaySpent[] {
  const today = dayOf(now, state.timezone);
  const known = new Set(knownDays(state, now).map(({ day }) => day));
  const booked = bookedDays(state);
  const isAny = known.size > 0 || booked.size > 0;
  return daysFrom(from, to < today ? to : today).flatMap((day) => {
    const spent = booked.get(day) ?? ZERO;
    // A day on which runs waited or were denied says nothing by a zero.
    const isKnown = spent !== ZERO || known.has(day) || day in state.daily || (isAny && day === today);
    return isKnown ? [{ day, spent }] : [];
  });
}

/** What the books have of each day, in all segments of its month together. */
function bookedDays({ history, daily }: State): ReadonlyMap<Day, NanoUsd> {
  const closed = history.flatMap(({ month, daily_spent: amounts = [] }) => daysOfMonth(month, amounts));
  const running = Object.entries(daily).map(([day, { spent }]) => ({ day, spent }));
  const sums = new Map<Day, NanoUsd>();
  for (const { day, spent } of [...closed, ...running]) {
    if (spent !== ZERO) sums.set(day, bounded((sums.get(day) ?? ZERO) + spent));
  }
  return sums;
}

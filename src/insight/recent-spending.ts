import { knownDays } from "../books/demand.ts";
import type { State } from "../books/state.ts";
import { type DaySpent, daysFrom } from "../forecast/history.ts";
import { type NanoUsd, ZERO } from "../values/money.ts";
import { type Day, dayOf, type Instant } from "../values/month.ts";
import { daysLater } from "../values/period.ts";

/** What the last days up to today spent, oldest first, at most `count`; days of which nothing is known are left out. */
export function recentSpending(state: State, now: Instant, count: number): DaySpent[] {
  const today = dayOf(now, state.timezone);
  const amounts = new Map<Day, NanoUsd>(knownDays(state, now).map(({ day, spent }) => [day, spent]));
  for (const [day, { spent }] of Object.entries(state.daily)) if (!amounts.has(day)) amounts.set(day, spent);
  if (amounts.size > 0 && !amounts.has(today)) amounts.set(today, ZERO);
  return daysFrom(daysLater(today, 1 - count), today).flatMap((day) => {
    const spent = amounts.get(day);
    return spent === undefined ? [] : [{ day, spent }];
  });
}

import { knownDays } from "../books/demand.ts";
import type { State } from "../books/state.ts";
import { causesOf } from "../books/today.ts";
import { type ExpectedDay, expectedDay } from "../forecast/expected-day.ts";
import { type DaySpent, daysFrom } from "../forecast/history.ts";
import { type NanoUsd, ZERO } from "../values/money.ts";
import { type Day, dayOf, type Instant } from "../values/month.ts";
import { daysLater } from "../values/period.ts";

/** A day's dollars beside what was usual by the days before it, where that was known. */
export type RecentDay = {
  readonly day: Day;
  readonly spent: NanoUsd;
  readonly usual?: ExpectedDay | undefined;
  /** What drove today; not known for days before it. */
  readonly cause?: string | undefined;
  /** Today, which isn't over. */
  readonly isRunning: boolean;
};

/** What the last days up to today spent, oldest first, at most `count`; days of which nothing is known are left out. */
export function recentSpending(state: State, now: Instant, count: number): DaySpent[] {
  return recentOf(state, knownDays(state, now), { now, count });
}

/** The same with what was usual on each of them. */
export function recentDays(state: State, now: Instant, count: number): RecentDay[] {
  const known = knownDays(state, now);
  const today = dayOf(now, state.timezone);
  return recentOf(state, known, { now, count }).map(({ day, spent }) => {
    const before = known.filter((one) => one.day < day);
    const usual = expectedDay(before, { day }) ?? undefined;
    return { day, spent, usual, cause: day === today ? causeOf(state, day) : undefined, isRunning: day === today };
  });
}

function recentOf(
  { timezone, daily }: State,
  known: readonly DaySpent[],
  { now, count }: { readonly now: Instant; readonly count: number },
): DaySpent[] {
  const today = dayOf(now, timezone);
  const amounts = new Map<Day, NanoUsd>(known.map(({ day, spent }) => [day, spent]));
  for (const [day, { spent }] of Object.entries(daily)) if (!amounts.has(day)) amounts.set(day, spent);
  if (amounts.size > 0 && !amounts.has(today)) amounts.set(today, ZERO);
  return daysFrom(daysLater(today, 1 - count), today).flatMap((day) => {
    const spent = amounts.get(day);
    return spent === undefined ? [] : [{ day, spent }];
  });
}

function causeOf({ today }: State, day: Day): string | undefined {
  const [first] = today?.day === day ? causesOf(today) : [];
  return first && `${first.by} ${first.name}`;
}

import { knownDays } from "../books/demand.ts";
import type { State } from "../books/state.ts";
import { causesOf } from "../books/today.ts";
import { type ExpectedDay, expectedDay } from "../forecast/expected-day.ts";
import type { NanoUsd } from "../values/money.ts";
import { type Day, dayOf, type Instant } from "../values/month.ts";
import { recentSpending } from "./recent-spending.ts";

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

/** The last days up to today, oldest first, at most `count`; days of which nothing is known are left out. */
export function recentDays(state: State, now: Instant, count: number): RecentDay[] {
  const known = knownDays(state, now);
  const today = dayOf(now, state.timezone);
  return recentSpending(state, now, count).map(({ day, spent }) => {
    const before = known.filter((one) => one.day < day);
    const usual = expectedDay(before, { day }) ?? undefined;
    return { day, spent, usual, cause: day === today ? causeOf(state, day) : undefined, isRunning: day === today };
  });
}

function causeOf({ today }: State, day: Day): string | undefined {
  const [first] = today?.day === day ? causesOf(today) : [];
  return first && `${first.by} ${first.name}`;
}

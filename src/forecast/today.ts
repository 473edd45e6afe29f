import type { NanoUsd } from "../values/money.ts";
import { type Day, dayOf, dayStart, epochOf, type Instant, type TimeZone } from "../values/month.ts";
import { daysLater } from "../values/period.ts";

/** Today, which isn't part of the history. */
export type Today = {
  readonly day: Day;
  readonly spent: NanoUsd;
  /** The share of its hours that is left, from 0 to 1. */
  readonly left: number;
};

/** The day that an instant falls on, which is 23 or 25 hours long where the clocks change, and what it spent so far. */
export function todayAt(now: Instant, timezone: TimeZone, spent: NanoUsd): Today {
  const day = dayOf(now, timezone);
  const begun = epochOf(dayStart(day, timezone));
  const end = epochOf(dayStart(daysLater(day, 1), timezone));
  return { day, spent, left: Math.min(1, Math.max(0, (end - epochOf(now)) / (end - begun))) };
}

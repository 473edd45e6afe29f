import { bounded, type NanoUsd } from "../values/money.ts";
import { type DaySpent, pastDays } from "./history.ts";
import { factorOf, levelOf } from "./level.ts";
import type { Today } from "./today.ts";
import { weekdayOf } from "./weekdays.ts";

/** What a day usually takes, and the most of it that is still usual. */
export type ExpectedDay = { readonly expected: NanoUsd; readonly upper: NanoUsd };

/** How far a day is above what is usual: up to one width of its range above the edge, up to two, or more. */
export type Excess = "info" | "warning" | "critical";

const MIN_DAYS = 10;
const DEVIATIONS = 3;
/** A range is at least this share of the expected amount wide, however alike the days were. */
const MIN_WIDTH = 0.5;
/** Keeps the edges apart where amounts are smaller than can be kept. */
const MIN_NANOS = 1;

/** What today usually takes by the known days before it; null with fewer than 10 of them, or where they took nothing. */
export function expectedDay(history: readonly DaySpent[], today: Pick<Today, "day">): ExpectedDay | null {
  if (history.length < MIN_DAYS) return null;
  const { perDay, factors, variance } = levelOf(pastDays(history, today.day));
  const factor = factorOf(factors, weekdayOf(today.day));
  const expected = perDay * factor;
  if (expected <= 0) return null;
  // A day of few runs varies less than a day of many: its variance grows with their number.
  const width = Math.max(DEVIATIONS * Math.sqrt(variance * factor), MIN_WIDTH * expected, MIN_NANOS);
  return { expected: bounded(Math.round(expected)), upper: bounded(Math.round(expected + width)) };
}

/** How unusual what a day spent is; null inside the range. */
export function excessOf(spent: NanoUsd, { expected, upper }: ExpectedDay): Excess | null {
  if (spent <= upper) return null;
  const widths = (spent - upper) / (upper - expected);
  return widths > 2 ? "critical" : widths > 1 ? "warning" : "info";
}

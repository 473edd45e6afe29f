import { bounded, type NanoUsd } from "../values/money.ts";
import { type DaySpent, pastDays } from "./history.ts";
import { cappedDays, factorOf, type Level, levelOf, weightedLevel, weightOf } from "./level.ts";
import type { Today } from "./today.ts";
import { type PastDay, weekdayOf } from "./weekdays.ts";

/** What a day usually takes, and the most of it that is still usual. */
export type ExpectedDay = { readonly expected: NanoUsd; readonly upper: NanoUsd };

/** How far a day is above what is usual: up to one width of its range above the edge, up to two, or more. */
export type Excess = "info" | "warning" | "critical";

const MIN_DAYS = 10;
const DEVIATIONS = 3;
/** A range is at least this share of the expected amount wide, however alike the days were. */
const MIN_WIDTH = 0.5;
/** Where fewer days than this share have runs, a day with runs is compared with those days, if there are enough. */
const RARE_SHARE = 0.6;
const MIN_ACTIVE_DAYS = 5;
/** A day that usually takes next to nothing still varies like a day that takes this share of the usual. */
const MIN_FACTOR = 0.1;
/** A calm stretch of so many days narrows the range, at most to this share of it. */
const CALM_DAYS = 10;
const MIN_CALM = 0.5;
/** Up to this many times the day before it, a day continues what was already there to see. */
const CONTINUED = 1.5;
/** Keeps the edges apart where amounts are smaller than can be kept. */
const MIN_NANOS = 1;

/** What today usually takes by the known days before it; null where they are too few, or took nothing. */
export function expectedDay(history: readonly DaySpent[], today: Pick<Today, "day">): ExpectedDay | null {
  if (history.length < MIN_DAYS) return null;
  const days = pastDays(history, today.day);
  const level = levelOf(days);
  const compared = level.activeShare < RARE_SHARE ? days.filter(({ spent }) => spent > 0) : days;
  if (compared.length < MIN_ACTIVE_DAYS) return null;
  const { perDay, variance } = usualOf(compared, level);
  const factor = factorOf(level.factors, weekdayOf(today.day));
  if (perDay * factor <= 0) return null;
  const calm = calmness(compared, { ...level, perDay });
  const expected = calm * perDay * factor;
  const deviation = Math.sqrt(variance * Math.max(factor, MIN_FACTOR));
  const width = Math.max(calm * DEVIATIONS * deviation, MIN_WIDTH * expected, MIN_NANOS);
  const upper = Math.max(expected + width, CONTINUED * factor * yesterday(days, level));
  return { expected: bounded(Math.round(expected)), upper: bounded(Math.round(upper)) };
}

/** How unusual what a day spent is; null inside the range. */
export function excessOf(spent: NanoUsd, { expected, upper }: ExpectedDay): Excess | null {
  if (spent <= upper) return null;
  const widths = (spent - upper) / (upper - expected);
  return widths > 2 ? "critical" : widths > 1 ? "warning" : "info";
}

/** The level of some days, and their variance. A day of few runs varies less than a day of many: it grows with them. */
function usualOf(days: readonly PastDay[], { factors, halfLife }: Level): { perDay: number; variance: number } {
  const capped = cappedDays(days, factors);
  const perDay = weightedLevel(capped, factors, halfLife);
  let [weights, spread] = [0, 0];
  for (const { age, weekday, spent } of capped) {
    const [weight, factor] = [weightOf(age, halfLife), factorOf(factors, weekday)];
    weights += weight;
    spread += (weight * (spent - perDay * factor) ** 2) / Math.max(factor, MIN_FACTOR);
  }
  return { perDay, variance: (spread / weights) * (days.length / (days.length - 1)) };
}

/** The last days' share of what is usual, from a half to 1. */
function calmness(days: readonly PastDay[], { perDay, factors }: Pick<Level, "perDay" | "factors">): number {
  const last = days.slice(-CALM_DAYS);
  const usual = last.reduce((sum, { weekday }) => sum + perDay * factorOf(factors, weekday), 0);
  const spent = last.reduce((sum, day) => sum + day.spent, 0);
  return Math.min(1, Math.max(MIN_CALM, spent / usual));
}

/** What the day before today took, compared with its weekday; 0 if it isn't known. */
function yesterday(days: readonly PastDay[], { factors }: Level): number {
  const last = days.at(-1);
  return last?.age === 1 ? last.spent / Math.max(factorOf(factors, last.weekday), MIN_FACTOR) : 0;
}

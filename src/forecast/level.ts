import { quantileOf } from "../values/stats.ts";
import { type PastDay, type WeekdayFactors, weekdayFactors } from "./weekdays.ts";

/** What a usual day takes, and how far days are from it. */
export type Level = {
  readonly perDay: number;
  /** In how many days the weight of a day halves. */
  readonly halfLife: number;
  readonly factors: WeekdayFactors;
  /** The variance of single days around level × factor. */
  readonly variance: number;
  /** How many equally weighted days would say as much. */
  readonly effectiveDays: number;
  /** The share of days on which anything is spent. */
  readonly activeShare: number;
};

const CAP_SHARE = 0.97;
const USUAL_HALF_LIFE = 21;
const HALF_LIVES = [USUAL_HALF_LIFE, 60, 10];
const WEEK = 7;
const MAX_WEEKS = 6;
const MIN_WEEKS = 3;
const MIN_BEFORE = 14;

/** The level of known days in order, recent ones counting more. At least two days. */
export function levelOf(days: readonly PastDay[]): Level {
  const halfLife = bestHalfLife(days);
  const factors = weekdayFactors(days);
  const capped = cappedDays(days, factors);
  const perDay = weightedLevel(capped, factors, halfLife);
  let [weights, squares, spread, active] = [0, 0, 0, 0];
  for (const { age, weekday, spent } of capped) {
    const weight = weightOf(age, halfLife);
    weights += weight;
    squares += weight * weight;
    spread += weight * (spent - perDay * factorOf(factors, weekday)) ** 2;
    active += spent > 0 ? weight : 0;
  }
  const unbiased = days.length / (days.length - 1);
  return {
    perDay,
    halfLife,
    factors,
    variance: (spread / weights) * unbiased,
    effectiveDays: (weights * weights) / squares,
    activeShare: active / weights,
  };
}

/** What a weekday takes compared with any day. */
export function factorOf(factors: WeekdayFactors, weekday: number): number {
  return factors[weekday] ?? 1;
}

/** The half-life in days that would have predicted the last whole weeks best, each from the days before it. */
function bestHalfLife(days: readonly PastDay[]): number {
  const weeks = Math.min(MAX_WEEKS, Math.floor((days.length - MIN_BEFORE) / WEEK));
  if (weeks < MIN_WEEKS) return USUAL_HALF_LIFE;
  const misses = HALF_LIVES.map(() => 0);
  for (let back = 1; back <= weeks; back += 1) {
    const from = days.length - back * WEEK;
    const week = days.slice(from, from + WEEK);
    for (const [at, miss] of missesOf(days.slice(0, from), week).entries()) misses[at] = (misses[at] ?? 0) + miss;
  }
  return HALF_LIVES[misses.indexOf(Math.min(...misses))] ?? USUAL_HALF_LIFE;
}

/** How far each half-life's prediction is from a week's sum. */
function missesOf(before: readonly PastDay[], week: readonly PastDay[]): number[] {
  const factors = weekdayFactors(before);
  const capped = cappedDays(before, factors);
  const usual = week.reduce((sum, { weekday }) => sum + factorOf(factors, weekday), 0);
  const actual = week.reduce((sum, { spent }) => sum + spent, 0);
  return HALF_LIVES.map((halfLife) => Math.abs(weightedLevel(capped, factors, halfLife) * usual - actual));
}

/** The days with the highest ones, compared with their weekday, cut off; not where nearly all days are zeros. */
export function cappedDays(days: readonly PastDay[], factors: WeekdayFactors): PastDay[] {
  const rising = days.map(({ weekday, spent }) => spent / factorOf(factors, weekday)).sort((a, b) => a - b);
  const cap = quantileOf(rising, CAP_SHARE);
  if (cap <= 0) return [...days];
  return days.map((day) => ({ ...day, spent: Math.min(day.spent, cap * factorOf(factors, day.weekday)) }));
}

/** What a usual day takes by some days, recent ones counting more. */
export function weightedLevel(days: readonly PastDay[], factors: WeekdayFactors, halfLife: number): number {
  let [spent, usual] = [0, 0];
  for (const day of days) {
    const weight = weightOf(day.age, halfLife);
    spent += weight * day.spent;
    usual += weight * factorOf(factors, day.weekday);
  }
  return spent / usual;
}

/** How much a day counts at an age in days. */
export function weightOf(age: number, halfLife: number): number {
  return 0.5 ** (age / halfLife);
}

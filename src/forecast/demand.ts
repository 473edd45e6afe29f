import { bounded, type NanoUsd } from "../values/money.ts";
import type { Day } from "../values/month.ts";
import { type DaySpent, daysFrom, pastDays } from "./history.ts";
import { factorOf, type Level, levelOf } from "./level.ts";
import { chanceOfAtLeast, edgesOf, type Interval, type Spread, spreadOf, type Tails, tailsOf } from "./spread.ts";
import type { Today } from "./today.ts";
import { weekdayOf } from "./weekdays.ts";

/** Days of which the total is asked for, both included, and what was already spent on them, today so far included. */
export type Span = { readonly from: Day; readonly to: Day; readonly spent: NanoUsd };

/** What the known days say about days to come: a level, or with fewer than three of them only a pace. */
export type Demand =
  | { readonly kind: "pace"; readonly today: Today; readonly perDay: number }
  | { readonly kind: "level"; readonly today: Today; readonly level: Level; readonly tails: Tails };

export type Range = { readonly low: NanoUsd; readonly high: NanoUsd };

/** The total of a span if nothing is refused. A pace has no ranges, since too few days are known. */
export type DemandForecast =
  | { readonly kind: "pace"; readonly spent: NanoUsd; readonly point: NanoUsd }
  | {
      readonly kind: "ranges";
      readonly spent: NanoUsd;
      readonly point: NanoUsd;
      /** Where the total lies in 50, 80 and 95 of 100 cases. */
      readonly likely50: Range;
      readonly likely80: Range;
      readonly likely95: Range;
      /** How what is still to come may come out; null where nothing will. */
      readonly rest: Spread | null;
    };

const MIN_DAYS = 3;
const MIN_DEGREES = 3;
/** How far a level moves while a span lasts, as a share of what is to come. */
const DRIFT = 0.18;
/** What rounds to no nano-dollar at all is nothing. */
const MIN_REST = 0.5;

/** Learns from the known days before today, in order (`historyOf`), what days to come will take. */
export function demandOf(seen: { readonly history: readonly DaySpent[]; readonly today: Today }): Demand {
  const { history, today } = seen;
  if (history.length < MIN_DAYS) return { kind: "pace", today, perDay: paceOf(history, today) };
  const level = levelOf(pastDays(history, today.day));
  return { kind: "level", today, level, tails: tailsOf(Math.max(MIN_DEGREES, level.effectiveDays / 2)) };
}

/** The total of a span, never below what is spent. */
export function totalOf(demand: Demand, span: Span): DemandForecast {
  return totalWith(demand, span.spent, daysAhead(demand, span).at(-1) ?? { length: 0, usual: 0 });
}

/** The chance, from 0 to 1, that the total reaches a limit; null where a pace can't say. */
export function chanceOf(forecast: DemandForecast, limit: NanoUsd): number | null {
  if (forecast.spent >= limit) return 1;
  if (forecast.kind === "pace") return null;
  return forecast.rest === null ? 0 : chanceOfAtLeast(limit - forecast.spent, forecast.rest);
}

/** A part's total, from the total of the whole: what it has spent, and its usual share of what is to come, 0 to 1. */
export function partOf(
  whole: DemandForecast,
  part: { readonly share: number; readonly spent: NanoUsd },
): DemandForecast {
  const mean = (whole.point - whole.spent) * part.share;
  if (whole.kind === "pace") return { kind: "pace", spent: part.spent, point: added(part.spent, mean) };
  const { rest } = whole;
  const isSome = rest !== null && mean >= MIN_REST;
  return rangesOf(part.spent, mean, isSome ? { ...rest, center: rest.center + Math.log(part.share) } : null);
}

/**
 * The days of a span (`totalsByDay`) by whose end a limit is reached: by the point, and by the upper edge of the 80 %
 * range, which a pace doesn't have; today if what is spent reaches it, null where the span ends first.
 */
export function daysReaching(
  limit: NanoUsd,
  from: { readonly spent: NanoUsd; readonly today: Day; readonly days: ReturnType<typeof totalsByDay> },
): { readonly likely: Day | null; readonly earliest: Day | null } {
  const { spent, today, days } = from;
  if (spent >= limit) return { likely: today, earliest: today };
  return {
    likely: days.find(({ total }) => total.point >= limit)?.day ?? null,
    earliest: days.find(({ total }) => total.kind === "ranges" && total.likely80.high >= limit)?.day ?? null,
  };
}

/** What a span comes to by the end of each of its days from today on. */
export function totalsByDay(
  demand: Demand,
  span: Span,
): readonly { readonly day: Day; readonly total: DemandForecast }[] {
  return daysAhead(demand, span).map((ahead) => ({ day: ahead.day, total: totalWith(demand, span.spent, ahead) }));
}

/** How many days are to come, today by its share, and how many usual days they are worth. */
type Ahead = { readonly length: number; readonly usual: number };

/** What is to come up to the end of each day of a span from today on. */
function daysAhead({ today, ...demand }: Demand, { from, to }: Span): (Ahead & { readonly day: Day })[] {
  let [length, usual] = [0, 0];
  return daysFrom(from > today.day ? from : today.day, to).map((day) => {
    const share = day === today.day ? today.left : 1;
    length += share;
    usual += share * (demand.kind === "pace" ? 1 : factorOf(demand.level.factors, weekdayOf(day)));
    return { day, length, usual };
  });
}

function totalWith(demand: Demand, spent: NanoUsd, { length, usual }: Ahead): DemandForecast {
  if (demand.kind === "pace") return { kind: "pace", spent, point: added(spent, demand.perDay * length) };
  const { level, tails } = demand;
  const mean = level.perDay * usual;
  const noise = level.variance * (length + length ** 2 / level.effectiveDays);
  const nothing = (1 - level.activeShare) ** length;
  const rest = mean >= MIN_REST ? spreadOf({ mean, variance: noise + (DRIFT * mean) ** 2, nothing }, tails) : null;
  return rangesOf(spent, mean, rest);
}

function rangesOf(spent: NanoUsd, mean: number, rest: Spread | null): DemandForecast {
  const range = (interval: Interval): Range => {
    const { low, high } = rest === null ? { low: 0, high: 0 } : edgesOf(rest, interval);
    // Where few large days make the mean, it lies above what most months come to.
    return { low: added(spent, Math.min(low, mean)), high: added(spent, Math.max(high, mean)) };
  };
  const ranges = { likely50: range(0), likely80: range(1), likely95: range(2) };
  return { kind: "ranges", spent, point: added(spent, mean), ...ranges, rest };
}

function paceOf(history: readonly DaySpent[], today: Today): number {
  const spent = history.reduce<number>((sum, day) => sum + day.spent, today.spent);
  return Math.max(0, spent) / Math.max(1, history.length + 1 - today.left);
}

function added(spent: NanoUsd, more: number): NanoUsd {
  return bounded(Math.round(spent + more));
}

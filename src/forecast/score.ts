import type { NanoUsd } from "../values/money.ts";
import type { Day } from "../values/month.ts";
import type { Range } from "./demand.ts";

/** A forecast of a month's end as it was made on a day: the point, the 80 % range, the chance of running out. */
export type KeptForecast = Range & { readonly day: Day; readonly point: NanoUsd; readonly chance: number };

/** How a forecast turned out. */
export type DayScore = {
  /** The day of the month that it is scored for. */
  readonly day: number;
  /** (point − total) ÷ total; null where the money ran out or nothing was spent. */
  readonly error: number | null;
  /** Whether the total was in the range; where the money ran out, whether the chance of it was at least a half. */
  readonly is_hit: boolean;
};

/** How good the forecasts of a month were; where the money ran out, the total says nothing about the demand. */
export type MonthScore = { readonly ran_out: boolean; readonly days: readonly DayScore[] };

/** How good the forecasts of several months were. */
export type Score = {
  /** Months whose forecast of day 15 has an error, and how many of these errors were at most 15 %. */
  readonly months: number;
  readonly within_15: number;
  /** Forecasts of months that didn't run out, and how many of their ranges held. */
  readonly forecasts: number;
  readonly held: number;
  /** Forecasts of months that ran out, and how many predicted it. */
  readonly ran_out: number;
  readonly predicted: number;
};

/** The days of a month whose forecasts are scored. */
const SCORED_DAYS = [5, 10, 15, 20, 25];
const MIDDLE = 15;
const CLOSE = 0.15;

/** Scores a month at its end: for each scored day the last forecast kept up to it, none where none was. */
export function monthScore(month: {
  /** In the order of their days. */
  readonly kept: readonly KeptForecast[];
  readonly total: NanoUsd;
  readonly ran_out: boolean;
}): MonthScore {
  const days = SCORED_DAYS.flatMap((day) => {
    const last = month.kept.findLast((forecast) => dayOfMonth(forecast) <= day);
    return last === undefined ? [] : [dayScore(day, last, month)];
  });
  return { ran_out: month.ran_out, days };
}

/** The score of several months together. */
export function scoreOf(months: readonly MonthScore[]): Score {
  const whole = months.filter(({ ran_out }) => !ran_out).flatMap(({ days }) => days);
  const short = months.filter(({ ran_out }) => ran_out).flatMap(({ days }) => days);
  const errors = whole.flatMap(({ day, error }) => (day === MIDDLE && error !== null ? [Math.abs(error)] : []));
  return {
    months: errors.length,
    within_15: errors.filter((error) => error <= CLOSE).length,
    forecasts: whole.length,
    held: whole.filter(({ is_hit }) => is_hit).length,
    ran_out: short.length,
    predicted: short.filter(({ is_hit }) => is_hit).length,
  };
}

function dayScore(
  day: number,
  { point, low, high, chance }: KeptForecast,
  { total, ran_out }: { readonly total: NanoUsd; readonly ran_out: boolean },
): DayScore {
  if (ran_out) return { day, error: null, is_hit: chance >= 0.5 };
  return { day, error: total > 0 ? (point - total) / total : null, is_hit: low <= total && total <= high };
}

function dayOfMonth({ day }: KeptForecast): number {
  return Number(day.slice(8, 10));
}

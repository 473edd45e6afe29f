import { boundedSum, type NanoUsd } from "../values/money.ts";
import { dayOf, type Instant, type TimeZone } from "../values/month.ts";
import { chanceOf, type DemandForecast, demandOf, totalOf } from "./demand.ts";
import { type DayRange, type DaySpent, historyOf } from "./history.ts";
import { todayAt } from "./today.ts";

/** The values below which the total of some days stays in so many percent of cases. */
export type Quantiles = Readonly<Record<"2.5" | "10" | "25" | "75" | "90" | "97.5", NanoUsd>>;

/** What some days come to if nothing is refused; fewer than three known days give a pace alone. */
export type Forecast = {
  /** What was spent on the days of the span, today so far included. */
  readonly spent: NanoUsd;
  readonly point: NanoUsd;
  readonly quantiles: Quantiles | null;
  /** The chance, from 0 to 1, that the total reaches the limit; null without a limit or where nobody can tell. */
  readonly chance: number | null;
};

/** Amounts of days in any order: the books begin with the first of them, and a day without an amount is a zero. */
export type ForecastInput = {
  readonly amounts: readonly DaySpent[];
  /** The instant that tells today, and how much of it is left, from the days before. */
  readonly now: Instant;
  /** UTC unless given. */
  readonly timezone?: TimeZone;
  /** The days whose total is asked for. */
  readonly span: DayRange;
  readonly limit?: NanoUsd;
  /** Days on which nothing could be spent: they aren't zeros. */
  readonly unknown?: readonly DayRange[];
};

/** Forecasts the total of some days from daily dollars with their dates, and from nothing else. */
export function forecastOf({ amounts, now, timezone = "UTC", span, limit, unknown = [] }: ForecastInput): Forecast {
  const day = dayOf(now, timezone);
  const sumOf = (isIn: (amount: DaySpent) => boolean) => boundedSum(amounts.filter(isIn).map(({ spent }) => spent));
  const today = todayAt(
    now,
    timezone,
    sumOf((amount) => amount.day === day),
  );
  const began = amounts.reduce((first, amount) => (amount.day < first ? amount.day : first), day);
  const past = amounts.filter((amount) => amount.day < day);
  const history = historyOf({ amounts: past, began, today: day, unknown });
  const spent = sumOf((amount) => amount.day <= day && span.from <= amount.day && amount.day <= span.to);
  const total = totalOf(demandOf({ history, today }), { ...span, spent });
  return {
    spent: total.spent,
    point: total.point,
    quantiles: total.kind === "pace" ? null : quantilesOf(total),
    chance: limit === undefined ? null : chanceOf(total, limit),
  };
}

function quantilesOf({ likely50, likely80, likely95 }: Extract<DemandForecast, { kind: "ranges" }>): Quantiles {
  return {
    "2.5": likely95.low,
    "10": likely80.low,
    "25": likely50.low,
    "75": likely50.high,
    "90": likely80.high,
    "97.5": likely95.high,
  };
}

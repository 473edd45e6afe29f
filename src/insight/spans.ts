import { monthSpan } from "../books/month-demand.ts";
import type { State } from "../books/state.ts";
import { type Demand, type DemandForecast, type Span, totalOf } from "../forecast/demand.ts";
import { bounded, boundedSum, ZERO } from "../values/money.ts";
import { type Day, lastDayOf, type Month, nextMonth } from "../values/month.ts";
import { daysLater } from "../values/period.ts";
import { firstDayKnown } from "./first-day.ts";

const SPANS = ["today", "next7Days", "next30Days", "month", "nextMonth", "quarter", "year"] as const;
export type SpanName = (typeof SPANS)[number];

/** What the days of a span come to if no run is denied; what was spent on them is part of it. */
export type SpanForecast = {
  readonly span: SpanName;
  readonly from: Day;
  readonly to: Day;
  readonly forecast: DemandForecast;
  /** The books' first day, where the span begins before it: what was spent before isn't known. */
  readonly since?: Day | undefined;
};

/** The forecasts of the running day, week, month, quarter and year, and of the month after. */
export function spanForecasts(state: State, demand: Demand): SpanForecast[] {
  const first = firstDayKnown(state);
  return SPANS.map((span) => {
    const days = spanOf(span, state, demand);
    // That the books begin within the running month is plain from the month's own figures.
    const isCut = (span === "quarter" || span === "year") && first !== undefined && days.from < first;
    const forecast = totalOf(demand, days);
    return { span, from: days.from, to: days.to, forecast, ...(isCut && { since: first }) };
  });
}

function spanOf(name: SpanName, state: State, { today }: Demand): Span {
  const month = state.current_month;
  switch (name) {
    case "today":
      return { from: today.day, to: today.day, spent: today.spent };
    case "next7Days":
      return { from: today.day, to: daysLater(today.day, 6), spent: today.spent };
    case "next30Days":
      return { from: today.day, to: daysLater(today.day, 29), spent: today.spent };
    case "month":
      return monthSpan(state);
    case "nextMonth":
      return { ...daysOf([nextMonth(month)]), spent: ZERO };
    case "quarter": {
      const first = Math.floor((Number(month.slice(5)) - 1) / 3) * 3 + 1;
      return withClosed(state, monthsOf(month, first, first + 2));
    }
    case "year":
      return withClosed(state, monthsOf(month, 1, 12));
  }
}

/** Months of which some are closed: these are as they were. */
function withClosed({ history, total_spent: spent }: State, months: readonly Month[]): Span {
  const closed = history.filter(({ month }) => months.includes(month)).map((line) => line.total_spent);
  return { ...daysOf(months), spent: bounded(boundedSum(closed) + spent) };
}

function daysOf(months: readonly Month[]): Pick<Span, "from" | "to"> {
  const [first = "", last = first] = [months[0], months.at(-1)];
  return { from: `${first}-01`, to: lastDayOf(last) };
}

function monthsOf(month: Month, first: number, last: number): Month[] {
  return Array.from(
    { length: last - first + 1 },
    (_, index) => `${month.slice(0, 4)}-${String(first + index).padStart(2, "0")}`,
  );
}

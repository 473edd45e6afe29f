import type { MonthOutlook } from "../../books/month-demand.ts";
import type { State } from "../../books/state.ts";
import type { StateChart } from "../../insight/chart-names.ts";
import type { PartOutlook } from "../../insight/part-outlook.ts";
import { recentDays } from "../../insight/recent-days.ts";
import { spendingBetween } from "../../insight/recent-spending.ts";
import { boundedSum, type NanoUsd } from "../../values/money.ts";
import { type Day, dayOf, type Instant } from "../../values/month.ts";
import { budgetsChart } from "./budgets-chart.ts";
import { daysChart } from "./days-chart.ts";
import { monthChart } from "./month-chart.ts";
import { closedMonthFacts, monthFactsOf } from "./of-books.ts";
import type { Look } from "./palette.ts";
import type { Picture } from "./svg.ts";

export type { Look, Picture };

/** The books as the charts see them. */
export type ChartedBooks = {
  readonly state: State;
  readonly now: Instant;
  readonly ahead: MonthOutlook;
  readonly budgets: readonly PartOutlook[];
};

const DAYS_SHOWN = 28;
const MOST_DAYS = 100;

/** How each chart of the state gets its facts from the books. */
const CHARTS: Readonly<Record<StateChart, (books: ChartedBooks, look: Look) => Picture>> = {
  month: ({ state, ahead, now }, look) => monthChart(monthFactsOf(state, ahead, now), look),
  days: ({ state, now }, look) => daysChart(recentDays(state, now, DAYS_SHOWN), look),
  budgets: ({ budgets }, look) => budgetsChart(budgets, look),
};

/** Draws a chart of the books as they are now. */
export function drawChart(name: StateChart, books: ChartedBooks, look: Look): Picture {
  return CHARTS[name](books, look);
}

/** Draws the days of a span up to today; undefined where they aren't all that the span spent, or are too few or many. */
export function drawSpan(
  { state, now }: Pick<ChartedBooks, "state" | "now">,
  span: { readonly from: Day; readonly to: Day; readonly spent: NanoUsd },
  look: Look,
): Picture | undefined {
  const days = spendingBetween(state, now, span);
  const isWhole = boundedSum(days.map(({ spent }) => spent)) === span.spent;
  if (!isWhole || days.length < 2 || days.length > MOST_DAYS) return undefined;
  const today = dayOf(now, state.timezone);
  return daysChart(
    days.map((one) => ({ ...one, isRunning: one.day === today })),
    look,
  );
}

/** Draws a closed month; undefined where the books don't know its days. */
export function drawClosedMonth(line: State["history"][number], look: Look): Picture | undefined {
  const facts = closedMonthFacts(line);
  return facts && monthChart(facts, look);
}

import type { MonthOutlook } from "../../books/month-demand.ts";
import type { State } from "../../books/state.ts";
import type { ChartName } from "../../inputs/options.ts";
import type { PartOutlook } from "../../insight/part-outlook.ts";
import { recentDays } from "../../insight/recent-days.ts";
import type { Instant } from "../../values/month.ts";
import { budgetsChart } from "./budgets-chart.ts";
import { daysChart } from "./days-chart.ts";
import { monthChart } from "./month-chart.ts";
import { closedMonthFacts, monthFactsOf } from "./of-books.ts";
import type { Look } from "./palette.ts";
import type { Picture } from "./svg.ts";

export type { Picture };

/** The books as the charts see them. */
export type ChartedBooks = {
  readonly state: State;
  readonly now: Instant;
  readonly ahead: MonthOutlook;
  readonly budgets: readonly PartOutlook[];
};

const DAYS_SHOWN = 28;

/** How each chart that `chart` can draw gets its facts from the books. */
const CHARTS: Readonly<Record<ChartName, (books: ChartedBooks, look: Look) => Picture>> = {
  month: ({ state, ahead, now }, look) => monthChart(monthFactsOf(state, ahead, now), look),
  days: ({ state, now }, look) => daysChart(recentDays(state, now, DAYS_SHOWN), look),
  budgets: ({ budgets }, look) => budgetsChart(budgets, look),
};

/** Draws a chart of the books as they are now. */
export function drawChart(name: ChartName, books: ChartedBooks, look: Look): Picture {
  return CHARTS[name](books, look);
}

/** Draws a closed month; undefined where the books don't know its days. */
export function drawClosedMonth(line: State["history"][number], look: Look): Picture | undefined {
  const facts = closedMonthFacts(line);
  return facts && monthChart(facts, look);
}

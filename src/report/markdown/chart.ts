import type { State } from "../../books/state.ts";
import { type NanoUsd, showUsd, usdOf, ZERO } from "../../values/money.ts";
import { type Day, dayOf, daysIn, type Month } from "../../values/month.ts";
import { shownMoney } from "../../values/shown-money.ts";

/** Colors that work on GitHub's light and dark pages; the legend's squares look like them. */
const COLORS = { spent: "#2f81f7", ahead: "#8b949e59", budget: "#e5534b", text: "#7d8590" };

export type ChartFacts = {
  readonly state: State;
  /** Budget + top-ups. */
  readonly total: NanoUsd;
  /** The last day that has come. */
  readonly today: Day;
  /** What a day costs at the month's pace; left out if the chart must not depend on when it is read. */
  readonly perDay?: NanoUsd | undefined;
};

/**
 * The month as a mermaid chart with a bar for each day: spent so far, then the projection at this pace, up to the
 * budget, which is a line. Mermaid draws a series shorter than the axis wrong, so each has a point for every day.
 */
export function renderChart(facts: ChartFacts): string {
  const spent = spentByDay(facts);
  const ahead = aheadByDay(facts, spent);
  const total = Math.max(0, usdOf(facts.total));
  const top = niceTop(Math.max(total, ...spent, ...ahead));
  const days = daysOf(facts.state.current_month);
  const reset = resetDayIn(facts.state);
  // Mermaid draws a bar of zero a little above the axis; one far below it isn't drawn at all.
  const series = (values: readonly number[], first: number) =>
    days.map((day) => plain(values[day - first] || -top)).join(", ");
  return [
    "```mermaid",
    `%%{init: ${JSON.stringify(LOOK)}}%%`,
    "xychart-beta",
    `  x-axis [${days.map((day) => (day === reset ? `"${RESET} ${day}"` : day)).join(", ")}]`,
    `  y-axis "US dollars" 0 --> ${plain(top)}`,
    `  bar [${series(spent, 1)}]`,
    `  bar [${series(ahead, spent.length + 1)}]`,
    `  line [${days.map(() => plain(total)).join(", ")}]`,
    "```",
  ].join("\n");
}

/** What the chart's colors mean, on one line. */
export function renderLegend(facts: ChartFacts): string {
  const { state, total, perDay = ZERO } = facts;
  const shown = shownMoney({ total, spent: state.total_spent });
  const ahead = aheadByDay(facts, spentByDay(facts)).length > 0 ? ` · ⬜ at ${showUsd(perDay)} a day` : "";
  const reset = resetDayIn(state);
  const since = reset === undefined ? "" : ` · ${RESET} reset on the ${ordinal(reset)}`;
  return `<sub>🟦 spent up to each day of the month${since}${ahead} · 🟥 the budget, ${shown.total}</sub>`;
}

/** The day of the month on which a maintainer reset it. */
function resetDayIn({ current_month: month, history, last_reset: at, timezone }: State): number | undefined {
  const isReset = history.some((line) => line.month === month && line.closed === "reset");
  const day = isReset && at !== null ? dayOf(at, timezone) : "";
  return day.startsWith(month) ? Number(day.slice(8, 10)) : undefined;
}

/** "1st", "12th". */
function ordinal(day: number): string {
  const endings: Readonly<Record<number, string>> = {
    1: "st",
    2: "nd",
    3: "rd",
    21: "st",
    22: "nd",
    23: "rd",
    31: "st",
  };
  return `${day}${endings[day] ?? "th"}`;
}

const RESET = "↺";
const LOOK = {
  xyChart: { width: 900, height: 300, xAxis: { labelFontSize: 12 }, yAxis: { labelFontSize: 12 } },
  themeVariables: {
    xyChart: {
      backgroundColor: "transparent",
      plotColorPalette: [COLORS.spent, COLORS.ahead, COLORS.budget].join(","),
      ...Object.fromEntries(
        ["xAxis", "yAxis"].flatMap((axis) =>
          ["LabelColor", "TitleColor", "TickColor", "LineColor"].map((part) => [axis + part, COLORS.text]),
        ),
      ),
    },
  },
};

function daysOf(month: Month): number[] {
  return Array.from({ length: daysIn(month) }, (_, index) => index + 1);
}

/** Dollars spent up to each day until today; spending without a day counts from the first. */
function spentByDay({ state, today }: ChartFacts): number[] {
  const month = state.current_month;
  const days = today.startsWith(month) ? Number(today.slice(8, 10)) : today < month ? 1 : daysIn(month);
  const daily = daysOf(month)
    .slice(0, days)
    .map((day) => {
      const totals = state.daily[`${month}-${String(day).padStart(2, "0")}`];
      return totals === undefined ? 0 : usdOf(totals.spent);
    });
  let spent = usdOf(state.total_spent) - daily.reduce((sum, day) => sum + day, 0);
  return daily.map((day) => {
    spent += day;
    return Math.max(0, spent);
  });
}

/** What would be spent up to each coming day at the month's pace, at most the budget. Empty if the pace is unknown. */
function aheadByDay({ state, total, perDay }: ChartFacts, spent: readonly number[]): number[] {
  if (perDay === undefined || perDay <= 0) return [];
  const now = spent.at(-1) ?? 0;
  const most = Math.max(now, usdOf(total));
  const rate = usdOf(perDay);
  return daysOf(state.current_month)
    .slice(spent.length)
    .map((_, index) => Math.min(most, now + rate * (index + 1)));
}

/** The next round figure above, with a little space. */
function niceTop(highest: number): number {
  if (highest <= 0) return 1;
  const unit = 10 ** Math.floor(Math.log10(highest * 1.05)) / 5;
  return Math.ceil((highest * 1.05) / unit) * unit;
}

/** A number as mermaid reads it: no exponent, at most six decimals. */
function plain(value: number): string {
  return value.toFixed(6).replace(/\.?0+$/, "");
}

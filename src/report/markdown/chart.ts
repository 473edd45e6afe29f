import type { MonthOutlook } from "../../books/month-demand.ts";
import type { State } from "../../books/state.ts";
import { type NanoUsd, showUsd, usdOf } from "../../values/money.ts";
import { type Day, dayOf, daysIn, type Month } from "../../values/month.ts";
import { shownMoney } from "../../values/shown-money.ts";
import { spentByDay } from "../model/spent-by-day.ts";

/** Colors that work on GitHub's light and dark pages; the legend's squares look like them. */
const COLORS = { spent: "#2f81f7", ahead: "#8b949e59", edge: "#d29922", budget: "#e5534b", text: "#7d8590" };

export type ChartFacts = {
  readonly state: State;
  /** Budget + top-ups. */
  readonly total: NanoUsd;
  /** The last day that has come. */
  readonly today: Day;
  /** What the month comes to. */
  readonly ahead?: MonthOutlook | undefined;
};

/**
 * The month as a mermaid chart with a bar for each day: spent so far, then the forecast with lines along the edges of
 * its range; the budget is a line, too. Mermaid draws a series shorter than the axis wrong, so each has a point for
 * every day: before today the edges run along the bars.
 */
export function renderChart(facts: ChartFacts): string {
  const spent = spentDollars(facts);
  const { points, edges } = aheadByDay(facts, spent.length);
  const total = Math.max(0, usdOf(facts.total));
  const highest = Math.max(total, ...spent, ...points);
  // An upper edge far above everything else would press the bars to the ground.
  const top = niceTop(Math.max(highest, Math.min(HIGHEST_EDGE * highest, ...(edges[1] ?? [0]).slice(-1))));
  const days = daysOf(facts.state.current_month);
  const reset = resetDayIn(facts.state);
  // Mermaid draws a bar of zero a little above the axis; one far below it isn't drawn at all.
  const bar = (values: readonly number[], first: number) => days.map((day) => plain(values[day - first] || -top));
  const plots = [
    ["bar", COLORS.spent, bar(spent, 1)],
    ["bar", COLORS.ahead, bar(points, spent.length + 1)],
    ...edges.map(
      (edge) => ["line", COLORS.edge, [...spent, ...edge].map((value) => plain(Math.min(top, value)))] as const,
    ),
    ["line", COLORS.budget, days.map(() => plain(total))],
  ] as const;
  return [
    "```mermaid",
    `%%{init: ${JSON.stringify(lookOf(plots.map(([, color]) => color)))}}%%`,
    "xychart-beta",
    `  x-axis [${days.map((day) => (day === reset ? `"${RESET} ${day}"` : day)).join(", ")}]`,
    `  y-axis "US dollars" 0 --> ${plain(top)}`,
    ...plots.map(([kind, , values]) => `  ${kind} [${values.join(", ")}]`),
    "```",
  ].join("\n");
}

/** What the chart's colors mean, on one line. */
export function renderLegend(facts: ChartFacts): string {
  const { state, total } = facts;
  const shown = shownMoney({ total, spent: state.total_spent });
  const ahead = aheadByDay(facts, spentDollars(facts).length).points.length > 0 ? aheadLegend(facts.ahead) : "";
  const reset = resetDayIn(state);
  const since = reset === undefined ? "" : ` · ${RESET} reset on the ${ordinal(reset)}`;
  return `<sub>🟦 spent up to each day of the month${since}${ahead} · 🟥 the budget, ${shown.total}</sub>`;
}

function aheadLegend(ahead: MonthOutlook | undefined): string {
  if (ahead === undefined) return "";
  const { forecast } = ahead;
  const point = `${showUsd(forecast.point)} by the month's end`;
  if (forecast.kind === "pace") return ` · ⬜ at the pace so far, ${point}`;
  const { low, high } = forecast.likely80;
  return ` · ⬜ forecast, ${point} · 🟧 80% likely between ${showUsd(low)} and ${showUsd(high)}`;
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
/** The axis ends at most at so many times the highest bar. */
const HIGHEST_EDGE = 2;

const lookOf = (colors: readonly string[]) => ({
  xyChart: { width: 900, height: 300, xAxis: { labelFontSize: 12 }, yAxis: { labelFontSize: 12 } },
  themeVariables: {
    xyChart: {
      backgroundColor: "transparent",
      plotColorPalette: colors.join(","),
      ...Object.fromEntries(
        ["xAxis", "yAxis"].flatMap((axis) =>
          ["LabelColor", "TitleColor", "TickColor", "LineColor"].map((part) => [axis + part, COLORS.text]),
        ),
      ),
    },
  },
});

function daysOf(month: Month): number[] {
  return Array.from({ length: daysIn(month) }, (_, index) => index + 1);
}

/** Dollars spent up to each day; the bars have no place for less than nothing. */
function spentDollars({ state, today }: ChartFacts): number[] {
  return spentByDay(state, today).map((spent) => Math.max(0, usdOf(spent)));
}

/** What each coming day ends with: the forecast's point and the edges of its 80 % range, which a pace doesn't have. */
type Ahead = { readonly points: readonly number[]; readonly edges: readonly (readonly number[])[] };

/** Empty after the last day, and while nothing is expected. */
function aheadByDay({ state, ahead }: ChartFacts, daysGone: number): Ahead {
  const { current_month: month } = state;
  const totals = (ahead?.days ?? [])
    .filter(({ day }) => day.startsWith(month) && Number(day.slice(8, 10)) > daysGone)
    .map(({ total }) => total);
  if (totals.every(({ point, spent }) => point <= spent)) return { points: [], edges: [] };
  const ranges = totals.flatMap((total) => (total.kind === "ranges" ? total.likely80 : []));
  const edges = ranges.length === 0 ? [] : [ranges.map(({ low }) => usdOf(low)), ranges.map(({ high }) => usdOf(high))];
  return { points: totals.map(({ point }) => usdOf(point)), edges };
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

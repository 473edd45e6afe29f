import { type NanoUsd, showUsd, usdOf } from "../budget/money.ts";
import { type Day, daysIn } from "../budget/month.ts";
import type { State } from "../budget/state.ts";

/** Colours that read on GitHub's light and dark pages alike. */
const COLOURS = { spent: "#2f81f7", pace: "#9a6bdb", budget: "#e5534b", text: "#7d8590" };

export type ChartFacts = {
  readonly state: State;
  /** Budget + top-ups. */
  readonly total: NanoUsd;
  /** The last day that is drawn as spent. */
  readonly today: Day;
  /** Spent at the month's end at the present pace; left out where nothing is projected. */
  readonly monthEnd?: NanoUsd | undefined;
};

/**
 * The month as a mermaid picture: what was spent up to each day as bars, the budget as a line, and the pace as a
 * line to the month's end. Mermaid lays a series over the axis point by point, so each has a point for every day.
 */
export function renderChart(facts: ChartFacts): string {
  const days = daysIn(facts.state.current_month);
  const spent = spentByDay(facts);
  const total = usdOf(facts.total);
  const highest = Math.max(total, ...spent);
  const top = niceTop(
    Math.max(highest, Math.min(facts.monthEnd === undefined ? 0 : usdOf(facts.monthEnd), highest * 1.5)),
  );
  const pace = facts.monthEnd === undefined ? undefined : paceByDay(spent, { days, end: usdOf(facts.monthEnd), top });
  const bars = Array.from({ length: days }, (_, day) => spent[day] ?? 0);
  const palette = [COLOURS.spent, ...(pace ? [COLOURS.pace] : []), COLOURS.budget].join(",");
  const init = {
    xyChart: { width: 900, height: 320, xAxis: { labelFontSize: 12 }, yAxis: { labelFontSize: 12, titleFontSize: 13 } },
    themeVariables: {
      xyChart: {
        backgroundColor: "transparent",
        plotColorPalette: palette,
        ...Object.fromEntries(
          ["xAxis", "yAxis"].flatMap((axis) =>
            ["LabelColor", "TitleColor", "TickColor", "LineColor"].map((part) => [axis + part, COLOURS.text]),
          ),
        ),
      },
    },
  };
  return [
    "```mermaid",
    `%%{init: ${JSON.stringify(init)}}%%`,
    "xychart-beta",
    `  x-axis [${bars.map((_, day) => day + 1).join(", ")}]`,
    `  y-axis "US dollars" 0 --> ${plain(top)}`,
    `  bar [${bars.map(plain).join(", ")}]`,
    ...(pace ? [`  line [${pace.map(plain).join(", ")}]`] : []),
    `  line [${bars.map(() => plain(total)).join(", ")}]`,
    "```",
  ].join("\n");
}

/** What the chart's colours mean, on one line. */
export function renderLegend(facts: Pick<ChartFacts, "total" | "monthEnd">): string {
  const pace = facts.monthEnd === undefined ? "" : ` · 🟪 at this pace, ${showUsd(facts.monthEnd)}`;
  return `<sub>🟦 spent so far, by day of the month${pace} · 🟥 budget, ${showUsd(facts.total)}</sub>`;
}

/** Dollars spent from the month's beginning to each day until today; what has no day counts from the first. */
function spentByDay({ state, today }: ChartFacts): number[] {
  const month = state.current_month;
  const days = today.startsWith(month) ? Number(today.slice(8, 10)) : today < month ? 0 : daysIn(month);
  const drawn = Array.from({ length: days }, (_, index) => {
    const totals = state.daily[`${month}-${String(index + 1).padStart(2, "0")}`];
    return totals === undefined ? 0 : usdOf(totals.spent);
  });
  let spent = usdOf(state.total_spent) - drawn.reduce((sum, day) => sum + day, 0);
  return drawn.map((day) => {
    spent += day;
    return Math.max(0, spent);
  });
}

/** The spent days as they are, then straight on to the month's end, never above the picture. */
function paceByDay(spent: readonly number[], { days, end, top }: { days: number; end: number; top: number }): number[] {
  const now = spent.at(-1) ?? 0;
  const left = days - spent.length;
  return Array.from({ length: days }, (_, day) => {
    const value = spent[day] ?? now + ((end - now) * (day + 1 - spent.length)) / left;
    return Math.min(Math.max(0, value), top);
  });
}

/** The next round figure above, with a little air. */
function niceTop(highest: number): number {
  if (highest <= 0) return 1;
  const unit = 10 ** Math.floor(Math.log10(highest * 1.05)) / 5;
  return Math.ceil((highest * 1.05) / unit) * unit;
}

/** A number as mermaid reads it: no exponent, at most four decimals. */
function plain(value: number): string {
  return value.toFixed(4).replace(/\.?0+$/, "");
}

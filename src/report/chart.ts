import { type NanoUsd, showUsd, usdOf } from "../budget/money.ts";
import { type Day, daysIn } from "../budget/month.ts";
import type { State } from "../budget/state.ts";

/** Colours that read on GitHub's light and dark pages alike; the legend's squares look like them. */
const COLOURS = { spent: "#2f81f7", even: "#a371f7", budget: "#e5534b", text: "#7d8590" };

export type ChartFacts = {
  readonly state: State;
  /** Budget + top-ups. */
  readonly total: NanoUsd;
  /** The last day that is drawn. */
  readonly today: Day;
};

/**
 * The month as a mermaid picture with three lines from its beginning (day 0) to today: spent up to each day, what an
 * even spend would have come to, and the budget. Mermaid lays a series over the axis point by point and draws a
 * shorter one wrong, so each has a point for every day.
 */
export function renderChart(facts: ChartFacts): string {
  const spent = spentByDay(facts);
  const total = usdOf(facts.total);
  const days = daysIn(facts.state.current_month);
  return [
    "```mermaid",
    `%%{init: ${JSON.stringify(LOOK)}}%%`,
    "xychart-beta",
    `  x-axis "day of the month" [${spent.map((_, day) => day).join(", ")}]`,
    `  y-axis "US dollars" 0 --> ${plain(niceTop(Math.max(total, ...spent)))}`,
    `  line [${spent.map((_, day) => plain((Math.max(0, total) * day) / days)).join(", ")}]`,
    `  line [${spent.map(() => plain(Math.max(0, total))).join(", ")}]`,
    `  line [${spent.map(plain).join(", ")}]`,
    "```",
  ].join("\n");
}

/** What the chart's colours mean, on one line. */
export function renderLegend({ total }: Pick<ChartFacts, "total">): string {
  return `<sub>🟦 spent so far · 🟪 an even spend over the month · 🟥 the budget, ${showUsd(total)}</sub>`;
}

const LOOK = {
  xyChart: { width: 900, height: 320, xAxis: { labelFontSize: 12 }, yAxis: { labelFontSize: 12 } },
  themeVariables: {
    xyChart: {
      backgroundColor: "transparent",
      plotColorPalette: [COLOURS.even, COLOURS.budget, COLOURS.spent].join(","),
      ...Object.fromEntries(
        ["xAxis", "yAxis"].flatMap((axis) =>
          ["LabelColor", "TitleColor", "TickColor", "LineColor"].map((part) => [axis + part, COLOURS.text]),
        ),
      ),
    },
  },
};

/** Dollars spent up to each day, from nothing on day 0 until today; what has no day counts from the first. */
function spentByDay({ state, today }: ChartFacts): number[] {
  const month = state.current_month;
  const days = today.startsWith(month) ? Number(today.slice(8, 10)) : today < month ? 1 : daysIn(month);
  const daily = Array.from({ length: days }, (_, index) => {
    const totals = state.daily[`${month}-${String(index + 1).padStart(2, "0")}`];
    return totals === undefined ? 0 : usdOf(totals.spent);
  });
  let spent = usdOf(state.total_spent) - daily.reduce((sum, day) => sum + day, 0);
  const upTo = daily.map((day) => {
    spent += day;
    return Math.max(0, spent);
  });
  return [0, ...upTo];
}

/** The next round figure above, with a little air. */
function niceTop(highest: number): number {
  if (highest <= 0) return 1;
  const unit = 10 ** Math.floor(Math.log10(highest * 1.05)) / 5;
  return Math.ceil((highest * 1.05) / unit) * unit;
}

/** A number as mermaid reads it: no exponent, at most six decimals. */
function plain(value: number): string {
  return value.toFixed(6).replace(/\.?0+$/, "");
}

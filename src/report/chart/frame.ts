import { tickStep, ticks as ticksOf } from "d3-array";
import { type ScaleLinear, scaleLinear } from "d3-scale";
import { bounded, type NanoUsd, showDecimals, usdOf } from "../../values/money.ts";
import { daysIn, type Month } from "../../values/month.ts";
import { showDay } from "../../values/show.ts";
import type { Color, Look } from "./palette.ts";
import { label, line, type Mark, type Picture, rect, type Sign, svgOf, symbol } from "./svg.ts";
import { lines, shownText, type Type, widthOf } from "./text.ts";

/** Every picture is this wide. */
export const WIDTH = 880;
export const MARGIN = 24;
export const SMALL: Type = { size: 12 };
const TITLE: Type = { size: 16, bold: true };
const TITLE_LINE = 21;

/** The sentence on top, and under it what the marks mean; `bottom` is where the picture's own part may begin. */
export function head(title: string, legend: readonly LegendItem[] = []): { marks: Mark[]; bottom: number } {
  const rows = lines(title, WIDTH - 2 * MARGIN, { ...TITLE, most: 2 });
  const sentence = rows.map((text, index) => label({ ...TITLE, x: MARGIN, y: 36 + TITLE_LINE * index, text }));
  const bottom = 36 + TITLE_LINE * (rows.length - 1) + 12;
  if (legend.length === 0) return { marks: sentence, bottom };
  const drawn = legendRow(legend, bottom + 16);
  return { marks: [...sentence, ...drawn.marks], bottom: drawn.bottom };
}

/** A picture of which there is nothing to draw: its sentence alone. */
export function sentenceAlone(words: Pick<Picture, "title" | "description" | "table">, look: Look): Picture {
  const { title, description } = words;
  const { marks, bottom } = head(shownText(title, look));
  return { ...words, svg: svgOf({ width: WIDTH, height: bottom + 16, title, description, look, marks }) };
}

/** What a color means, which is a square, possibly as pale as a band, a line or a symbol. */
export type LegendItem = {
  readonly text: string;
  readonly color: Color;
  readonly sign?: "square" | "line" | "dashes" | "outline" | Sign;
  readonly opacity?: number;
};

function legendRow(items: readonly LegendItem[], baseline: number): { marks: Mark[]; bottom: number } {
  let [x, y] = [MARGIN, baseline];
  const marks = items.flatMap((item) => {
    const width = 20 + widthOf(item.text, SMALL);
    if (x > MARGIN && x + width > WIDTH - MARGIN) [x, y] = [MARGIN, y + 18];
    const left = x;
    x += width + 18;
    return [swatch(item, left, y), label({ ...SMALL, x: left + 20, y, text: item.text, color: "muted" })];
  });
  return { marks, bottom: y + 10 };
}

function swatch({ color, sign = "square", opacity }: LegendItem, x: number, y: number): Mark {
  switch (sign) {
    case "square":
      return rect({
        ...{ x, y: y - 10, width: 12, height: 12 },
        fill: color,
        opacity,
      });
    case "outline":
      return rect({ ...{ x: x + 0.5, y: y - 9.5, width: 11, height: 11 }, stroke: color, thick: 1 });
    case "line":
      return line([x, y - 4], [x + 14, y - 4], { stroke: color, thick: 2.5 });
    case "dashes":
      return line([x, y - 4], [x + 14, y - 4], { stroke: color, thick: 2, dash: "5 3" });
    default:
      return symbol(sign, [x + 6, y - 4], { color });
  }
}

/** Where a picture's own part is. */
export type Plot = { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number };

/** Round numbers on a scale of dollars, with their labels: all with the same decimals. */
export function moneyTicks([low, high]: readonly [number, number], count: number): { value: number; text: string }[] {
  const values = ticksOf(low, high, count);
  const step = tickStep(low, high, count);
  const isWhole = Number.isInteger(step);
  const decimals = Math.min(9, Math.max(2, -Math.floor(Math.log10(step))));
  return values.map((value) => {
    const exact = showDecimals(bounded(Math.round(value * 1e9)), decimals);
    return { value, text: isWhole ? exact.replace(/\.0+$/, "") : exact };
  });
}

/** A scale of dollars upward, with its lines and labels to the left of the plot. */
export function moneyAxis(
  [low, high]: readonly [number, number],
  { top, bottom, right }: Pick<Plot, "top" | "bottom" | "right">,
): { readonly y: ScaleLinear<number, number>; readonly left: number; readonly marks: Mark[] } {
  const domain: [number, number] = high > low ? [low, high] : [low, low + 1];
  const ticks = moneyTicks(domain, 5);
  const left = MARGIN + Math.max(...ticks.map(({ text }) => widthOf(text, SMALL))) + 8;
  const y = scaleLinear(domain, [bottom, top]);
  const marks = ticks.flatMap(({ value, text }) => [
    line([left, y(value)], [right, y(value)], { stroke: value === 0 ? "frame" : "grid", thick: 1 }),
    label({ ...SMALL, x: left - 8, y: y(value) + 4, text, anchor: "end", color: "muted" }),
  ]);
  return { y, left, marks };
}

/** The days of a month under a plot, as many of them as have room. */
export function dayLabels(month: Month, x: (day: number) => number, y: number): Mark[] {
  const last = daysIn(month);
  const days = [1, 5, 10, 15, 20, 25, last].filter((day, index, all) => index === all.length - 1 || last - day > 2);
  return days.map((day, index) => {
    const text = index === 0 ? showDay(`${month}-01`) : String(day);
    return label({ ...SMALL, x: x(day), y, text, anchor: "middle", color: "muted" });
  });
}

/** Dollars of an amount, as a plain number for scales. */
export const dollars = (amount: NanoUsd): number => usdOf(amount);

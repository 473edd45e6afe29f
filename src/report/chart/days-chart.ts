import { scaleBand } from "d3-scale";
import { bounded, boundedSum, type NanoUsd, showUsd } from "../../values/money.ts";
import type { Day } from "../../values/month.ts";
import { showDay, showMany } from "../../values/show.ts";
import { showSpent } from "../../values/shown-money.ts";
import type { TextTable } from "../model/outlook-rows.ts";
import { dollars, head, type LegendItem, MARGIN, moneyAxis, SMALL, sentenceAlone, WIDTH } from "./frame.ts";
import { placed, withZero } from "./layout.ts";
import type { Look } from "./palette.ts";
import { label, line, type Mark, type Paint, type Picture, rect, svgOf, symbol } from "./svg.ts";
import { fitted, named, shownText } from "./text.ts";

/** A day's dollars, negative where corrections prevail, and what a day like it usually takes, where that is known. */
export type DaySpending = {
  readonly day: Day;
  readonly spent: NanoUsd;
  readonly usual?: { readonly expected: NanoUsd; readonly upper: NanoUsd } | undefined;
  /** What drove an unusual day: "profile nightly". Foreign text. */
  readonly cause?: string | undefined;
  /** The day isn't over. */
  readonly isRunning?: boolean;
};

const HEIGHT = 380;
/** Longer bars than so many times the fourth longest are cut, so that the others can be seen. */
const CUT = 6;
/** What a day takes with some space: "28 Feb". */
const DAY_WIDTH = 54;

type Named = DaySpending & { readonly isUnusual: boolean };

/** Dollars a day with the range that is usual; days above it are marked and named. */
export function daysChart(days: readonly DaySpending[], look: Look): Picture {
  const named = days.map(
    (day): Named => ({ ...day, isUnusual: day.usual !== undefined && day.spent > day.usual.upper }),
  );
  const title = titleOf(named);
  const description = `${title}. Bars of dollars a day from ${spanText(days)}. ${unusualText(named)}`;
  const words = { title, description, table: tableOf(named) };
  if (days.length === 0) return sentenceAlone({ ...words, description: `${title}.` }, look);
  const top = head(title, legendOf(named));
  const plot = { top: top.bottom + 26, bottom: HEIGHT - 44, right: WIDTH - MARGIN };
  const domain = domainOf(named);
  const { y, left, marks } = moneyAxis(domain, plot);
  const x = scaleBand(
    named.map(({ day }) => day),
    [left, plot.right],
  ).paddingInner(0.25);
  const within = (value: number) => y(Math.max(domain[0], Math.min(domain[1], value)));
  const scene: Scene = { x: (day) => x(day) ?? left, width: x.bandwidth(), y: within, left, top: top.bottom + 4, look };
  const drawn = [
    ...top.marks,
    ...marks,
    ...named.flatMap((day) => dayMarks(day, scene)),
    ...unusualMarks(named, scene),
    ...labelsUnder(named, scene),
  ];
  return {
    ...words,
    svg: svgOf({ width: WIDTH, height: HEIGHT, title, description, look, marks: drawn }),
  };
}

type Scene = {
  readonly x: (day: Day) => number;
  readonly width: number;
  readonly y: (dollars: number) => number;
  readonly left: number;
  readonly top: number;
  readonly look: Look;
};

function domainOf(days: readonly DaySpending[]): [number, number] {
  const amounts = days.map(({ spent }) => dollars(spent));
  const uppers = days.flatMap(({ usual }) => (usual === undefined ? [] : [dollars(usual.upper)]));
  const [low, high] = withZero(amounts);
  const fourth = amounts.toSorted((a, b) => b - a)[3] ?? 0;
  const most = fourth > 0 && high > CUT * fourth ? CUT * fourth : high;
  const upper = Math.max(0, ...uppers);
  return [low * 1.04, Math.max(most, most === 0 ? upper : Math.min(upper, 2 * most)) * 1.04];
}

function dayMarks({ day, spent, usual, isRunning, isUnusual }: Named, { x, width, y }: Scene): Mark[] {
  const [left, zero, end] = [x(day), y(0), y(dollars(spent))];
  const hint = `${showDay(day)}: ${showSpent(spent)}${usual === undefined ? "" : `; ${usualText(usual)}`}`;
  const bar = { x: left, y: Math.min(zero, end), width, height: Math.abs(end - zero) };
  const range =
    usual === undefined
      ? []
      : [
          rect({
            x: left - 1,
            y: y(dollars(usual.upper)),
            width: width + 2,
            height: zero - y(dollars(usual.upper)),
            fill: "band80",
            opacity: 0.22,
          }),
          line([left - 1, y(dollars(usual.upper))], [left + width + 1, y(dollars(usual.upper))], {
            stroke: "band80",
            thick: 1.5,
          }),
        ];
  const color = isUnusual ? "bad" : spent < 0 ? "held" : "spent";
  const paint: Paint = isRunning === true ? { stroke: color, thick: 1.5 } : { fill: color };
  const expected = usual === undefined ? [] : [y(dollars(usual.expected))];
  return [
    ...range,
    rect({ ...bar, ...paint, hint }),
    ...expected.map((at) => line([left + width * 0.2, at], [left + width * 0.8, at], { stroke: "ink", thick: 1.5 })),
  ];
}

function unusualMarks(days: readonly Named[], { x, width, y, left, top, look }: Scene): Mark[] {
  const points = days
    .filter(({ isUnusual }) => isUnusual)
    .map((day) => ({ ...day, at: x(day.day) + width / 2, above: y(dollars(day.spent)) - 10 }));
  const symbols = points.map(({ at, above }) => symbol("triangle", [at, above], { color: "bad" }));
  const room = { left, right: WIDTH - MARGIN + 8, top, bottom: HEIGHT };
  const boxes = points.map(({ at, above }) => ({ left: at - 6, right: at + 6, top: above - 6, bottom: above + 6 }));
  const wanted = points.map(({ day, spent, cause, at, above }) => {
    const text = fitted(
      shownText(`${showDay(day)}: ${showSpent(spent)}${cause === undefined ? "" : `, ${cause}`}`, look),
      260,
      SMALL,
    );
    const spot = (dx: number, anchor: "start" | "end") => ({ x: at + dx, y: above + 4, anchor });
    return { text, of: day, spots: [spot(11, "start"), spot(-11, "end")] };
  });
  const bars = days.map(({ day, spent }) => ({
    left: x(day),
    right: x(day) + width,
    top: y(dollars(spent)),
    bottom: HEIGHT,
  }));
  const shown = placed(wanted, { taken: [...boxes, ...bars], room, type: SMALL });
  return [
    ...symbols,
    ...shown.map(({ x: at, y: baseline, text, anchor }) => label({ ...SMALL, x: at, y: baseline, text, anchor })),
  ];
}

/** As many days as have room under their bars, at equal distances, the first in any case. */
function labelsUnder(days: readonly DaySpending[], { x, width }: Scene): Mark[] {
  const step = days.length < 2 ? width : x(days[1]?.day ?? "") - x(days[0]?.day ?? "");
  const every = Math.max(1, Math.ceil(DAY_WIDTH / step));
  return days.flatMap(({ day }, index) => {
    const middle = x(day) + width / 2;
    if (index % every !== 0 || middle + DAY_WIDTH / 2 > WIDTH) return [];
    return [label({ ...SMALL, x: middle, y: HEIGHT - 24, text: showDay(day), anchor: "middle", color: "muted" })];
  });
}

function legendOf(days: readonly Named[]): LegendItem[] {
  const some = (has: (day: Named) => boolean) => days.some(has);
  return [
    { text: "dollars a day", color: "spent" },
    ...(some(({ isRunning }) => isRunning === true)
      ? [{ text: "today so far", color: "spent" as const, sign: "outline" as const }]
      : []),
    ...(some(({ usual }) => usual !== undefined)
      ? [
          { text: "usual, up to its edge", color: "band80" as const, opacity: 0.4 },
          { text: "expected", color: "ink" as const, sign: "line" as const },
        ]
      : []),
    ...(some(({ isUnusual }) => isUnusual)
      ? [{ text: "unusual", color: "bad" as const, sign: "triangle" as const }]
      : []),
    ...(some(({ spent }) => spent < 0) ? [{ text: "corrections", color: "held" as const }] : []),
  ];
}

/** "$14.20 in 28 days, $0.51 a day; 1 day was unusual: 12 Feb ($2.40, at most $1.10 is usual)". */
function titleOf(days: readonly Named[]): string {
  if (days.length === 0) return "Nothing is known of any day yet";
  const sum = boundedSum(days.map(({ spent }) => spent));
  const average = bounded(Math.round(sum / days.length));
  const unusual = days.filter(({ isUnusual }) => isUnusual);
  const [first] = unusual;
  const said =
    first?.usual === undefined
      ? ""
      : unusual.length === 1
        ? `; ${showDay(first.day)} was unusual: ${showSpent(first.spent)}, at most ${showUsd(first.usual.upper)} is usual`
        : `; ${showMany(unusual.length, "day")} were unusual`;
  return `${showSpent(sum)} in ${showMany(days.length, "day")}, ${showUsd(average)} a day${said}`;
}

function usualText({ expected, upper }: NonNullable<DaySpending["usual"]>): string {
  return `${showUsd(expected)} is usual, up to ${showUsd(upper)}`;
}

function unusualText(days: readonly Named[]): string {
  const unusual = days.filter(({ isUnusual }) => isUnusual).slice(0, 10);
  const texts = unusual.map(({ day, spent, usual, cause }) => {
    const because = cause === undefined ? "" : `, driven by ${named(cause)}`;
    return `${showDay(day)} with ${showSpent(spent)}${usual === undefined ? "" : ` (${usualText(usual)})`}${because}`;
  });
  return texts.length === 0 ? "No day is marked as unusual." : `Marked as unusual: ${texts.join("; ")}.`;
}

function spanText(days: readonly DaySpending[]): string {
  const [first, last] = [days[0], days.at(-1)];
  return first === undefined || last === undefined ? "no day" : `${first.day} to ${last.day}`;
}

function tableOf(days: readonly Named[]): TextTable {
  return {
    columns: [
      { heading: "Day" },
      { heading: "Spent", align: "right" },
      { heading: "Usual", align: "right" },
      { heading: "At most", align: "right" },
      { heading: "Marked" },
    ],
    rows: days.map(({ day, spent, usual, cause, isUnusual }) => [
      day,
      showSpent(spent),
      usual === undefined ? "–" : showUsd(usual.expected),
      usual === undefined ? "–" : showUsd(usual.upper),
      isUnusual ? `unusual${cause === undefined ? "" : `: ${cause}`}` : "",
    ]),
  };
}

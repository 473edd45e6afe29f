import { max, median, min } from "d3-array";
import { scaleLinear, scaleLog } from "d3-scale";
import { line as lineOf } from "d3-shape";
import { bounded, boundedNanoOf, type NanoUsd, showUsd, ZERO } from "../../values/money.ts";
import { dayOf, epochOf, type Instant, instantOf } from "../../values/month.ts";
import { showDay, showMany } from "../../values/show.ts";
import type { TextTable } from "../model/outlook-rows.ts";
import { dollars, head, type LegendItem, MARGIN, SMALL, sentenceAlone, WIDTH } from "./frame.ts";
import type { Color, Look } from "./palette.ts";
import { label, line, type Mark, type Picture, path, type Sign, svgOf, symbol } from "./svg.ts";
import { during, named, widthOf } from "./text.ts";

/** A run as it was booked; a correction may be negative. */
export type RunPoint = {
  readonly at: Instant;
  readonly cost: NanoUsd;
  readonly result: "success" | "failure" | "cancelled" | "unknown";
  /** What it was expected to cost. */
  readonly estimate?: NanoUsd | undefined;
  /** Foreign text. */
  readonly name?: string | undefined;
};

const HEIGHT = 400;
/** Older ones are left out of the picture, not of its sentence. */
const MOST_POINTS = 1_500;
/** Room under the scale for runs that cost nothing, or less: a logarithm has no place for them. */
const LANE = 26;
const NOTHING = "$0 or less";
/** Days that are named between the first and the last. */
const LABELS_BETWEEN = 4;
const RESULTS: Readonly<Record<RunPoint["result"], readonly [Sign, Color]>> = {
  success: ["circle", "spent"],
  failure: ["cross", "bad"],
  cancelled: ["triangle", "warn"],
  unknown: ["diamond", "other"],
};

export type RunsFacts = {
  /** The span, as in a sentence: "February 2026". */
  readonly span: string;
  readonly timezone: string;
  readonly runs: readonly RunPoint[];
};

/** What each run cost, on a scale on which every step is ten times the one below, with the estimate as a line. */
export function runsChart({ span, timezone, runs }: RunsFacts, look: Look): Picture {
  const ordered = runs.toSorted((a, b) => epochOf(a.at) - epochOf(b.at));
  const shown = ordered.slice(-MOST_POINTS);
  const title = titleOf(ordered, { shown: shown.length, span });
  if (ordered.length === 0) return sentenceAlone({ title, description: `${title}.`, table: tableOf(shown) }, look);
  const top = head(title, legendOf(shown));
  const scene = sceneOf(shown, top.bottom + 14);
  const marks = [
    ...top.marks,
    ...scene.axis,
    ...estimateMarks(shown, scene),
    ...shown.map((run) => pointMark(run, scene)),
    ...timeLabels(shown, timezone, scene.x),
  ];
  const description = `${title}. Points of what each run cost over time, on a logarithmic scale. ${resultsText(ordered)}`;
  return {
    ...{ title, description, table: tableOf(shown) },
    svg: svgOf({ width: WIDTH, height: HEIGHT, title, description, look, marks }),
  };
}

type Scene = {
  readonly x: (epochMs: number) => number;
  readonly y: (amount: NanoUsd) => number;
  readonly axis: readonly Mark[];
};

function sceneOf(shown: readonly RunPoint[], top: number): Scene {
  const hasLane = shown.some(({ cost }) => cost <= 0);
  const bottom = HEIGHT - 44 - (hasLane ? LANE : 0);
  const lane = bottom + LANE;
  const powers = powersOf(shown);
  const most = Math.max(
    10 * (powers[0] ?? 1),
    ...shown.map(({ cost, estimate = ZERO }) => dollars(cost > estimate ? cost : estimate)),
  );
  const y = scaleLog([powers[0] ?? 1, most * 1.2], [bottom, top]).clamp(true);
  const texts = powers.map((power) => showUsd(boundedNanoOf(power)));
  const widest = Math.max(...[...texts, ...(hasLane ? [NOTHING] : [])].map((text) => widthOf(text, SMALL)));
  const left = MARGIN + widest + 8;
  const tick = (height: number, text: string, dash?: string) => [
    line([left, height], [WIDTH - MARGIN, height], { stroke: dash === undefined ? "grid" : "frame", thick: 1, dash }),
    label({ ...SMALL, x: left - 8, y: height + 4, text, anchor: "end", color: "muted" }),
  ];
  const every = Math.ceil(powers.length / 9);
  const ticks = powers.flatMap((power, index) => (index % every === 0 ? tick(y(power), texts[index] ?? "") : []));
  const times = shown.map(({ at }) => epochOf(at));
  const [from = 0, to = 0] = [times[0], times.at(-1)];
  return {
    x: scaleLinear(from === to ? [from - 1, to + 1] : [from, to], [left + 10, WIDTH - MARGIN - 10]),
    y: (amount) => (amount > 0 ? y(dollars(amount)) : lane),
    axis: [...ticks, ...(hasLane ? tick(lane, NOTHING, "2 3") : [])],
  };
}

/** The powers of ten from below the least cost up to the most. */
function powersOf(shown: readonly RunPoint[]): number[] {
  const amounts = shown.flatMap(({ cost, estimate = ZERO }) => [cost, estimate]);
  const costs = amounts.filter((amount) => amount > 0).map(dollars);
  const [low = 0.01, high = 0.99] = [min(costs), max(costs)];
  const [first, last] = [
    Math.floor(Math.log10(low)),
    Math.max(Math.floor(Math.log10(low)) + 1, Math.floor(Math.log10(high))),
  ];
  return Array.from({ length: last - first + 1 }, (_, index) => Number(`1e${first + index}`));
}

function pointMark({ at, cost, result, name }: RunPoint, { x, y }: Scene): Mark {
  const [sign, color] = RESULTS[result];
  const hint = `${name === undefined ? "" : `${named(name)}, `}${at}: ${showUsd(cost)}, ${result}`;
  return symbol(sign, [x(epochOf(at)), y(cost)], { color, hint });
}

function estimateMarks(shown: readonly RunPoint[], { x, y }: Scene): Mark[] {
  const estimated = shown.flatMap(({ at, estimate = ZERO }): [number, number][] =>
    estimate > 0 ? [[x(epochOf(at)), y(estimate)]] : [],
  );
  if (estimated.length < 2) return [];
  return [path(lineOf().digits(2)(estimated) ?? "", { stroke: "ink", thick: 1.5 })];
}

function timeLabels(shown: readonly RunPoint[], timezone: string, x: (epoch: number) => number): Mark[] {
  const [first, last] = [shown[0], shown.at(-1)];
  if (first === undefined || last === undefined) return [];
  const text = ({ at }: RunPoint) => showDay(dayOf(at, timezone));
  const mark = (run: RunPoint, anchor: "start" | "end" | "middle") =>
    label({ ...SMALL, x: x(epochOf(run.at)), y: HEIGHT - 20, text: text(run), anchor, color: "muted" });
  const dayText = (epoch: number) => showDay(dayOf(instantOf(epoch), timezone));
  const seen = new Set([text(first), text(last)]);
  const dayMark = (epoch: number): Mark[] => {
    const day = dayText(epoch);
    if (seen.has(day)) return [];
    seen.add(day);
    return [label({ ...SMALL, x: x(epoch), y: HEIGHT - 20, text: day, anchor: "middle", color: "muted" })];
  };
  return text(first) === text(last)
    ? [mark(first, epochOf(first.at) === epochOf(last.at) ? "middle" : "start")]
    : [mark(first, "start"), ...daysBetween(epochOf(first.at), epochOf(last.at)).flatMap(dayMark), mark(last, "end")];
}

/** Instants in equal distances between two. */
function daysBetween(from: number, to: number): number[] {
  return Array.from(
    { length: LABELS_BETWEEN },
    (_, index) => from + ((index + 1) * (to - from)) / (LABELS_BETWEEN + 1),
  );
}

function legendOf(shown: readonly RunPoint[]): LegendItem[] {
  const results = (Object.keys(RESULTS) as RunPoint["result"][]).filter((result) =>
    shown.some((run) => run.result === result),
  );
  return [
    ...results.map((result) => ({
      text: result === "unknown" ? "result unknown" : result,
      sign: RESULTS[result][0],
      color: RESULTS[result][1],
    })),
    ...(shown.filter(({ estimate = 0 }) => estimate > 0).length > 1
      ? [{ text: "estimate", color: "ink" as const, sign: "line" as const }]
      : []),
  ];
}

/** "96 runs in February 2026: $0.0510 each by the median, $1.20 at most; 3 failures". */
function titleOf(
  runs: readonly RunPoint[],
  { shown, span }: { readonly shown: number; readonly span: string },
): string {
  const costs = runs.map(({ cost }) => cost);
  const middle = median(costs);
  if (middle === undefined) return `No run is known ${during(span)}`;
  const failed = runs.filter(({ result }) => result === "failure").length;
  const most = costs.reduce((a, b) => (b > a ? b : a));
  const part = shown < runs.length ? `; the newest ${shown} are shown` : "";
  return `${showMany(runs.length, "run")} ${during(span)}: ${showUsd(bounded(Math.round(middle)))} each by the median, ${showUsd(most)} at most${failed === 0 ? "" : `; ${showMany(failed, "failure")}`}${part}`;
}

function resultsText(runs: readonly RunPoint[]): string {
  const counts = (Object.keys(RESULTS) as RunPoint["result"][]).map(
    (result) => [result, runs.filter((run) => run.result === result).length] as const,
  );
  return `By result: ${counts.map(([result, count]) => `${result} ${count}`).join(", ")}.`;
}

function tableOf(runs: readonly RunPoint[]): TextTable {
  return {
    columns: [
      { heading: "At" },
      { heading: "Run" },
      { heading: "Cost", align: "right" },
      { heading: "Estimate", align: "right" },
      { heading: "Result" },
    ],
    rows: runs.map(({ at, name = "–", cost, estimate, result }) => [
      at,
      name,
      showUsd(cost),
      estimate === undefined ? "–" : showUsd(estimate),
      result,
    ]),
  };
}

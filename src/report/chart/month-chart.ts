import { scaleLinear } from "d3-scale";
import { area as areaOf, line as lineOf } from "d3-shape";
import { type NanoUsd, showUsd, ZERO } from "../../values/money.ts";
import { daysIn } from "../../values/month.ts";
import { shownMoney } from "../../values/shown-money.ts";
import { dayLabels, dollars, head, type LegendItem, MARGIN, moneyAxis, type Plot, SMALL, WIDTH } from "./frame.ts";
import { type Box, boxOf, placed, spread, withZero } from "./layout.ts";
import {
  type AheadDay,
  descriptionOf,
  isGone,
  type MonthEvent,
  type MonthFacts,
  tableOf,
  titleOf,
  totalOf,
  undatedText,
} from "./month-facts.ts";
import type { Color, Look } from "./palette.ts";
import { circle, label, line, type Mark, type Picture, path, svgOf, symbol } from "./svg.ts";
import { fitted, widthOf } from "./text.ts";

const HEIGHT = 420;
/** So many times what is spent and expected, the budget is too far away to be drawn. */
const FAR = 4;
/** The axis ends at most at so many times the highest of the rest for the band's sake. */
const HIGHEST_EDGE = 2;
const EVENTS = {
  milestone: ["diamond", "good"],
  alert: ["triangle", "bad"],
  "top-up": ["cross", "held"],
  "likely gone": ["circle", "bad"],
  "possibly gone": ["circle", "held"],
} as const;

/** Spent up to each day, the forecast with its 50 and 80 % bands, the budget, and what happened on the way. */
export function monthChart(facts: MonthFacts, look: Look): Picture {
  const title = titleOf(facts);
  const table = tableOf(facts);
  const top = head(title, legendOf(facts));
  const scene = sceneOf(facts, top.bottom + 14);
  const marks = [...top.marks, ...scene.axis, ...bandMarks(facts, scene), ...budgetMarks(facts, scene)];
  const lines = spentMarks(facts, scene);
  const ends = endLabels(facts, scene);
  const events = eventMarks(facts, scene, ends.boxes);
  const description = descriptionOf(facts, title);
  const drawn = [...marks, ...lines, ...ends.marks, ...events];
  return {
    title,
    description,
    table,
    svg: svgOf({ width: WIDTH, height: HEIGHT, title, description, look, marks: drawn }),
  };
}

type Scene = {
  readonly plot: Plot;
  readonly x: (day: number) => number;
  readonly y: (amount: NanoUsd) => number;
  readonly axis: readonly Mark[];
  /** The budget is too far above everything else to be drawn. */
  readonly isFar: boolean;
};

function sceneOf(facts: MonthFacts, top: number): Scene {
  const [lowest, highest] = withZero([...facts.spent, ...facts.ahead.map(({ point }) => point)].map(dollars));
  const total = dollars(totalOf(facts));
  const isFar = highest > 0 && total > FAR * highest;
  const near = Math.max(highest, isFar ? 0 : total);
  const edge = Math.max(0, ...facts.ahead.map(({ likely80 }) => dollars(likely80?.high ?? (0 as NanoUsd))));
  const most = Math.max(near, Math.min(edge, HIGHEST_EDGE * near));
  const width = labelsOf(facts).reduce((widest, { text }) => Math.max(widest, widthOf(text, SMALL)), 0);
  const sides = { top, bottom: HEIGHT - 44, right: WIDTH - MARGIN - width - 10 };
  const { y, left, marks } = moneyAxis([lowest, most * 1.04 || 1], sides);
  const x = scaleLinear([0, daysIn(facts.month)], [left, sides.right]);
  return {
    plot: { ...sides, left },
    x,
    y: (amount) => y(Math.max(lowest, Math.min(most * 1.04 || 1, dollars(amount)))),
    axis: [...marks, ...dayLabels(facts.month, x, HEIGHT - 24)],
    isFar,
  };
}

/** The curve begins with what has no day: nothing, unless it was imported. */
function spentMarks({ spent, since = 1, undated = ZERO }: MonthFacts, { x, y }: Scene): Mark[] {
  if (spent.length === 0) return [];
  const points: [number, number][] = [
    [x(since - 1), y(undated)],
    ...spent.slice(since - 1).map((amount, index): [number, number] => [x(since + index), y(amount)]),
  ];
  const last = points.at(-1) ?? [0, 0];
  return [
    path(lineOf().digits(2)(points) ?? "", { stroke: "spent", thick: 2.5 }),
    circle(last[0], last[1], { radius: 4, fill: "spent" }),
  ];
}

function bandMarks(facts: MonthFacts, { x, y }: Scene): Mark[] {
  const { ahead, spent } = facts;
  if (ahead.length === 0) return [];
  const now = spent.at(-1) ?? (0 as NanoUsd);
  const start = { day: spent.length, point: now, likely50: { low: now, high: now }, likely80: { low: now, high: now } };
  const days: readonly AheadDay[] = [start, ...ahead];
  const band = (key: "likely50" | "likely80", opacity: number): Mark[] => {
    if (ahead.some((day) => day[key] === undefined)) return [];
    const low = (day: AheadDay) => y(day[key]?.low ?? now);
    const high = (day: AheadDay) => y(day[key]?.high ?? now);
    const shapeOf = areaOf<AheadDay>()
      .x(({ day }) => x(day))
      .y0(low)
      .y1(high)
      .digits(2);
    const edges = [low, high].map((edge) => lineOf<AheadDay>(({ day }) => x(day), edge).digits(2)(days) ?? "");
    const color: Color = key === "likely50" ? "band50" : "band80";
    return [
      path(shapeOf(days) ?? "", { fill: color, opacity }),
      ...edges.map((edge) => path(edge, { stroke: color, thick: 1 })),
    ];
  };
  const point =
    lineOf<AheadDay>(
      ({ day }) => x(day),
      (day) => y(day.point),
    ).digits(2)(days) ?? "";
  return [
    ...band("likely80", 0.22),
    ...band("likely50", 0.35),
    path(point, { stroke: "ahead", thick: 2, dash: "6 4" }),
  ];
}

function budgetMarks(facts: MonthFacts, { plot, y, isFar }: Scene): Mark[] {
  if (isFar) return [];
  const at = (amount: NanoUsd, dash?: string) =>
    line([plot.left, y(amount)], [plot.right, y(amount)], {
      stroke: "budget",
      thick: 2,
      dash,
    });
  return [at(totalOf(facts)), ...(facts.topUps === 0 ? [] : [at(Math.max(0, facts.budget) as NanoUsd, "2 4")])];
}

type EndLabel = { readonly text: string; readonly amount: NanoUsd; readonly color: Color };

/** What the lines are, to the right of their ends. */
function labelsOf(facts: MonthFacts): EndLabel[] {
  const { spent, ahead, topUps } = facts;
  const total = totalOf(facts);
  const now = spent.at(-1) ?? (0 as NanoUsd);
  const shown = shownMoney({ total, spent: now });
  const end = ahead.at(-1);
  return [
    { text: `${topUps === 0 ? "budget" : "with top-ups"} ${shown.total}`, amount: total, color: "budget" },
    ...(end?.likely80 === undefined
      ? []
      : [{ text: `80% up to ${showUsd(end.likely80.high)}`, amount: end.likely80.high, color: "muted" as const }]),
    ...(end === undefined
      ? []
      : [{ text: `forecast ${showUsd(end.point)}`, amount: end.point, color: "muted" as const }]),
    ...(end?.likely80 === undefined
      ? []
      : [{ text: `80% from ${showUsd(end.likely80.low)}`, amount: end.likely80.low, color: "muted" as const }]),
    { text: `spent ${shown.spent}`, amount: now, color: "spent" },
  ];
}

function endLabels(facts: MonthFacts, { plot, y, isFar }: Scene): { marks: Mark[]; boxes: Box[] } {
  const wanted = labelsOf(facts);
  const heights = wanted.map(({ amount }, index) => (isFar && index === 0 ? plot.top : y(amount)) + 4);
  const places = spread(heights, 17, [plot.top + 4, plot.bottom + 4]);
  const x = plot.right + 10;
  const shown = wanted.map(({ text, color }, index) => ({
    text,
    color,
    x,
    y: places[index] ?? 0,
    anchor: "start" as const,
  }));
  return {
    marks: shown.map((one) => label({ ...SMALL, ...one })),
    boxes: shown.map((one) => boxOf(one.text, one, SMALL)),
  };
}

/** What happened lies on the curve, a top-up on the axis, and the day on which the money is gone on the budget's line. */
function eventMarks(facts: MonthFacts, { plot, x, y, isFar }: Scene, taken: readonly Box[]): Mark[] {
  const amountOf = ({ kind, day }: MonthEvent): NanoUsd => {
    if (isGone(kind)) return totalOf(facts);
    return kind === "top-up" ? ZERO : (facts.spent[day - 1] ?? ZERO);
  };
  const points = facts.events
    .filter(({ kind, day }) => day >= 1 && (isGone(kind) ? !isFar : day <= facts.spent.length))
    .map((event) => ({ ...event, x: x(event.day), y: y(amountOf(event)) }));
  const symbols = points.map((point) => {
    const [kind, color] = EVENTS[point.kind];
    return symbol(kind, [point.x, point.y], { color, hint: `${point.kind} ${point.text}, day ${point.day}` });
  });
  const boxes = points.map(({ x, y }) => ({ left: x - 6, right: x + 6, top: y - 6, bottom: y + 6 }));
  const texts = points.map((point) => ({
    text: fitted(point.text, 90, SMALL),
    of: EVENTS[point.kind][1],
    spots: [
      { x: point.x, y: point.y - 11, anchor: "middle" as const },
      { x: point.x - 10, y: point.y - 4, anchor: "end" as const },
      { x: point.x + 10, y: point.y + 14, anchor: "start" as const },
      { x: point.x, y: point.y - 27, anchor: "middle" as const },
    ],
  }));
  const room = { left: plot.left, right: plot.right, top: plot.top, bottom: plot.bottom };
  const shown = placed(texts, { taken: [...taken, ...boxes], room, type: SMALL });
  return [
    ...symbols,
    ...shown.map(({ of, ...spot }) => label({ ...SMALL, ...spot, color: of === "held" ? "ink" : of })),
  ];
}

function legendOf({ ahead, events, topUps, undated = ZERO }: MonthFacts): LegendItem[] {
  const has = (kind: MonthEvent["kind"]) => events.some((event) => event.kind === kind);
  const kinds = (Object.keys(EVENTS) as MonthEvent["kind"][]).filter(has);
  const end = ahead.at(-1);
  return [
    ...(end === undefined ? [] : [{ text: "forecast", color: "ahead" as const, sign: "dashes" as const }]),
    ...(end?.likely50 === undefined ? [] : [{ text: "50% likely", color: "band50" as const, opacity: 0.6 }]),
    ...(end?.likely80 === undefined ? [] : [{ text: "80% likely", color: "band80" as const, opacity: 0.35 }]),
    ...(topUps === 0 ? [] : [{ text: "budget without top-ups", color: "budget" as const, sign: "dashes" as const }]),
    ...(undated === 0 ? [] : [{ text: undatedText(undated), color: "spent" as const, sign: "line" as const }]),
    ...kinds.map((kind) => ({ text: kind, sign: EVENTS[kind][0], color: EVENTS[kind][1] })),
  ];
}

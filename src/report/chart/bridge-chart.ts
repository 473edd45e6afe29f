import { scaleBand, scaleLinear } from "d3-scale";
import { bounded, boundedSum, type NanoUsd, percentOf } from "../../values/money.ts";
import { showPercent } from "../../values/percent.ts";
import { shownParts, showSpent, signed } from "../../values/shown-money.ts";
import type { TextTable } from "../model/outlook-rows.ts";
import { dollars, head, type LegendItem, MARGIN, moneyAxis, SMALL, WIDTH } from "./frame.ts";
import { withZero } from "./layout.ts";
import type { Color, Look } from "./palette.ts";
import { label, line, type Mark, type Picture, rect, svgOf } from "./svg.ts";
import { during, fitted, named, shownText, widthOf } from "./text.ts";

/** A row whose cost changed; its name is foreign text. */
export type ChangedRow = { readonly name: string; readonly change: NanoUsd };

export type BridgeFacts = {
  /** The two spans, as in a sentence: "January 2026". */
  readonly from: string;
  readonly to: string;
  readonly before: NanoUsd;
  readonly after: NanoUsd;
  /** They add up to what changed. */
  readonly volume: NanoUsd;
  readonly mix: NanoUsd;
  readonly price: NanoUsd;
  /** The rows that changed the most, largest first. */
  readonly rows: readonly ChangedRow[];
};

const HEIGHT = 380;
const ROWS_SHOWN = 7;
const ROWS_WIDTH = 250;

type Step = {
  readonly name: string;
  readonly low: number;
  readonly high: number;
  readonly end: number;
  readonly text: string;
  readonly color: Color;
  readonly note: string;
};

/** From one span's cost to the other's: more or fewer executions, dearer or cheaper kinds of them, other prices. */
export function bridgeChart(facts: BridgeFacts, look: Look): Picture {
  const title = titleOf(facts);
  const steps = stepsOf(facts);
  const top = head(shownText(title, look), LEGEND);
  const isListed = facts.rows.length > 0;
  const plot = { top: top.bottom + 30, bottom: HEIGHT - 62, right: WIDTH - MARGIN - (isListed ? ROWS_WIDTH + 30 : 0) };
  const [low, high] = withZero(steps.flatMap((step) => [step.low, step.high]));
  const { y, left, marks } = moneyAxis([low * 1.1, high * 1.1], plot);
  const x = scaleBand(
    steps.map(({ name }) => name),
    [left, plot.right],
  ).padding(0.25);
  const scene: Scene = { x: (name) => x(name) ?? left, y, width: x.bandwidth(), step: x.step(), look };
  const drawn = steps.flatMap((step, index) => stepMarks(step, steps[index + 1], scene));
  const rows = isListed ? rowMarks(facts, { top: plot.top, look }) : [];
  const { Volume, Mix, Price } = changeTexts(facts);
  const description = `${title}. Volume ${Volume}, mix ${Mix}, price ${Price}.${rowsText(facts)}`;
  return {
    ...{ title, description, table: tableOf(facts) },
    svg: svgOf({
      width: WIDTH,
      height: HEIGHT,
      title,
      description,
      look,
      marks: [...top.marks, ...marks, ...drawn, ...rows],
    }),
  };
}

type Scene = {
  readonly x: (name: string) => number;
  readonly y: (dollars: number) => number;
  /** A bar's width, and from one bar to the next. */
  readonly width: number;
  readonly step: number;
  readonly look: Look;
};

function stepMarks(step: Step, next: Step | undefined, { x, y, width, step: room, look }: Scene): Mark[] {
  const from = x(step.name);
  const end = y(step.end);
  const joint = next && line([from + width, end], [x(next.name), end], { stroke: "frame", thick: 1, dash: "3 3" });
  const bar = { x: from, width, y: y(step.high), height: Math.max(1.5, y(step.low) - y(step.high)) };
  const under = { x: from + width / 2, anchor: "middle" as const };
  const texts = [step.text, shownText(step.name, look)].map((text) => fitted(text, room - 4, SMALL));
  const note = { size: 11, text: fitted(step.note, room - 2, { size: 11 }) };
  return [
    rect({ ...bar, fill: step.color, hint: `${step.note}: ${step.text}` }),
    ...(joint === undefined ? [] : [joint]),
    label({ ...SMALL, ...under, y: bar.y - 6, text: texts[0] ?? "" }),
    label({ ...SMALL, ...under, y: HEIGHT - 40, text: texts[1] ?? "" }),
    label({ ...under, ...note, y: HEIGHT - 24, color: "muted" }),
  ];
}

const LEGEND: readonly LegendItem[] = [
  { text: "cost", color: "spent" },
  { text: "more", color: "budget" },
  { text: "less", color: "good" },
];

type Part = "Volume" | "Mix" | "Price";

/** The rows' changes as a report shows them: with all of them they add up to the change. */
function rowTexts({ rows }: BridgeFacts): string[] {
  const changes = rows.map(({ change }) => change);
  const whole = boundedSum(changes);
  return shownParts({ total: whole, spent: whole }, changes).map(({ cost }) => signed(cost));
}

/** The parts of the change as a report shows them: they add up to it. */
function changeTexts({ volume, mix, price }: BridgeFacts): Readonly<Record<Part, string>> {
  const change = bounded(volume + mix + price);
  const [first, second, third] = shownParts({ total: change, spent: change }, [volume, mix, price]);
  return { Volume: signed(first?.cost ?? ""), Mix: signed(second?.cost ?? ""), Price: signed(third?.cost ?? "") };
}

function stepsOf(facts: BridgeFacts): Step[] {
  const { from, to, before, after, volume, mix, price } = facts;
  const whole = (name: string, amount: NanoUsd, note: string): Step => {
    const [low, high] = withZero([dollars(amount)]);
    return { name, low, high, end: dollars(amount), text: showSpent(amount), color: "spent", note };
  };
  let level = before as number;
  const texts = changeTexts(facts);
  const change = (name: Part, amount: NanoUsd, note: string): Step => {
    const [start, end] = [level, level + amount];
    level = end;
    const color = amount > 0 ? "budget" : "good";
    return {
      name,
      low: Math.min(start, end) / 1e9,
      high: Math.max(start, end) / 1e9,
      end: end / 1e9,
      text: texts[name],
      color,
      note,
    };
  };
  return [
    whole(named(from), before, "before"),
    change("Volume", volume, "how many"),
    change("Mix", mix, "which ones"),
    change("Price", price, "at what cost"),
    whole(named(to) === named(from) ? `${named(to)} ` : named(to), after, "after"),
  ];
}

/** Bars to the left of a middle line for what became less, to the right for what became more. */
function rowMarks(facts: BridgeFacts, { top, look }: { readonly top: number; readonly look: Look }): Mark[] {
  const rows = facts.rows.slice(0, ROWS_SHOWN);
  const from = WIDTH - MARGIN - ROWS_WIDTH;
  const [low, high] = withZero(rows.map(({ change }) => dollars(change)));
  const texts = rowTexts(facts).slice(0, ROWS_SHOWN);
  const textWidth = Math.max(...texts.map((text) => widthOf(text, SMALL)));
  const x = scaleLinear([low, high === low ? low + 1 : high], [from, WIDTH - MARGIN - textWidth - 10]);
  return [
    label({ size: 12, bold: true, x: from, y: top - 4, text: "Rows that changed the most" }),
    ...rows.flatMap(({ name, change }, index) => {
      const y = top + 16 + 34 * index;
      const [left, right] = [x(Math.min(0, dollars(change))), x(Math.max(0, dollars(change)))];
      return [
        label({ ...SMALL, x: from, y, text: fitted(shownText(name, look), ROWS_WIDTH - textWidth - 10, SMALL) }),
        label({ ...SMALL, x: WIDTH - MARGIN, y, text: texts[index] ?? "", anchor: "end" }),
        rect({ x: left, y: y + 5, width: Math.max(1, right - left), height: 8, fill: change > 0 ? "budget" : "good" }),
      ];
    }),
  ];
}

/** "$18.20 in February 2026, $4.10 more than in January 2026 (+29.1%), most of it by volume". */
function titleOf({ from, to, before, after, volume, mix, price }: BridgeFacts): string {
  const change = bounded(after - before);
  if (change === 0) return `${showSpent(after)} ${during(to)}, as ${during(from)}`;
  const parts = [
    ["volume", volume],
    ["mix", mix],
    ["price", price],
  ] as const;
  const towards = parts.map(([name, amount]) => [name, Math.sign(change) * amount] as const);
  const [cause] = towards.toSorted(([, a], [, b]) => b - a);
  const size = showSpent(change).replace("-", "");
  const share = before > 0 ? ` (${change > 0 ? "+" : ""}${showPercent(percentOf(change, before))})` : "";
  return `${showSpent(after)} ${during(to)}, ${size} ${change > 0 ? "more" : "less"} than ${during(from)}${share}, most of it by ${cause?.[0] ?? "volume"}`;
}

function rowsText(facts: BridgeFacts): string {
  const shown = rowTexts(facts);
  const texts = facts.rows.slice(0, ROWS_SHOWN).map(({ name }, index) => `${named(name)} ${shown[index] ?? ""}`);
  return texts.length === 0 ? "" : ` The rows that changed the most: ${texts.join(", ")}.`;
}

function tableOf(facts: BridgeFacts): TextTable {
  const { from, to, before, after, rows } = facts;
  const texts = rowTexts(facts);
  return {
    columns: [{ heading: "Part" }, { heading: "Cost", align: "right" }],
    rows: [
      [from, showSpent(before)],
      ...Object.entries(changeTexts(facts)),
      [to, showSpent(after)],
      ...rows.map(({ name }, index) => [name, texts[index] ?? ""]),
    ],
  };
}

import { scaleLinear } from "d3-scale";
import { bounded, boundedSum, type NanoUsd, percentOf, showUsd, ZERO } from "../../values/money.ts";
import { showPercent } from "../../values/percent.ts";
import { showMany } from "../../values/show.ts";
import type { TextTable } from "../model/outlook-rows.ts";
import { dollars, head, type LegendItem, MARGIN, SMALL, sentenceAlone, WIDTH } from "./frame.ts";
import type { Color, Look } from "./palette.ts";
import { label, type Mark, type Picture, rect, svgOf } from "./svg.ts";
import { fitted, named, shownText, widthOf } from "./text.ts";

const KINDS = {
  input: ["input", "series1"],
  cacheRead: ["cache reads", "series7"],
  cacheWrite: ["cache writes", "series4"],
  output: ["output", "series2"],
} as const satisfies Readonly<Record<string, readonly [string, Color]>>;

export type TokenKind = keyof typeof KINDS;

export type ModelCost = {
  /** Foreign text. */
  readonly model: string;
  readonly cost: NanoUsd;
  /** How much of it each kind of tokens cost, where that is known; the rest is shown as not split. */
  readonly kinds: Readonly<Partial<Record<TokenKind, NanoUsd>>>;
  /** The share, from 0 to 1, of its input that was read from a cache; undefined where that isn't known. */
  readonly cacheHitRate?: number | undefined;
};

const MOST_ROWS = 12;
const ROW = 34;

/** What each model cost by kind of token, with how much of its input came from a cache. */
export function modelsChart(models: readonly ModelCost[], look: Look): Picture {
  const all = models.toSorted((a, b) => b.cost - a.cost || (a.model < b.model ? -1 : 1));
  const rows = all.length > MOST_ROWS ? all.slice(0, MOST_ROWS - 1) : all;
  const rest = all.slice(rows.length);
  const title = titleOf(all);
  if (all.length === 0) return sentenceAlone({ title, description: `${title}.`, table: tableOf(all) }, look);
  const top = head(shownText(title, look), legendOf(rows));
  const texts = rows.map(figuresText);
  const nameWidth = Math.min(230, Math.max(0, ...rows.map(({ model }) => widthOf(shownText(model, look), SMALL))));
  const from = MARGIN + nameWidth + 12;
  const to = WIDTH - MARGIN - Math.max(0, ...texts.map((text) => widthOf(text, SMALL))) - 14;
  const most = Math.max(0, ...rows.map(({ cost }) => dollars(cost)));
  const x = scaleLinear([0, most > 0 ? most : 1], [from, to]).clamp(true);
  const marks = rows.flatMap((row, index): Mark[] => {
    const middle = top.bottom + 27 + ROW * index;
    return [
      label({ ...SMALL, x: MARGIN, y: middle + 4, text: fitted(shownText(row.model, look), nameWidth, SMALL) }),
      ...barMarks(row, middle, x),
      label({ ...SMALL, x: WIDTH - MARGIN, y: middle + 4, text: texts[index] ?? "", anchor: "end" }),
    ];
  });
  const end = top.bottom + 16 + ROW * rows.length;
  const more =
    rest.length === 0
      ? []
      : [
          label({
            ...SMALL,
            x: MARGIN,
            y: end + 14,
            text: `and ${showMany(rest.length, "other")}, together ${showUsd(boundedSum(rest.map(({ cost }) => cost)))}`,
            color: "muted",
          }),
        ];
  const height = Math.max(120, end + (rest.length === 0 ? 8 : 34));
  const description = `${title}. Bars of what each model cost. ${all.slice(0, 10).map(rowText).join("; ")}.`;
  return {
    ...{ title, description, table: tableOf(all) },
    svg: svgOf({ width: WIDTH, height, title, description, look, marks: [...top.marks, ...marks, ...more] }),
  };
}

/** A cost in its parts: the kinds that are known, then the rest of it. */
function partsOf({
  cost,
  kinds,
}: ModelCost): { readonly color: Color; readonly text: string; readonly amount: NanoUsd }[] {
  const parts = (Object.keys(KINDS) as TokenKind[]).map((kind) => ({
    text: KINDS[kind][0],
    color: KINDS[kind][1] as Color,
    amount: kinds[kind] ?? ZERO,
  }));
  const rest = bounded(cost - boundedSum(parts.map(({ amount }) => amount)));
  return [...parts, { text: "not split", color: "other" as const, amount: rest }].filter(({ amount }) => amount > 0);
}

function barMarks(row: ModelCost, middle: number, x: (dollars: number) => number): Mark[] {
  let spent = 0;
  return partsOf(row).map(({ color, text, amount }) => {
    const from = spent;
    spent += dollars(amount);
    const width = Math.max(0.5, x(spent) - x(from) - 1);
    return rect({
      x: x(from),
      y: middle - 8,
      width,
      height: 16,
      fill: color,
      hint: `${named(row.model)}, ${text}: ${showUsd(amount)}`,
    });
  });
}

function figuresText({ cost, cacheHitRate: rate }: ModelCost): string {
  return `${showUsd(cost)}${rate === undefined ? "" : `, ${showPercent(100 * rate)} cached`}`;
}

function legendOf(rows: readonly ModelCost[]): LegendItem[] {
  const seen = new Map(rows.flatMap(partsOf).map(({ text, color }) => [text, color]));
  const order = [...Object.values(KINDS).map(([text]) => text), "not split"];
  return order.flatMap((text) => {
    const color = seen.get(text);
    return color === undefined ? [] : [{ text, color }];
  });
}

function rowText(row: ModelCost): string {
  const parts = partsOf(row).map(({ text, amount }) => `${text} ${showUsd(amount)}`);
  return `${named(row.model)}: ${figuresText(row)}${parts.length < 2 ? "" : ` (${parts.join(", ")})`}`;
}

/** "claude-opus-4-5 cost $12.40, 71.2% of $17.42 for 4 models". */
function titleOf(all: readonly ModelCost[]): string {
  const [first] = all;
  if (first === undefined) return "No model is known yet";
  const total = boundedSum(all.map(({ cost }) => cost));
  const share = total > 0 ? `, ${showPercent(percentOf(first.cost, total))} of ${showUsd(total)}` : "";
  return `${named(first.model)} cost ${showUsd(first.cost)}${all.length === 1 ? "" : `${share} for ${showMany(all.length, "model")}`}`;
}

function tableOf(all: readonly ModelCost[]): TextTable {
  const kinds = Object.keys(KINDS) as TokenKind[];
  const right = "right" as const;
  return {
    columns: [
      { heading: "Model" },
      ...kinds.map((kind) => ({ heading: KINDS[kind][0], align: right })),
      { heading: "Cost", align: right },
      { heading: "Cache hits", align: right },
    ],
    rows: all.map(({ model, cost, kinds: known, cacheHitRate: rate }) => [
      model,
      ...kinds.map((kind) => (known[kind] === undefined ? "–" : showUsd(known[kind]))),
      showUsd(cost),
      rate === undefined ? "–" : showPercent(100 * rate),
    ]),
  };
}

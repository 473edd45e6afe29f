import { scaleLinear } from "d3-scale";
import { bounded, boundedSum, type NanoUsd, percentOf, ZERO } from "../../values/money.ts";
import { showPercent } from "../../values/percent.ts";
import { showMany } from "../../values/show.ts";
import { shownRows, showSpent } from "../../values/shown-money.ts";
import type { TextTable } from "../model/outlook-rows.ts";
import { dollars, head, type LegendItem, MARGIN, SMALL, sentenceAlone, WIDTH } from "./frame.ts";
import type { Color, Look } from "./palette.ts";
import { label, type Mark, type Picture, rect, svgOf } from "./svg.ts";
import { during, fitted, named, shownText, widthOf } from "./text.ts";

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

export type ModelsFacts = {
  /** The span, as in a sentence: "February 2026". */
  readonly span: string;
  readonly models: readonly ModelCost[];
};

const MOST_ROWS = 12;
const ROW = 34;

/** What each model cost by kind of token, with how much of its input came from a cache. */
export function modelsChart({ span, models }: ModelsFacts, look: Look): Picture {
  const all = shownModels(models.toSorted((a, b) => b.cost - a.cost || (a.model < b.model ? -1 : 1)));
  const rows = all.length > MOST_ROWS ? all.slice(0, MOST_ROWS - 1) : all;
  const rest = all.slice(rows.length);
  const title = titleOf(all, span);
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
            text: `and ${showMany(rest.length, "other")}, together ${showSpent(boundedSum(rest.map(({ cost }) => cost)))}`,
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

const REST = "not split";
const PARTS = [...Object.values(KINDS), [REST, "other"]] as const;

type Part = { readonly color: Color; readonly name: string; readonly amount: NanoUsd; readonly text: string };

/** A model with its cost and the parts of it as they are shown: models and parts add up. */
type Shown = ModelCost & { readonly text: string; readonly parts: readonly Part[] };

function shownModels(models: readonly ModelCost[]): Shown[] {
  const amounts = models.map(partsOf);
  const shown = shownRows(boundedSum(models.map(({ cost }) => cost)), amounts);
  return models.map((model, row) => {
    const { sum = "", parts = [] } = shown[row] ?? {};
    const all = PARTS.map(([name, color], at) => ({
      ...{ name, color, amount: amounts[row]?.[at] ?? ZERO, text: parts[at] ?? "" },
    }));
    return { ...model, text: sum, parts: all.filter(({ amount }) => amount > 0) };
  });
}

/** A cost by kind, in the order of the kinds, and the rest of it. */
function partsOf({ cost, kinds }: ModelCost): NanoUsd[] {
  const known = (Object.keys(KINDS) as TokenKind[]).map((kind) => kinds[kind] ?? ZERO);
  return [...known, bounded(cost - boundedSum(known))];
}

function barMarks({ model, parts }: Shown, middle: number, x: (dollars: number) => number): Mark[] {
  let spent = 0;
  return parts.map(({ color, name, amount, text }) => {
    const from = spent;
    spent += dollars(amount);
    const width = Math.max(0.5, x(spent) - x(from) - 1);
    const hint = `${named(model)}, ${name}: ${text}`;
    return rect({ x: x(from), y: middle - 8, width, height: 16, fill: color, hint });
  });
}

function figuresText({ text, cacheHitRate: rate }: Shown): string {
  return `${text}${rate === undefined ? "" : `, ${showPercent(100 * rate)} cached`}`;
}

function legendOf(rows: readonly Shown[]): LegendItem[] {
  const seen = new Set(rows.flatMap(({ parts }) => parts.map(({ name }) => name)));
  return PARTS.flatMap(([text, color]) => (seen.has(text) ? [{ text, color }] : []));
}

function rowText(row: Shown): string {
  const parts = row.parts.map(({ name, text }) => `${name} ${text}`);
  return `${named(row.model)}: ${figuresText(row)}${parts.length < 2 ? "" : ` (${parts.join(", ")})`}`;
}

/** "claude-opus-4-5 cost $12.40 in February 2026, 71.2% of $17.42 for 4 models". */
function titleOf(all: readonly Shown[], span: string): string {
  const [first] = all;
  if (first === undefined) return `No model is known ${during(span)}`;
  const total = boundedSum(all.map(({ cost }) => cost));
  const share = total > 0 ? `, ${showPercent(percentOf(first.cost, total))} of ${showSpent(total)}` : "";
  return `${named(first.model)} cost ${first.text} ${during(span)}${all.length === 1 ? "" : `${share} for ${showMany(all.length, "model")}`}`;
}

function tableOf(all: readonly Shown[]): TextTable {
  const right = "right" as const;
  return {
    columns: [
      { heading: "Model" },
      ...PARTS.map(([name]) => ({ heading: name, align: right })),
      { heading: "Cost", align: right },
      { heading: "Cache hits", align: right },
    ],
    rows: all.map(({ model, text, parts, cacheHitRate: rate }) => [
      model,
      ...PARTS.map(([name]) => parts.find((part) => part.name === name)?.text ?? "–"),
      text,
      rate === undefined ? "–" : showPercent(100 * rate),
    ]),
  };
}

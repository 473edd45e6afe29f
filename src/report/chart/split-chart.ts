import { scaleBand } from "d3-scale";
import { stack, stackOffsetDiverging } from "d3-shape";
import { boundedSum, type NanoUsd, percentOf, ZERO } from "../../values/money.ts";
import type { Month } from "../../values/month.ts";
import { showPercent } from "../../values/percent.ts";
import { showMonth } from "../../values/show.ts";
import { shownParts, showSpent } from "../../values/shown-money.ts";
import type { TextTable } from "../model/outlook-rows.ts";
import { dollars, head, MARGIN, moneyAxis, SMALL, sentenceAlone, WIDTH } from "./frame.ts";
import { spread } from "./layout.ts";
import { type Color, type Look, seriesColor } from "./palette.ts";
import { label, type Mark, type Picture, rect, svgOf } from "./svg.ts";
import { fitted, named, shownText, widthOf } from "./text.ts";

/** What the months spent on one value of a dimension; corrections make it less, also negative. */
export type SplitSeries = {
  /** Foreign text; null for what has no value. */
  readonly name: string | null;
  /** One amount a month, in the months' order; undefined where the books know nothing. */
  readonly amounts: readonly (NanoUsd | undefined)[];
};

export type SplitFacts = {
  /** In a sentence: "model", "tag team". */
  readonly by: string;
  /** Oldest first. */
  readonly months: readonly Month[];
  readonly series: readonly SplitSeries[];
};

const HEIGHT = 400;
const LARGEST = 8;
const NAME_WIDTH = 190;

type Layer = {
  readonly name: string;
  readonly amounts: readonly (NanoUsd | undefined)[];
  readonly total: NanoUsd;
  /** The total as a part of all of them. */
  readonly text: string;
  /** The amounts as parts of their months. */
  readonly texts: readonly string[];
  readonly color: Color;
};

/** The months, each stacked by the values of a dimension: the largest eight, and the others together. */
export function splitChart(facts: SplitFacts, look: Look): Picture {
  const layers = layersOf(facts);
  const title = titleOf(facts, layers);
  if (layers.length === 0 || facts.months.length === 0) {
    return sentenceAlone({ title, description: `${title}.`, table: tableOf(facts, layers) }, look);
  }
  const top = head(shownText(title, look));
  const plot = { top: top.bottom + 14, bottom: HEIGHT - 44 };
  const names = layers.map(({ name, text }) => fitted(shownText(`${name} ${text}`, look), NAME_WIDTH, SMALL));
  const right =
    WIDTH - MARGIN - Math.max(0, ...names.map((name) => widthOf(name, SMALL))) - (names.length === 0 ? 0 : 30);
  const stacked = stackOf(facts, layers);
  const ends = stacked.flatMap(({ bars }) => bars.flat());
  const domain: [number, number] = [Math.min(0, ...ends) * 1.04, Math.max(0, ...ends) * 1.04];
  const { y, left, marks } = moneyAxis(domain, { ...plot, right });
  const x = scaleBand(facts.months, [left, right]).paddingInner(0.3).paddingOuter(0.15);
  const bars = stacked.flatMap(({ layer, bars }) =>
    bars.flatMap(([from, to], index) => {
      const month = facts.months[index] ?? "";
      const [above, below] = [y(Math.max(from, to)), y(Math.min(from, to))];
      if (below - above < 0.01) return [];
      const hint = `${showMonth(month)}, ${named(layer.name)}: ${layer.texts[index] ?? ""}`;
      return [
        rect({
          x: x(month) ?? left,
          width: x.bandwidth(),
          y: above,
          height: Math.max(0.5, below - above - 1),
          fill: layer.color,
          hint,
        }),
      ];
    }),
  );
  const keys = keyMarks(names, layers, { x: right + 14, top: plot.top, bottom: plot.bottom });
  const description = `${title}. Stacked bars of dollars a month by ${named(facts.by)}. In all: ${layers.map(({ name, text }) => `${named(name)} ${text}`).join(", ") || "nothing"}.`;
  return {
    ...{ title, description, table: tableOf(facts, layers) },
    svg: svgOf({
      ...{ width: WIDTH, height: HEIGHT, title, description, look },
      marks: [
        ...top.marks,
        ...marks,
        ...bars,
        ...keys,
        ...monthLabels(facts.months, (month) => (x(month) ?? 0) + x.bandwidth() / 2, x.step()),
      ],
    }),
  };
}

function layersOf({ series, months }: SplitFacts): Layer[] {
  const all = series
    .map(({ name, amounts }) => ({ name: name ?? "(none)", amounts, total: boundedSum(known(amounts)) }))
    .sort((a, b) => b.total - a.total || (a.name < b.name ? -1 : 1));
  const largest = all.length > LARGEST + 1 ? all.slice(0, LARGEST) : all;
  const rest = all.slice(largest.length);
  const others = rest.length === 0 ? [] : [togetherOf(rest)];
  const shown = [...largest, ...others];
  const total = boundedSum(shown.map((one) => one.total));
  const texts = shownParts(
    { total, spent: total },
    shown.map((one) => one.total),
  );
  const byMonth = months.map((_, month) => {
    const amounts = shown.map((one) => one.amounts[month] ?? ZERO);
    const spent = boundedSum(amounts);
    return shownParts({ total: spent, spent }, amounts);
  });
  return shown.map((one, index) => ({
    ...one,
    text: texts[index]?.cost ?? "",
    texts: months.map((_, month) => byMonth[month]?.[index]?.cost ?? ""),
    color: index < largest.length ? seriesColor(index) : "other",
  }));
}

function togetherOf(rest: readonly { readonly amounts: SplitSeries["amounts"]; readonly total: NanoUsd }[]) {
  const length = Math.max(...rest.map(({ amounts }) => amounts.length));
  const amounts = Array.from({ length }, (_, index) => {
    const those = known(rest.map((one) => one.amounts[index]));
    return those.length === 0 ? undefined : boundedSum(those);
  });
  return { name: `other (${rest.length})`, amounts, total: boundedSum(rest.map(({ total }) => total)) };
}

function known(amounts: readonly (NanoUsd | undefined)[]): NanoUsd[] {
  return amounts.filter((amount) => amount !== undefined);
}

/** Each layer's bars in the months' order, in dollars from one height to the other; negative amounts go down from zero. */
function stackOf({ months }: SplitFacts, layers: readonly Layer[]) {
  const keys = layers.map((_, index) => String(index));
  const rows = months.map((_, month) =>
    Object.fromEntries(layers.map(({ amounts }, index) => [String(index), dollars(amounts[month] ?? ZERO)])),
  );
  const drawn = stack<Record<string, number>>().keys(keys).offset(stackOffsetDiverging)(rows);
  return layers.map((layer, index) => ({
    layer,
    bars: (drawn[index] ?? []).map(([from, to]): [number, number] => [from, to]),
  }));
}

function keyMarks(
  names: readonly string[],
  layers: readonly Layer[],
  at: { x: number; top: number; bottom: number },
): Mark[] {
  // The layers' order from the ground up.
  const wanted = layers.map((_, index) => at.bottom - 20 - 20 * index);
  const places = spread(wanted, 20, [at.top + 10, at.bottom - 4]);
  return layers.flatMap(({ color }, index) => [
    rect({ x: at.x, y: (places[index] ?? 0) - 10, width: 12, height: 12, fill: color }),
    label({ ...SMALL, x: at.x + 18, y: places[index] ?? 0, text: names[index] ?? "" }),
  ]);
}

/** The months under their bars, short: "Feb" and with each year its number; every second or third where they are many. */
function monthLabels(months: readonly Month[], x: (month: Month) => number, step: number): Mark[] {
  const every = Math.max(1, Math.ceil(48 / Math.max(1, step)));
  return months.flatMap((month, index) => {
    if (index % every !== 0) return [];
    const name = showMonth(month).slice(0, 3);
    const text = index === 0 || month.endsWith("-01") ? `${name} ’${month.slice(2, 4)}` : name;
    return [label({ ...SMALL, x: x(month), y: HEIGHT - 24, text, anchor: "middle", color: "muted" })];
  });
}

/** "gpt-5-codex took 61.2% of $142.10 in 13 months, the most by model". */
function titleOf({ by, months }: SplitFacts, layers: readonly Layer[]): string {
  const total = boundedSum(layers.map((layer) => layer.total));
  const span = months.length === 1 ? showMonth(months[0] ?? "") : `${months.length} months`;
  const [first] = layers;
  if (first === undefined || months.length === 0) return `Nothing is known by ${named(by)} yet`;
  if (total <= 0) return `${showSpent(total)} in ${span}, by ${named(by)}`;
  return `${named(first.name)} took ${showPercent(percentOf(first.total, total))} of ${showSpent(total)} in ${span}, the most by ${named(by)}`;
}

function tableOf({ months }: SplitFacts, layers: readonly Layer[]): TextTable {
  const right = "right" as const;
  return {
    columns: [
      { heading: "Month" },
      ...layers.map(({ name }) => ({ heading: name, align: right })),
      { heading: "Total", align: right },
    ],
    rows: months.map((month, index) => {
      const amounts = layers.map((layer) => layer.amounts[index]);
      const all = known(amounts).length === 0 ? "–" : showSpent(boundedSum(known(amounts)));
      const texts = layers.map((layer, at) => (amounts[at] === undefined ? "–" : (layer.texts[index] ?? "")));
      return [month, ...texts, all];
    }),
  };
}

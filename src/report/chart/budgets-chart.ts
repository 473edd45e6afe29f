import { scaleLinear } from "d3-scale";
import { showPercent } from "../../values/percent.ts";
import { shownAmounts, type Unit } from "../../values/quantity.ts";
import { showCount, showMany } from "../../values/show.ts";
import type { TextTable } from "../model/outlook-rows.ts";
import { head, type LegendItem, MARGIN, SMALL, sentenceAlone, WIDTH } from "./frame.ts";
import type { Look } from "./palette.ts";
import { label, line, type Mark, type Picture, path, rect, svgOf, symbol } from "./svg.ts";
import { fitted, named, shownText, widthOf } from "./text.ts";

/** A sub-budget; amounts are whole numbers of its unit. */
export type BudgetBar = {
  /** Foreign text. */
  readonly name: string;
  readonly unit: Unit;
  readonly limit: number;
  readonly spent: number;
  readonly held: number;
  readonly remaining: number;
  /** What its period comes to at this pace; null where that isn't known. */
  readonly projected: number | null;
};

const MOST_ROWS = 20;
const ROW = 34;
/** The bars end at so many percent of the limit; what is beyond has an arrow. */
const MOST_PERCENT = 130;

type Shown = BudgetBar & { readonly percent: number; readonly pace: number | null };

/** A bar for each sub-budget, fullest first: spent, held, room, and where the pace leads. */
export function budgetsChart(budgets: readonly BudgetBar[], look: Look): Picture {
  const all = budgets.map(shownOf).sort((a, b) => b.percent - a.percent || (a.name < b.name ? -1 : 1));
  const rows = all.length > MOST_ROWS ? all.slice(0, MOST_ROWS - 1) : all;
  const title = titleOf(all);
  if (all.length === 0) return sentenceAlone({ title, description: `${title}.`, table: tableOf(all) }, look);
  const top = head(shownText(title, look), legendOf(rows));
  const scene = sceneOf(rows, look);
  const bars = rows.flatMap((row, index) => rowMarks(row, top.bottom + 16 + ROW * index, scene));
  const end = top.bottom + 16 + ROW * rows.length;
  const rest = all.length - rows.length;
  const more =
    rest === 0
      ? []
      : [
          label({
            ...SMALL,
            x: MARGIN,
            y: end + 14,
            text: `and ${showMany(rest, "other")} that used less of their limits`,
            color: "muted",
          }),
        ];
  const height = Math.max(120, end + (rest === 0 ? 8 : 34));
  const description = `${title}. Bars of what each sub-budget has spent and holds of its limit. ${all.slice(0, 10).map(rowText).join("; ")}${all.length > 10 ? `; and ${showCount(all.length - 10)} more` : ""}.`;
  return {
    ...{ title, description, table: tableOf(all) },
    svg: svgOf({ width: WIDTH, height, title, description, look, marks: [...top.marks, ...bars, ...more] }),
  };
}

function legendOf(rows: readonly Shown[]): LegendItem[] {
  return [
    { text: "spent", color: "spent" },
    ...(rows.some(({ held }) => held > 0) ? [{ text: "held by open runs", color: "held" as const }] : []),
    { text: "room", color: "frame", sign: "outline" },
    ...(rows.some(({ pace }) => pace !== null)
      ? [{ text: "at this pace by its period's end", color: "ink" as const, sign: "diamond" as const }]
      : []),
  ];
}

function shownOf(bar: BudgetBar): Shown {
  return {
    ...bar,
    percent: share(bar.spent, bar.limit),
    pace: bar.projected === null ? null : share(bar.projected, bar.limit),
  };
}

/** Percent of a limit; of a limit of nothing, everything is too much. */
function share(amount: number, limit: number): number {
  if (limit > 0) return (100 * amount) / limit;
  return amount > 0 ? 1000 : 0;
}

type Scene = {
  readonly nameWidth: number;
  readonly figures: ReadonlyMap<Shown, string>;
  readonly x: (percent: number) => number;
  readonly look: Look;
};

function sceneOf(rows: readonly Shown[], look: Look): Scene {
  const figures = new Map(rows.map((row) => [row, figuresText(row)]));
  const widest = (texts: Iterable<string>) => Math.max(0, ...[...texts].map((text) => widthOf(text, SMALL)));
  const nameWidth = Math.min(220, widest(rows.map(({ name }) => shownText(name, look))));
  const figureWidth = widest(figures.values());
  const most = Math.min(MOST_PERCENT, Math.max(100, ...rows.flatMap(({ percent, pace }) => [percent, pace ?? 0])));
  const from = MARGIN + nameWidth + 12;
  const x = scaleLinear([0, most], [from, Math.max(from + 80, WIDTH - MARGIN - figureWidth - 22)]).clamp(true);
  return { nameWidth, figures, x, look };
}

function rowMarks(row: Shown, top: number, { nameWidth, figures, x, look }: Scene): Mark[] {
  const { name, limit, spent, held, pace } = row;
  const [height, middle] = [14, top + 11];
  const bar = (from: number, to: number) => ({ x: x(from), y: middle - height / 2, width: x(to) - x(from), height });
  const [used, taken] = [share(spent, limit), share(spent + held, limit)];
  const beyond = Math.max(used, taken) > MOST_PERCENT || (pace ?? 0) > MOST_PERCENT;
  const end = x(MOST_PERCENT);
  return [
    label({ ...SMALL, x: MARGIN, y: middle + 4, text: fitted(shownText(name, look), nameWidth, SMALL) }),
    ...(taken > used ? [rect({ ...bar(Math.max(0, used), taken), fill: "held" })] : []),
    ...(used > 0 ? [rect({ ...bar(0, used), fill: used > 100 ? "bad" : "spent", hint: rowText(row) })] : []),
    rect({ ...bar(0, 100), stroke: "frame", thick: 1.5 }),
    ...(used > 100 ? [line([x(100), middle - 10], [x(100), middle + 10], { stroke: "ink", thick: 2 })] : []),
    ...(pace === null ? [] : [symbol("diamond", [x(Math.max(0, pace)), middle], { color: "ink" })]),
    ...(beyond
      ? [path(`M${end + 6},${middle - 5}L${end + 11},${middle}L${end + 6},${middle + 5}`, { stroke: "bad", thick: 2 })]
      : []),
    label({ ...SMALL, x: WIDTH - MARGIN, y: middle + 4, text: figures.get(row) ?? "", anchor: "end" }),
  ];
}

function figuresText(row: Shown): string {
  const { spent, total } = shownAmounts(row.unit, row);
  return `${spent} of ${total} (${percentText(row)})`;
}

function percentText({ percent, limit }: Shown): string {
  return limit > 0 ? showPercent(Math.max(-999, Math.min(percent, 9_999))) : "no limit left";
}

function rowText(row: Shown): string {
  const { held } = shownAmounts(row.unit, row);
  return `${named(row.name)}: ${figuresText(row)}${row.held > 0 ? `, ${held} held` : ""}`;
}

/** "qa has used 93.0% of its limit, the most of 8 sub-budgets; 2 are over it at this pace". */
function titleOf(all: readonly Shown[]): string {
  const [first] = all;
  if (first === undefined) return "There are no sub-budgets";
  const over = all.filter(({ limit, spent }) => spent > limit).length;
  const soon = all.filter(
    ({ limit, spent, projected }) => spent <= limit && projected !== null && projected > limit,
  ).length;
  const said = [
    ...(over > 0 ? [`${showCount(over)} over the limit`] : []),
    ...(soon > 0 ? [`${showCount(soon)} ${over > 0 ? "more " : ""}will be over it at this pace`] : []),
  ];
  const most = all.length === 1 ? "" : `, the most of ${showCount(all.length)} sub-budgets`;
  return `${named(first.name)} has used ${percentText(first)} of its limit${most}${said.length === 0 ? "" : `; ${said.join(", ")}`}`;
}

function tableOf(all: readonly Shown[]): TextTable {
  return {
    columns: [
      { heading: "Sub-budget" },
      { heading: "Limit", align: "right" },
      { heading: "Spent", align: "right" },
      { heading: "Held", align: "right" },
      { heading: "Remaining", align: "right" },
      { heading: "Used", align: "right" },
      { heading: "At this pace", align: "right" },
    ],
    rows: all.map((row) => {
      const { total, spent, held, remaining } = shownAmounts(row.unit, row);
      return [
        row.name,
        total,
        spent,
        held,
        remaining,
        percentText(row),
        row.pace === null ? "–" : showPercent(row.pace),
      ];
    }),
  };
}

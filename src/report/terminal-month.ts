import type { Colors } from "picocolors/types.js";
import type { Health } from "../budget/answer.ts";
import type { State } from "../budget/state.ts";
import { barOf } from "./bar.ts";
import { plainText } from "./escape.ts";
import { admissionRows, type FigureRow, figureRows, forecastRows } from "./figure-rows.ts";
import { modelRows } from "./model-rows.ts";
import { showPercent } from "./show.ts";
import type { Terminal } from "./terminal.ts";
import { columnsOf, cutTo, headed, padded, terminalTable } from "./terminal-table.ts";
import type { MonthView, View } from "./view.ts";

const LEFT_COLUMN = 36;
const MAX_MODELS = 12;

/** The bar and its percentages in a terminal's columns. */
export function barLines(figures: MonthView["figures"], { colours, width }: Terminal): string[] {
  const { percent_used: percentUsed, percent_held: percentHeld } = figures;
  const words = `${showPercent(percentUsed)} spent${figures.held > 0 ? `, ${showPercent(percentHeld)} held` : ""}`;
  const bar = barOf({ percentUsed, percentHeld, width: Math.max(10, Math.min(50, width - columnsOf(words) - 3)) });
  const paint = paintOf(figures.health, colours);
  return [
    `${paint("█".repeat(bar.spent))}${bar.held > 0 ? colours.cyan("▒".repeat(bar.held)) : ""}${colours.dim("░".repeat(bar.free))}  ${colours.bold(words)}`,
  ];
}

/** The month's figures, in two columns where every one has room, else in one: a figure that is cut is none. */
export function figureLines(month: MonthView, { now, admission }: View, { colours, width }: Terminal): string[] {
  const line = ({ label, value }: FigureRow) => {
    const text = cutTo(padded(label, 17) + withoutMark(value), width);
    const shown =
      text.slice(0, 17) +
      (label === "Health" ? paintOf(month.figures.health, colours)(text.slice(17)) : text.slice(17));
    return { shown, columns: columnsOf(text) };
  };
  const money = figureRows(month).map(line);
  const pace = [...forecastRows(month, now), ...admissionRows(admission)].map(line);
  const left = Math.max(LEFT_COLUMN, 2 + widest(money));
  if (left + widest(pace) > width) return [...money, ...pace].map(({ shown }) => shown);
  return Array.from({ length: Math.max(money.length, pace.length) }, (_, index) => {
    const { shown, columns } = money[index] ?? { shown: "", columns: 0 };
    return `${shown}${" ".repeat(left - columns)}${pace[index]?.shown ?? ""}`.trimEnd();
  });
}

function widest(lines: readonly { readonly columns: number }[]): number {
  return Math.max(0, ...lines.map(({ columns }) => columns));
}

/** The month by model; nothing where no model is known. */
export function modelTable(state: State, terminal: Terminal): string[] {
  const rows = modelRows(state, MAX_MODELS);
  if (rows.length === 0) return [];
  const right = "right" as const;
  const table = terminalTable(
    [
      { heading: "Model" },
      { heading: "Cost", align: right },
      { heading: "Share", align: right },
      { heading: "Input", align: right },
      { heading: "Output", align: right },
      { heading: "Per execution", align: right },
      { heading: "Cache hits", align: right },
    ],
    rows.map((row) => [
      plainText(row.model, 60),
      row.cost,
      row.share,
      row.input,
      row.output,
      row.perExecution,
      row.cacheHits,
    ]),
    terminal.width,
  );
  return headed(table, terminal);
}

function paintOf(health: Health, colours: Colors): Colors["green"] {
  return { green: colours.green, yellow: colours.yellow, red: colours.red, blocked: colours.red }[health];
}

/** Terminals disagree about how wide a coloured circle is; there the colour says it. */
function withoutMark(value: string): string {
  return value.replace(/^\p{Extended_Pictographic}\uFE0F? /u, "");
}

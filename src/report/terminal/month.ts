import type { Colors } from "picocolors/types.js";
import type { Health } from "../../books/answer.ts";
import type { State } from "../../books/state.ts";
import { plainText } from "../../values/foreign-text.ts";
import { showPercent } from "../../values/percent.ts";
import { barOf } from "../bar.ts";
import { admissionRows, aheadRows, type FigureRow, figureRows } from "../model/figure-rows.ts";
import { type ModelRow, modelRows } from "../model/model-rows.ts";
import type { BooksView, MonthView } from "../model/view.ts";
import { columnsOf, cutTo, headed, padded, tableColumns, terminalTable } from "./table.ts";
import type { Terminal } from "./terminal.ts";

const LEFT_COLUMN = 36;
const MAX_MODELS = 12;

/** The bar and its percentages in a terminal's columns. */
export function barLines(figures: MonthView["figures"], { colors, width }: Terminal): string[] {
  const { percentUsed, percentHeld } = figures;
  const words = `${showPercent(percentUsed)} spent${figures.held > 0 ? `, ${showPercent(percentHeld)} held` : ""}`;
  const bar = barOf({ percentUsed, percentHeld, width: Math.max(10, Math.min(50, width - columnsOf(words) - 3)) });
  const paint = paintOf(figures.health, colors);
  return [
    `${paint("█".repeat(bar.spent))}${bar.held > 0 ? colors.cyan("▒".repeat(bar.held)) : ""}${colors.dim("░".repeat(bar.free))}  ${colors.bold(words)}`,
  ];
}

/** The month's figures, in two columns if all of them fit, otherwise in one: figures are never cut. */
export function figureLines(month: MonthView, { now, admission }: BooksView, { colors, width }: Terminal): string[] {
  const line = ({ label, value }: FigureRow) => {
    const text = cutTo(padded(label, 17) + withoutMark(value), width);
    const shown =
      text.slice(0, 17) + (label === "Health" ? paintOf(month.figures.health, colors)(text.slice(17)) : text.slice(17));
    return { shown, columns: columnsOf(text) };
  };
  const money = figureRows(month).map(line);
  const pace = [...aheadRows(month, now), ...admissionRows(admission)].map(line);
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

/** The month by model, dollars and tokens side by side or one after the other; nothing if no model is known. */
export function modelTable(state: State, terminal: Terminal): string[] {
  const rows = modelRows(state, MAX_MODELS);
  if (rows.length === 0) return [];
  const names = [{ heading: "Model" }];
  const name = (row: ModelRow) => plainText(row.model, 60);
  const whole = [...names, ...MONEY, ...TOKENS];
  const wholeRows = rows.map((row) => [name(row), ...moneyOf(row), ...tokensOf(row)]);
  if (tableColumns(whole, wholeRows) <= terminal.width) {
    return headed(terminalTable(whole, wholeRows, terminal.width), terminal);
  }
  const counted = rows.filter((row) => row.input !== "–" || row.output !== "–");
  const money = terminalTable(
    [...names, ...MONEY],
    rows.map((row) => [name(row), ...moneyOf(row)]),
    terminal.width,
  );
  return [...headed(money, terminal), ...(counted.length === 0 ? [] : tokenTables(counted, terminal))];
}

/** Tokens by model in one table, or in two if it is too wide: no kind of tokens is left out. */
function tokenTables(models: readonly ModelRow[], terminal: Terminal): string[] {
  const columns = [{ heading: "Model" }, ...TOKENS];
  const rows = models.map((row) => [plainText(row.model, 60), ...tokensOf(row)]);
  const fits = tableColumns(columns, rows) <= terminal.width;
  const parts = fits ? [[0, 1, 2, 3, 4, 5]] : [IN_AND_OUT, OF_THE_CACHE];
  return parts.flatMap((part) => {
    const picked = <T>(cells: readonly T[]) => cells.filter((_, index) => part.includes(index));
    return ["", ...headed(terminalTable(picked(columns), rows.map(picked), terminal.width), terminal)];
  });
}

const rightOf = (heading: string) => ({ heading, align: "right" as const });
const MONEY = ["Cost", "Share", "Per execution"].map(rightOf);
const TOKENS = ["Input", "Cache read", "Cache write", "Output", "Cache hits"].map(rightOf);
/** The columns of names and of these tokens. */
const IN_AND_OUT = [0, 1, 4];
const OF_THE_CACHE = [0, 2, 3, 5];

function moneyOf({ cost, share, perExecution }: ModelRow): string[] {
  return [cost, share, perExecution];
}

function tokensOf({ input, cacheRead, cacheWrite, output, cacheHits }: ModelRow): string[] {
  return [input, cacheRead, cacheWrite, output, cacheHits];
}

function paintOf(health: Health, colors: Colors): Colors["green"] {
  return { green: colors.green, yellow: colors.yellow, red: colors.red, blocked: colors.red }[health];
}

/** Terminals disagree about the width of a colored circle; there the color shows it. */
function withoutMark(value: string): string {
  return value.replace(/^\p{Extended_Pictographic}\uFE0F? /u, "");
}

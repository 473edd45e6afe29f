import type { Outlook } from "../../insight/outlook.ts";
import { plainText } from "../../values/foreign-text.ts";
import type { Instant } from "../../values/month.ts";
import { budgetsTable, efficiencyTable, outlookRows, predictionTable, type TextTable } from "../model/outlook-rows.ts";
import { cutTo, headed, padded, tableColumns, terminalTable, wrapped } from "./table.ts";
import type { Terminal } from "./terminal.ts";

const MAX_ROWS = 50;
const NO_BREAK = "\u00a0";
const LABEL = 19;
/** The columns of names and amounts. */
const AMOUNTS = 5;

/** Budgets and the books as a whole for a terminal, ending with a line break; empty where there is nothing to say. */
export function renderOutlookTerminal(
  outlook: Outlook,
  clock: { readonly now: Instant; readonly timezone: string },
  terminal: Terminal,
): string {
  const budgets = fitted(budgetsTable(outlook.budgets, clock), terminal.width);
  const tables = [...budgets, efficiencyTable(outlook.budgets), predictionTable(outlook)];
  const rows = outlookRows(outlook).flatMap(({ label, value }) => wrapped(value, terminal.width, padded(label, LABEL)));
  const blocks = [...tables.map((table) => linesOf(table, terminal)), rows];
  const shown = blocks.filter((lines) => lines.length > 0).map((lines) => `${lines.join("\n")}\n`);
  return shown.join("\n");
}

/** A table that is too wide as two: amounts first, then health and pace, each with the names; whole if that is, too. */
function fitted(table: TextTable, width: number): TextTable[] {
  const { columns, rows } = table;
  if (tableColumns(columns, rows) <= width) return [table];
  const [names, amounts, rest] = [
    [0, 1],
    [1, AMOUNTS],
    [AMOUNTS, columns.length],
  ] as const;
  const halves = [amounts, rest].map((part) => {
    const picked = <T>(cells: readonly T[]) => [...cells.slice(...names), ...cells.slice(...part)];
    return { columns: picked(columns), rows: rows.map(picked) };
  });
  return halves.every((half) => tableColumns(half.columns, half.rows) <= width) ? halves : [table];
}

function linesOf({ columns, rows }: TextTable, terminal: Terminal): string[] {
  if (rows.length === 0) return [];
  const plain = rows.slice(0, MAX_ROWS).map((row) => row.map((cell) => plainText(cell, 60)));
  const more = rows.length - plain.length;
  const fits = tableColumns(columns, plain) <= terminal.width;
  return [
    ...(fits
      ? headed(terminalTable(columns, plain, terminal.width), terminal)
      : plain.flatMap((row) => blockOf(row, columns, terminal))),
    ...(more > 0 ? [`and ${more} more`] : []),
  ];
}

/** A row that has no room in one line: its name, then each figure with its heading, so that nothing is cut. */
function blockOf(
  [name = "", ...cells]: readonly string[],
  columns: TextTable["columns"],
  { width }: Terminal,
): string[] {
  const figures = cells.map((cell, index) => `${columns[index + 1]?.heading ?? ""} ${cell}`);
  // A figure stays on one line with its heading.
  const joined = figures.map((figure) => figure.replaceAll(" ", NO_BREAK)).join(`${NO_BREAK}· `);
  return [cutTo(name, width), ...wrapped(joined, width, "  ").map((line) => line.replaceAll(NO_BREAK, " "))];
}

import type { Outlook } from "../../insight/outlook.ts";
import { plainText } from "../../values/foreign-text.ts";
import type { Instant } from "../../values/month.ts";
import { budgetsTable, efficiencyTable, outlookRows, predictionTable, type TextTable } from "../model/outlook-rows.ts";
import { headed, padded, tableColumns, terminalTable, wrapped } from "./table.ts";
import type { Terminal } from "./terminal.ts";

const MAX_ROWS = 50;
const LABEL = 19;
/** The columns of names and amounts. */
const AMOUNTS = 5;

/** Budgets and the books as a whole for a terminal, ending with a line break. */
export function renderOutlookTerminal(
  outlook: Outlook,
  clock: { readonly now: Instant; readonly timezone: string },
  terminal: Terminal,
): string {
  const budgets = fitted(budgetsTable(outlook.budgets, clock), terminal.width);
  const tables = [...budgets, efficiencyTable(outlook.budgets), predictionTable(outlook)];
  const rows = outlookRows(outlook).flatMap(({ label, value }) => wrapped(value, terminal.width, padded(label, LABEL)));
  const blocks = [...tables.map((table) => linesOf(table, terminal)), rows];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

/** A table that is too wide as two: amounts first, then health and pace, each with the names. */
function fitted(table: TextTable, width: number): TextTable[] {
  const { columns, rows } = table;
  if (tableColumns(columns, rows) <= width) return [table];
  const [names, amounts, rest] = [
    [0, 1],
    [1, AMOUNTS],
    [AMOUNTS, columns.length],
  ] as const;
  return [amounts, rest].map((part) => {
    const picked = <T>(cells: readonly T[]) => [...cells.slice(...names), ...cells.slice(...part)];
    return { columns: picked(columns), rows: rows.map(picked) };
  });
}

function linesOf({ columns, rows }: TextTable, terminal: Terminal): string[] {
  if (rows.length === 0) return [];
  const plain = rows.slice(0, MAX_ROWS).map((row) => row.map((cell) => plainText(cell, 60)));
  const more = rows.length - plain.length;
  return [
    ...headed(terminalTable(columns, plain, terminal.width), terminal),
    ...(more > 0 ? [`and ${more} more`] : []),
  ];
}

import type { StatementPage } from "../insight/allocation/statement-page.ts";
import type { StatementStatus } from "../insight/allocation/statement-status.ts";
import { markdownText, plainText } from "../values/foreign-text.ts";
import { type NanoUsd, showUsd } from "../values/money.ts";
import type { Day, Month } from "../values/month.ts";
import { showMonth } from "../values/show.ts";
import { fitting, markdownTable } from "./markdown/table.ts";
import { statementFacts, statementNotes, statementTables, statementTitle } from "./model/statement-rows.ts";
import { headed, padded, terminalTable, wrapped } from "./terminal/table.ts";
import type { Terminal } from "./terminal/terminal.ts";

/** A statement in the list of issued ones. */
export type ListedStatement = {
  readonly number: string;
  readonly month: Month;
  readonly entity: string;
  readonly amount: NanoUsd;
  readonly issued: Day;
  readonly due?: Day | undefined;
  readonly status: StatementStatus;
};

/** Statements, or the list of issued ones. */
export type StatementsView = {
  readonly title: string;
  readonly sentence: string;
  readonly statements: readonly StatementPage[];
  readonly listed: readonly ListedStatement[];
  /** Printed at a terminal instead of the pages: another format. */
  readonly printed?: string | undefined;
};

const MAX_BYTES = 900_000;
const MAX_NAME = 100;

/** One statement in markdown; `level` is that of its heading. */
export function renderStatement(page: StatementPage, level = 1): string {
  const tables = statementTables(page).map(({ columns, rows }) =>
    markdownTable(
      columns,
      rows.map((row) => row.map((cell) => markdownText(cell, MAX_NAME))),
    ),
  );
  const facts = statementFacts(page).map(({ label, value }) => `- **${label}:** ${markdownText(value, 600)}`);
  const notes = statementNotes(page).map((note) => markdownText(note, 600));
  const title = `${"#".repeat(level)} ${markdownText(statementTitle(page), 200)}`;
  return fitting([title, facts.join("\n"), ...tables, ...notes], MAX_BYTES);
}

/** Statements, or the list of them, in markdown for the job summary. */
export function renderStatements({ title, sentence, statements, listed }: StatementsView): string {
  return fitting(
    [
      `## 🧾 ${markdownText(title, 200)}`,
      markdownText(sentence, 600),
      ...(listed.length === 0 ? [] : [listTable(listed)]),
      ...statements.map((page) => renderStatement(page, 3).trimEnd()),
    ],
    MAX_BYTES,
  );
}

function listTable(listed: readonly ListedStatement[]): string {
  const rows = listRows(listed).map((row) => row.map((cell) => markdownText(cell, MAX_NAME)));
  return markdownTable(LIST_COLUMNS, rows);
}

const LIST_COLUMNS = [
  { heading: "Number" },
  { heading: "Status" },
  { heading: "Amount", align: "right" as const },
  { heading: "Due" },
  { heading: "Entity" },
  { heading: "Month" },
  { heading: "Issued" },
];

function listRows(listed: readonly ListedStatement[]): string[][] {
  return listed.map(({ number, status, amount, due = "–", entity, month, issued }) => [
    ...[number, status, showUsd(amount), due, entity, month, issued],
  ]);
}

/** Statements, or the list of them, for a terminal; ends with a line break. */
export function renderStatementsTerminal(view: StatementsView, terminal: Terminal): string {
  if (view.printed !== undefined) return view.printed;
  const { width } = terminal;
  const list = terminalTable(
    LIST_COLUMNS,
    listRows(view.listed).map((row) => row.map((cell) => plainText(cell, MAX_NAME))),
    width,
  );
  return `${[
    ...wrapped(plainText(view.sentence, 600), width),
    ...(view.listed.length === 0 ? [] : ["", ...headed(list, terminal)]),
    ...view.statements.flatMap((page) => ["", ...pageLines(page, terminal)]),
  ].join("\n")}\n`;
}

function pageLines(page: StatementPage, terminal: Terminal): string[] {
  const { colors, width } = terminal;
  const title = page.issue === undefined ? `${page.entity} · ${showMonth(page.month)}` : statementTitle(page);
  return [
    colors.bold(plainText(title, 200)),
    ...statementFacts(page).flatMap(({ label, value }) => wrapped(plainText(value, 600), width, padded(label, 16))),
    ...statementTables(page).flatMap(({ columns, rows }) => [
      "",
      ...headed(
        terminalTable(
          columns,
          rows.map((row) => row.map((cell) => plainText(cell, MAX_NAME))),
          width,
        ),
        terminal,
      ),
    ]),
    ...statementNotes(page).flatMap((note) => ["", ...wrapped(note, width, "! ")]),
  ];
}

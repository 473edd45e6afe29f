import { createColors } from "picocolors";
import { showSpan } from "../values/date-span.ts";
import { markdownCode, markdownText, plainText } from "../values/foreign-text.ts";
import { showMany } from "../values/show.ts";
import { fitting, markdownTable } from "./markdown/table.ts";
import { RANK, rankText, reportTable, wholeLines } from "./report-rows.ts";
import { bridgeText, type Reported, trendText } from "./report-sentence.ts";
import { cutTo, headed, terminalTable, wrapped } from "./terminal/table.ts";
import type { Terminal } from "./terminal/terminal.ts";

/** What `report` shows: texts are plain text. */
export type ReportView = Reported & {
  readonly title: string;
  readonly sentence: string;
  readonly notes: readonly string[];
  /** The budget's name, "AI Orchestration". */
  readonly name: string;
  /** The file that was written. */
  readonly file?: string | undefined;
};

const MAX_BYTES = 100_000;
const MAX_TABLE_BYTES = 90_000;
const MAX_SENTENCE = 600;
const MAX_NAME = 60;
const FILE_WIDTH = 120;

/** A report in markdown. */
export function renderReport(view: ReportView): string {
  const { report, name, place, file } = view;
  return fitting(
    [
      `## 📊 ${markdownText(`${name}: ${showSpan(report.query.period)}`, 200)}`,
      markdownText(view.sentence, MAX_SENTENCE),
      view.notes.map((note) => `- ${markdownText(note, MAX_SENTENCE)}`).join("\n"),
      isEmpty(view) ? "" : markdownRows(view),
      [...(isEmpty(view) ? [] : [rankText(report)]), ...linesOf(view)]
        .filter((line) => line !== "")
        .map((line) => `- ${markdownText(line, MAX_SENTENCE)}`)
        .join("\n"),
      `${file === undefined ? "" : `written to ${markdownCode(file, 200)} · `}books: ${markdownCode(place, 100)}`,
    ],
    MAX_BYTES,
  );
}

/** A report for a terminal, ending with a line break; its notes aren't in it. */
export function renderReportTerminal(view: ReportView, terminal: Terminal): string {
  const { colors, width } = terminal;
  const { report, name, file } = view;
  const table = isEmpty(view) ? [] : terminalRows(view, terminal);
  const ranks = table[0]?.includes(RANK) ? [rankText(report)] : [];
  const lines = [...ranks, ...linesOf(view)].flatMap((line) => wrapped(plainText(line, MAX_SENTENCE), width));
  return `${[
    colors.bold(cutTo(plainText(`${name} · ${showSpan(report.query.period)}`, 200), width)),
    ...wrapped(plainText(view.sentence, MAX_SENTENCE), width),
    ...(table.length === 0 ? [] : ["", ...table]),
    ...(lines.length === 0 ? [] : ["", ...lines]),
    ...(file === undefined ? [] : ["", `Written to ${plainText(file, 200)}`]),
  ].join("\n")}\n`;
}

/** The same for a file: without colors, and with its notes. */
export function renderReportFile(view: ReportView): string {
  const notes = view.notes.flatMap((note) => wrapped(plainText(note, MAX_SENTENCE), FILE_WIDTH, "! "));
  const screen = renderReportTerminal(view, { colors: createColors(false), width: FILE_WIDTH });
  return `${screen}${notes.length === 0 ? "" : `\n${notes.join("\n")}\n`}`;
}

function isEmpty({ report, isKnown }: ReportView): boolean {
  return !isKnown || report.rows.length === 0;
}

function markdownRows({ report }: ReportView): string {
  const { headings, names, columns } = reportTable(report);
  const rows = names.map((name, index) => [
    ...name.map((part) => markdownText(part, MAX_NAME)),
    ...columns.map(({ cells }) => markdownText(cells[index] ?? "")),
  ]);
  const bold = (text: string) => (text === "" ? "" : `**${markdownText(text)}**`);
  const total = [
    ...headings.map((_, index) => (index === 0 ? bold("Total") : "")),
    ...columns.map((one) => bold(one.total)),
  ];
  const table = markdownTable(
    [
      ...headings.map((heading) => ({ heading: markdownText(heading, MAX_NAME) })),
      ...columns.map(({ heading }) => ({ heading: markdownText(heading, MAX_NAME), align: "right" as const })),
    ],
    [...rows, total],
  );
  return new TextEncoder().encode(table).length <= MAX_TABLE_BYTES
    ? table
    : `The table of ${showMany(rows.length, "row")} is too large to be shown here: ask for fewer with <code>top</code>, or write it to a file.`;
}

/** The names of all dimensions are one column: it is the one that shrinks. */
function terminalRows({ report }: ReportView, terminal: Terminal): string[] {
  const { headings, names, columns } = reportTable(report);
  const joined = (parts: readonly string[]) => plainText(parts.filter((part) => part !== "").join(" · "), 2 * MAX_NAME);
  const rows = names.map((name, index) => [joined(name), ...columns.map(({ cells }) => cells[index] ?? "")]);
  const table = terminalTable(
    [
      { heading: joined(headings) },
      ...columns.map(({ heading }) => ({ heading: plainText(heading, MAX_NAME), align: "right" as const })),
    ],
    [...rows, ["Total", ...columns.map(({ total }) => total)]],
    terminal.width,
  );
  return headed(table, terminal);
}

function linesOf({ report, isKnown }: ReportView): string[] {
  const { bridge, trend } = report;
  if (!isKnown) return [];
  const known = trend === undefined ? "" : trendText(trend);
  return [
    ...(bridge === undefined || [bridge.change, bridge.volume, bridge.mix].every((part) => part === 0)
      ? []
      : [bridgeText(bridge)]),
    ...wholeLines(report),
    ...(known === "" ? [] : [known]),
  ];
}

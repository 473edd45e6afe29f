import type { Entry } from "../../books/entry.ts";
import { estimatedShare } from "../../books/estimated-share.ts";
import { markdownBlock, markdownCode, markdownText } from "../../values/foreign-text.ts";
import { plus } from "../../values/money.ts";
import { dayOf } from "../../values/month.ts";
import { showInstant, showWait } from "../../values/show.ts";
import { renderAlerts } from "../alerts-text.ts";
import { bookedFacts, bookedLines, bookedSentence } from "../answer/booked.ts";
import { expiredHolds, renderExpired } from "../expired-holds.ts";
import { estimatedText } from "../model/estimated-text.ts";
import { admissionRows, executionRows, isEmptyMonth } from "../model/figure-rows.ts";
import { forecastText, goneText } from "../model/forecast-text.ts";
import { partRow } from "../model/outlook-rows.ts";
import { pauseLine } from "../model/pause-line.ts";
import { sparkText } from "../model/spark.ts";
import type { BooksView, MonthView, NextStep, Tone } from "../model/view.ts";
import { renderOpenHolds } from "../open-holds.ts";
import { renderDifferences } from "../verify-text.ts";
import { budgetBlocks, monthRow } from "./budget-table.ts";
import { renderChart, renderLegend } from "./chart.ts";
import { renderMarkdownBar, renderModels, renderStrip } from "./month.ts";
import { renderOutlook } from "./outlook.ts";
import { fitting, folded, markdownTable } from "./table.ts";

/** GitHub drops a step's whole summary beyond 1 MiB; a readable summary is far smaller. */
const MAX_BYTES = 100_000;
const MAX_SENTENCE = 600;
const MAX_ITEMS = 10;
const MAX_LINES = 60;

const TONE_MARKS: Readonly<Record<Tone, string>> = { good: "✅", warn: "⚠️", bad: "⛔" };

/** GitHub's job summary in markdown, always under 100,000 bytes; `metered` is the block of the run's meter. */
export function renderJobSummary(view: BooksView, metered = ""): string {
  const { month } = view;
  const blocks = [
    `## ${TONE_MARKS[view.tone]} ${markdownText(view.title)}`,
    pauseBlock(view),
    linesBlock(view.sentence),
    month === null ? "" : estimatedBlock(month.state),
    problemBlock(view),
    nextStepsBlock(view.nextSteps),
    notesBlock(view.notes),
    month === null || view.alerts === undefined
      ? ""
      : renderAlerts(view.alerts, { now: view.now, timezone: month.state.timezone }),
    month === null ? "" : expiredBlock(month, view),
    renderDifferences(view.differences ?? []),
    ...(month === null ? [] : monthBlocks(month, view)),
    metered,
    view.booked === undefined ? "" : bookedBlock(view.booked, view),
    `${markdownText(view.name, 60)} · books: ${markdownCode(view.place, 100)}`,
  ];
  return fitting(blocks, MAX_BYTES);
}

function pauseBlock(view: BooksView): string {
  const line = pauseLine(view);
  return line === "" ? "" : `⏸️ **${markdownText(line, MAX_SENTENCE)}**`;
}

function estimatedBlock(state: MonthView["state"]): string {
  const share = estimatedShare(state);
  return share === undefined ? "" : `⚠️ ${markdownText(estimatedText(share), MAX_SENTENCE)}`;
}

/** Those that expired in this commit; if the command shows the books as a whole, those of the last days. */
function expiredBlock({ state, outlook }: MonthView, { now, runUrl, server }: BooksView): string {
  const holds = expiredHolds(state, now, outlook === undefined ? "now" : "seven days");
  return renderExpired(holds, { timezone: state.timezone, runUrl, server });
}

/** The bar and the budgets; chart, executions and models are folded unless the view is about the month. */
function monthBlocks(month: MonthView, view: BooksView): string[] {
  const { now, admission, booked } = view;
  const { state, figures, outlook } = month;
  const parts = (outlook?.budgets ?? []).map((part) => partRow(part, { now, timezone: state.timezone }));
  const isOpen = isAboutMonth(view);
  const details = detailBlocks(month, view);
  const isWaiting = outlook !== undefined || (admission?.reason === "insufficient" && booked === undefined);
  const resets = `resets in ${showWait(now, figures.resetsAt)}, on ${showInstant(figures.resetsAt, state.timezone)}`;
  return [
    `${renderMarkdownBar(figures)} · ${markdownText(resets)}`,
    forecastBlock(month),
    ...budgetBlocks(monthRow(month), parts),
    isWaiting ? renderOpenHolds(state.holds, now, view) : "",
    ...(isOpen ? details : [folded("The month by day and by model", details.join("\n\n"))]),
    ...(outlook === undefined ? [] : renderOutlook(outlook)),
  ];
}

/** What the month comes to; status also names the days on which the money is gone. */
function forecastBlock(month: MonthView): string {
  const said = [forecastText(month), ...(month.outlook === undefined ? [] : [goneText(month)])];
  const text = said.filter((sentence) => sentence !== "").join(" ");
  return text === "" ? "" : `🔮 ${markdownText(text, MAX_SENTENCE)}`;
}

/** Status, a denial and books that don't add up show the month at once; what a run did comes before it otherwise. */
function isAboutMonth({ month, tone, admission, booked, differences = [] }: BooksView): boolean {
  const waits = admission?.decision === "approve" && booked === undefined;
  return month?.outlook !== undefined || tone === "bad" || waits || differences.length > 0;
}

/** The month's chart, executions and models; a month in which nothing was spent has no chart. */
function detailBlocks(month: MonthView, { now, admission }: BooksView): string[] {
  const { state, figures, pace, ahead } = month;
  const total = plus(figures.budget, figures.topUps);
  const chart = { state, total, today: dayOf(now, state.timezone), ahead };
  return [
    ...(isEmptyMonth(figures) ? [] : [renderChart(chart), renderLegend(chart), sparkBlock(state, now)]),
    renderStrip([...executionRows(month, pace), ...admissionRows(admission)]),
    renderModels(state),
  ].filter((block) => block !== "");
}

function sparkBlock(state: MonthView["state"], now: BooksView["now"]): string {
  const text = sparkText(state, now);
  return text === "" ? "" : `<sub>${markdownText(text)}</sub>`;
}

/** A text of one or several lines: the lines after the first are a list, or lines to copy. */
function linesBlock(text: string): string {
  const [first = "", ...rest] = text.split(/\r?\n/);
  const head = markdownText(first, MAX_SENTENCE);
  if (rest.length === 0) return head;
  const shown = rest.slice(0, MAX_LINES);
  if (rest.every((line) => line.startsWith("- "))) {
    return `${head}\n\n${shown.map((line) => `- ${markdownText(line.slice(2), MAX_SENTENCE)}`).join("\n")}`;
  }
  const indentOf = (line: string) => "&nbsp;".repeat((/^ {0,8}/.exec(line)?.[0] ?? "").length);
  return `${head}<br>\n${shown.map((line) => indentOf(line) + markdownCode(line, MAX_SENTENCE)).join("<br>\n")}`;
}

function problemBlock({ problem, sentence }: BooksView): string {
  if (problem === undefined) return "";
  const said = problem.message === sentence ? "" : `> ${markdownText(problem.message, MAX_SENTENCE)}\n>\n`;
  return `> [!CAUTION]\n${said}> Reason: ${markdownCode(problem.code, 60)}`;
}

function nextStepsBlock(steps: readonly NextStep[]): string {
  if (steps.length === 0) return "";
  const items = steps.slice(0, MAX_ITEMS).map(({ text, code }, index) => {
    const item = `${index + 1}. ${markdownText(text, MAX_SENTENCE)}`;
    return code === undefined ? item : `${item}\n\n${indented(markdownBlock(code, 2_000))}\n`;
  });
  return `**What to do next**\n\n${items.join("\n")}`;
}

function notesBlock(notes: readonly string[]): string {
  const shown = notes.slice(0, MAX_ITEMS).map((note) => `- ${indented(linesBlock(note)).trimStart()}`);
  const rest = notes.length - shown.length;
  return [...shown, ...(rest > 0 ? [`- and ${rest} more in the log`] : [])].join("\n");
}

function bookedBlock(entry: Entry, view: BooksView): string {
  const lines = bookedLines(entry, MAX_ITEMS);
  const table = markdownTable(
    [
      { heading: "Model" },
      { heading: "Tokens" },
      { heading: "USD per million" },
      { heading: "Prices from" },
      { heading: "Cost", align: "right" },
    ],
    lines.map((line) => [
      markdownCode(line.model, 60),
      line.tokens.map((part) => markdownText(part)).join("<br>"),
      line.prices.map((part) => markdownText(part, 60)).join("<br>"),
      markdownText(line.source, 60),
      line.cost,
    ]),
  );
  const hidden = Math.max(0, (entry.usage?.length ?? 0) - MAX_ITEMS);
  const facts = bookedFacts(entry).map(([name, value]) => `${name}: ${markdownCode(value, 100)}`);
  const tags = Object.entries(entry.tags ?? {})
    .slice(0, 20)
    .map(([key, value]) => markdownCode(`${key}=${value}`, 100));
  const content = [
    ...(lines.length > 0 ? [table] : []),
    ...(hidden > 0 ? [`and ${hidden} more in the ledger`] : []),
    ...(facts.length > 0 ? [facts.join(" · ")] : []),
    ...(tags.length > 0 ? [`Tags: ${tags.join(" ")}`] : []),
  ];
  return folded(markdownText(bookedSentence(entry, view.booking)), content.join("\n\n"));
}

function indented(block: string): string {
  return block.replace(/^(?=.)/gm, "   ");
}

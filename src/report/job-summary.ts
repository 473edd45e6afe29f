import type { Entry } from "../budget/entry.ts";
import { plus } from "../budget/money.ts";
import { dayOf } from "../budget/month.ts";
import { barOf, renderBar } from "./bar.ts";
import { bookedFacts, bookedLines, bookedSentence } from "./booked.ts";
import { renderChart, renderLegend } from "./chart.ts";
import { markdownBlock, markdownCode, markdownText } from "./escape.ts";
import { admissionRows, type FigureRow, figureRows, forecastRows } from "./figure-rows.ts";
import { fitting, folded, markdownTable } from "./markdown-table.ts";
import { modelRows } from "./model-rows.ts";
import { showMonth, showPercent } from "./show.ts";
import type { MonthView, NextStep, Tone, View } from "./view.ts";

/** GitHub drops a step's summary whole beyond 1 MiB; a summary nobody scrolls through is far smaller. */
const MAX_BYTES = 100_000;
const MAX_SENTENCE = 600;
const MAX_MODELS = 15;
const MAX_ITEMS = 10;

const BAR_WIDTH = 40;

export const TONE_MARKS: Readonly<Record<Tone, string>> = { good: "✅", warn: "⚠️", bad: "⛔" };

/** GitHub's job summary in markdown, always under 100,000 bytes. */
export function renderJobSummary(view: View): string {
  const { month } = view;
  const blocks = [
    `## ${TONE_MARKS[view.tone]} ${markdownText(view.title)}`,
    markdownText(view.sentence, MAX_SENTENCE),
    month === null ? "" : renderMarkdownBar(month.figures),
    problemBlock(view),
    nextStepsBlock(view.nextSteps),
    notesBlock(view.notes),
    ...(month === null ? [] : monthBlocks(month, view)),
    view.booked === undefined ? "" : bookedBlock(view.booked, view),
    `${markdownText(view.name, 60)} · books: ${markdownCode(view.place, 100)}`,
  ];
  return fitting(blocks, MAX_BYTES);
}

/** The month's bar with its percentages, in markdown. */
export function renderMarkdownBar(figures: MonthView["figures"]): string {
  const { percent_used: percentUsed, percent_held: percentHeld } = figures;
  const bar = renderBar(barOf({ percentUsed, percentHeld, width: BAR_WIDTH }));
  const held = figures.held > 0 ? ` · ${showPercent(percentHeld)} held` : "";
  return `<code>${bar}</code> **${showPercent(percentUsed)} spent**${held}`;
}

/** Figures beside each other in two pairs of columns, so that the table stays small. */
export function renderFigures(heading: string, rows: readonly FigureRow[]): string {
  const half = Math.ceil(rows.length / 2);
  const cells = (row: FigureRow | undefined) =>
    row === undefined ? ["", ""] : [row.label, `**${markdownText(row.value)}**`];
  return markdownTable(
    [{ heading }, { heading: "" }, { heading: "" }, { heading: "" }],
    rows.slice(0, half).map((row, index) => [...cells(row), ...cells(rows[half + index])]),
  );
}

/** The month by model in markdown; empty where no model is known. */
export function renderModels(state: MonthView["state"]): string {
  const rows = modelRows(state, MAX_MODELS);
  if (rows.length === 0) return "";
  const right = "right" as const;
  const table = markdownTable(
    [
      { heading: "Model" },
      { heading: "Cost", align: right },
      { heading: "Share", align: right },
      { heading: "Per execution", align: right },
      { heading: "Input", align: right },
      { heading: "Cache read", align: right },
      { heading: "Cache write", align: right },
      { heading: "Output", align: right },
      { heading: "Cache hits", align: right },
    ],
    rows.map((row) => [
      markdownCode(row.model, 60),
      row.cost,
      row.share,
      row.perExecution,
      row.input,
      row.cacheRead,
      row.cacheWrite,
      row.output,
      row.cacheHits,
    ]),
  );
  return `**By model**\n\n${table}`;
}

function monthBlocks(month: MonthView, { now, admission }: View): string[] {
  const { state, figures } = month;
  const chart = {
    state,
    total: plus(figures.budget, figures.top_ups),
    today: dayOf(now, state.timezone),
  };
  return [
    renderFigures(showMonth(figures.month), [
      ...figureRows(month),
      ...forecastRows(month, now),
      ...admissionRows(admission),
    ]),
    renderChart(chart),
    renderLegend(chart),
    renderModels(state),
  ];
}

function problemBlock({ problem }: View): string {
  if (problem === undefined) return "";
  return `> [!CAUTION]\n> ${markdownText(problem.message, MAX_SENTENCE)}\n>\n> Reason: ${markdownCode(problem.code, 60)}`;
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
  const shown = notes.slice(0, MAX_ITEMS).map((note) => `- ${markdownText(note, MAX_SENTENCE)}`);
  const rest = notes.length - shown.length;
  return [...shown, ...(rest > 0 ? [`- and ${rest} more in the log`] : [])].join("\n");
}

function bookedBlock(entry: Entry, view: View): string {
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
  const hidden = (entry.usage?.length ?? 0) - lines.length;
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

import type { Figures, Health } from "../../books/answer.ts";
import type { State } from "../../books/state.ts";
import { markdownCode, markdownText } from "../../values/foreign-text.ts";
import { showPercent } from "../../values/percent.ts";
import { barOf } from "../bar.ts";
import type { FigureRow } from "../model/figure-rows.ts";
import { modelRows } from "../model/model-rows.ts";

import { markdownTable } from "./table.ts";

const MAX_MODELS = 15;
const BAR_WIDTH = 24;
const SPENT_CELLS: Readonly<Record<Health, string>> = { green: "🟩", yellow: "🟨", red: "🟥", blocked: "🟥" };

/** A month's bar in the color of its health, with its percentages, in markdown. */
export function renderMarkdownBar(from: Pick<Figures, "percentUsed" | "percentHeld" | "health">): string {
  const { percentUsed, percentHeld, health } = from;
  const bar = barOf({ percentUsed, percentHeld, width: BAR_WIDTH });
  const cells = SPENT_CELLS[health].repeat(bar.spent) + "🟪".repeat(bar.held) + "⬜".repeat(bar.free);
  const held = percentHeld > 0 ? ` · 🟪 ${showPercent(percentHeld)} held` : "";
  return `${cells}\\\n**${showPercent(percentUsed)} spent**${held}`;
}

/** A few figures side by side, each under its name. */
export function renderStrip(rows: readonly FigureRow[]): string {
  return markdownTable(
    rows.map(({ label }) => ({ heading: label })),
    [rows.map(({ value }) => markdownText(value))],
  );
}

/** Figures in two pairs of columns side by side, so that the table stays small. */
export function renderFigures(heading: string, left: readonly FigureRow[], right: readonly FigureRow[]): string {
  const cells = (row: FigureRow | undefined) =>
    row === undefined ? ["", ""] : [row.label, `**${markdownText(row.value)}**`];
  return markdownTable(
    [{ heading }, { heading: "" }, { heading: "" }, { heading: "" }],
    Array.from({ length: Math.max(left.length, right.length) }, (_, index) => [
      ...cells(left[index]),
      ...cells(right[index]),
    ]),
  );
}

/** Figures of one kind, as two columns of the same length. */
export function halvesOf(rows: readonly FigureRow[]): [left: FigureRow[], right: FigureRow[]] {
  const half = Math.ceil(rows.length / 2);
  return [rows.slice(0, half), rows.slice(half)];
}

/** The month by model in markdown; empty if no model is known. */
export function renderModels(state: State): string {
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
    ],
    rows.map((row) => [
      markdownCode(row.model, 60),
      row.cost,
      row.share,
      row.perExecution,
      row.input,
      row.cacheHits === "–" || row.cacheRead === "–" ? row.cacheRead : `${row.cacheRead} (${row.cacheHits})`,
      row.cacheWrite,
      row.output,
    ]),
  );
  return `**By model**\n\n${table}`;
}

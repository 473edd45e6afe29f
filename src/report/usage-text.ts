import type { EntryUsage } from "../books/entry.ts";
import { markdownBlock, markdownCode, markdownText, plainText } from "../values/foreign-text.ts";
import { type BookedLine, bookedLines } from "./answer/booked.ts";
import { fitting, markdownTable } from "./markdown/table.ts";
import type { NextStep } from "./model/view.ts";
import { wrapped } from "./terminal/table.ts";
import type { Terminal } from "./terminal/terminal.ts";

const MAX_LINES = 200;
const MAX_BYTES = 100_000;

/** What a run used and what it costs, as the `usage` command shows it. Texts are plain text. */
export type UsageView = {
  /** The total, as one sentence. */
  readonly sentence: string;
  readonly usage: readonly EntryUsage[];
  /** What could not be priced, and how to fix it. */
  readonly nextSteps: readonly NextStep[];
  readonly notes: readonly string[];
};

/** The usage in markdown for the job summary. */
export function renderUsage(view: UsageView): string {
  return fitting(
    [
      "## 🔎 What was used",
      markdownText(view.sentence, 600),
      markdownTable(
        [
          { heading: "Model" },
          { heading: "Tokens" },
          { heading: "USD per million" },
          { heading: "Prices from" },
          { heading: "Cost", align: "right" },
        ],
        linesOf(view).map((line) => [
          markdownCode(line.model, 100),
          line.tokens.map((each) => markdownText(each)).join("<br>"),
          line.prices.map((each) => markdownText(each)).join("<br>") || "–",
          markdownText(line.source),
          markdownText(line.cost),
        ]),
      ),
      ...view.nextSteps.map(
        ({ text, code }) => `- ${markdownText(text, 600)}${code === undefined ? "" : `\n\n${markdownBlock(code)}`}`,
      ),
      ...view.notes.map((note) => `- ${markdownText(note, 600)}`),
    ],
    MAX_BYTES,
  );
}

/** The usage for a terminal; ends with a line break. */
export function renderUsageTerminal(view: UsageView, { colors, width }: Terminal): string {
  const lines = linesOf(view).flatMap((line) => [
    `${colors.bold(plainText(line.model, 100))}  ${colors.green(line.cost)}`,
    ...wrapped(line.tokens.join(", "), width, "  "),
    ...wrapped(line.prices.length === 0 ? "no price known" : `USD per million: ${line.prices.join(", ")}`, width, "  "),
    ...(line.prices.length === 0 ? [] : wrapped(`Prices from: ${line.source}`, width, "  ")),
    "",
  ]);
  const steps = view.nextSteps.flatMap(({ text, code }) => [
    ...wrapped(plainText(text, 600), width, "→ "),
    ...(code === undefined ? [] : code.split("\n").map(indentedLine)),
  ]);
  return `${[...lines, ...wrapped(plainText(view.sentence, 600), width), ...steps].join("\n")}\n`;
}

/** A line to copy: in YAML its indentation matters. */
function indentedLine(line: string): string {
  return `    ${/^ */.exec(line)?.[0] ?? ""}${plainText(line, 200)}`;
}

function linesOf(view: UsageView): BookedLine[] {
  return bookedLines({ usage: [...view.usage] }, MAX_LINES);
}

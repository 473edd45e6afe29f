import { markdownCode, markdownText, plainText } from "../values/foreign-text.ts";
import { showMany } from "../values/show.ts";
import { markdownTable } from "./markdown/table.ts";
import type { Difference } from "./model/view.ts";
import { terminalTable } from "./terminal/table.ts";
import type { Terminal } from "./terminal/terminal.ts";

const MAX_SHOWN = 100;

/** What `verify` found, in one sentence. */
export function verifySentence(differences: readonly Difference[]): string {
  return differences.length === 0
    ? "The books agree with the ledger."
    : `${showMany(differences.length, "figure")} of the books ${differences.length === 1 ? "does" : "do"} not agree with the ledger.`;
}

/** What `verify` repaired, in one sentence. */
export function repairedSentence(differences: readonly Difference[]): string {
  const is = differences.length === 1 ? "now has the ledger's value" : "now have the ledger's values";
  return `${showMany(differences.length, "figure")} of the books ${is}.`;
}

/** The differences for a job summary; empty if there are none. */
export function renderDifferences(differences: readonly Difference[]): string {
  if (differences.length === 0) return "";
  const table = markdownTable(
    [{ heading: "Figure" }, { heading: "By the ledger", align: "right" }, { heading: "In the books", align: "right" }],
    differences
      .slice(0, MAX_SHOWN)
      .map((each) => [markdownCode(each.figure, 100), markdownText(each.expected, 60), markdownText(each.found, 60)]),
  );
  const rest = differences.length - MAX_SHOWN;
  return rest > 0 ? `${table}\n\nand ${showMany(rest, "more figure")}` : table;
}

/** The differences for a terminal, ending with a line break; empty if there are none. */
export function renderDifferencesTerminal(differences: readonly Difference[], { colors, width }: Terminal): string {
  if (differences.length === 0) return "";
  const [heading = "", ...rows] = terminalTable(
    [{ heading: "Figure" }, { heading: "By the ledger", align: "right" }, { heading: "In the books", align: "right" }],
    differences
      .slice(0, MAX_SHOWN)
      .map((each) => [plainText(each.figure, 100), plainText(each.expected, 60), plainText(each.found, 60)]),
    width,
  );
  const rest = differences.length - MAX_SHOWN;
  return `${[colors.dim(heading), ...rows, ...(rest > 0 ? [`and ${showMany(rest, "more figure")}`] : [])].join(
    "\n",
  )}\n`;
}

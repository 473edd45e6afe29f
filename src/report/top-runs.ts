import type { RecapFacts } from "../books/messages/facts.ts";
import { markdownText, plainText } from "../values/foreign-text.ts";
import { nanoOf, showUsd } from "../values/money.ts";
import { markdownTable } from "./markdown/table.ts";
import { terminalTable } from "./terminal/table.ts";
import type { Terminal } from "./terminal/terminal.ts";

type TopRun = NonNullable<RecapFacts["top_runs"]>[number];

/** A month's most expensive runs in markdown, each with its page; empty where they aren't known. */
export function renderTopRuns({ top_runs: runs = [] }: RecapFacts): string {
  if (runs.length === 0) return "";
  const table = markdownTable(
    [{ heading: "Run" }, { heading: "Profile" }, { heading: "Cost", align: "right" }],
    runs.map((one) => [
      one.url === undefined ? nameOf(one) : `[${nameOf(one)}](${one.url})`,
      markdownText(one.profile ?? "", 60),
      showUsd(nanoOf(one.cost)),
    ]),
  );
  return `**Most expensive runs**\n\n${table}`;
}

/** The same as lines for a terminal. A link is of use only in one piece, so it has a separate line. */
export function topRunLines({ top_runs: runs = [] }: RecapFacts, { colors, width }: Terminal): string[] {
  if (runs.length === 0) return [];
  const [heading = "", ...rows] = terminalTable(
    [{ heading: "Most expensive runs" }, { heading: "Profile" }, { heading: "Cost", align: "right" }],
    runs.map((one) => [nameOf(one), plainText(one.profile ?? "", 60), showUsd(nanoOf(one.cost))]),
    width,
  );
  const pages = runs.map(({ url }) => (url === undefined ? [] : [colors.dim(`  ${plainText(url, 200)}`)]));
  return [colors.dim(heading), ...rows.flatMap((row, index) => [row, ...(pages[index] ?? [])])];
}

function nameOf({ run }: TopRun): string {
  return run === undefined ? "at a terminal" : `run ${run}`;
}

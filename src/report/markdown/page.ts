import { isOpen } from "../../books/alerts/resolve.ts";
import type { Figures } from "../../books/answer.ts";
import { estimatedShare } from "../../books/estimated-share.ts";
import { shownFigures } from "../../books/figures.ts";
import type { MonthOutlook } from "../../books/month-demand.ts";
import { pausedSentence } from "../../books/pause-text.ts";
import type { HistoryLine, State } from "../../books/state.ts";
import type { PartOutlook } from "../../insight/part-outlook.ts";
import { markdownCode, markdownText } from "../../values/foreign-text.ts";
import { bounded, boundedSum, nanoUsd, percentOf, plus, showUsd, ZERO } from "../../values/money.ts";
import { type Day, dayOf } from "../../values/month.ts";
import { showPercent } from "../../values/percent.ts";
import { showCount, showDay, showInstant, showMonth } from "../../values/show.ts";
import { renderAlerts } from "../alerts-text.ts";
import { estimatedText } from "../model/estimated-text.ts";
import { executionRows, isEmptyMonth } from "../model/figure-rows.ts";
import { forecastText, goneText } from "../model/forecast-text.ts";
import { partRow } from "../model/outlook-rows.ts";
import { budgetBlocks, monthRow } from "./budget-table.ts";
import { renderChart, renderLegend } from "./chart.ts";
import { renderMarkdownBar, renderModels, renderStrip } from "./month.ts";
import { fitting, markdownTable } from "./table.ts";

const MAX_BYTES = 100_000;
const MONTHS_SHOWN = 24;
const PROFILES_SHOWN = 15;
const LAST_SHOWN = 8;
const HOME = "https://github.com/token-budget/token-budget";

/**
 * The page kept as README.md with the books: always the same text for the same state and figures. `path` is the state
 * file's.
 */
export function renderPage(from: {
  readonly state: State;
  readonly figures: Figures;
  readonly name: string;
  readonly path: string;
  /** What the month comes to, seen from the time of the commit. */
  readonly ahead?: MonthOutlook | undefined;
  /** The sub-budgets. */
  readonly budgets?: readonly PartOutlook[];
}): string {
  const { state, figures, ahead } = from;
  const share = estimatedShare(state);
  const total = plus(figures.budget, figures.topUps);
  const shown = shownFigures(figures);
  const waiting = figures.held > 0 ? `, ${shown.held} held` : "";
  const chart = { state, total, today: lastDayIn(from), ahead };
  return fitting(
    [
      `# ${markdownText(from.name, 80)}: ${showMonth(figures.month)}`,
      state.paused === undefined ? "" : `⏸️ **${markdownText(pausedSentence(state.paused, state.timezone), 600)}**`,
      `**${markdownText(`${shown.spent} of ${shown.total} spent (${showPercent(figures.percentUsed)})${waiting}, ${shown.remaining} left.`)}**`,
      share === undefined ? "" : `⚠️ ${markdownText(estimatedText(share), 600)}`,
      `${renderMarkdownBar(figures)} · resets on ${markdownText(showInstant(figures.resetsAt, state.timezone))}`,
      ahead === undefined ? "" : forecastBlock({ state, figures, ahead }),
      state.exhausted_at === null || figures.health !== "blocked"
        ? ""
        : `The budget has been exhausted since ${markdownText(showInstant(state.exhausted_at, state.timezone))}; runs are denied until it resets.`,
      renderAlerts((state.alerts ?? []).filter(isOpen), { timezone: state.timezone }),
      ...budgetBlocks(
        monthRow({ figures, state }),
        (from.budgets ?? []).map((part) => partRow(part)),
      ),
      ...(isEmptyMonth(figures) ? [] : [renderChart(chart), renderLegend(chart)]),
      renderStrip(executionRows(from)),
      renderModels(state),
      profilesBlock(state),
      historyBlock(state.history),
      readingBlock(from.path),
    ],
    MAX_BYTES,
  );
}

/** The last day that had come; nothing here depends on when the page is read. */
function lastDayIn({ state, ahead }: Pick<Parameters<typeof renderPage>[0], "state" | "ahead">): Day {
  const { last_entry: last, current_month: month, daily, timezone } = state;
  const booked = Object.keys(daily).sort().at(-1) ?? `${month}-01`;
  const days = [booked, last ? dayOf(last.at, timezone) : booked, ahead?.demand.today.day ?? booked];
  return days.filter((day) => day.startsWith(month)).reduce((latest, day) => (day > latest ? day : latest), booked);
}

function forecastBlock(month: Parameters<typeof forecastText>[0]): string {
  const text = [forecastText(month), goneText(month)].filter((sentence) => sentence !== "").join(" ");
  return text === "" ? "" : `🔮 ${markdownText(`As of ${showDay(lastDayIn(month))}: ${text}`, 600)}`;
}

function profilesBlock({ profiles }: State): string {
  const rows = Object.entries(profiles)
    .filter(([, { costs }]) => costs.length > 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .slice(0, PROFILES_SHOWN)
    .map(([profile, { costs }]) => [
      markdownCode(profile, 60),
      costs.slice(-LAST_SHOWN).reverse().map(showUsd).join(" · "),
      showUsd(nanoUsd(Math.round(boundedSum(costs) / costs.length))),
    ]);
  if (rows.length === 0) return "";
  const table = markdownTable(
    [{ heading: "Profile" }, { heading: "Newest first" }, { heading: "Average", align: "right" }],
    rows,
  );
  return `**The last executions**\n\n${table}`;
}

function historyBlock(history: readonly HistoryLine[]): string {
  if (history.length === 0) return "";
  const right = "right" as const;
  const rows = history.slice(-MONTHS_SHOWN).reverse().map(historyRow);
  const remarks = rows.some((row) => row.at(-1) !== "");
  const columns = [
    { heading: "Month" },
    { heading: "Spent", align: right },
    { heading: "Budget", align: right },
    { heading: "Used", align: right },
    { heading: "Executions", align: right },
    { heading: "Pull requests", align: right },
    ...(remarks ? [{ heading: "Closed by" }] : []),
  ];
  const table = markdownTable(
    columns,
    rows.map((row) => row.slice(0, columns.length)),
  );
  return `## Closed months\n\n${table}`;
}

function historyRow(line: HistoryLine): string[] {
  const total = line.budget === undefined ? undefined : bounded(line.budget + (line.top_ups ?? ZERO));
  return [
    showMonth(line.month),
    showUsd(line.total_spent),
    total === undefined ? "–" : showUsd(total),
    total === undefined || total <= 0 ? "–" : showPercent(percentOf(line.total_spent, total)),
    line.executions === undefined ? "–" : showCount(line.executions),
    line.prs_generated === undefined ? "–" : showCount(line.prs_generated),
    line.closed === "reset" ? `${markdownText(line.actor ?? "a maintainer", 60)}, reset` : "",
  ];
}

function readingBlock(path: string): string {
  const ledger = path.replace(/\.json$/, "");
  return [
    "---",
    [
      `Made by [token-budget](${HOME}#readme) at every booking; don't edit it. The books are ${markdownCode(path)} (this month's totals,`,
      `open holds, history) and ${markdownCode(`${ledger}/ledger/`)} (one line per entry, one file per UTC hour);`,
      `[how to read them](${HOME}/blob/main/docs/books.md).`,
    ].join(" "),
    [
      "```sh",
      `jq .total_spent ${shellPath(path)}`,
      `cat ${shellPath(`${ledger}/ledger`)}/*/*.ndjson | jq -s 'group_by(.month)[] | [.[0].month, (map(.cost) | add)]'`,
      "```",
    ].join("\n"),
  ].join("\n\n");
}

function shellPath(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replace(/[^\w ./-]/g, "?")}'`;
}

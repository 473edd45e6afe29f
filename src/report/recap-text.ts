import { shareOf } from "../books/estimated-share.ts";
import { healthOf } from "../books/figures.ts";
import type { RecapFacts } from "../books/messages/facts.ts";
import { monthScoreText } from "../insight/score-text.ts";
import { showPeriod } from "../values/date-span.ts";
import { markdownCode, markdownText, plainText } from "../values/foreign-text.ts";
import { minus, type NanoUsd, nanoOf, percentOf, plus, showUsd, ZERO } from "../values/money.ts";
import { showPercent } from "../values/percent.ts";
import { showQuantity } from "../values/quantity.ts";
import { showCount, showInstant, showMany, showSigned } from "../values/show.ts";
import { isUnknownCount, shownMoney, shownParts, showSpent, withOthers } from "../values/shown-money.ts";
import { barOf, renderBar } from "./bar.ts";
import { halvesOf, renderFigures, renderMarkdownBar } from "./markdown/month.ts";
import { markdownTable } from "./markdown/table.ts";
import { estimatedText } from "./model/estimated-text.ts";
import type { FigureRow } from "./model/figure-rows.ts";
import { padded, terminalTable, wrapped } from "./terminal/table.ts";
import type { Terminal } from "./terminal/terminal.ts";
import { renderTopRuns, topRunLines } from "./top-runs.ts";

/** A month's recap, and whose it is. */
export type RecapView = {
  readonly facts: RecapFacts;
  readonly name: string;
  /** The time zone of the days. */
  readonly timezone: string;
};

/** The recap in one sentence, as plain text. */
export function recapSentence({ facts }: RecapView): string {
  const so = facts.running ? " so far" : "";
  const share = hasBudget(facts) ? ` (${showPercent(percentOf(nanoOf(facts.spent), totalOf(facts)))})` : "";
  const done = isUnknownCount(facts.executions, facts)
    ? ""
    : ` on ${showMany(facts.executions, "execution")} and ${showMany(facts.prs, "pull request")}`;
  return `${showPeriod(facts)}${so}: ${spentText(facts)} spent${share}${done}.`;
}

/** A month's recap in markdown, for the job summary. */
export function renderRecap(view: RecapView): string {
  const { facts } = view;
  const percent = percentOf(nanoOf(facts.spent), totalOf(facts));
  return `${[
    `## 📊 ${markdownText(`${view.name}: ${showPeriod(facts)}`, 100)}`,
    markdownText(recapSentence(view), 400),
    ...estimatedLines(facts).map((line) => `⚠️ ${markdownText(line, 600)}`),
    ...(hasBudget(facts)
      ? [
          renderMarkdownBar({
            percentUsed: percent,
            percentHeld: 0,
            health: healthOf(nanoOf(facts.spent), totalOf(facts), ZERO),
          }),
        ]
      : []),
    renderFigures(showPeriod(facts), ...halvesOf(recapRows(view))),
    ...(facts.models.length === 0
      ? []
      : [
          markdownTable(
            [{ heading: "Model" }, { heading: "Cost", align: "right" }, { heading: "Share", align: "right" }],
            modelRowsOf(facts).map(([model, cost, share]) => [markdownCode(model, 60), cost, share]),
          ),
        ]),
    ...[renderTopRuns(facts)].filter((block) => block !== ""),
  ].join("\n\n")}\n`;
}

/** A month's recap for a terminal, ending with a line break. */
export function renderRecapTerminal(view: RecapView, terminal: Terminal): string {
  const { facts } = view;
  const { colors, width } = terminal;
  const runs = topRunLines(facts, terminal);
  const percent = percentOf(nanoOf(facts.spent), totalOf(facts));
  const bar = barOf({ percentUsed: percent, percentHeld: 0, width: Math.max(10, Math.min(50, width - 16)) });
  const [heading = "", ...rows] = terminalTable(
    [{ heading: "Model" }, { heading: "Cost", align: "right" }, { heading: "Share", align: "right" }],
    modelRowsOf(facts).map(([model, cost, share]) => [plainText(model, 60), cost, share]),
    width,
  );
  return `${[
    colors.bold(`${plainText(view.name, 60)} · ${showPeriod(facts)}${facts.running ? " (still running)" : ""}`),
    ...estimatedLines(facts).flatMap((line) => wrapped(plainText(line, 600), width, "! ")),
    ...(hasBudget(facts) ? ["", `${renderBar(bar)}  ${colors.bold(`${showPercent(percent)} spent`)}`] : []),
    "",
    ...recapRows(view).flatMap(({ label, value }) => wrapped(value, width, padded(label, 24))),
    ...(rows.length === 0 ? [] : ["", colors.dim(heading), ...rows]),
    ...(runs.length === 0 ? [] : ["", ...runs]),
  ].join("\n")}\n`;
}

function estimatedLines({ estimated, spent, estimated_most: profile }: RecapFacts): string[] {
  const share = shareOf({ estimated: nanoOf(estimated), spent: nanoOf(spent), most: undefined });
  return share === undefined ? [] : [estimatedText({ ...share, profile })];
}

function recapRows({ facts, timezone }: RecapView): FigureRow[] {
  const spent = nanoOf(facts.spent);
  const rows: (FigureRow | false)[] = [
    { label: "Spent", value: spentText(facts) },
    facts.top_ups !== 0 && { label: "Topped up", value: showUsd(nanoOf(facts.top_ups)) },
    { label: "Executions", value: countIn(facts, facts.executions) },
    { label: "Pull requests", value: countIn(facts, facts.prs) },
    facts.prs > 0 && { label: "Average cost per PR", value: showUsd(Math.round(spent / facts.prs) as NanoUsd) },
    facts.executions > 0 && {
      label: "Average cost",
      value: `${showUsd(Math.round(spent / facts.executions) as NanoUsd)} per execution`,
    },
    facts.period === undefined && { label: "Milestones reached", value: showCount(facts.milestones) },
    facts.estimated !== 0 && {
      label: "Charged by estimate",
      value: `${showUsd(nanoOf(facts.estimated))} (${showPercent(percentOf(nanoOf(facts.estimated), spent))})`,
    },
    facts.corrections.count > 0 && {
      label: "Corrections",
      value: `${showCount(facts.corrections.count)}, ${showSigned(nanoOf(facts.corrections.amount))} in total`,
    },
    facts.paused_days !== undefined && { label: "Paused", value: showMany(facts.paused_days, "day") },
    facts.resets > 0 && { label: "Resets", value: showCount(facts.resets) },
    ...(facts.adjustments?.last ?? []).map(({ what, actor, reason }) => ({
      label: "Adjustment",
      value: plainText(`${what} by ${actor}: ${reason}`, 200),
    })),
    ...(facts.budgets ?? []).map(({ name, spent, tokens }) => ({
      label: "Sub-budget",
      value: plainText(`${name}: ${showUsd(nanoOf(spent))}, ${showQuantity("tokens", tokens)}`, 200),
    })),
    facts.large_runs !== undefined && { label: "Large runs", value: showCount(facts.large_runs) },
    facts.forecasts !== undefined && { label: "Forecasts", value: monthScoreText(facts.forecasts) },
    facts.exhausted_at !== null && { label: "Exhausted since", value: showInstant(facts.exhausted_at, timezone) },
    facts.previous !== null && {
      label: facts.period === undefined ? "Month before" : "Before",
      value: previousOf(facts, facts.previous),
    },
  ];
  return rows.filter((row) => row !== false);
}

function previousOf(facts: RecapFacts, previous: NonNullable<RecapFacts["previous"]>): string {
  const before = nanoOf(previous.spent);
  const text = `${showSpent(before)} in ${showPeriod(previous)}`;
  return facts.running ? text : `${text} (this time ${showSigned(minus(nanoOf(facts.spent), before))})`;
}

function modelRowsOf(facts: RecapFacts): [model: string, cost: string, share: string][] {
  const spent = nanoOf(facts.spent);
  const models = facts.models.map(({ model, cost }) => [model, nanoOf(cost)] as const);
  const rows = withOthers(models, spent);
  const costs = rows.map(([, cost]) => cost);
  const parts = shownParts({ total: totalOf(facts), spent }, costs);
  return rows.map(([model], index) => {
    const { cost = "", share = 0 } = parts[index] ?? {};
    return [model, cost, spent > 0 ? showPercent(share) : "–"];
  });
}

/** "$14.82 of $15.00"; the dollars alone for a month whose budget isn't known. */
function spentText(facts: RecapFacts): string {
  const { total, spent } = shownMoney({ total: totalOf(facts), spent: nanoOf(facts.spent) });
  return hasBudget(facts) ? `${spent} of ${total}` : spent;
}

function countIn(facts: RecapFacts, count: number): string {
  return isUnknownCount(count, facts) ? "–" : showCount(count);
}

/** Imported months may have no budget. */
function hasBudget({ budget, top_ups }: RecapFacts): boolean {
  return budget !== 0 || top_ups !== 0;
}

function totalOf(facts: RecapFacts): NanoUsd {
  return plus(nanoOf(facts.budget), nanoOf(facts.top_ups));
}

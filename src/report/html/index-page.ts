import { shownFigures } from "../../books/figures.ts";
import type { Dashboard } from "../../insight/dashboard/dashboard.ts";
import { recentDays } from "../../insight/recent-days.ts";
import { bounded, plus, showUsd } from "../../values/money.ts";
import { showPercent } from "../../values/percent.ts";
import { showCount, showMany, showMonth, showWait } from "../../values/show.ts";
import { isUnknownCount, shownTotal } from "../../values/shown-money.ts";
import { bridgeChart } from "../chart/bridge-chart.ts";
import { daysChart } from "../chart/days-chart.ts";
import { monthChart } from "../chart/month-chart.ts";
import { monthFactsOf } from "../chart/of-books.ts";
import { bridgeFacts } from "../chart/of-reports.ts";
import { dimensionText } from "../model/dimension-text.ts";
import { forecastText, goneText } from "../model/forecast-text.ts";
import { alertTable, budgetTable, lastRuns, mainDimension, notices } from "./common.ts";
import { EMPTY, foreign, type Html, html } from "./html.ts";
import { bar, chart, type Figure, figures, healthChip, section } from "./parts.ts";
import { type Links, reportTable, UNKNOWN } from "./report-table.ts";
import type { Page } from "./shell.ts";

const RECENT_DAYS = 28;
const LAST_RUNS = 10;
const TOP_ROWS = 10;

/** The month at a glance, for everybody. */
export function indexPage(dashboard: Dashboard, links: Links): Page {
  const { name, state, figures: money, outlook } = dashboard;
  const month = showMonth(money.month);
  const budgets = outlook.budgets.length === 0 ? EMPTY : section("Sub-budgets", budgetTable(dashboard, links));
  const runs = lastRuns(dashboard, LAST_RUNS);
  return {
    path: "index.html",
    title: `${month} · ${name}`,
    body: html`<h1>${month}</h1>
<p class="lead">${foreign(standing(dashboard), 400)}</p>
${notices(dashboard)}
${figures(glance(dashboard))}
${monthSection(dashboard)}
${dashboard.isNew ? EMPTY : section("Open alerts", alertTable(dashboard))}
${budgets}
${daysSection(dashboard)}
${changeSection(dashboard, links)}
${runs.markup === "" ? EMPTY : section("Last runs", runs, html`<p class="note"><a href="runs.html">All runs, with search and filters</a></p>`)}
${state.history.length === 0 ? EMPTY : html`<p class="note screen"><a href="executive.html">Earlier months, quarter and year</a></p>`}`,
  };
}

/** Where the month stands and what it comes to. */
function standing({ figures: money, ahead, state }: Dashboard): string {
  const { total, spent, remaining } = shownFigures(money);
  const month = { figures: money, ahead, state };
  const now = `${spent} of ${total} spent (${showPercent(money.percentUsed)}), ${remaining} left.`;
  return [now, forecastText(month), goneText(month)].filter((text) => text !== "").join(" ");
}

/** The month's big figures. */
export function glance({ figures: money, ahead, now }: Dashboard): Figure[] {
  const { spent, held, remaining } = shownFigures(money);
  const { forecast } = ahead;
  const isAhead = forecast.kind === "ranges" || forecast.point !== forecast.spent;
  const total = bounded(money.budget + money.topUps);
  const pace = total > 0 && isAhead ? (100 * forecast.point) / total : undefined;
  return [
    {
      label: "Spent",
      value: spent,
      more: html`${showPercent(money.percentUsed)} ${bar({ used: money.percentUsed, held: money.percentHeld, pace })}`,
    },
    {
      label: "Left",
      value: remaining,
      more: money.held > 0 ? `${held} held by ${showMany(money.openHolds, "open run")}` : "nothing held",
    },
    {
      label: "Forecast",
      value: isAhead ? showUsd(forecast.point) : UNKNOWN,
      more: !isAhead
        ? "no pace yet"
        : forecast.kind === "ranges"
          ? `80% likely ${showUsd(forecast.likely80.low)} to ${showUsd(forecast.likely80.high)}`
          : "at the pace so far",
    },
    {
      label: "Budget",
      value: shownTotal({ ...money, total: plus(money.budget, money.topUps) }, money.topUps).split(" (")[0] ?? "",
      more: html`${healthChip(money.health)} resets in ${showWait(now, money.resetsAt)}`,
    },
    {
      label: "Runs",
      value: isUnknownCount(money.executions, money) ? UNKNOWN : showCount(money.executions),
      more: isUnknownCount(money.prs, { ...money, executions: money.executions })
        ? undefined
        : showMany(money.prs, "pull request"),
    },
  ];
}

function monthSection({ state, ahead, now, isNew }: Dashboard): Html {
  return isNew ? EMPTY : section("The month day by day", chart(monthChart(monthFactsOf(state, ahead, now), "auto")));
}

function daysSection({ state, now }: Dashboard): Html {
  const days = recentDays(state, now, RECENT_DAYS);
  return days.every(({ spent }) => spent === 0) ? EMPTY : section("Dollars a day", chart(daysChart(days, "auto")));
}

/** What changed against the same days of the month before; nothing where the books don't know these. */
export function changeSection(dashboard: Dashboard, links: Links): Html {
  const { report, spans } = dashboard;
  const by = [mainDimension(dashboard)];
  const found = report(spans.toDate, by, { compare: spans.sameDays, top: TOP_ROWS });
  const facts = bridgeFacts(found);
  // Where some of the days before aren't known, there is nothing fair to compare with.
  if (facts === undefined) return EMPTY;
  const { from, to } = facts;
  const picture = bridgeChart(facts, "auto");
  return section(
    "What changed",
    html`<p>${to} against ${from}. <em>Volume</em> is more or fewer runs, <em>mix</em> more expensive or cheaper kinds of them, <em>price</em> what the same kind costs.</p>`,
    chart(picture),
    reportTable(found, links, `By ${dimensionText(by[0] ?? "activity")}, against ${from}`),
  );
}

import { ruleOf } from "../../books/limits/parts.ts";
import type { PartRule } from "../../books/part-rule.ts";
import { daysFrom } from "../../forecast/history.ts";
import type { Dimension } from "../../insight/attribution/query.ts";
import type { Report } from "../../insight/attribution/report.ts";
import type { Dashboard } from "../../insight/dashboard/dashboard.ts";
import type { PartOutlook } from "../../insight/part-outlook.ts";
import { showUsd } from "../../values/money.ts";
import { type Day, dayOf } from "../../values/month.ts";
import { showQuantity } from "../../values/quantity.ts";
import { showCount, showInstant, showMonth, showNumber } from "../../values/show.ts";
import { daysChart } from "../chart/days-chart.ts";
import { dimensionText } from "../model/dimension-text.ts";
import { efficiencyTable } from "../model/outlook-rows.ts";
import { alertTable, lastRuns, mainDimension, notices, pacePercent, partTexts, percentText } from "./common.ts";
import { retryText } from "./executive-page.ts";
import { EMPTY, foreign, type Html, html } from "./html.ts";
import { bar, chart, type Figure, figures, section, table } from "./parts.ts";
import { type Links, reportTable, UNKNOWN } from "./report-table.ts";
import type { Page } from "./shell.ts";

const TOP_ROWS = 12;
const LAST_RUNS = 15;

/** One sub-budget: its figures, what it was spent on, and what would happen. */
export function budgetPage(dashboard: Dashboard, part: PartOutlook, links: Links): Omit<Page, "path"> {
  const { name: budget, rules, figures: money } = dashboard;
  const rule = ruleOf(part.name, rules);
  const month = ofBudget(dashboard, part.name, "model");
  const own = dashboard.alerts.some((alert) => alert.budget === part.name);
  const runs = lastRuns(dashboard, LAST_RUNS, part.name);
  return {
    title: `${part.name.slice(0, 60)} · ${budget}`,
    body: html`<h1>${foreign(part.name, 200)}</h1>
<p class="lead">${whatWouldHappen(dashboard, part, rule)}</p>
${notices(dashboard)}
${figures(glance(dashboard, part))}
${
  own
    ? section(
        "Open alerts",
        alertTable(dashboard, (alert) => alert.budget === part.name),
      )
    : EMPTY
}
${daysSection(dashboard, part.name)}
${spentSection(dashboard, part, links)}
${efficiencySection(part, month)}
${runs.markup === "" ? EMPTY : section("Last runs", runs, html`<p class="note"><a href="${links.up}runs.html#budget=${encodeURIComponent(part.name.toWellFormed())}">All of its runs</a></p>`)}
${part.period === money.month ? EMPTY : html`<p class="note">Its own figures are those of its period, ${part.period === "none" ? "which never ends" : part.period}; tables are of ${showMonth(money.month)}.</p>`}`,
  };
}

function glance(dashboard: Dashboard, part: PartOutlook): Figure[] {
  const { state } = dashboard;
  const { total, spent, held, remaining, health } = partTexts(part);
  const { projected, forecast, unit, resetsAt } = part;
  const range =
    forecast?.kind === "ranges"
      ? `80% likely ${showUsd(forecast.likely80.low)} to ${showUsd(forecast.likely80.high)}`
      : "at its pace so far";
  return [
    {
      label: "Spent",
      value: spent,
      more: html`${percentText(part)} ${bar({ used: part.percentUsed, held: part.percentHeld, pace: pacePercent(part) })}`,
    },
    { label: "Left", value: remaining, more: part.held > 0 ? `${held} held by open runs` : "nothing held" },
    {
      label: "Limit",
      value: total,
      more: html`${health} ${resetsAt === null ? "never restarts" : `until ${showInstant(resetsAt, state.timezone)}`}`,
    },
    {
      label: "Forecast",
      value: projected === null ? UNKNOWN : showQuantity(unit, projected),
      more: projected === null ? "its period never ends, or its share of the month isn't known" : range,
    },
    {
      label: "Runs",
      value: showCount(part.executions),
      more: part.prs === 1 ? "1 pull request" : `${showCount(part.prs)} pull requests`,
    },
  ];
}

const THEN: Readonly<Record<PartRule["onExceed"], string>> = {
  deny: "runs that count in it are denied",
  approve: "runs that count in it wait for a person's approval",
  warn: "runs that count in it are admitted with a warning",
};

/** When its limit is reached at this pace, and what happens to runs then. */
function whatWouldHappen({ state }: Dashboard, part: PartOutlook, rule: PartRule | undefined): Html {
  const then = THEN[rule?.onExceed ?? "deny"];
  const over =
    (rule?.overage ?? 0) > 0
      ? ` Up to ${showNumber(rule?.overage ?? 0)}% beyond the limit, they are admitted with a warning.`
      : "";
  if (part.spent >= part.limit) return html`Its limit is used up: ${then}.${over}`;
  if (part.goneAt === null) return html`At this pace it lasts. Beyond its limit, ${then}.${over}`;
  return html`At this pace its limit is used up on ${showInstant(part.goneAt, state.timezone)}; from then on, ${then}.${over}`;
}

/** The month's report of a sub-budget alone by another dimension; undefined if nothing counts in it. */
function ofBudget({ report, spans }: Dashboard, name: string, by: Dimension): Report | undefined {
  const [month] = spans.months;
  if (month === undefined) return undefined;
  const isIts = ({ kind, key }: Report["rows"][number]) => kind === "group" && key[0] === name;
  const all = report(month, ["budget"]).rows.find(isIts);
  if (all === undefined) return undefined;
  const cut = report(month, ["budget", by]);
  const rows = cut.rows.filter(isIts).map((row) => ({ ...row, key: row.key.slice(1) }));
  return {
    ...cut,
    rows,
    total: all.figures,
    before: undefined,
    isOverlapping: false,
    query: { ...cut.query, by: [by] },
  };
}

/** What the month spent in it, by whom and on which models. */
function spentSection(dashboard: Dashboard, part: PartOutlook, links: Links): Html {
  const { figures: money, tags } = dashboard;
  const agent = tags.includes("agent") ? (["tag:agent"] as const) : [];
  const dimensions = [...new Set<Dimension>([...agent, mainDimension(dashboard), "model", "workflow", "result"])];
  const tables = dimensions.flatMap((by) => {
    const found = ofBudget(dashboard, part.name, by);
    if (found === undefined || found.rows.length === 0) return [];
    const caption = `By ${dimensionText(by)}`;
    return [reportTable({ ...found, rows: found.rows.slice(0, TOP_ROWS).concat(restOf(found)) }, links, caption)];
  });
  if (tables.length === 0) return EMPTY;
  return section(
    `What it was spent on in ${showMonth(money.month)}`,
    html`<div class="columns">${tables.map((one) => html`<div>${one}</div>`)}</div>`,
  );
}

/** The rows beyond the shown ones as one. */
function restOf({ rows, total }: Report): Report["rows"] {
  const rest = rows.slice(TOP_ROWS);
  if (rest.length === 0) return [];
  const cost = rest.reduce<number>((sum, { figures: one }) => sum + one.cost, 0);
  const figuresOfRest = {
    ...total,
    cost: cost as typeof total.cost,
    executions: undefined,
    perExecution: undefined,
    tokens: undefined,
    successRate: undefined,
  };
  return [{ kind: "other", rows: rest.length, key: [null], figures: figuresOfRest }];
}

/** What the month's days spent in it. */
function daysSection(dashboard: Dashboard, name: string): Html {
  const { spans, now, state } = dashboard;
  const found = ofBudget(dashboard, name, "day");
  if (found === undefined) return EMPTY;
  const today: Day = dayOf(now, state.timezone);
  const spent = new Map(found.rows.map(({ key, figures: one }) => [key[0], one.cost]));
  const days = daysFrom(spans.toDate.from, spans.toDate.to).map((day) => ({
    day,
    spent: spent.get(day) ?? (0 as never),
    isRunning: day === today,
  }));
  return section("Dollars a day", chart(daysChart(days, "auto")));
}

/** Cost and tokens of one run, pull request or outcome, against the policy's targets. */
function efficiencySection(part: PartOutlook, month: Report | undefined): Html {
  if (part.efficiency.length === 0) return EMPTY;
  const { columns, rows } = efficiencyTable([part]);
  return section(
    "Efficiency",
    table({
      caption: "What one of each takes in its period",
      columns: columns.slice(1).map(({ heading, align }) => ({ heading, right: align === "right" })),
      rows: rows.map((row) => row.slice(1).map((text) => foreign(text))),
    }),
    html`<p class="note">${month === undefined ? "" : retryText(month.total)}</p>`,
  );
}

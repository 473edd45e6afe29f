import type { GroupFigures } from "../../insight/attribution/report.ts";
import type { Dashboard } from "../../insight/dashboard/dashboard.ts";
import { scoreText } from "../../insight/score-text.ts";
import { type DateSpan, showSpan } from "../../values/date-span.ts";
import { bounded, type NanoUsd, percentOf, showUsd } from "../../values/money.ts";
import type { Month } from "../../values/month.ts";
import { showPercent } from "../../values/percent.ts";
import { showDay, showMany, showMonth, showNumber, showSigned } from "../../values/show.ts";
import { isUnknownCount, shownMoney, showSpent, signed } from "../../values/shown-money.ts";
import { splitFacts } from "../chart/of-reports.ts";
import { splitChart } from "../chart/split-chart.ts";
import { dimensionText } from "../model/dimension-text.ts";
import { SPAN_LABELS } from "../model/outlook-rows.ts";
import { alertTable, mainDimension, notices } from "./common.ts";
import { EMPTY, foreign, type Html, html } from "./html.ts";
import { chart, type Figure, figures, section, table } from "./parts.ts";
import { type Links, reportTable, UNKNOWN } from "./report-table.ts";
import type { Page } from "./shell.ts";

const TOP_ROWS = 8;
const STRATEGIC = ["critical", "emergency"];

/** Month, quarter and year for people who answer for the money. */
export function executivePage(dashboard: Dashboard, links: Links): Page {
  const { name, spans, isNew, alerts } = dashboard;
  const isAlarming = alerts.some(({ severity }) => STRATEGIC.includes(severity));
  return {
    path: "executive.html",
    title: `Executive · ${name}`,
    body: html`<h1>Month, quarter and year</h1>
<p class="lead">${trendText(dashboard)}</p>
${notices(dashboard)}
${figures(toDate(dashboard))}
${monthsSection(dashboard)}
${isNew ? EMPTY : section("Forecast", forecastTable(dashboard), scoreNote(dashboard))}
${varianceSection(dashboard)}
${outcomeSection(dashboard)}
${isNew ? EMPTY : section("Alerts of weight", isAlarming ? alertTable(dashboard, ({ severity }) => STRATEGIC.includes(severity)) : html`<p>No critical alert and no emergency is open.</p>`)}
${driversSection(dashboard, links)}
<p class="note">Quarter and year are up to now: ${showSpan(spans.quarter)} and ${showSpan(spans.year)}.</p>`,
  };
}

/** A span's total as people read it: what the books don't know isn't 0. */
function spanFigure(dashboard: Dashboard, span: DateSpan, label: string): Figure {
  const { total, since, importedUntil } = dashboard.report(span, []);
  const notes = [
    ...(since === undefined ? [] : [`since ${showDay(since)} ${since.slice(0, 4)}`]),
    ...(importedUntil === undefined ? [] : ["a part of it imported"]),
  ];
  const { executions } = total;
  const isUnknown = executions === undefined || isUnknownCount(executions, { executions, spent: total.cost });
  const runs = isUnknown ? "runs not known" : `${showMany(executions, "run")}`;
  return { label, value: showSpent(total.cost), more: [runs, ...notes].join(", ") };
}

function toDate(dashboard: Dashboard): Figure[] {
  const { spans } = dashboard;
  const [month] = spans.months;
  return [
    ...(month === undefined ? [] : [spanFigure(dashboard, month, showSpan(month))]),
    spanFigure(dashboard, spans.quarter, `${showSpan(spans.quarter)} to date`),
    spanFigure(dashboard, spans.year, `${showSpan(spans.year)} to date`),
    yearEnd(dashboard),
  ];
}

function yearEnd({ outlook }: Dashboard): Figure {
  const forecast = outlook.spans.find(({ span }) => span === "year")?.forecast;
  if (forecast === undefined || (forecast.kind === "pace" && forecast.point === forecast.spent)) {
    return { label: "By the year's end", value: UNKNOWN, more: "no pace yet" };
  }
  const range =
    forecast.kind === "ranges"
      ? `80% likely ${showUsd(forecast.likely80.low)} to ${showUsd(forecast.likely80.high)}`
      : "at the pace so far";
  return { label: "By the year's end", value: showUsd(forecast.point), more: range };
}

/** "Rising by 12.0% a month (80% likely 3.0% to 22.0%); $0.41 a day over the last 7 days, $0.38 over 30." */
function trendText({ report, spans }: Dashboard): string {
  const [month] = spans.months;
  const trend = month && report(month, []).trend;
  if (trend === undefined) return "";
  const { growth, direction, averages } = trend;
  const percent = (share: number) => showPercent(100 * share);
  const way =
    growth === undefined || direction === "unknown"
      ? "Too little is known for a trend"
      : `${direction === "rising" ? "Rising" : direction === "falling" ? "Falling" : "Steady"}: ${growth.point < 0 ? "" : "+"}${percent(growth.point)} a month (80% likely ${percent(growth.low)} to ${percent(growth.high)})`;
  const days = ([7, 30, 90] as const).flatMap((count) => {
    const average = averages[count];
    return average === undefined ? [] : [`${showUsd(average)} a day over ${count} days`];
  });
  return `${[way, days.join(", ")].filter((text) => text !== "").join("; ")}.`;
}

/** The months, each stacked by what mostly says who spent. */
function monthsSection(dashboard: Dashboard): Html {
  const { spans, report } = dashboard;
  const by = mainDimension(dashboard);
  const months = [...spans.months].reverse();
  const reports = months.map((span) => report(span, [by]));
  if (reports.every(({ rows }) => rows.length === 0)) return EMPTY;
  const picture = splitChart(splitFacts(reports, by), "auto");
  return section("The months", chart(picture));
}

function forecastTable({ outlook, figures: money }: Dashboard): Html {
  const rows = outlook.spans.filter(({ forecast }) => forecast.kind === "ranges" || forecast.point !== forecast.spent);
  if (rows.length === 0) return html`<p>Nothing can be said yet: a pace needs a first run.</p>`;
  const total = bounded(money.budget + money.topUps);
  return table({
    caption: "What spans come to if no run is denied",
    columns: [
      { heading: "Span" },
      { heading: "Forecast", right: true },
      { heading: "80% likely", right: true },
      { heading: "Against the budget", right: true, less: true },
    ],
    rows: rows.map(({ span, forecast }) => [
      SPAN_LABELS[span],
      showUsd(forecast.point),
      forecast.kind === "ranges" ? `${showUsd(forecast.likely80.low)} to ${showUsd(forecast.likely80.high)}` : UNKNOWN,
      span === "month" ? showSigned(bounded(forecast.point - total)) : "",
    ]),
  });
}

function scoreNote({ outlook }: Dashboard): Html {
  return outlook.score === null
    ? EMPTY
    : html`<p class="note">How good the forecasts were: ${scoreText(outlook.score)}.</p>`;
}

type Variance = { readonly name: string; readonly budget: NanoUsd; readonly spent: NanoUsd };

/** A month, or the part of one that a reset has closed. */
function segmentName(month: Month, how: string | undefined): string {
  return how === "reset" ? `${showMonth(month)}, until a reset` : showMonth(month);
}

/** What the months spent against their budgets, as far as the budgets are known. */
function varianceSection({ state, figures: money }: Dashboard): Html {
  const closed = state.history.flatMap(
    ({ month, budget, top_ups: topUps, total_spent: spent, closed: how }): Variance[] =>
      budget === undefined ? [] : [{ name: segmentName(month, how), budget: bounded(budget + (topUps ?? 0)), spent }],
  );
  const running = {
    name: `${showMonth(money.month)}, so far`,
    budget: bounded(money.budget + money.topUps),
    spent: money.spent,
  };
  const rows = [running, ...closed.reverse()].slice(0, 13);
  if (rows.length < 2) return EMPTY;
  return section(
    "Against the budget",
    table({
      caption: "Each month's spending against its budget, newest first",
      columns: [
        { heading: "Month" },
        { heading: "Budget", right: true, less: true },
        { heading: "Spent", right: true },
        { heading: "Over or under", right: true },
        { heading: "Used", right: true },
      ],
      rows: rows.map(({ name, budget, spent }) => {
        const shown = shownMoney({ total: budget, spent });
        const over = spent > budget ? signed(shown.remaining.replace("-", "")) : `-${shown.remaining}`;
        return [
          name,
          shown.total,
          shown.spent,
          html`<span class="${spent > budget ? "up" : "down"}">${spent === budget ? "±$0" : over}</span>`,
          showPercent(percentOf(spent, budget)),
        ];
      }),
    }),
  );
}

/** What one of each outcome cost, in the month, the quarter and the year. */
function outcomeSection({ report, spans }: Dashboard): Html {
  const [month] = spans.months;
  const known = (month === undefined ? [] : [month, spans.quarter, spans.year]).map((span) => report(span, []).total);
  const names = [...new Set(known.flatMap((total) => Object.keys(total.perOutcome)))].sort();
  const rows = [
    ["run", ...known.map(({ perExecution, executions }) => per(perExecution, executions))],
    ...(known.some(({ perPr }) => perPr !== undefined)
      ? [["pull request", ...known.map(({ perPr, prs }) => per(perPr, prs))]]
      : []),
    ...names.map((name) => [
      foreign(name),
      ...known.map((total) => per(own(total.perOutcome, name), own(total.outcomes, name))),
    ]),
  ];
  if (known.every(({ perExecution }) => perExecution === undefined)) return EMPTY;
  return section(
    "Cost per outcome",
    table({
      caption: "What one of each cost, and how many there were",
      columns: [
        { heading: "One" },
        { heading: "Month", right: true },
        { heading: "Quarter", right: true },
        { heading: "Year", right: true },
      ],
      rows,
    }),
    html`<p class="note">${retryText(known[0])}</p>`,
  );
}

function own<T>(values: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

function per(cost: NanoUsd | undefined, count: number | undefined): Html | string {
  return cost === undefined ? UNKNOWN : html`${showUsd(cost)} <span class="muted">of ${showNumber(count ?? 0)}</span>`;
}

/** "Repeated attempts and failed runs took $0.40 of the month (7.6%); 96.0% of the runs with a known result succeeded." */
export function retryText(total: GroupFigures | undefined): string {
  if (total === undefined || total.cost <= 0) return "";
  const success =
    total.successRate === undefined
      ? ""
      : `; ${showPercent(100 * total.successRate)} of the runs with a known result succeeded`;
  return `Repeated attempts and failed runs took ${showSpent(total.retry)} (${showPercent(percentOf(total.retry, total.cost))})${success}.`;
}

/** The rows that cost the most in the quarter, by who spent and by model. */
function driversSection(dashboard: Dashboard, links: Links): Html {
  const { spans, report } = dashboard;
  const found = [...new Set([mainDimension(dashboard), "model" as const])].map((by) =>
    report(spans.quarter, [by], { top: TOP_ROWS }),
  );
  const tables = found.filter(({ rows }) => rows.length > 0);
  if (tables.length === 0) return EMPTY;
  const span = showSpan(spans.quarter);
  return section(
    "The largest drivers",
    ...tables.map((one) => reportTable(one, links, `${span} to date by ${dimensionText(one.query.by[0] ?? "model")}`)),
  );
}

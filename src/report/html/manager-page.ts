import type { Dimension } from "../../insight/attribution/query.ts";
import type { Report } from "../../insight/attribution/report.ts";
import type { Dashboard } from "../../insight/dashboard/dashboard.ts";
import { PAIRED } from "../../insight/dashboard/spans.ts";
import { plainText } from "../../values/foreign-text.ts";
import { boundedSum, type NanoUsd, showUsd, ZERO } from "../../values/money.ts";
import { showPercent } from "../../values/percent.ts";
import { showMany, showMonth } from "../../values/show.ts";
import { shownRows, showSpent } from "../../values/shown-money.ts";
import { heatChart } from "../chart/heat-chart.ts";
import { modelsChart } from "../chart/models-chart.ts";
import { heatFacts, modelCosts } from "../chart/of-reports.ts";
import { dimensionText } from "../model/dimension-text.ts";
import { predictionTable, SPAN_LABELS } from "../model/outlook-rows.ts";
import { alertTable, budgetTable, mainDimension, notices, percentText } from "./common.ts";
import { EMPTY, foreign, type Html, html, trusted } from "./html.ts";
import { chart, type Figure, figures, section, table } from "./parts.ts";
import { headingOf, type Links, UNKNOWN, valueCell } from "./report-table.ts";
import type { Page } from "./shell.ts";

const ROWS = 10;
const COLUMNS = 6;
const SOON: readonly string[] = ["next7Days", "month", "nextMonth"];

/** For whoever keeps the sub-budgets: who spends on what, how full they are, and what comes. */
export function managerPage(dashboard: Dashboard, links: Links): Page {
  const { name, outlook, isNew, figures: money } = dashboard;
  const budgets =
    outlook.budgets.length === 0
      ? EMPTY
      : section("Sub-budgets", utilization(dashboard), budgetTable(dashboard, links));
  return {
    path: "manager.html",
    title: `Manager · ${name}`,
    body: html`<h1>Who spends on what</h1>
<p class="lead">${showMonth(money.month)}, up to now.</p>
${notices(dashboard)}
${isNew ? EMPTY : figures(soon(dashboard))}
${budgets}
${isNew ? EMPTY : section("Alerts", alertTable(dashboard))}
${matrixSection(dashboard, links)}
${modelsSection(dashboard)}
${heatSection(dashboard)}
${predictionSection(dashboard)}`,
  };
}

/** What the next days and the months come to. */
function soon({ outlook }: Dashboard): Figure[] {
  return outlook.spans
    .filter(({ span }) => SOON.includes(span))
    .map(({ span, forecast }) => {
      const isAhead = forecast.kind === "ranges" || forecast.point !== forecast.spent;
      const range =
        forecast.kind === "ranges"
          ? `80% likely ${showUsd(forecast.likely80.low)} to ${showUsd(forecast.likely80.high)}`
          : "at the pace so far";
      return {
        label: SPAN_LABELS[span],
        value: isAhead ? showUsd(forecast.point) : UNKNOWN,
        more: isAhead ? range : "no pace yet",
      };
    });
}

function utilization({ outlook }: Dashboard): Html {
  const { budgets, unallocated } = outlook;
  const full = budgets.filter(({ percentUsed, limit, spent }) => spent >= limit || percentUsed >= 95);
  const [fullest] = [...budgets].sort((a, b) => b.percentUsed - a.percentUsed);
  const first =
    fullest === undefined ? undefined : html`${foreign(fullest.name)} is the fullest at ${percentText(fullest)}.`;
  const rest =
    unallocated === null
      ? ""
      : unallocated < 0
        ? " The limits promise more than the month has."
        : ` ${showUsd(unallocated)} of the month isn't promised to any.`;
  return html`<p>${showMany(budgets.length, "sub-budget")}, ${full.length} of them used up or nearly so. ${first}${rest}</p>`;
}

/** Every pair of dimensions that says something, each in its own fold. */
function matrixSection(dashboard: Dashboard, links: Links): Html {
  const { report, spans, pairedTags } = dashboard;
  const [month] = spans.months;
  if (month === undefined) return EMPTY;
  const dimensions: Dimension[] = [...PAIRED, ...pairedTags.map((tag): Dimension => `tag:${tag}`)];
  const main = mainDimension(dashboard);
  const pairs = dimensions
    .flatMap((one, index) => dimensions.slice(index + 1).map((other) => [one, other] as const))
    .sort((a, b) => Number(b.includes(main)) - Number(a.includes(main)));
  const tables = pairs.flatMap((pair) => {
    const found = report(month, pair);
    return isTelling(found) ? [matrix(pair[1] === main ? turned(found) : found, links)] : [];
  });
  if (tables.length === 0) return EMPTY;
  return section(
    "Attribution matrix",
    html`<p>What the month cost by any two dimensions. Rows and columns are the largest; the rest is added up.</p>`,
    ...tables.map(
      ({ heading, body }, index) =>
        html`<details name="matrix"${index === 0 ? trusted(" open") : undefined}><summary>${heading}</summary>${body}</details>`,
    ),
  );
}

/** With rows as columns. */
function turned(report: Report): Report {
  const rows = report.rows.map((row) => ({ ...row, key: [...row.key].reverse() }));
  return { ...report, rows, query: { ...report.query, by: [...report.query.by].reverse() } };
}

/** Whether both dimensions have more than one value. */
function isTelling({ rows }: Report): boolean {
  return [0, 1].every((index) => new Set(rows.map(({ key }) => key[index])).size > 1);
}

function matrix(report: Report, links: Links): { readonly heading: string; readonly body: Html } {
  const { query, rows, total } = report;
  const [one = "model", other = "model"] = query.by;
  const cost = (a: string | null, b: string | null) =>
    boundedSum(
      rows
        .filter(({ key, kind }) => kind !== "imported" && key[0] === a && key[1] === b)
        .map(({ figures: sums }) => sums.cost),
    );
  const [down, across] = [largest(report, 0, ROWS), largest(report, 1, COLUMNS)];
  const at = (a: Axis, b: Axis) => boundedSum(a.values.flatMap((x) => b.values.map((y) => cost(x, y))));
  const amounts = down.map((a) => across.map((b): NanoUsd => at(a, b)));
  const shown = shownRows(boundedSum(amounts.flat()), amounts);
  const axisName = (axis: Axis, dimension: Dimension) =>
    axis.isRest
      ? html`${showMany(axis.values.length, "other")}`
      : valueCell(axis.values[0] ?? null, dimension, { links, span: query.period });
  const heading = `${headingOf(one)} by ${dimensionText(other)}`;
  const plain = (axis: Axis) =>
    axis.isRest ? showMany(axis.values.length, "other") : (axis.values[0] ?? `no ${dimensionText(other)}`);
  return {
    heading,
    body: table({
      caption: `${heading}, ${showSpent(total.cost)} in all`,
      columns: [
        { heading: headingOf(one) },
        ...across.map((axis) => ({ heading: plainText(plain(axis), 40), right: true })),
        { heading: "All", right: true },
        { heading: "Share", right: true, less: true },
      ],
      rows: down.map((axis, index) => {
        const { sum = "", parts = [] } = shown[index] ?? {};
        const amount = boundedSum(amounts[index] ?? []);
        const share = total.cost > 0 ? showPercent((100 * amount) / total.cost) : UNKNOWN;
        return [
          axisName(axis, one),
          ...parts.map((text, column) =>
            amounts[index]?.[column] === ZERO ? html`<span class="muted">${UNKNOWN}</span>` : text,
          ),
          sum,
          share,
        ];
      }),
    }),
  };
}

type Axis = { readonly values: readonly (string | null)[]; readonly isRest: boolean };

/** The largest values of a dimension, and the rest of them as one. */
function largest({ rows }: Report, index: number, most: number): Axis[] {
  const sums = new Map<string | null, number>();
  for (const { key, kind, figures: sum } of rows) {
    if (kind === "imported") continue;
    const value = key[index] ?? null;
    sums.set(value, (sums.get(value) ?? 0) + sum.cost);
  }
  const ordered = [...sums].sort(([, a], [, b]) => b - a).map(([value]) => value);
  const shown = ordered.length > most + 1 ? ordered.slice(0, most) : ordered;
  const rest = ordered.slice(shown.length);
  return [
    ...shown.map((value) => ({ values: [value], isRest: false })),
    ...(rest.length === 0 ? [] : [{ values: rest, isRest: true }]),
  ];
}

/** What the month cost by model and kind of token. */
function modelsSection({ report, spans, kinds }: Dashboard): Html {
  const [month] = spans.months;
  const models = month === undefined ? [] : modelCosts(report(month, ["model"]), kinds);
  if (month === undefined || models.length === 0) return EMPTY;
  const span = showMonth(month.from.slice(0, 7));
  return section("What the models cost", chart(modelsChart({ span, models }, "auto")));
}

/** When the month spent it. */
function heatSection({ report, spans }: Dashboard): Html {
  const [month] = spans.months;
  if (month === undefined) return EMPTY;
  const facts = heatFacts(report(month, ["day", "hour"]));
  return facts.cells.length === 0 ? EMPTY : section("When", chart(heatChart(facts, "auto")));
}

function predictionSection({ outlook }: Dashboard): Html {
  if (outlook.predictions.length === 0) return EMPTY;
  const { columns, rows } = predictionTable(outlook);
  const isLong = rows.length > ROWS;
  const shown = table({
    caption: "How well each profile's last runs were predicted",
    columns: columns.map(({ heading, align }) => ({ heading, right: align === "right" })),
    rows: rows.map((row) => row.map((text) => foreign(text))),
  });
  const about = `${showMany(rows.length, "profile")}, with their models where they have several`;
  return section("Estimates", isLong ? html`<details><summary>${about}</summary>${shown}</details>` : shown);
}

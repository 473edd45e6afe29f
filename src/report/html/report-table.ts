import type { Dimension } from "../../insight/attribution/query.ts";
import type { GroupFigures, Report, ReportRow } from "../../insight/attribution/report.ts";
import type { DateSpan } from "../../values/date-span.ts";
import { bounded, type NanoUsd, showUsd, ZERO } from "../../values/money.ts";
import { showPercent } from "../../values/percent.ts";
import { showCount, showMany } from "../../values/show.ts";
import { shownParts, showSpent, signed } from "../../values/shown-money.ts";
import { dimensionText } from "../model/dimension-text.ts";
import { EMPTY, foreign, type Html, html, joined } from "./html.ts";
import { type Column, type Table, table } from "./parts.ts";

/** What isn't known. */
export const UNKNOWN = "–";

/** Where the pages that tables link to are. */
export type Links = {
  /** Leads from the page to the site's folder: "" or "../". */
  readonly up: string;
  /** The file of each sub-budget's page. */
  readonly budgets: ReadonlyMap<string, string>;
};

/** The same as the heading of a column. */
export function headingOf(dimension: Dimension): string {
  const text = dimensionText(dimension);
  return dimension.startsWith("tag:") ? text : `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

/** A row's name: its values, or what it is made of. */
export function rowName(row: ReportRow, report: Report, links: Links): Html {
  if (row.kind === "other") return html`${showMany(row.rows ?? 0, "other")}`;
  if (row.kind === "imported") return html`imported, without details`;
  return joined(
    row.key.map((value, index) =>
      valueCell(value, report.query.by[index] ?? "model", { links, span: report.query.period }),
    ),
    " · ",
  );
}

/** A value of a dimension, with a link to what there is of it. */
export function valueCell(
  value: string | null,
  dimension: Dimension,
  { links, span }: { readonly links: Links; readonly span: DateSpan },
): Html {
  if (value === null) return html`<span class="muted">${noneText(dimension)}</span>`;
  const text = foreign(value);
  const page = dimension === "budget" ? links.budgets.get(value) : undefined;
  if (page !== undefined) return html`<a href="${links.up}${page}">${text}</a>`;
  const filter = filterOf(dimension, value);
  return filter === undefined
    ? text
    : html`<a href="${links.up}runs.html#${filter}&from=${span.from}&to=${span.to}">${text}</a>`;
}

function noneText(dimension: Dimension): string {
  return dimension === "result" ? "unknown" : `no ${dimensionText(dimension)}`;
}

/** The filter of the runs that a group consists of; a longer name than its list has is left alone. */
function filterOf(dimension: Dimension, value: string): string | undefined {
  if (value.length > 200) return undefined;
  if (dimension === "model" || dimension === "workflow" || dimension === "result") {
    return `${dimension}=${encodeURIComponent(value.toWellFormed())}`;
  }
  if (!dimension.startsWith("tag:")) return undefined;
  const key = dimension.slice("tag:".length);
  return `tag=${encodeURIComponent(`${key}=${value}`.toWellFormed())}`;
}

/** A report's rows: cost, share, what changed where two spans are compared, and what it was spent on. */
export function reportTable(report: Report, links: Links, caption: string): Html {
  const { rows, total, before } = report;
  const isCompared = before !== undefined;
  const costs = costTexts(report);
  const changes = changesIn(report);
  const columns: Column[] = [
    { heading: report.query.by.map(headingOf).join(" · ") },
    { heading: "Cost", right: true },
    { heading: "Share", right: true },
    ...(isCompared ? [{ heading: "Change", right: true }] : []),
    { heading: "Runs", right: true },
    { heading: "Per run", right: true, less: true },
    { heading: "Tokens", right: true, less: true },
    { heading: "Success", right: true, less: true },
  ];
  const cells = (figures: GroupFigures, money: readonly string[], change: Html) => [
    ...money,
    ...(isCompared ? [change] : []),
    ...countsOf(figures),
  ];
  return table({
    caption,
    columns,
    rows: rows.map((row, index) => [
      rowName(row, report, links),
      ...cells(row.figures, costs[index] ?? [], changes.rows[index] ?? EMPTY),
    ]),
    total: report.isOverlapping
      ? undefined
      : ["All", ...cells(total, [showSpent(total.cost), total.cost > 0 ? "100.0%" : UNKNOWN], changes.total)],
  } satisfies Table);
}

/** The rows' costs, which add up to what is shown of the total, and their shares. */
function costTexts({ rows, total, isOverlapping }: Report): [cost: string, share: string][] {
  const amounts = rows.map(({ figures }) => figures.cost);
  if (isOverlapping) return rows.map(({ figures, share }) => [showSpent(figures.cost), shareText(share)]);
  const parts = shownParts({ total: total.cost, spent: total.cost }, amounts);
  return parts.map(({ cost, share }) => [cost, total.cost > 0 ? showPercent(share) : UNKNOWN]);
}

function shareText(share: number | undefined): string {
  return share === undefined ? UNKNOWN : showPercent(100 * share);
}

function countsOf({ executions, perExecution, tokens, successRate }: GroupFigures): string[] {
  return [
    executions === undefined ? UNKNOWN : showCount(executions),
    perExecution === undefined ? UNKNOWN : showUsd(perExecution),
    tokens === undefined ? UNKNOWN : showCount(tokens.input + tokens.output),
    successRate === undefined ? UNKNOWN : showPercent(100 * successRate),
  ];
}

/** How much more or less the rows and the total cost than before, with a sign and a color; what is shown adds up. */
function changesIn({ rows, total, before, isOverlapping }: Report): { readonly rows: Html[]; readonly total: Html } {
  const whole = bounded(total.cost - (before?.cost ?? 0));
  const changes = rows.map((row) => bounded(row.figures.cost - (row.before?.cost ?? 0)));
  const parts = shownParts({ total: whole, spent: whole }, changes);
  const textOf = (change: NanoUsd, index: number) => (isOverlapping ? showSpent(change) : (parts[index]?.cost ?? ""));
  return {
    rows: rows.map((row, index) => {
      const change = changes[index] ?? ZERO;
      return row.before === undefined ? NEW : changeText(change, textOf(change, index));
    }),
    total: changeText(whole, showSpent(whole)),
  };
}

const NEW = html`<span class="muted">new</span>`;

function changeText(change: NanoUsd, text: string): Html {
  return change === 0 ? html`±$0` : html`<span class="${change > 0 ? "up" : "down"}">${signed(text)}</span>`;
}

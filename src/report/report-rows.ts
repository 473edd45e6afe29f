import type { GroupFigures, Report, ReportRow } from "../insight/attribution/report.ts";
import { rowChange } from "../insight/attribution/row-change.ts";
import { type NanoUsd, percentOf, showUsd } from "../values/money.ts";
import { showPercent } from "../values/percent.ts";
import { showCount, showMany, showNumber } from "../values/show.ts";
import { shownParts, showSpent, signed } from "../values/shown-money.ts";
import { plainName } from "./report-sentence.ts";

/** Shown where a figure isn't known. */
export const UNKNOWN = "—";

/** A column of a report's table: a cell for each row, and for the total. */
export type ReportColumn = { readonly heading: string; readonly cells: readonly string[]; readonly total: string };

/** A report as a table: the rows' names by dimension, and the columns that have something to show. */
export type ReportTable = {
  readonly headings: readonly string[];
  readonly names: readonly (readonly string[])[];
  readonly columns: readonly ReportColumn[];
};

/** The heading of the rank, whose column a narrow terminal leaves out. */
export const RANK = "Rank";

const MAX_OUTCOMES = 3;

export function reportTable(report: Report): ReportTable {
  const { query, rows, total } = report;
  return {
    headings: query.by.map(headingOf),
    names: rows.map((row) => namesOf(row, report)),
    columns: [...moneyColumns(report), ...figureColumns(rows, total), ...rankColumn(rows)],
  };
}

function headingOf(dimension: string): string {
  const name = plainName(dimension);
  return dimension.startsWith("tag:") ? name : `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;
}

function namesOf({ kind, key, rows = 0 }: ReportRow, { query }: Report): string[] {
  if (kind === "other") return query.by.map((_, index) => (index === 0 ? `other (${showMany(rows, "row")})` : ""));
  const named = key.map((value, index) => valueText(value, query.by[index]));
  if (kind === "group") return named;
  const month = key.find((value) => value !== null);
  return query.by.map((_, index) => (index === 0 ? `imported${month === undefined ? "" : ` (${month})`}` : ""));
}

function valueText(value: string | null, dimension: string | undefined): string {
  if (value === null) return "(none)";
  return dimension === "hour" ? `${value}:00` : value;
}

/** Cost, share and change: what is shown adds up to what is shown of the total. */
function moneyColumns(report: Report): ReportColumn[] {
  const { rows, total, before, isOverlapping } = report;
  const parts = partsOf(
    rows.map(({ figures }) => figures.cost),
    total.cost,
    isOverlapping,
  );
  const changes = rows.map((row) => rowChange(row, report)).filter((change) => change !== undefined);
  const change = before === undefined ? undefined : ((total.cost - before.cost) as NanoUsd);
  const hasChanges = change !== undefined && changes.length === rows.length;
  return [
    { heading: "Cost", cells: parts.map(({ cost }) => cost), total: showSpent(total.cost) },
    ...(total.cost <= 0
      ? []
      : [
          {
            heading: "Share",
            cells: rows.map(({ share = 0 }, index) =>
              showPercent(isOverlapping ? 100 * share : (parts[index]?.share ?? 0)),
            ),
            total: showPercent(100),
          },
        ]),
    ...(hasChanges
      ? [
          {
            heading: "Change",
            cells: partsOf(changes, change, isOverlapping).map(({ cost }) => signed(cost)),
            total: signed(showSpent(change)),
          },
        ]
      : []),
  ];
}

/** Parts of a sum so that what is shown adds up; parts that overlap don't. */
function partsOf(parts: readonly NanoUsd[], whole: NanoUsd, isOverlapping: boolean): { cost: string; share: number }[] {
  return isOverlapping
    ? parts.map((part) => ({ cost: showSpent(part), share: 0 }))
    : shownParts({ total: whole, spent: whole }, parts);
}

type Measure = {
  readonly heading: string;
  readonly of: (figures: GroupFigures) => number | undefined;
  readonly show: Show;
};
type Show = (value: number) => string;

const percent: Show = (share) => showPercent(100 * share);
const dollars: Show = (amount) => showUsd(amount as NanoUsd);

const MEASURES: readonly Measure[] = [
  { heading: "Executions", of: ({ executions }) => executions, show: showCount },
  { heading: "Per execution", of: ({ perExecution }) => perExecution, show: dollars },
  { heading: "Tokens", of: ({ tokens }) => tokens && tokens.input + tokens.output, show: showCount },
  { heading: "Cached", of: ({ cacheHitRate }) => cacheHitRate, show: percent },
  { heading: "Success", of: ({ successRate }) => successRate, show: percent },
  { heading: "PRs", of: ({ prs }) => prs, show: showCount },
  { heading: "Per PR", of: ({ perPr }) => perPr, show: dollars },
  { heading: "Retries", of: ({ retry }) => retry, show: dollars },
  { heading: "Estimated", of: ({ cost, estimated }) => (cost > 0 ? estimated / cost : undefined), show: percent },
];

/** The measures of which something is known that isn't zero. */
function figureColumns(rows: readonly ReportRow[], total: GroupFigures): ReportColumn[] {
  const outcomes = Object.keys(total.outcomes).slice(0, MAX_OUTCOMES).flatMap(outcomeMeasures);
  return [...MEASURES, ...outcomes].flatMap(({ heading, of, show }) => {
    const values = [...rows.map(({ figures }) => of(figures)), of(total)];
    if (values.every((value) => value === undefined || value === 0)) return [];
    const shown = values.map((value) => (value === undefined ? UNKNOWN : show(value)));
    return [{ heading, cells: shown.slice(0, -1), total: shown.at(-1) ?? UNKNOWN }];
  });
}

function outcomeMeasures(name: string): Measure[] {
  const own = (values: Readonly<Record<string, number>>) => (Object.hasOwn(values, name) ? values[name] : undefined);
  return [
    { heading: name, of: ({ outcomes }) => own(outcomes), show: showNumber },
    { heading: `Per ${name}`, of: ({ perOutcome }) => own(perOutcome), show: dollars },
  ];
}

function rankColumn(rows: readonly ReportRow[]): ReportColumn[] {
  const cells = rows.map(({ efficiency }) => (efficiency === undefined ? "" : String(efficiency.rank)));
  return cells.every((cell) => cell === "") ? [] : [{ heading: RANK, cells, total: "" }];
}

/** What a rank in the table is by; empty if it has none. */
export function rankText({ rows }: Report): string {
  const [ranked] = rows.flatMap(({ efficiency }) => efficiency ?? []);
  return ranked === undefined ? "" : `${RANK} 1 has the lowest cost per ${plainName(ranked.per)}.`;
}

/** What is said below the table about the report as a whole. */
export function wholeLines({ total }: Report): string[] {
  const { cost, retry, estimated } = total;
  const share = (part: NanoUsd) => (cost > 0 ? ` (${showPercent(percentOf(part, cost))})` : "");
  return [
    ...(retry > 0 ? [`Attempts after the first and failed runs cost ${showUsd(retry)}${share(retry)}.`] : []),
    ...(estimated > 0 ? [`${showUsd(estimated)}${share(estimated)} of the cost is estimated.`] : []),
  ];
}

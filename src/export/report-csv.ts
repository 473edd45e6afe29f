import type { GroupFigures, Report, ReportRow } from "../insight/attribution/report.ts";
import { rowChange } from "../insight/attribution/row-change.ts";
import { type NanoUsd, plainUsd, ZERO } from "../values/money.ts";
import { type CsvValue, csvOf } from "./csv.ts";
import type { KnownReport } from "./report-json.ts";

type Column = readonly [name: string, value: (row: ReportRow) => CsvValue];

/**
 * A report as CSV: a header, then one line for each row, `other` and `imported` among them, so that the column `cost`
 * adds up to the ledger's. Dollars with all their decimals, shares from 0 to 1, an empty field for what isn't known.
 */
export function reportCsv({ report, isKnown }: KnownReport): string {
  const { query, rows, before } = report;
  const shown = isKnown ? rows : [];
  const columns: readonly Column[] = [
    ...query.by.map((dimension, index): Column => [dimension, ({ key }) => key[index] ?? null]),
    ["row", ({ kind }) => kind],
    ...MEASURES.map(([name, value]): Column => [name, ({ figures }) => value(figures)]),
    ["share", ({ share }) => decimal(share)],
    ...outcomesIn(shown).flatMap(outcomeColumns),
    ...(before === undefined ? [] : comparedColumns(report)),
    ...EFFICIENCY,
  ];
  const header = columns.map(([name]) => name);
  return csvOf([header, ...shown.map((row) => columns.map(([, value]) => value(row)))]);
}

const MEASURES: readonly (readonly [name: string, value: (figures: GroupFigures) => CsvValue])[] = [
  ["cost", ({ cost }) => plainUsd(cost)],
  ["estimated_cost", ({ estimated }) => plainUsd(estimated)],
  ["retry_cost", ({ retry }) => plainUsd(retry)],
  ["executions", ({ executions }) => count(executions)],
  ["input_tokens", ({ tokens }) => count(tokens?.input)],
  ["cache_read_tokens", ({ tokens }) => count(tokens?.cacheRead)],
  ["cache_write_tokens", ({ tokens }) => count(tokens?.cacheWrite)],
  ["output_tokens", ({ tokens }) => count(tokens?.output)],
  ["reasoning_tokens", ({ tokens }) => count(tokens?.reasoning)],
  ["requests", ({ requests }) => count(requests)],
  ["cache_hit_rate", ({ cacheHitRate }) => decimal(cacheHitRate)],
  ["prs", ({ prs }) => count(prs)],
  ["success_rate", ({ successRate }) => decimal(successRate)],
  ["cost_per_execution", ({ perExecution }) => dollars(perExecution)],
  ["cost_per_pr", ({ perPr }) => dollars(perPr)],
  ["tokens_per_execution", ({ tokensPerExecution }) => count(tokensPerExecution)],
];

/** A row that is new cost nothing before; the rows of days, weeks and months have nothing that they compare with. */
function comparedColumns(report: Report): Column[] {
  const compared = (row: ReportRow, value: CsvValue) => (rowChange(row, report) === undefined ? null : value);
  return [
    ["cost_before", (row) => compared(row, plainUsd(row.before?.cost ?? ZERO))],
    ["cost_change", (row) => dollars(rowChange(row, report))],
    ["executions_before", (row) => compared(row, row.before === undefined ? "0" : count(row.before.executions))],
  ];
}

const EFFICIENCY: readonly Column[] = [
  ["efficiency_per", ({ efficiency }) => efficiency?.per ?? null],
  ["efficiency_rank", ({ efficiency }) => count(efficiency?.rank)],
  ["efficiency_of", ({ efficiency }) => count(efficiency?.of)],
  ["efficiency_percentile", ({ efficiency }) => decimal(efficiency?.percentile)],
];

/** The users' own figures, which not every row has. */
function outcomesIn(rows: readonly ReportRow[]): string[] {
  return [...new Set(rows.flatMap(({ figures }) => Object.keys(figures.outcomes)))].sort();
}

function outcomeColumns(name: string): Column[] {
  const own = <T>(values: Readonly<Record<string, T>>) => (Object.hasOwn(values, name) ? values[name] : undefined);
  return [
    [`outcome:${name}`, ({ figures }) => decimal(own(figures.outcomes))],
    [`cost_per_outcome:${name}`, ({ figures }) => dollars(own(figures.perOutcome))],
  ];
}

function dollars(amount: NanoUsd | undefined): CsvValue {
  return amount === undefined ? null : plainUsd(amount);
}

function count(value: number | undefined): CsvValue {
  return value === undefined ? null : String(value);
}

/** Without an exponent, with at most nine decimals. */
function decimal(value: number | undefined): CsvValue {
  if (value === undefined) return null;
  const text = value.toFixed(9).replace(/\.?0+$/, "");
  return text === "-0" ? "0" : text;
}

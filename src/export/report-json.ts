import type { Bridge, Driver, GroupFigures, Report, ReportRow, Trend } from "../insight/attribution/report.ts";
import { rowChange } from "../insight/attribution/row-change.ts";
import { type DateSpan, spanKey } from "../values/date-span.ts";
import { bounded, type NanoUsd, usdOf } from "../values/money.ts";

/** A report that a command has made, and whether the books know its period. */
export type KnownReport = { readonly report: Report; readonly isKnown: boolean };

/**
 * A report for machines, as `token-budget-report.schema.json` describes it: dollars as numbers, shares from 0 to 1, null
 * for what isn't known. Numbers may have more than nine decimals.
 */
export function reportJson({ report, isKnown }: KnownReport): Readonly<Record<string, unknown>> {
  const { query, total, before, rows, bridge, driver, trend, isOverlapping } = report;
  const change = before === undefined ? null : bounded(total.cost - before.cost);
  return {
    period: spanOf(query.period),
    compare: query.compare === undefined ? null : spanOf(query.compare),
    timezone: query.timezone,
    by: query.by,
    sort: query.sort,
    top: query.top ?? null,
    total: isKnown ? figuresOf(total) : null,
    before: before === undefined ? null : figuresOf(before),
    change: isKnown ? dollars(change) : null,
    rows: isKnown ? rows.map((row) => rowOf(row, report)) : [],
    bridge: bridge === undefined ? null : bridgeOf(bridge),
    driver: driver === undefined ? null : driverOf(driver, report),
    trend: trend === undefined ? null : trendOf(trend),
    overlapping: isOverlapping,
    since: report.since ?? null,
    importedUntil: report.importedUntil ?? null,
    beforeImportedUntil: report.beforeImportedUntil ?? null,
  };
}

function spanOf(span: DateSpan) {
  return { name: spanKey(span), from: span.from, to: span.to };
}

function rowOf(row: ReportRow, report: Report) {
  const { kind, rows, figures, before, share = null, efficiency = null } = row;
  return {
    kind,
    ...(rows !== undefined && { rows }),
    key: keyOf(row, report),
    ...figuresOf(figures),
    share,
    change: dollars(rowChange(row, report)),
    before: before === undefined ? null : figuresOf(before),
    efficiency,
  };
}

/** Its values by dimension; null where the entries have none. */
function keyOf({ key }: ReportRow, { query }: Report): Readonly<Record<string, string | null>> {
  return Object.fromEntries(query.by.map((dimension, index) => [dimension, key[index] ?? null]));
}

function figuresOf(figures: GroupFigures) {
  const { cost, estimated, retry, perOutcome, perExecution, perPr, ...counts } = figures;
  return {
    cost: usdOf(cost),
    estimated: usdOf(estimated),
    executions: counts.executions ?? null,
    tokens: counts.tokens ?? null,
    requests: counts.requests ?? null,
    cacheHitRate: counts.cacheHitRate ?? null,
    prs: counts.prs ?? null,
    outcomes: counts.outcomes,
    successRate: counts.successRate ?? null,
    retry: usdOf(retry),
    perExecution: dollars(perExecution),
    perPr: dollars(perPr),
    perOutcome: Object.fromEntries(Object.entries(perOutcome).map(([name, one]) => [name, usdOf(one)])),
    tokensPerExecution: counts.tokensPerExecution ?? null,
  };
}

function bridgeOf({ change, volume, mix, price }: Bridge) {
  return { change: usdOf(change), volume: usdOf(volume), mix: usdOf(mix), price: usdOf(price) };
}

function driverOf({ row, change, how, amount, share }: Driver, report: Report) {
  return { key: keyOf(row, report), change: usdOf(change), how, amount: usdOf(amount), share: share ?? null };
}

function trendOf({ until, averages, direction, growth }: Trend) {
  return {
    until,
    averages: { days7: dollars(averages[7]), days30: dollars(averages[30]), days90: dollars(averages[90]) },
    direction,
    growth: growth ?? null,
  };
}

function dollars(amount: NanoUsd | null | undefined): number | null {
  return amount == null ? null : usdOf(amount);
}

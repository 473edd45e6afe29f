import type { Dimension } from "../../insight/attribution/query.ts";
import type { Report } from "../../insight/attribution/report.ts";
import type { CostsByModel } from "../../insight/kind-costs.ts";
import { type DateSpan, showSpan } from "../../values/date-span.ts";
import { bounded, boundedSum, type NanoUsd } from "../../values/money.ts";
import { showDay } from "../../values/show.ts";
import { dimensionText } from "../model/dimension-text.ts";
import type { BridgeFacts, ChangedRow } from "./bridge-chart.ts";
import type { HeatFacts } from "./heat-chart.ts";
import type { ModelCost } from "./models-chart.ts";
import type { SplitFacts } from "./split-chart.ts";

const IMPORTED = "imported";

/** The months' reports by one dimension, oldest first. */
export function splitFacts(reports: readonly Report[], by: Dimension): SplitFacts {
  const names = [...new Set(reports.flatMap(({ rows }) => rows.map(nameOf)))];
  return {
    by: dimensionText(by),
    months: reports.map(({ query }) => query.period.from.slice(0, 7)),
    series: names.map((name) => ({ name, amounts: reports.map((found) => amountOf(found, name)) })),
  };
}

function nameOf({ kind, key }: Report["rows"][number]): string | null {
  return kind === "imported" ? IMPORTED : (key[0] ?? null);
}

function amountOf({ rows, since, query }: Report, name: string | null): NanoUsd | undefined {
  const found = rows.filter((row) => nameOf(row) === name);
  if (found.length > 0) return boundedSum(found.map(({ figures }) => figures.cost));
  return since !== undefined && since > query.period.to ? undefined : bounded(0);
}

/** A report that is compared with another span; undefined where that isn't known as a whole, or in nothing but its sum. */
export function bridgeFacts({ query, total, bridge, before, since, ...found }: Report): BridgeFacts | undefined {
  const { period, compare } = query;
  if (compare === undefined || bridge === undefined || before === undefined || found.rows.length === 0)
    return undefined;
  if (found.beforeImportedUntil !== undefined || since !== undefined) return undefined;
  return {
    ...{ from: spanInBrief(compare), to: spanInBrief(period), before: before.cost, after: total.cost },
    ...{ volume: bridge.volume, mix: bridge.mix, price: bridge.price },
    rows: changedRows({ query, rows: found.rows }),
  };
}

/** "1 to 19 Feb". */
export function spanInBrief(span: DateSpan): string {
  const { kind, from, to } = span;
  if (kind !== "days" || from.slice(0, 7) !== to.slice(0, 7)) return showSpan(span);
  return from === to ? showDay(from) : `${Number(from.slice(8))} to ${showDay(to)}`;
}

function changedRows({ rows, query }: Pick<Report, "rows" | "query">): ChangedRow[] {
  return rows
    .map((row) => ({ row, change: bounded(row.figures.cost - (row.before?.cost ?? 0)) }))
    .filter(({ change }) => change !== 0)
    .sort((a, b) => Math.abs(b.change) - Math.abs(a.change))
    .map(({ row, change }) => ({
      name: row.kind === "other" ? `${row.rows} others` : (row.key[0] ?? `no ${dimensionText(query.by[0] ?? "model")}`),
      change,
    }));
}

/** A report by day and hour; what was imported has neither. */
export function heatFacts({ rows, query }: Report): HeatFacts {
  const cells = rows
    .filter(({ kind }) => kind === "group")
    .map(({ key: [day, hour], figures }) => ({
      weekday: (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7,
      hour: Number(hour),
      spent: figures.cost,
    }));
  return { span: showSpan(query.period), timezone: query.timezone, cells };
}

/** A report by model, with what the kinds of tokens cost. */
export function modelCosts({ rows }: Report, kinds: CostsByModel): ModelCost[] {
  return rows
    .filter(({ kind }) => kind === "group")
    .map(({ key, figures }) => {
      const model = key[0] ?? "";
      const { rest: _, ...known } = kinds.get(model) ?? { rest: undefined };
      return { model, cost: figures.cost, kinds: known, cacheHitRate: figures.cacheHitRate };
    });
}

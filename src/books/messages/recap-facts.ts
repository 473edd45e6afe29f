import { type DayRange, daysFrom } from "../../forecast/history.ts";
import { type DateSpan, monthsOf, spanBefore, spanKey } from "../../values/date-span.ts";
import { boundedSum, type NanoUsd, usdOf, ZERO } from "../../values/money.ts";
import { type Day, dayOf, type Instant, lastDayOf, type Month, nextMonth } from "../../values/month.ts";
import { runUrlOf, type SeenFrom } from "../../values/run-link.ts";
import { type MonthTotals, monthTotals } from "../close-month.ts";
import { pausedDays } from "../demand.ts";
import { mostEstimated } from "../estimated-share.ts";
import { heldOf } from "../figures.ts";
import { partsInHistory } from "../part-lines.ts";
import type { SpanSums } from "../span-sums.ts";
import type { HistoryLine, State } from "../state.ts";
import { topRunsInHistory } from "../top-runs.ts";
import type { RecapFacts } from "./facts.ts";

const MODELS_NAMED = 8;
const ADJUSTMENTS_NAMED = 5;
const BUDGETS_NAMED = 8;

/** The server that links lead to, and the time until which an open pause has lasted. */
type Seen = SeenFrom & { readonly now?: Instant };

/** What a recap of a month says: its history lines added up, including the running month if it is that one. */
export function recapFacts(state: State, month: Month, seen: Seen = {}): RecapFacts {
  return {
    month,
    ...totalFacts(monthTotals(linesIn(state, [month])), seen),
    ...pausedIn(state, { from: `${month}-01`, to: lastDayOf(month) }, seen),
    ...forecastsOf(state, month),
    previous: previousOf(state, month),
    running: month === state.current_month,
    ...nextOf(state, month),
  };
}

/** What a recap of a quarter or a year says: its months added up, as far as the books have them. */
export function monthsFacts(state: State, span: DateSpan, seen: Seen = {}): RecapFacts {
  const months = monthsOf(span);
  const before = spanBefore(span);
  const earlier = linesIn(state, monthsOf(before));
  return {
    month: span.from.slice(0, 7),
    period: spanKey(span),
    ...totalFacts(monthTotals(linesIn(state, months)), seen),
    ...pausedIn(state, span, seen),
    previous: earlier.length === 0 ? null : previousSpan(before, boundedSum(earlier.map((line) => line.total_spent))),
    running: months.includes(state.current_month),
  };
}

/** Whether the books know any of these days: not those before they began, nor those of months imported as sums. */
export function hasDays(state: State, { from, to }: DateSpan): boolean {
  const known = state.history.filter((line) => line.closed !== "import").map(({ month }) => month);
  if (known.length === 0 && to < firstDayOf(state)) return false;
  return [...known, state.current_month].some((month) => from.slice(0, 7) <= month && month <= to.slice(0, 7));
}

/** The day on which books began that have closed no month, or from which on the days of an imported month are known. */
function firstDayOf({ daily, total_spent: total, last_entry: last, last_reset: began, timezone }: State): Day {
  const isImported = total > boundedSum(Object.values(daily).map(({ spent }) => spent));
  const [first] = Object.keys(daily).sort();
  if (isImported && first !== undefined) return first;
  return dayOf(isImported && last ? last.at : began, timezone);
}

/** What a recap of days says that the ledger was read for; days have no budget. */
export function daysFacts(
  state: State,
  { days, state: sums, before }: SpanSums,
  seen: Required<Pick<Seen, "now">> & Seen,
): RecapFacts {
  return {
    month: days.from.slice(0, 7),
    period: spanKey(days),
    ...totalFacts(monthTotals([{ ...runningLine(sums), budget: ZERO, top_ups: ZERO }]), seen),
    ...pausedIn(state, days, seen),
    previous: before === ZERO ? null : previousSpan(spanBefore(days), before),
    running: days.to >= dayOf(seen.now, state.timezone),
  };
}

/** What the span before spent. */
function previousSpan(span: DateSpan, spent: NanoUsd): NonNullable<RecapFacts["previous"]> {
  return { month: span.from.slice(0, 7), period: spanKey(span), spent: usdOf(spent) };
}

/** The lines of months, including the running one. */
function linesIn(state: State, months: readonly Month[]): HistoryLine[] {
  const closed = state.history.filter((line) => months.includes(line.month));
  return months.includes(state.current_month) ? [...closed, runningLine(state)] : closed;
}

/** Whether the books have anything of a span that is made of months. */
export function hasMonths(state: State, span: DateSpan): boolean {
  return linesIn(state, monthsOf(span)).length > 0;
}

function totalFacts(totals: MonthTotals, from: SeenFrom) {
  return {
    spent: usdOf(totals.spent),
    budget: usdOf(totals.budget),
    top_ups: usdOf(totals.topUps),
    prs: totals.prs,
    executions: totals.executions,
    milestones: totals.milestones,
    models: modelsOf(totals),
    // Correcting an earlier month's estimates may subtract more than this month estimated.
    estimated: Math.max(0, usdOf(totals.estimated)),
    ...(totals.estimatedMost !== undefined && { estimated_most: totals.estimatedMost.profile }),
    corrections: { count: totals.corrections.count, amount: usdOf(totals.corrections.amount) },
    resets: totals.resets,
    ...adjustmentsOf(totals),
    ...budgetsOf(totals),
    ...(totals.largeRuns > 0 && { large_runs: totals.largeRuns }),
    ...topRunsIn(totals, from),
    exhausted_at: totals.exhaustedAt,
  };
}

function adjustmentsOf({ adjustments }: MonthTotals): Pick<RecapFacts, "adjustments"> {
  if (adjustments === undefined) return {};
  const last = adjustments.last.slice(-ADJUSTMENTS_NAMED).map(({ what, actor, reason }) => ({ what, actor, reason }));
  return { adjustments: { count: adjustments.count, last } };
}

function topRunsIn({ topRuns = [] }: MonthTotals, from: SeenFrom): Pick<RecapFacts, "top_runs"> {
  if (topRuns.length === 0) return {};
  return {
    top_runs: topRuns.map(({ run, profile, cost }) => {
      const url = runUrlOf(run, from);
      return {
        ...(profile !== undefined && { profile }),
        ...(run.run_id !== undefined && { run: run.run_id }),
        ...(url !== undefined && { url }),
        cost: usdOf(cost),
      };
    }),
  };
}

function pausedIn(state: State, { from, to }: DayRange, { now }: Seen): Pick<RecapFacts, "paused_days"> {
  const until = now ?? state.paused?.at;
  const ranges = pausedDays(state, until === undefined ? to : dayOf(until, state.timezone));
  const { length } = daysFrom(from, to).filter((day) => ranges.some((range) => range.from <= day && day <= range.to));
  return length === 0 ? {} : { paused_days: length };
}

/** Months closed by a release that kept no forecasts have none. */
function forecastsOf({ history }: State, month: Month): Pick<RecapFacts, "forecasts"> {
  const score = history.findLast((line) => line.month === month && line.forecast_score)?.forecast_score;
  if (score === undefined) return {};
  const { days, ran_out } = score;
  const error = days.find(({ day }) => day === 15)?.error ?? null;
  return { forecasts: { count: days.length, right: days.filter(({ is_hit }) => is_hit).length, ran_out, error } };
}

function nextOf(state: State, month: Month): Pick<RecapFacts, "next"> {
  if (nextMonth(month) !== state.current_month) return {};
  const { current_month, monthly_budget } = state;
  return { next: { month: current_month, budget: usdOf(monthly_budget), held: usdOf(heldOf(state)) } };
}

/** Whether there is anything to sum up for a month. */
export function hasMonth(state: State, month: Month): boolean {
  return month === state.current_month || state.history.some((line) => line.month === month);
}

/** The month closed last by a rollover or an import, undefined while there is none. */
export function lastClosedMonth(state: State): Month | undefined {
  // A version 1.0 file may have its months in any order.
  return latest(state.history.filter((line) => line.closed !== "reset" && line.month < state.current_month));
}

function latest(lines: readonly HistoryLine[]): Month | undefined {
  return lines.reduce<Month | undefined>(
    (last, { month }) => (last === undefined || month > last ? month : last),
    undefined,
  );
}

function runningLine(state: State): HistoryLine {
  return {
    month: state.current_month,
    budget: state.monthly_budget,
    top_ups: state.top_ups,
    total_spent: state.total_spent,
    executions: state.executions,
    prs_generated: state.prs_generated,
    milestones_reached: state.milestones_reached,
    models: state.models,
    estimated: state.estimated ?? ZERO,
    estimated_most: mostEstimated(state),
    ...(state.corrections !== undefined && { corrections: state.corrections }),
    ...(state.adjustments !== undefined && { adjustments: state.adjustments }),
    ...(state.large_runs !== undefined && { large_runs: state.large_runs }),
    ...topRunsInHistory(state),
    budgets: partsInHistory(state.budgets),
    ...(state.exhausted_at !== null && { exhausted_at: state.exhausted_at }),
  };
}

function modelsOf(totals: MonthTotals): RecapFacts["models"] {
  return Object.entries(totals.models)
    .sort(([, a], [, b]) => b - a)
    .slice(0, MODELS_NAMED)
    .map(([model, cost]) => ({ model, cost: usdOf(cost) }));
}

function budgetsOf({ budgets }: MonthTotals): Pick<RecapFacts, "budgets"> {
  const most = Object.entries(budgets)
    .sort(([a, x], [b, y]) => y.spent - x.spent || y.tokens - x.tokens || (a < b ? -1 : 1))
    .slice(0, BUDGETS_NAMED)
    .map(([name, { spent, tokens }]) => ({ name, spent: usdOf(spent), tokens }));
  return most.length === 0 ? {} : { budgets: most };
}

function previousOf(state: State, month: Month): RecapFacts["previous"] {
  const before = latest(state.history.filter((line) => line.month < month));
  if (before === undefined) return null;
  const spent = boundedSum(state.history.filter((line) => line.month === before).map((line) => line.total_spent));
  return { month: before, spent: usdOf(spent) };
}

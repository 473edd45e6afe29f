import { boundedSum, usdOf, ZERO } from "../../values/money.ts";
import { type Month, nextMonth } from "../../values/month.ts";
import { type MonthTotals, monthTotals } from "../close-month.ts";
import { mostEstimated } from "../estimated-share.ts";
import { heldOf } from "../figures.ts";
import { partsInHistory } from "../part-lines.ts";
import type { HistoryLine, State } from "../state.ts";
import type { RecapFacts } from "./facts.ts";

const MODELS_NAMED = 8;
const ADJUSTMENTS_NAMED = 5;
const BUDGETS_NAMED = 8;

/** What a recap of a month says: its history lines added up, including the running month if it is that one. */
export function recapFacts(state: State, month: Month): RecapFacts {
  const running = month === state.current_month;
  const totals = monthTotals(month, [
    ...state.history.filter((line) => line.month === month),
    ...(running ? [runningLine(state)] : []),
  ]);
  return {
    month,
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
    ...(totals.adjustments !== undefined && {
      adjustments: {
        count: totals.adjustments.count,
        last: totals.adjustments.last
          .slice(-ADJUSTMENTS_NAMED)
          .map(({ what, actor, reason }) => ({ what, actor, reason })),
      },
    }),
    ...budgetsOf(totals),
    ...(totals.largeRuns > 0 && { large_runs: totals.largeRuns }),
    ...forecastsOf(state, month),
    exhausted_at: totals.exhaustedAt,
    previous: previousOf(state, month),
    running,
    ...nextOf(state, month),
  };
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

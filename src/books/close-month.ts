import { addCounts } from "../values/counts.ts";
import { bounded, boundedSum, type NanoUsd, sum, ZERO } from "../values/money.ts";
import { daysIn, type Instant, type Month } from "../values/month.ts";
import { isMonth } from "../values/period.ts";
import type { Entry } from "./entry.ts";
import { estimatedShare } from "./estimated-share.ts";
import { scoreAtEnd } from "./forecast-score.ts";
import { linesInMonth, partsInHistory } from "./part-lines.ts";
import type { HistoryLine, PartSums, State } from "./state.ts";
import { topRunsInHistory, topRunsTogether } from "./top-runs.ts";

/** The key for the models that have no line to themselves. */
export const OTHER = "other";

/** History is kept forever, so a closed month names only its most expensive models. */
const MODELS_IN_HISTORY = 8;

/** What a month starts with. */
export const NOTHING_SPENT = {
  top_ups: ZERO,
  total_spent: ZERO,
  executions: 0,
  prs_generated: 0,
  tokens_used: {},
  models: {},
  daily: {},
  milestones_reached: [],
  alerts_sent: [],
  exhausted_at: null,
} satisfies Partial<State>;

/** The state with a month at zero: open holds and everything that isn't of one month stay. */
export function emptyMonth(state: State, month: Month, now: Instant): State {
  const { estimated: _, corrections: __, exhausted_budget: ___, granted: ____, adjustments: _____, ...rest } = state;
  const { large_runs: ______, tagged: _______, alerts_budget: ________, estimated_by: _________, ...others } = rest;
  const { top_runs: __________, top_runs_spent: ___________, forecasts: ____________, ...kept } = others;
  return {
    ...kept,
    current_month: month,
    ...NOTHING_SPENT,
    ...(state.budgets !== undefined && { budgets: linesInMonth(state.budgets, month) }),
    ...(state.loans !== undefined && { loans: state.loans.filter((loan) => !isMonth(loan.period)) }),
    last_reset: now,
  };
}

/** The history line of the running month, closed by a rollover or a reset entry. */
export function closedMonth(state: State, entry: Entry): HistoryLine {
  const budgets = partsInHistory(state.budgets);
  const share = estimatedShare(state);
  const score = scoreAtEnd(state);
  return {
    month: state.current_month,
    budget: state.monthly_budget,
    ...(state.top_ups !== ZERO && { top_ups: state.top_ups }),
    total_spent: state.total_spent,
    prs_generated: state.prs_generated,
    executions: state.executions,
    milestones_reached: state.milestones_reached,
    tokens_used: state.tokens_used,
    models: dearestModels(state.models),
    daily_spent: dailySpent(state),
    ...(state.estimated !== undefined && state.estimated !== ZERO && { estimated: state.estimated }),
    ...(share?.most !== undefined && { estimated_most: share.most }),
    ...(state.corrections !== undefined && { corrections: state.corrections }),
    ...(state.large_runs !== undefined && { large_runs: state.large_runs }),
    ...topRunsInHistory(state),
    ...(state.exhausted_at !== null && { exhausted_at: state.exhausted_at }),
    ...(budgets !== undefined && { budgets }),
    ...(state.granted !== undefined && { granted: state.granted }),
    ...(state.adjustments !== undefined && { adjustments: state.adjustments }),
    // The total of a segment that a reset closed isn't what its forecasts were about.
    ...(score !== undefined && entry.kind !== "reset" && { forecast_score: score }),
    ...(entry.kind === "reset"
      ? { closed: "reset" as const, reason: entry.reason, actor: entry.actor, at: entry.at }
      : { closed: "rollover" as const }),
  };
}

function dearestModels(models: State["models"]): State["models"] {
  // What a month put under "other" stays there, however expensive it is.
  const byCost = Object.entries(models).sort(
    ([a, x], [b, y]) => Number(a === OTHER) - Number(b === OTHER) || y.cost - x.cost || (a < b ? -1 : 1),
  );
  if (byCost.length <= MODELS_IN_HISTORY) return models;
  const rest = byCost.slice(MODELS_IN_HISTORY - 1).map(([, totals]) => totals);
  const added = (pick: (totals: (typeof rest)[number]) => number | undefined) => addCounts(...rest.map(pick));
  return {
    ...Object.fromEntries(byCost.slice(0, MODELS_IN_HISTORY - 1)),
    [OTHER]: {
      input: added((totals) => totals.input),
      cache_read: added((totals) => totals.cache_read),
      cache_write: added((totals) => totals.cache_write),
      output: added((totals) => totals.output),
      requests: added((totals) => totals.requests),
      cost: sum(rest.map((totals) => totals.cost)),
    },
  };
}

/** What was spent on each day from the first on, to the last day with anything. */
function dailySpent(state: State): NanoUsd[] {
  const days = Array.from({ length: daysIn(state.current_month) }, (_, index) => {
    const day = `${state.current_month}-${String(index + 1).padStart(2, "0")}`;
    return state.daily[day]?.spent ?? ZERO;
  });
  while (days.at(-1) === ZERO) days.pop();
  return days;
}

/** One month or several as one: their history lines added up. */
export type MonthTotals = {
  readonly budget: NanoUsd;
  readonly topUps: NanoUsd;
  readonly spent: NanoUsd;
  readonly executions: number;
  readonly prs: number;
  readonly milestones: number;
  readonly estimated: NanoUsd;
  readonly estimatedMost: HistoryLine["estimated_most"];
  readonly corrections: { readonly count: number; readonly amount: NanoUsd };
  readonly models: Readonly<Record<string, NanoUsd>>;
  readonly adjustments: HistoryLine["adjustments"];
  readonly budgets: Readonly<Record<string, PartSums>>;
  readonly largeRuns: number;
  /** The most expensive ones first; undefined if they aren't known. */
  readonly topRuns: ReturnType<typeof topRunsTogether>;
  readonly resets: number;
  readonly exhaustedAt: Instant | null;
};

function adjustmentsIn(lines: readonly HistoryLine[]): HistoryLine["adjustments"] {
  const known = lines.flatMap((line) => line.adjustments ?? []);
  if (known.length === 0) return undefined;
  return { count: addCounts(...known.map(({ count }) => count)), last: known.flatMap(({ last }) => last) };
}

function budgetsIn(lines: readonly HistoryLine[]): Record<string, PartSums> {
  const added: Record<string, PartSums> = {};
  for (const [name, { spent, tokens }] of lines.flatMap(({ budgets }) => Object.entries(budgets ?? {}))) {
    const before = added[name];
    added[name] = { spent: bounded((before?.spent ?? ZERO) + spent), tokens: addCounts(before?.tokens, tokens) };
  }
  return added;
}

/** The budget of each month, which its last line has. */
function budgetIn(lines: readonly HistoryLine[]): NanoUsd {
  const byMonth = new Map(lines.map(({ month, budget }) => [month, budget ?? ZERO]));
  return boundedSum([...byMonth.values()]);
}

/** Adds up history lines: all of one month, which may have been reset, or all of several months. */
export function monthTotals(lines: readonly HistoryLine[]): MonthTotals {
  const models: Record<string, NanoUsd> = {};
  for (const line of lines) {
    for (const [name, totals] of Object.entries(line.models ?? {})) {
      models[name] = bounded((models[name] ?? ZERO) + totals.cost);
    }
  }
  const number = (pick: (line: HistoryLine) => number | undefined) => addCounts(...lines.map(pick));
  return {
    budget: budgetIn(lines),
    topUps: boundedSum(lines.map((line) => line.top_ups ?? ZERO)),
    spent: boundedSum(lines.map((line) => line.total_spent)),
    executions: number((line) => line.executions),
    prs: number((line) => line.prs_generated),
    milestones: number((line) => line.milestones_reached?.length),
    estimated: boundedSum(lines.map((line) => line.estimated ?? ZERO)),
    estimatedMost: lines.findLast((line) => line.estimated_most !== undefined)?.estimated_most,
    corrections: {
      count: number((line) => line.corrections?.count),
      amount: boundedSum(lines.map((line) => line.corrections?.amount ?? ZERO)),
    },
    models,
    adjustments: adjustmentsIn(lines),
    budgets: budgetsIn(lines),
    largeRuns: number((line) => line.large_runs),
    topRuns: topRunsTogether(lines),
    resets: lines.filter((line) => line.closed === "reset").length,
    exhaustedAt: lines.find((line) => line.exhausted_at !== undefined)?.exhausted_at ?? null,
  };
}

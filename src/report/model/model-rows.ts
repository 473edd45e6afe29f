import { UNPRICED } from "../../books/evolve.ts";
import { heldOf, totalBudget } from "../../books/figures.ts";
import type { State } from "../../books/state.ts";
import type { ModelTotals } from "../../values/codecs.ts";
import { boundedSum, type NanoUsd, plus, showUsd, ZERO } from "../../values/money.ts";
import { showPercent } from "../../values/percent.ts";
import { showCount } from "../../values/show.ts";
import { shownParts } from "../../values/shown-money.ts";

/** What a month spent on one model, as texts; "–" if it isn't known. */
export type ModelRow = {
  readonly model: string;
  readonly input: string;
  readonly cacheRead: string;
  readonly cacheWrite: string;
  readonly output: string;
  readonly cost: string;
  readonly share: string;
  readonly perExecution: string;
  readonly cacheHits: string;
};

const UNKNOWN = "–";

/**
 * The month by model, most expensive first; those beyond `limit` are added up in a last row. Costs add up to what is
 * shown as spent, shares to 100%.
 */
export function modelRows(state: State, limit: number): ModelRow[] {
  const models = Object.entries(state.models).sort(([a, one], [b, two]) => two.cost - one.cost || (a < b ? -1 : 1));
  const shown = models.length > limit ? models.slice(0, limit - 1) : models;
  const rest = models.slice(shown.length);
  const others = rest.map(([, totals]) => totals);
  const rows = rest.length === 0 ? shown : [...shown, [`${rest.length} others`, others.reduce(added)] as const];
  const money = { total: totalBudget(state), spent: state.total_spent, held: heldOf(state) };
  const costs = rows.map(([, { cost }]) => cost);
  const parts = shownParts(money, costs);
  const whole = boundedSum(costs);
  return rows.map(([model, totals], index) => {
    const { cost = "", share = 0 } = parts[index] ?? {};
    const row = rowOf(model, totals, state.executions);
    return {
      ...row,
      cost: freeText(index < shown.length ? [model] : rest.map(([name]) => name), totals, state) ?? cost,
      share: whole > 0 ? showPercent(share) : UNKNOWN,
    };
  });
}

/**
 * What is shown instead of $0.00 for models that used tokens and cost nothing: without a price, their cost is in the
 * estimates, under the row without a model; under a flat fee it isn't. Books of version 0.1.0 don't say which.
 */
function freeText(names: readonly string[], { cost, input, output }: ModelTotals, state: State): string | undefined {
  const { models, estimated = ZERO, estimated_by, current_month: month } = state;
  const isUsed = (input ?? 0) > 0 || (output ?? 0) > 0;
  if (cost !== ZERO || !isUsed || estimated <= ZERO || (models[UNPRICED]?.cost ?? ZERO) <= ZERO) return undefined;
  const known = estimated_by?.month === month ? estimated_by : undefined;
  if (names.some((name) => known?.models?.includes(name))) return "by estimate";
  const isComplete = boundedSum(Object.values(known?.profiles ?? {})) === estimated;
  return isComplete ? undefined : UNKNOWN;
}

function rowOf(model: string, totals: ModelTotals, executions: number): Omit<ModelRow, "cost" | "share"> {
  const { input, cache_read: cacheRead } = totals;
  return {
    model,
    input: tokens(input),
    cacheRead: tokens(cacheRead),
    cacheWrite: tokens(totals.cache_write),
    output: tokens(totals.output),
    perExecution: executions > 0 ? showUsd(Math.round(totals.cost / executions) as NanoUsd) : UNKNOWN,
    cacheHits: input !== undefined && input > 0 ? showPercent((100 * (cacheRead ?? 0)) / input) : UNKNOWN,
  };
}

function tokens(count: number | undefined): string {
  return count === undefined ? UNKNOWN : showCount(count);
}

function added(a: ModelTotals, b: ModelTotals): ModelTotals {
  return {
    cost: plus(a.cost, b.cost),
    input: (a.input ?? 0) + (b.input ?? 0),
    cache_read: (a.cache_read ?? 0) + (b.cache_read ?? 0),
    cache_write: (a.cache_write ?? 0) + (b.cache_write ?? 0),
    output: (a.output ?? 0) + (b.output ?? 0),
  };
}

import type { State } from "../../books/state.ts";
import type { ModelTotals } from "../../values/codecs.ts";
import { type NanoUsd, percentOf, plus, showUsd, sum } from "../../values/money.ts";
import { showPercent } from "../../values/percent.ts";
import { showCount } from "../show.ts";

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

/** The month by model, most expensive first; those beyond `limit` are added up in a last row. */
export function modelRows(state: Pick<State, "models" | "executions">, limit: number): ModelRow[] {
  const models = Object.entries(state.models).sort(([a, one], [b, two]) => two.cost - one.cost || (a < b ? -1 : 1));
  const whole = sum(models.map(([, totals]) => totals.cost));
  const shown = models.length > limit ? models.slice(0, limit - 1) : models;
  const rest = models.slice(shown.length);
  return [
    ...shown.map(([model, totals]) => rowOf(model, totals, { whole, executions: state.executions })),
    ...(rest.length === 0
      ? []
      : [
          rowOf(`${rest.length} others`, rest.map(([, totals]) => totals).reduce(added), {
            whole,
            executions: state.executions,
          }),
        ]),
  ];
}

type Whole = { readonly whole: NanoUsd; readonly executions: number };

function rowOf(model: string, totals: ModelTotals, { whole, executions }: Whole): ModelRow {
  const { input, cache_read: cacheRead } = totals;
  return {
    model,
    input: tokens(input),
    cacheRead: tokens(cacheRead),
    cacheWrite: tokens(totals.cache_write),
    output: tokens(totals.output),
    cost: showUsd(totals.cost),
    share: whole > 0 ? showPercent(percentOf(totals.cost, whole)) : UNKNOWN,
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

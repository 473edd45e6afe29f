import { bounded, type NanoUsd, plus, ZERO } from "../values/money.ts";
import type { Entry } from "./entry.ts";
import type { HistoryLine, State, TopRun } from "./state.ts";

/** More than are named: a run that is booked in parts, such as a matrix, must stay until its parts add up. */
const MAX_KEPT = 10;

/** So many are named in a recap and kept with a closed month. */
const MAX_NAMED = 3;

type Runs = readonly Readonly<TopRun>[];

/**
 * The most expensive runs after an entry. They are known only if every entry of the month so far was counted: not in
 * the rest of a month that was imported, or in which a release without the list has booked.
 */
export function topRunsAfter(state: State, entry: Entry): Pick<State, "top_runs" | "top_runs_spent"> {
  if (entry.cost === ZERO) return {};
  const before = topRunsOf(state) ?? (state.total_spent === ZERO ? [] : undefined);
  if (before !== undefined) {
    return { top_runs: withEntry(before, entry), top_runs_spent: plus(state.total_spent, entry.cost) };
  }
  return state.top_runs === undefined ? {} : { top_runs: undefined, top_runs_spent: undefined };
}

/** The running month's most expensive runs, the most expensive first; undefined if they aren't known. */
export function topRunsOf({ top_runs: runs, top_runs_spent: spent, total_spent }: State): State["top_runs"] {
  return spent === total_spent ? runs : undefined;
}

/** Those that stay with a closed month. */
export function topRunsInHistory(state: State): Pick<HistoryLine, "top_runs"> {
  const runs = named(topRunsOf(state) ?? []).map(({ hold: _, ...run }) => run);
  return runs.length === 0 ? {} : { top_runs: runs };
}

/** Those of a month with several lines, after resets; undefined if they aren't known for all that was spent. */
export function topRunsTogether(lines: readonly HistoryLine[]): Runs | undefined {
  if (lines.some((line) => line.top_runs === undefined && line.total_spent !== ZERO)) return undefined;
  return named(lines.flatMap((line) => line.top_runs ?? []).reduce<Runs>(withRun, []));
}

/** What a run is recognized by: the workflow run, at a terminal its hold. Undefined for a run without either. */
function runKeyOf({ run, hold }: Readonly<TopRun>): string | undefined {
  return run.run_id === undefined ? hold : `${run.repository} ${run.run_id}`;
}

/** What a maintainer corrects is no run's cost. */
function withEntry(runs: Runs, { kind, replaces, run, hold, profile, cost }: Entry): TopRun[] {
  if (kind !== "charge" && replaces === undefined) return [...runs];
  const { repository, run_id } = run ?? {};
  const booked =
    run_id === undefined
      ? { run: {}, ...(hold !== undefined && { hold }) }
      : { run: { ...(repository !== undefined && { repository }), run_id } };
  return withRun(runs, { ...booked, ...(profile !== undefined && { profile }), cost });
}

/** A run that is in the list already is added to; what a correction leaves without a cost leaves the list. */
function withRun(runs: Runs, added: Readonly<TopRun>): TopRun[] {
  const key = runKeyOf(added);
  const index = key === undefined ? -1 : runs.findIndex((run) => runKeyOf(run) === key);
  const together = (cost: NanoUsd) => bounded(cost + added.cost);
  const after =
    index < 0 ? [...runs, added] : runs.map((run, at) => (at === index ? { ...run, cost: together(run.cost) } : run));
  return after
    .filter(({ cost }) => cost > ZERO)
    .sort((a, b) => b.cost - a.cost)
    .slice(0, MAX_KEPT);
}

function named(runs: Runs): Runs {
  return runs.slice(0, MAX_NAMED);
}

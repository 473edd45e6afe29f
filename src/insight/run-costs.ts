import type { Entry, RunResult } from "../books/entry.ts";
import { dayInstantOf } from "../books/evolve.ts";
import { bounded, type NanoUsd } from "../values/money.ts";
import type { Instant } from "../values/month.ts";

/** A run with all that was booked for it. */
export type RunCost = {
  readonly at: Instant;
  readonly cost: NanoUsd;
  readonly result: RunResult | "unknown";
  /** What it was expected to cost. */
  readonly estimate?: NanoUsd | undefined;
  /** Foreign text. */
  readonly name?: string | undefined;
};

/** Runs by their holds; changed in place. */
export type RunCosts = Map<string, RunCost>;

/** Adds a charge or a correction to its run; what a maintainer corrects is no run's cost. */
export function addRunCost(runs: RunCosts, entry: Entry): void {
  if (entry.adjustment !== undefined) return;
  const key = entry.hold ?? entry.id;
  const before = runs.get(key);
  runs.set(key, {
    at: before?.at ?? dayInstantOf(entry),
    cost: bounded((before?.cost ?? 0) + entry.cost),
    result: entry.result ?? before?.result ?? "unknown",
    estimate: before?.estimate ?? entry.predicted,
    name: entry.profile ?? before?.name,
  });
}

import type { RunRef, Tags } from "../../values/codecs.ts";
import { type NanoUsd, ZERO } from "../../values/money.ts";
import { percentile } from "../../values/stats.ts";
import { profileKey } from "../profiles.ts";
import type { Settings } from "../settings.ts";
import type { State } from "../state.ts";
import { formulaDollars, formulaTokens } from "./formula.ts";

const ENOUGH_COSTS = 3;

/** What is known about an execution before it runs. */
export type Upcoming = {
  readonly profile: string;
  readonly model?: string | undefined;
  readonly tags?: Tags;
  readonly run?: RunRef;
};

export type Estimate = {
  readonly amount: NanoUsd;
  readonly coldStart: boolean;
  /** The model that the policy's ladder has for it. */
  readonly model?: string;
  /** What the policy's formula says for its tags, before calibration. */
  readonly formulaTokens?: number;
  /** The execution as it was estimated: by its model, or by its profile alone. */
  readonly basis: Upcoming;
};

/**
 * What an execution is expected to cost, always more than zero: the figure that was given; otherwise what the policy's
 * formula says, calibrated; otherwise the 90th percentile of the last 20 recorded costs; with fewer than 3 of them the
 * default, a cold start.
 */
export function estimateOf(
  state: Pick<State, "profiles">,
  settings: Pick<Settings, "estimate" | "defaultEstimate" | "formula" | "formulaPrice">,
  next: Upcoming,
): Estimate {
  const tokens = formulaTokens(settings.formula, next.tags ?? {});
  const predicted = tokens === undefined ? {} : { formulaTokens: tokens };
  if (settings.estimate !== "auto") return { amount: settings.estimate, coldStart: false, basis: next, ...predicted };
  const byFormula =
    tokens === undefined
      ? undefined
      : formulaDollars(state.profiles[profileKey(next.profile, undefined)], tokens, settings);
  if (byFormula !== undefined) return { amount: byFormula, coldStart: false, basis: next, ...predicted };
  const learned = learnedCost(state, next);
  return { amount: learned ?? settings.defaultEstimate, coldStart: learned === undefined, basis: next, ...predicted };
}

/** The least that an execution of any profile needs: the smallest of those learned, otherwise the default. */
export function smallestNeed(
  { profiles }: Pick<State, "profiles">,
  { defaultEstimate }: Pick<Settings, "defaultEstimate">,
): NanoUsd {
  const learned = Object.values(profiles).flatMap((lessons) => p90(lessons.costs) ?? []);
  return learned.reduce((least, need) => (need < least ? need : least), learned[0] ?? defaultEstimate);
}

/** What the last executions like this one cost, by the 90th percentile; undefined if there are too few of them. */
export function learnedCost(state: Pick<State, "profiles">, next: Upcoming): NanoUsd | undefined {
  return p90(state.profiles[profileKey(next.profile, next.model)]?.costs ?? []);
}

function p90(costs: readonly NanoUsd[]): NanoUsd | undefined {
  const learned = costs.length < ENOUGH_COSTS ? ZERO : percentile(costs, 90);
  return learned > ZERO ? learned : undefined;
}

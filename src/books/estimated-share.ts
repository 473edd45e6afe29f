import { type NanoUsd, percentOf, ZERO } from "../values/money.ts";
import type { HistoryLine, State } from "./state.ts";

/** From this percentage of what was spent, estimated figures are mentioned in the first line. */
const WORTH_SAYING = 20;

/** How much of what was spent is estimated. */
export type EstimatedShare = {
  readonly percent: number;
  readonly amount: NanoUsd;
  /** The profile with the most estimated dollars, where that is known. */
  readonly most?: { readonly profile: string; readonly amount: NanoUsd };
};

/** How much of the running month is estimated; undefined if it isn't worth mentioning. */
export function estimatedShare(state: State): EstimatedShare | undefined {
  return shareOf({ estimated: state.estimated, spent: state.total_spent, most: mostEstimated(state) });
}

/** How much of a sum is estimated; undefined below a fifth of it. */
export function shareOf(of: {
  readonly estimated: NanoUsd | undefined;
  readonly spent: NanoUsd;
  readonly most: HistoryLine["estimated_most"];
}): EstimatedShare | undefined {
  const { estimated = ZERO, spent, most } = of;
  const percent = Math.min(100, percentOf(estimated, spent));
  if (spent <= ZERO || percent < WORTH_SAYING) return undefined;
  return { percent, amount: estimated, ...(most !== undefined && { most }) };
}

/** The profile with the most estimated dollars of the running month. */
export function mostEstimated({ current_month, estimated_by }: State): HistoryLine["estimated_most"] {
  if (estimated_by?.month !== current_month) return undefined;
  const [first] = Object.entries(estimated_by.profiles).sort(([, a], [, b]) => b - a);
  return first === undefined || first[1] <= ZERO ? undefined : { profile: first[0], amount: first[1] };
}

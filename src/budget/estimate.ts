import { type NanoUsd, ZERO } from "./money.ts";
import { plainKey } from "./names.ts";
import type { Settings } from "./settings.ts";
import type { State } from "./state.ts";

/** How many of a profile's last costs are kept and learnt from. */
export const PROFILE_COSTS = 20;

const ENOUGH_COSTS = 3;

export type Estimate = { readonly amount: NanoUsd; readonly coldStart: boolean };

/** The key under which costs are learnt and looked up: the profile, and the model where one is given. */
export function profileKey(profile: string, model: string | undefined): string {
  return model === undefined ? plainKey(profile) : `${plainKey(profile)}@${plainKey(model)}`;
}

/**
 * What the next execution under a profile is expected to cost, always more than zero: the figure that was given, or
 * the 90th percentile of the last 20 recorded costs; with fewer than 3 of them the default, a cold start.
 */
export function estimateOf(
  state: Pick<State, "profiles">,
  settings: Pick<Settings, "estimate" | "defaultEstimate">,
  key: string,
): Estimate {
  if (settings.estimate !== "auto") return { amount: settings.estimate, coldStart: false };
  const costs = state.profiles[key]?.costs ?? [];
  if (costs.length < ENOUGH_COSTS) return { amount: settings.defaultEstimate, coldStart: true };
  const learnt = percentile(costs, 90);
  return learnt > ZERO ? { amount: learnt, coldStart: false } : { amount: settings.defaultEstimate, coldStart: true };
}

/** The percentile of amounts by nearest rank. Throws a RangeError for no amounts. */
export function percentile<Amount extends number>(amounts: readonly Amount[], percent: number): Amount {
  const sorted = [...amounts].sort((a, b) => a - b);
  const found = sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)];
  if (found === undefined) throw new RangeError("no amounts, no percentile");
  return found;
}

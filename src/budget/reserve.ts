import { totalBudget } from "./figures.ts";
import { bounded, type NanoUsd, ZERO } from "./money.ts";
import type { Settings } from "./settings.ts";
import type { State } from "./state.ts";

/** What of the month's money is kept back from every run: the policy's reserve less what was granted of it. */
export function keptBack(state: State, { reserve }: Pick<Settings, "reserve">): NanoUsd {
  if (reserve === undefined) return ZERO;
  const whole = "percent" in reserve ? Math.floor((totalBudget(state) / 100) * reserve.percent) : reserve.amount;
  return bounded(Math.max(ZERO, whole - (state.granted ?? ZERO)));
}

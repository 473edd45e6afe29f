import { bounded, type NanoUsd, ZERO } from "../../values/money.ts";
import type { Settings } from "../settings.ts";
import type { State } from "../state.ts";

/**
 * The part of the month's money that no run may use: the policy's reserve, a percentage of the budget and top-ups that
 * applies to a decision, minus what was granted of it.
 */
export function keptBack(
  total: NanoUsd,
  { granted }: Pick<State, "granted">,
  { reserve }: Pick<Settings, "reserve">,
): NanoUsd {
  if (reserve === undefined) return ZERO;
  const whole = "percent" in reserve ? Math.floor((total / 100) * reserve.percent) : reserve.amount;
  return bounded(Math.max(ZERO, whole - (granted ?? ZERO)));
}

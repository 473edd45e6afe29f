import { boundedCount } from "../../values/counts.ts";
import { percentile } from "../../values/stats.ts";
import type { Tokens } from "../counted-tokens.ts";
import { profileKey } from "../profiles.ts";
import type { Settings } from "../settings.ts";
import type { State } from "../state.ts";
import type { Upcoming } from "./estimate.ts";
import { calibration, formulaTokens } from "./formula.ts";

const ENOUGH = 3;
/** About what the default estimate of $0.055 buys. */
const DEFAULT_TOKENS = 6_000;

/**
 * The tokens an execution is expected to use: what the policy's formula says, times the recent ratio of actual tokens;
 * otherwise like its dollars, from the last 20.
 */
export function nextTokens(
  state: Pick<State, "profiles">,
  { formula }: Pick<Settings, "formula">,
  next: Upcoming,
): Tokens {
  const said = formulaTokens(formula, next.tags ?? {});
  if (said !== undefined) {
    const lessons = state.profiles[profileKey(next.profile, undefined)];
    const times = (ratio: number | undefined) => boundedCount(Math.max(1, Math.round(said * (ratio ?? 1))));
    return {
      net: times(calibration(lessons, ({ net_tokens }) => net_tokens)),
      all: times(calibration(lessons, ({ tokens }) => tokens)),
    };
  }
  const known = state.profiles[profileKey(next.profile, next.model)];
  return { net: learned(known?.net_tokens), all: learned(known?.tokens) };
}

function learned(counts: readonly number[] = []): number {
  if (counts.length < ENOUGH) return DEFAULT_TOKENS;
  return percentile(counts, 90) || DEFAULT_TOKENS;
}

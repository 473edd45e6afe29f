import type { State } from "../books/state.ts";
import { median, percentile } from "../values/stats.ts";

/** How well the last executions of a profile were predicted. */
export type PredictionQuality = {
  readonly profile: string;
  /** How many of its last executions could be predicted from earlier ones. */
  readonly runs: number;
  /** The share of them within 20 % of the prediction: the median of earlier ones, or the calibrated formula. */
  readonly within: number;
  /** The share of them that an automatic hold would have covered. */
  readonly covered: number;
};

const ENOUGH = 3;
const NEAR = 0.2;

type Lessons = State["profiles"][string];

/**
 * Predicts each of a profile's last executions from earlier ones, as `estimate: auto` does, and counts how often that
 * was right; profiles with fewer than four known executions are left out.
 */
export function predictionQualities(profiles: State["profiles"]): PredictionQuality[] {
  return Object.entries(profiles).flatMap(([profile, lessons]) => {
    const foreseen = lessons.costs
      .slice(ENOUGH)
      .map((cost, index) => ({ cost, ...foreseenAt(lessons, ENOUGH + index) }));
    const runs = foreseen.length;
    if (runs === 0) return [];
    const near = foreseen.filter(({ cost, prediction }) => Math.abs(cost - prediction) <= NEAR * prediction).length;
    const covered = foreseen.filter(({ cost, hold }) => cost <= hold).length;
    return [{ profile, runs, within: near / runs, covered: covered / runs }];
  });
}

function foreseenAt({ costs, formula_tokens: formula = [] }: Lessons, index: number) {
  const offset = costs.length - formula.length;
  const said = (at: number) => formula[at - offset] ?? 0;
  const ratios = costs.slice(0, index).flatMap((cost, at) => (said(at) > 0 ? [cost / said(at)] : []));
  if (said(index) > 0 && ratios.length >= ENOUGH) {
    const prediction = Math.round(said(index) * median(ratios));
    return { prediction, hold: prediction };
  }
  const before = costs.slice(0, index);
  return { prediction: median(before), hold: percentile(before, 90) };
}

import { studentBelow, studentQuantile } from "../values/stats.ts";

/** How a quantity above or at zero may come out: log-normal with the tails of Student's t, or nothing at all. */
export type Spread = {
  /** Mean and deviation of its logarithm. */
  readonly center: number;
  readonly width: number;
  /** The chance of nothing at all. */
  readonly nothing: number;
  readonly tails: Tails;
};

/** At t, a value of Student's t distribution, the logarithm is so many deviations from its center. */
export type Tails = {
  readonly degrees: number;
  readonly knots: readonly { readonly t: number; readonly deviations: number }[];
};

/** The shares above which the edges of the 50, 80 and 95 % intervals lie, and how far they are stretched. */
const STRETCHES = [
  { share: 0.75, factor: 0.93 },
  { share: 0.9, factor: 1.02 },
  { share: 0.975, factor: 1.2 },
] as const;

/** The interval of 50, 80 or 95 %. */
export type Interval = 0 | 1 | 2;

/** The tails for so many degrees of freedom, 3 or more. */
export function tailsOf(degrees: number): Tails {
  const knots = STRETCHES.map(({ share, factor }) => {
    const t = studentQuantile(share, degrees);
    return { t, deviations: t * factor };
  });
  return { degrees, knots: [{ t: 0, deviations: 0 }, ...knots] };
}

/** The log-normal spread with this mean and variance, both above zero. */
export function spreadOf(
  { mean, variance, nothing }: { readonly mean: number; readonly variance: number; readonly nothing: number },
  tails: Tails,
): Spread {
  const width = Math.sqrt(Math.log1p(variance / (mean * mean)));
  return { center: Math.log(mean) - (width * width) / 2, width, nothing, tails };
}

/** The values between which the middle 50 (0), 80 (1) or 95 (2) percent lie. */
export function edgesOf({ center, width, nothing, tails }: Spread, interval: Interval): { low: number; high: number } {
  const away = width * (tails.knots[interval + 1]?.deviations ?? 0);
  const isNothing = nothing > 1 - STRETCHES[interval].share;
  return { low: isNothing ? 0 : Math.exp(center - away), high: Math.exp(center + away) };
}

/** The chance of a value or more, from 0 to 1; it agrees with the edges of the intervals. */
export function chanceOfAtLeast(value: number, { center, width, nothing, tails }: Spread): number {
  if (value <= 0) return 1;
  const deviations = (Math.log(value) - center) / width;
  const t = Math.sign(deviations) * tAt(Math.abs(deviations), tails);
  // Far out, the area below may be more than 1 by the last digits.
  return Math.max(0, Math.min(1 - nothing, 1 - studentBelow(t, tails.degrees)));
}

/** The value of t at so many deviations: straight between the edges of the intervals, beyond them stretched alike. */
function tAt(deviations: number, { knots }: Tails): number {
  const next = knots.findIndex((knot) => knot.deviations >= deviations);
  const last = knots.at(-1);
  if (next < 0) return (deviations * (last?.t ?? 1)) / (last?.deviations ?? 1);
  const [from, to] = [knots[next - 1], knots[next]];
  if (from === undefined || to === undefined) return 0;
  return from.t + ((deviations - from.deviations) / (to.deviations - from.deviations)) * (to.t - from.t);
}

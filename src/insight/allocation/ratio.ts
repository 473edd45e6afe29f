import { type NanoUsd, nanoUsd, ZERO } from "../../values/money.ts";

/** A fraction; `of` is above zero. */
export type Ratio = { readonly part: bigint; readonly of: bigint };

const THOUSANDTHS = 1_000;
export const HUNDRED_PERCENT = 100_000n;

/** A percentage with at most three decimals in thousandths of a percent. */
export function thousandthsOf(percent: number): bigint {
  return BigInt(Math.round(percent * THOUSANDTHS));
}

/** An amount times a fraction, rounded half up; a negative one half down, so that it cancels its counterpart. */
export function times(amount: NanoUsd, { part, of }: Ratio): NanoUsd {
  const exact = BigInt(Math.abs(amount)) * part;
  const rounded = Number((exact * 2n + of) / (of * 2n));
  return nanoUsd(amount < 0 ? -rounded : rounded);
}

/** Amounts times a fraction, rounded so that they add up to their sum times the fraction; `before` precedes them. */
export function timesEach(amounts: readonly NanoUsd[], ratio: Ratio, before: NanoUsd = ZERO): NanoUsd[] {
  let sum = before;
  return amounts.map((amount) => {
    const from = times(sum, ratio);
    sum = nanoUsd(sum + amount);
    return nanoUsd(times(sum, ratio) - from);
  });
}

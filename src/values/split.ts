import { type NanoUsd, nanoUsd } from "./money.ts";

/**
 * An amount, also a negative one, split by whole weights from zero on so that the parts add up to it: what rounding
 * leaves goes to the largest remainders, the first of equal ones first. Where all weights are zero, the parts are equal;
 * no weights, no parts.
 */
export function splitBy(amount: NanoUsd, weights: readonly bigint[]): NanoUsd[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0n);
  if (total === 0n) {
    return weights.length === 0
      ? []
      : splitBy(
          amount,
          weights.map(() => 1n),
        );
  }
  const size = BigInt(Math.abs(amount));
  const floors = weights.map((weight) => (size * weight) / total);
  const missing = Number(size - floors.reduce((sum, floor) => sum + floor, 0n));
  const raised = new Set(
    weights
      .map((weight, index) => ({ index, rest: (size * weight) % total }))
      .sort((a, b) => (a.rest === b.rest ? a.index - b.index : a.rest > b.rest ? -1 : 1))
      .slice(0, missing)
      .map(({ index }) => index),
  );
  // Zero must not become -0.
  const sign = amount < 0 ? -1 : 1;
  return floors.map((floor, index) => nanoUsd(sign * Number(floor + (raised.has(index) ? 1n : 0n)) + 0));
}

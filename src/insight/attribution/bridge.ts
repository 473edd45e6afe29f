import { MAX_NANO_USD, type NanoUsd, nanoUsd, ZERO } from "../../values/money.ts";
import type { Bridge } from "./report.ts";

/** What is compared of a group: its cost and executions. */
export type Counted = { readonly cost: NanoUsd; readonly executions: number };

/** A total in two spans, and the rows that are a partition of it; a row of only one span lacks the other. */
export type Change = {
  readonly before: Counted;
  readonly now: Counted;
  readonly rows: readonly { readonly before?: Counted | undefined; readonly now: Counted }[];
};

/**
 * The change of a total in its three parts. With N executions of cost C: volume = (N1 − N0) · C0 ÷ N0, price = Σ n1 ·
 * (c1 − c0) over the rows with executions in both spans, and mix is the rest. Without executions in one of the spans all
 * is volume. Undefined where a part is larger than an amount can be.
 */
export function bridgeOf({ before, now, rows }: Change): Bridge | undefined {
  const change = BigInt(now.cost) - BigInt(before.cost);
  const isCounted = before.executions > 0 && now.executions > 0;
  const volume = isCounted ? volumeOf(before, now) : change;
  const price = isCounted ? priceOf(rows) : 0n;
  const parts = [change, volume, change - volume - price, price].map(Number);
  if (parts.some((part) => Math.abs(part) > MAX_NANO_USD)) return undefined;
  const [all = ZERO, byVolume = ZERO, mix = ZERO, byPrice = ZERO] = parts.map(nanoUsd);
  return { change: all, volume: byVolume, mix, price: byPrice };
}

/** What more or fewer executions at the former average cost come to, in nano-dollars, rounded half up. */
export function volumeOf(before: Counted, now: Counted): bigint {
  const more = BigInt(now.executions) - BigInt(before.executions);
  return rounded(more * BigInt(before.cost), BigInt(before.executions));
}

/** n1 · (c1 − c0) is C1 − n1 · C0 ÷ n0: added up as exact fractions, rows of one denominator first. */
function priceOf(rows: Change["rows"]): bigint {
  let costs = 0n;
  const former = new Map<number, bigint>();
  for (const { before, now } of rows) {
    if (before === undefined || before.executions <= 0 || now.executions <= 0) continue;
    costs += BigInt(now.cost);
    const atFormer = BigInt(now.executions) * BigInt(before.cost);
    former.set(before.executions, (former.get(before.executions) ?? 0n) + atFormer);
  }
  let [numerator, denominator] = [0n, 1n];
  for (const [executions, atFormer] of former) {
    const next = BigInt(executions);
    const shared = commonDivisor(denominator, next);
    numerator = numerator * (next / shared) + atFormer * (denominator / shared);
    denominator *= next / shared;
  }
  return rounded(costs * denominator - numerator, denominator);
}

function commonDivisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : commonDivisor(b, a % b);
}

/** A fraction with a denominator above zero, rounded half up. */
function rounded(numerator: bigint, denominator: bigint): bigint {
  const [twice, unit] = [2n * numerator + denominator, 2n * denominator];
  const down = twice / unit;
  // Division of bigints cuts toward zero.
  return twice < 0n && twice % unit !== 0n ? down - 1n : down;
}

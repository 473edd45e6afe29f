import { decimalTimes } from "../../pricing/decimal.ts";
import { nanoUsd } from "../../values/money.ts";
import { splitBy } from "../../values/split.ts";
import type { FocusColumn, FocusRow } from "./columns.ts";
import { decimalIn, decimalText, dollarsText } from "./decimal-text.ts";

/** How a shared cost is split, and the part of each entity. */
export type Allocation = {
  /** "proportional by cost", "equal", "fixed". */
  readonly method: string;
  readonly entities: readonly AllocatedTo[];
};

type AllocatedTo = {
  readonly id: string;
  readonly name?: string | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  /** Its part, in relation to the others'. */
  readonly weight: bigint;
  /** What it was split by: "USD" and 12.5, "Tokens" and 40,000. */
  readonly unit: string;
  readonly quantity: number;
};

// Ratios have nine decimals.
const RATIO_SCALE = 9;
const WHOLE = nanoUsd(10 ** RATIO_SCALE);

const SPLIT_EXACTLY = [
  ...["ConsumedQuantity", "ContractedCost", "ListCost", "PricingQuantity", "x_CacheReadTokens", "x_CacheWriteTokens"],
  ...["x_InputTokens", "x_OutputTokens", "x_ReasoningTokens"],
] as readonly FocusColumn[];
const SPLIT_TO_NANO = ["BilledCost", "EffectiveCost"] as const satisfies readonly FocusColumn[];

/**
 * A shared row as one row an entity. Their ratios add up to 1, and each column of theirs to that of the shared row:
 * quantities and list prices are exact products, amounts are whole nano-dollars by largest remainder. Without entities
 * the row stays as it is.
 */
export function allocatedRows(row: FocusRow, { method, entities }: Allocation): FocusRow[] {
  if (entities.length === 0) return [row];
  const parts = splitBy(
    WHOLE,
    entities.map(({ weight }) => weight),
  ).map((part) => BigInt(part));
  const amounts = SPLIT_TO_NANO.map((name) => [name, splitBy(nanoIn(row[name]), parts)] as const);
  return entities.map(({ id, name, tags, unit, quantity }, index) => {
    const ratio = { units: parts[index] ?? 0n, scale: RATIO_SCALE };
    const exact = SPLIT_EXACTLY.map((column) => {
      const whole = row[column];
      return [column, whole === null ? null : decimalText(decimalTimes(decimalIn(whole), ratio))] as const;
    });
    const element = { AllocatedRatio: Number(decimalText(ratio)), UsageUnit: unit, UsageQuantity: quantity };
    return {
      ...row,
      ...Object.fromEntries(exact),
      ...Object.fromEntries(amounts.map(([column, of]) => [column, dollarsText(BigInt(of[index] ?? 0))])),
      AllocatedMethodDetails: JSON.stringify({ Elements: [element] }),
      AllocatedMethodId: method,
      AllocatedResourceId: id,
      AllocatedResourceName: name ?? id,
      AllocatedTags: tags === undefined ? null : JSON.stringify(tags),
    };
  });
}

/** Nano-dollars of a text of dollars, which has at most nine decimals. */
function nanoIn(text: string | null) {
  const { units, scale } = decimalIn(text ?? "0.0");
  return nanoUsd(Number(units * 10n ** BigInt(RATIO_SCALE - scale)));
}

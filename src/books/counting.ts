import type { NanoUsd } from "../values/money.ts";
import { isFirstUnit, plusQuantity, type Quantity, quantityOf, UNIT_NAMES, type Unit } from "../values/quantity.ts";
import { type Tokens, tokensIn } from "./counted-tokens.ts";
import type { Entry, EntryUsage, PartShare } from "./entry.ts";
import type { TokenCount } from "./part-rule.ts";
import type { Hold, PartLine, PartSums } from "./state.ts";
import { amountAt, amountKey, bookedKey } from "./unit-keys.ts";

/** What a run would set aside. */
export type Wanted = { readonly amount: NanoUsd; readonly tokens: Tokens };

/** What a run has used. */
type Used = { readonly cost: NanoUsd; readonly notional?: NanoUsd; readonly usage: readonly EntryUsage[] };

/** How runs count in a unit. */
type Counting = {
  /** What an entry adds to a sub-budget in which it has this share. */
  readonly booked: (entry: Entry, share: PartShare) => number;
  /** What an open hold sets aside in a sub-budget in which it counts these tokens. */
  readonly held: (hold: Hold, tokens: number) => number;
  readonly wanted: (wanted: Wanted, count: TokenCount) => number;
  readonly used: (used: Used) => number;
};

/** Every unit; what it is called and how it is written is in `src/values/quantity.ts`. */
export const COUNTING: Readonly<Record<Unit, Counting>> = {
  USD: {
    booked: ({ cost }) => cost,
    held: ({ amount }) => amount,
    wanted: ({ amount }) => amount,
    used: ({ cost, notional }) => notional ?? cost,
  },
  tokens: {
    booked: (_, share) => share.tokens ?? 0,
    held: (_, tokens) => tokens,
    wanted: ({ tokens }, count) => tokens[count],
    used: ({ usage }) => tokensIn(usage).net,
  },
};

/** What was booked of a unit in a period or a month of a sub-budget. */
export function bookedIn(sums: PartSums | PartLine, unit: Unit): number {
  return sums[bookedKey(unit)] ?? 0;
}

/** What was booked of every unit. */
export function allBookedIn(sums: PartSums | PartLine): PartSums {
  return sumsOf((unit) => quantityOf(unit, bookedIn(sums, unit)));
}

/** What is booked of every unit after an entry. Throws an AmountError beyond what can be kept exactly. */
export function allBookedAfter(sums: PartSums | PartLine, entry: Entry, share: PartShare): PartSums {
  return sumsOf((unit) => {
    const added = quantityOf(unit, COUNTING[unit].booked(entry, share));
    return plusQuantity(quantityOf(unit, bookedIn(sums, unit)), added);
  });
}

/** Units that were added after dollars and tokens have no key if nothing was booked. */
function sumsOf(booked: (unit: Unit) => Quantity): PartSums {
  const sums = UNIT_NAMES.map(booked).filter(({ unit, amount }) => isFirstUnit(unit) || amount !== 0);
  return Object.fromEntries(sums.map(({ unit, amount }) => [bookedKey(unit), amount])) as PartSums;
}

/** What transfers and grants have added to a limit of this unit. */
export function adjustedIn(line: PartLine, unit: Unit): number {
  return line[amountKey("adjusted", unit)] ?? 0;
}

/** What transfers and grants have added to the limit after an entry, under its unit's key. */
export function adjustedAfter(line: PartLine, share: PartShare): Partial<PartLine> {
  const changed = UNIT_NAMES.flatMap((unit) => {
    const added = share[amountKey("adjusted", unit)];
    if (added === undefined) return [];
    return [plusQuantity(quantityOf(unit, adjustedIn(line, unit)), quantityOf(unit, added))];
  });
  return Object.assign({}, ...changed.map((quantity) => amountAt("adjusted", quantity)));
}

/** The keys of a line whose amounts are of its period alone. */
const AMOUNT_KEYS: ReadonlySet<string> = new Set(
  UNIT_NAMES.flatMap((unit) => [bookedKey(unit), amountKey("adjusted", unit)]),
);

/** A line without what was booked in its period and what was added to its limit. */
export function withoutAmounts(line: PartLine): Partial<PartLine> & Pick<PartLine, "period" | "alerts_sent"> {
  const { period, alerts_sent } = line;
  return { ...Object.fromEntries(Object.entries(line).filter(([key]) => !AMOUNT_KEYS.has(key))), period, alerts_sent };
}

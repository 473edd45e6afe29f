import * as z from "zod/mini";
import { codecOf, type FirstUnit, isFirstUnit, type Quantity, UNIT_NAMES, type Unit } from "../values/quantity.ts";

/**
 * The keys under which state and ledger keep amounts of each unit. Dollars were first and have the plain key, every
 * other unit has one with its name: `adjusted` and `adjusted_tokens`, `spent` and `tokens`.
 */
type AmountKey<Key extends string, U extends Unit = Unit> = U extends "USD" ? Key : `${Key}_${U}`;
type BookedKey<U extends Unit = Unit> = U extends "USD" ? "spent" : U;

type Codec<U extends Unit> = ReturnType<typeof codecOf<U>>;
type Optional<U extends Unit> = z.ZodMiniOptional<Codec<U>>;
type Amount<U extends Unit> = Extract<Quantity, { unit: U }>["amount"];

type BookedShape = { [U in Unit as BookedKey<U>]: U extends FirstUnit ? Codec<U> : Optional<U> };
type ShareShape = { [U in Exclude<Unit, "USD">]: Optional<U> };
type AmountShape<Key extends string> = { [U in Unit as AmountKey<Key, U>]: Optional<U> };

/** What was booked of each unit. Units added after dollars and tokens have no key if there is none of them. */
export const bookedShape = Object.fromEntries(
  UNIT_NAMES.map((unit) => [bookedKey(unit), isFirstUnit(unit) ? codecOf(unit) : z.optional(codecOf(unit))]),
) as BookedShape;

/** What an entry adds to a sub-budget in each unit, in addition to its cost. */
export const shareShape = Object.fromEntries(
  UNIT_NAMES.filter((unit) => unit !== "USD").map((unit) => [unit, z.optional(codecOf(unit))]),
) as ShareShape;

/** An amount that is of one unit or another. */
export function amountShape<Key extends string>(key: Key): AmountShape<Key> {
  return Object.fromEntries(
    UNIT_NAMES.map((unit) => [amountKey(key, unit), z.optional(codecOf(unit))]),
  ) as AmountShape<Key>;
}

/** The key of what was booked of a unit: "spent", "tokens". */
export function bookedKey(unit: Unit): BookedKey {
  return unit === "USD" ? "spent" : unit;
}

/** The key of an amount of a unit: "owed", "owed_tokens". */
export function amountKey<Key extends string>(key: Key, unit: Unit): AmountKey<Key> {
  return (unit === "USD" ? key : `${key}_${unit}`) as AmountKey<Key>;
}

/** An amount under the key of its unit, and no other key. */
export function amountAt<Key extends string>(
  key: Key,
  { unit, amount }: Quantity,
): { readonly [U in Unit as AmountKey<Key, U>]?: Amount<U> } {
  return { [amountKey(key, unit)]: amount } as { readonly [U in Unit as AmountKey<Key, U>]?: Amount<U> };
}

/** The capability that a writer of books with sub-budgets must have: an older release would ignore them. */
const PARTS_CAPABILITY = "budgets";

/** Of a writer that matches sub-budgets by the run itself: an older release would ask the step's tags. */
export const BY_RUN_CAPABILITY = "budgets-by-run";

/**
 * The capabilities that a writer of books with sub-budgets limited in these units must have: `budgets`, and the name of
 * each unit that came later than dollars and tokens.
 */
export function capabilitiesFor(units: readonly Unit[]): readonly string[] {
  return [PARTS_CAPABILITY, ...new Set(units.filter((unit) => !isFirstUnit(unit)))];
}

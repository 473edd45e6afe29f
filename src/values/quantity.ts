import * as z from "zod/mini";
import { usd } from "./codecs.ts";
import { addCounts, decodeCount, grouped } from "./counts.ts";
import { decodeUsd, type NanoUsd, nanoUsd, plainUsd, showUsd, usdOf } from "./money.ts";
import { type ShownMoney, shownMoney } from "./shown-money.ts";

/** What the program knows about a unit. An `amount` is an integer: nano-dollars, or a count. */
type UnitRow<Codec, Amount extends number> = {
  /** An amount in JSON. */
  readonly codec: Codec;
  /** An amount of it with its unit, as people write it. */
  readonly example: string;
  /** The most that a policy file may say; an input may say as much as JSON keeps exactly. */
  readonly max: number;
  /** The digits people write, without the unit; undefined for what isn't an amount of it from 0 on. */
  readonly parse: (digits: string) => Amount | undefined;
  /** For people, with its unit: "$4.00", "50,000 tokens". */
  readonly show: (amount: number) => string;
  /** As plain digits: "4", "50000". */
  readonly plain: (amount: number) => string;
  /** As a number in JSON: 4, 50000. */
  readonly toNumber: (amount: number) => number;
  /** An amount as the books keep it. Dollars beyond what can be kept exactly are an AmountError, counts are held. */
  readonly kept: (amount: number) => Amount;
};

const dollars: UnitRow<typeof usd, NanoUsd> = {
  codec: usd,
  example: "4 USD",
  max: Number.POSITIVE_INFINITY,
  parse: decodeUsd,
  show: (amount) => showUsd(amount as NanoUsd),
  plain: (amount) => plainUsd(amount as NanoUsd),
  toNumber: (amount) => usdOf(amount as NanoUsd),
  kept: nanoUsd,
};

const integer = z.int();

/** A unit that is counted in whole numbers. */
function counted(one: string, many: string, { example }: { readonly example: string }) {
  const row: UnitRow<typeof integer, number> = {
    codec: integer,
    example,
    // More than any sub-budget uses, and many of them still add up exactly.
    max: 1_000_000_000_000,
    parse: decodeCount,
    show: (amount) => {
      const size = grouped(Math.abs(amount).toString());
      return `${amount < 0 ? "-" : ""}${size} ${size === "1" ? one : many}`;
    },
    plain: (amount) => amount.toString(),
    toNumber: (amount) => amount,
    kept: (amount) => addCounts(amount),
  };
  return row;
}

/** Every unit by its name in policy files, inputs and the books. How the books count in it: `src/books/counting.ts`. */
const UNITS = {
  USD: dollars,
  tokens: counted("token", "tokens", { example: "50000 tokens" }),
} as const;

export type Unit = keyof typeof UNITS;
type CodecOf<U extends Unit> = (typeof UNITS)[U]["codec"];
type AmountOf<U extends Unit> = ReturnType<(typeof UNITS)[U]["kept"]>;

/** An amount that says what it is of: dollars in nano-dollars, or a count. */
export type Quantity = { readonly [U in Unit]: { readonly unit: U; readonly amount: AmountOf<U> } }[Unit];
type Money = Extract<Quantity, { unit: "USD" }>;

/** The units in the order of the table. */
export const UNIT_NAMES = Object.keys(UNITS) as Unit[];

/** Dollars and tokens are in the first release; books that use a unit that came later name it in `requires`. */
export type FirstUnit = "USD" | "tokens";
export function isFirstUnit(unit: Unit): unit is FirstUnit {
  return unit === "USD" || unit === "tokens";
}

/** The unit's codec: JSON outside, the amount inside. */
export function codecOf<U extends Unit>(unit: U): CodecOf<U> {
  return UNITS[unit].codec;
}

/** An amount of a unit, as the books keep it. Throws an AmountError for dollars beyond what can be kept exactly. */
export function quantityOf(unit: Unit, amount: number): Quantity {
  return { unit, amount: UNITS[unit].kept(amount) } as Quantity;
}

/** Whether it is money, as a month's budget is. */
export function isMoney(quantity: Quantity): quantity is Money {
  return quantity.unit === "USD";
}

/** a + b. Throws a TypeError if their units differ, an AmountError beyond what can be kept exactly. */
export function plusQuantity(a: Quantity, b: Quantity): Quantity {
  mustBeAlike(a, b);
  return quantityOf(a.unit, a.amount + b.amount);
}

/** a − b. Throws a TypeError if their units differ, an AmountError beyond what can be kept exactly. */
export function minusQuantity(a: Quantity, b: Quantity): Quantity {
  return plusQuantity(a, negated(b));
}

/** The same amount, subtracted. */
export function negated({ unit, amount }: Quantity): Quantity {
  return quantityOf(unit, -amount);
}

/**
 * Below 0 where a is less, above 0 where it is more, 0 where they are the same. Throws a TypeError if their units
 * differ.
 */
export function compareQuantities(a: Quantity, b: Quantity): number {
  mustBeAlike(a, b);
  return a.amount - b.amount;
}

function mustBeAlike(a: Quantity, b: Quantity): void {
  if (a.unit !== b.unit) throw new TypeError(`${a.unit} and ${b.unit} can't be added or compared`);
}

/** "$4.00", "50,000 tokens". */
export function showQuantity(unit: Unit, amount: number): string {
  return UNITS[unit].show(amount);
}

/** A limit with what is spent and held of it, shown so that the figures add up. */
export function shownAmounts(
  unit: Unit,
  amounts: { readonly limit: number; readonly spent: number; readonly held: number },
): ShownMoney {
  const { limit, spent, held } = amounts;
  if (unit === "USD") {
    return shownMoney({ total: limit as NanoUsd, spent: spent as NanoUsd, held: held as NanoUsd });
  }
  const show = (amount: number) => showQuantity(unit, amount);
  return { total: show(limit), spent: show(spent), held: show(held), remaining: show(limit - spent - held) };
}

/** As plain digits for outputs: "4", "50000". */
export function plainQuantity(unit: Unit, amount: number): string {
  return UNITS[unit].plain(amount);
}

/** As a number for JSON: 4, 50000. */
export function numberOfQuantity(unit: Unit, amount: number): number {
  return UNITS[unit].toNumber(amount);
}

/** As people write it, and `parseQuantity` reads it again: "4 USD", "50000 tokens". */
export function encodeQuantity({ unit, amount }: Quantity): string {
  return `${plainQuantity(unit, amount)} ${unit}`;
}

const DIGITS = "\\d+(?:\\.\\d{1,9})?";

/** The form of a quantity as people write it; dollars may have a $ instead of their unit, or neither. */
export const QUANTITY_FORM = new RegExp(`^(?:\\$(${DIGITS})|(${DIGITS})(?: (${UNIT_NAMES.join("|")}))?)$`);

/**
 * "4 USD", "$4", "4" or "50000 tokens", up to the most that is written in a policy file; undefined for anything else.
 */
export function parseQuantity(text: string): Quantity | undefined {
  const quantity = parseAnyQuantity(text);
  return quantity !== undefined && quantity.amount <= UNITS[quantity.unit].max ? quantity : undefined;
}

/** "4 USD", "$4", "4" or "50000 tokens", as much as can be kept exactly; undefined for anything else. */
export function parseAnyQuantity(text: string): Quantity | undefined {
  const [, dollars, digits = dollars ?? "", name = "USD"] = QUANTITY_FORM.exec(text) ?? [];
  const unit = UNIT_NAMES.find((one) => one === name);
  const amount = unit === undefined ? undefined : UNITS[unit].parse(digits);
  return unit !== undefined && amount !== undefined && amount > 0 ? quantityOf(unit, amount) : undefined;
}

/** One amount of each unit, for messages: "4 USD or 50000 tokens". */
export const QUANTITY_EXAMPLES = listed(UNIT_NAMES.map((unit) => UNITS[unit].example));

/** "USD or tokens". */
export const UNITS_LISTED = listed(UNIT_NAMES);

function listed(words: readonly string[]): string {
  return `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

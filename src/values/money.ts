import { grouped } from "./counts.ts";

declare const nano: unique symbol;

/** Integer nano-dollars (1e-9 USD): the only form in which money is added, compared or kept in memory. */
export type NanoUsd = number & { readonly [nano]: "NanoUsd" };

const NANO_PER_USD = 1_000_000_000;

/**
 * The largest amount: below 2^23 dollars two neighboring nano-dollars are two different JSON numbers, so what is
 * written is what is read again.
 */
export const MAX_NANO_USD = 8_388_607_999_999_999 as NanoUsd;

export const ZERO = 0 as NanoUsd;

/** What isn't an amount of money that can be kept exactly. */
export class AmountError extends RangeError {
  override readonly name = "AmountError";
}

/** An integer as nano-dollars. Throws an AmountError for fractions and beyond ±$8,388,607.999999999. */
export function nanoUsd(amount: number): NanoUsd {
  if (!Number.isInteger(amount) || Math.abs(amount) > MAX_NANO_USD) {
    throw new AmountError(`${amount} is not an amount of nano-dollars between ±${MAX_NANO_USD}`);
  }
  // -0 would be written as "-0" by some printers and never equals what was meant.
  return (amount === 0 ? 0 : amount) as NanoUsd;
}

/**
 * An integer number of nano-dollars clamped between ±$8,388,607.999999999: for figures that are compared and shown.
 * What is booked is added exactly, by `plus`, `minus` and `sum`.
 */
export function bounded(amount: number): NanoUsd {
  return nanoUsd(Math.min(MAX_NANO_USD, Math.max(-MAX_NANO_USD, amount)));
}

/** The sum of amounts, clamped between ±$8,388,607.999999999: for figures that are compared and shown. */
export function boundedSum(amounts: Iterable<NanoUsd>): NanoUsd {
  let total = ZERO;
  for (const amount of amounts) total = bounded(total + amount);
  return total;
}

/** Dollars as nano-dollars, rounded to the nearest one. Throws an AmountError for what isn't a possible amount. */
export function nanoOf(dollars: number): NanoUsd {
  if (!Number.isFinite(dollars)) throw new AmountError(`${dollars} is not an amount of dollars`);
  const near = Math.round(dollars * NANO_PER_USD);
  // Above $4 million the product may be half a nano-dollar off: what is written like this is what was meant.
  return nanoUsd([near, near - 1, near + 1].find((amount) => amount / NANO_PER_USD === dollars) ?? near);
}

/** Any number of dollars as nano-dollars, clamped between ±$8,388,607.999999999; zero for what isn't a number. */
export function boundedNanoOf(dollars: number): NanoUsd {
  if (Number.isNaN(dollars)) return ZERO;
  const most = usdOf(MAX_NANO_USD);
  return nanoOf(Math.min(most, Math.max(-most, dollars)));
}

const PLAIN_DOLLARS = /^(0|[1-9]\d{0,6})(?:\.(\d{1,9}))?$/;

/** Dollars as people write them, "9.77", in nano-dollars; undefined for anything but a plain decimal without a sign. */
export function decodeUsd(text: string): NanoUsd | undefined {
  const match = PLAIN_DOLLARS.exec(text);
  if (match === null) return undefined;
  // Put together from digits: a float on the way would bend the ninth decimal.
  const nanos = Number(`${match[1]}${(match[2] ?? "").padEnd(9, "0")}`);
  return nanos <= MAX_NANO_USD ? (nanos as NanoUsd) : undefined;
}

/** Nano-dollars as a number of dollars with at most nine decimals. */
export function usdOf(amount: NanoUsd): number {
  return amount / NANO_PER_USD;
}

/** Nano-dollars as a plain decimal, shortest form: "9.77", "-0.000000011". */
export function plainUsd(amount: NanoUsd): string {
  const digits = Math.abs(amount).toString().padStart(10, "0");
  const whole = digits.slice(0, -9);
  const fraction = digits.slice(-9).replace(/0+$/, "");
  return `${amount < 0 ? "-" : ""}${whole}${fraction === "" ? "" : `.${fraction}`}`;
}

/**
 * Nano-dollars for people: two decimals from $1 on, four below, six below a hundredth of a cent; "$5.23",
 * "$0.0550", "-$1.20".
 */
export function showUsd(amount: NanoUsd): string {
  const size = Math.abs(amount);
  const decimals = size === 0 || size >= NANO_PER_USD ? 2 : size < 50_000 ? 6 : 4;
  return showDecimals(amount, decimals);
}

/** Nano-dollars for people with this many decimals, rounded half up. */
export function showDecimals(amount: NanoUsd, decimals: number): string {
  return `${amount < 0 ? "-" : ""}$${fixed(Math.abs(amount), decimals)}`;
}

/** What is left, never rounded up: with the decimals of `showUsd`, "$9.71" for $9.715. */
export function showLeft(amount: NanoUsd): string {
  const size = Math.abs(amount);
  const unit = size >= NANO_PER_USD ? 10_000_000 : size < 50_000 ? 1000 : 100_000;
  return showUsd(bounded(Math.floor(amount / unit) * unit));
}

/** The sum of amounts. Throws an AmountError when it is beyond what can be kept exactly. */
export function sum(amounts: Iterable<NanoUsd>): NanoUsd {
  let total = 0;
  for (const amount of amounts) total = nanoUsd(total + amount);
  return total as NanoUsd;
}

/** a + b. Throws an AmountError when it is beyond what can be kept exactly. */
export function plus(a: NanoUsd, b: NanoUsd): NanoUsd {
  return nanoUsd(a + b);
}

/** a − b. Throws an AmountError when it is beyond what can be kept exactly. */
export function minus(a: NanoUsd, b: NanoUsd): NanoUsd {
  return nanoUsd(a - b);
}

/** part ÷ whole in percent, as a plain number for showing; 0 when there is no whole and nothing spent, else 100. */
export function percentOf(part: NanoUsd, whole: NanoUsd): number {
  if (whole <= 0) return part > 0 ? 100 : 0;
  // Divided first, 29 of 100 would be 28.999999999999996.
  return (part * 100) / whole;
}

/** Rounded half up on integers: binary fractions would round $0.125 the wrong way. */
function fixed(size: number, decimals: number): string {
  const unit = 10 ** (9 - decimals);
  const rounded = Math.floor(size / unit) + (size % unit >= unit / 2 ? 1 : 0);
  const text = rounded.toString().padStart(decimals + 1, "0");
  const whole = grouped(text.slice(0, -decimals));
  return `${whole}.${text.slice(-decimals)}`;
}

import { type Decimal, decimalSum } from "../../pricing/decimal.ts";

/** A nano-dollar is this many decimals of a dollar. */
const NANO_SCALE = 9;

/** A decimal with every digit it takes, and at least one decimal, so that no reader types a column as integer: "4.0". */
export function decimalText({ units, scale }: Decimal): string {
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, "0");
  const fraction = digits.slice(digits.length - scale, digits.length).replace(/0+$/, "");
  const whole = scale === 0 ? digits : digits.slice(0, -scale);
  return `${units < 0n ? "-" : ""}${whole}.${scale === 0 || fraction === "" ? "0" : fraction}`;
}

/** Nano-dollars as a decimal of dollars. */
export function dollarsText(nano: bigint): string {
  return decimalText({ units: nano, scale: NANO_SCALE });
}

/** The sum of two texts of `decimalText`. */
export function textSum(a: string, b: string): string {
  return decimalText(decimalSum([decimalIn(a), decimalIn(b)]));
}

/** The decimal of a text of `decimalText`. */
export function decimalIn(text: string): Decimal {
  const [whole = "0", fraction = ""] = text.split(".");
  return { units: BigInt(`${whole}${fraction}`), scale: fraction.length };
}

/** A number as the decimal it is written as: `units` ÷ 10^`scale`. */
export type Decimal = { readonly units: bigint; readonly scale: number };

/** The decimal a finite number from zero on is written as: 0.3 is three tenths, not the binary fraction nearby. */
export function decimalOf(value: number): Decimal {
  const [mantissa = "0", exponent = "0"] = value.toString().split("e");
  const [whole = "0", fraction = ""] = mantissa.split(".");
  const scale = fraction.length - Number(exponent);
  const units = BigInt(whole + fraction);
  return scale >= 0 ? { units, scale } : { units: units * 10n ** BigInt(-scale), scale: 0 };
}

/** The sum of decimals, exactly. */
export function decimalSum(all: readonly Decimal[]): Decimal {
  const scale = Math.max(0, ...all.map((decimal) => decimal.scale));
  const units = all.reduce((total, decimal) => total + decimal.units * 10n ** BigInt(scale - decimal.scale), 0n);
  return { units, scale };
}

/** The product of two decimals, exactly. */
export function decimalTimes(a: Decimal, b: Decimal): Decimal {
  return { units: a.units * b.units, scale: a.scale + b.scale };
}

/** The product of two numbers from zero on, as the number nearest to the exact decimal: 0.15 × 3 is 0.45. */
export function decimalProduct(a: number, b: number): number {
  const { units, scale } = decimalTimes(decimalOf(a), decimalOf(b));
  return Number(`${units}e-${scale}`);
}

/** A decimal from zero on as a whole number, rounded half up. */
export function wholeOf({ units, scale }: Decimal): bigint {
  const unit = 10n ** BigInt(scale);
  return (units * 2n + unit) / (unit * 2n);
}

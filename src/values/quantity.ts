import { type NanoUsd, plainUsd, showUsd } from "./money.ts";

/** An amount that says what it is of: dollars in nano-dollars, or whole tokens. */
export type Quantity =
  | { readonly unit: "USD"; readonly amount: NanoUsd }
  | { readonly unit: "tokens"; readonly amount: number };
export type Unit = Quantity["unit"];

/** "$4.00", "50,000 tokens". */
export function showQuantity(unit: Unit, amount: number): string {
  if (unit === "USD") return showUsd(amount as NanoUsd);
  const size = Math.abs(amount)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ",");
  return `${amount < 0 ? "-" : ""}${size} ${size === "1" ? "token" : "tokens"}`;
}

/** As a plain number for outputs: "4", "50000". */
export function plainQuantity(unit: Unit, amount: number): string {
  return unit === "USD" ? plainUsd(amount as NanoUsd) : amount.toString();
}

import { chargeOfLine } from "../../pricing/charge.ts";
import type { PriceOverrides } from "../../pricing/unit-prices.ts";
import { configLineFor, hintFor } from "../../pricing/unpriced.ts";
import { usageLine } from "../../usage/usage.ts";
import type { NanoUsd } from "../../values/money.ts";

const HALF_A_MILLION = 500_000;

/**
 * What a million tokens of the estimate's formula cost with a model: the split between input and output isn't known
 * before the run, so it is taken as half and half.
 */
export async function formulaPrice(
  model: string,
  at: string,
  overrides: PriceOverrides,
): Promise<{ readonly price: NanoUsd } | { readonly warning: string }> {
  const { unitPricesOf } = await import("../../pricing/prices.ts");
  const line = usageLine({ model, input: HALF_A_MILLION, output: HALF_A_MILLION, requests: 1, aggregate: true });
  const priced = await unitPricesOf(line, at, overrides);
  const charge = chargeOfLine(priced);
  if (charge !== undefined && charge.missing === undefined) return { price: charge.cost };
  const text = `No price is known for ${model}, the model in estimate: price-as: until three runs are booked, estimates don't use the formula. ${hintFor(priced)}To price it, add to the policy file:`;
  return { warning: `${text}\n${configLineFor(model)}` };
}

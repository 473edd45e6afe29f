import { chargeOfLine } from "../../pricing/charge.ts";
import { unitPricesOf } from "../../pricing/prices.ts";
import type { PriceOverrides } from "../../pricing/unit-prices.ts";
import { isEmptyUsage, usageLine } from "../../usage/usage.ts";
import { type NanoUsd, nanoUsd } from "../../values/money.ts";
import type { Asked } from "./asked.ts";
import type { Route } from "./route.ts";

/** Prices as of an ISO instant: the policy's, then the price table's. */
export type PricesAt = { readonly overrides: PriceOverrides; readonly at: string };

/**
 * The least that a request costs, in nano-dollars: its input by length, as if all of it were read from a cache. Null
 * where the model is unknown or has no price.
 */
export async function leastCost(
  asked: Pick<Asked, "model" | "inputTokensAtLeast">,
  route: Route,
  { overrides, at }: PricesAt,
): Promise<NanoUsd | null> {
  const tokens = asked.inputTokensAtLeast;
  const line = usageLine({
    ...{ provider: route.provider, model: asked.model ?? route.modelInPath ?? "", requests: 1 },
    ...{ input: tokens, cache_read: tokens },
  });
  if (line.model === "") return null;
  if (isEmptyUsage(line)) return nanoUsd(0);
  return chargeOfLine(await unitPricesOf(line, at, overrides))?.cost ?? null;
}

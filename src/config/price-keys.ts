import * as z from "zod/mini";
import type { PriceOverrides } from "../pricing/unit-prices.ts";

const price = z.exactOptional(z.number().check(z.gte(0), z.lte(1_000_000)));

/**
 * What the policy file says one model costs: US dollars per million tokens, `web_search` and `request` per 1,000, and
 * what to multiply the prices of tokens by.
 */
const modelPrices = z.strictObject({
  input: price,
  output: price,
  cache_read: price,
  cache_write: price,
  cache_write_5m: price,
  cache_write_1h: price,
  reasoning: price,
  audio_input: price,
  audio_output: price,
  web_search: price,
  request: price,
  multiplier: z.exactOptional(z.number().check(z.gt(0), z.lte(1_000))),
});

/** The keys a model's prices may have. */
export const PRICE_KEYS = Object.keys(modelPrices.shape);

/** Prices by model, or by `provider/model`. */
export const priceOverrides = z.record(
  z.string().check(z.minLength(1), z.maxLength(200)),
  modelPrices.check(z.refine((keys) => Object.keys(keys).length > 0)),
) satisfies z.ZodMiniType<PriceOverrides>;

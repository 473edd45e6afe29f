import * as z from "zod/mini";

const price = z.number().check(z.gte(0), z.lte(1_000_000));

/** What the policy file says one model costs: US dollars per million tokens, and what to multiply the whole by. */
const modelPrices = z.strictObject({
  input: z.optional(price),
  output: z.optional(price),
  cache_read: z.optional(price),
  cache_write: z.optional(price),
  cache_write_5m: z.optional(price),
  cache_write_1h: z.optional(price),
  audio_input: z.optional(price),
  audio_output: z.optional(price),
  web_search: z.optional(price),
  multiplier: z.optional(z.number().check(z.gt(0), z.lte(1_000))),
});

/** The kinds of prices a model may have. */
export const PRICE_KEYS = Object.keys(modelPrices.shape);

/** Prices by model. */
export const priceOverrides = z.record(
  z.string().check(z.minLength(1), z.maxLength(200)),
  modelPrices.check(z.refine((keys) => Object.keys(keys).length > 0)),
);

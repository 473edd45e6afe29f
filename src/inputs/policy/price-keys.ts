import * as z from "zod/mini";
import type { PriceOverrides } from "../../pricing/unit-prices.ts";
import { plainRegion, plainTier } from "../../usage/service.ts";

const amount = z.number().check(z.gte(0), z.lte(1_000_000));
const price = z.exactOptional(amount);
const factor = z.number().check(z.gt(0), z.lte(1_000));

/** US dollars per million tokens, and per 1,000 of what is billed by the piece. */
const unitPrices = {
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
  grounding_query: price,
  grounded_prompt: price,
  maps_prompt: price,
  preview_search: price,
  file_search: price,
  code_session: price,
  search_source: price,
  x_search: price,
  image: price,
  tool_call: price,
};

/** What a service tier or a region changes: a factor on the prices of tokens, or prices that replace them. */
const change = z.union([factor, z.strictObject(unitPrices).check(z.refine(isSome))]);

const changes = (isSpecial: (name: string) => boolean) =>
  z.exactOptional(z.record(z.string().check(z.maxLength(64), z.refine(isSpecial)), change).check(z.refine(isSome)));

/** What the policy file says one model costs, and what to multiply the prices of tokens by. */
const modelPrices = z.strictObject({
  ...unitPrices,
  multiplier: z.exactOptional(factor),
  tiers: changes((name) => plainTier(name) !== ""),
  regions: changes((name) => plainRegion(name) !== ""),
});

/** The keys a model's prices may have. */
export const PRICE_KEYS = Object.keys(modelPrices.shape);

/** The keys that prices of one tier or region may have. */
export const UNIT_PRICE_KEYS = Object.keys(unitPrices);

/** Prices by model, or by `provider/model`. */
export const priceOverrides = z.record(
  z.string().check(z.minLength(1), z.maxLength(200)),
  modelPrices.check(z.refine(isSome)),
) satisfies z.ZodMiniType<PriceOverrides>;

/** What would be valid at a place within `prices`; undefined if the key's own description says it. */
export function wantedInPrices(path: readonly PropertyKey[]): string | undefined {
  const [, , key] = path;
  if (key === "tiers" && path.length <= 4)
    return "a factor by service tier, or its prices, such as { priority: 2, flex: { input: 1, output: 4 } }; the standard service has the model's own prices";
  if (key === "regions" && path.length <= 4)
    return "a factor by region, or its prices, such as { us: 1.1 }; worldwide processing has the model's own prices";
  return undefined;
}

function isSome(keys: object): boolean {
  return Object.keys(keys).length > 0;
}

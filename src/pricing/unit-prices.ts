import type { UsageLine } from "../usage/usage.ts";

/** The kinds that have a price of their own. */
export const PRICE_KINDS = [
  "input",
  "cache_read",
  "cache_write_5m",
  "cache_write_1h",
  "output",
  "reasoning",
  "audio_input",
  "audio_output",
  "web_search",
  "request",
] as const;
export type PriceKind = (typeof PRICE_KINDS)[number];

/**
 * What one unit costs, as plain decimals: USD per million tokens; `web_search` and `request` USD per 1,000. What is
 * left out costs as `input` or `output`, whichever it is a part of.
 */
export type UnitPrices = { readonly [K in PriceKind]?: number };

/** The price table's name and version, as it stands in the ledger. */
export const PRICE_SOURCE = "genai-prices@0.1.8";
/** The day that version was published. */
export const PRICE_TABLE_DAY = "2026-09-23";
export type PriceSource = "policy" | typeof PRICE_SOURCE;

/** A usage line with the unit prices it is charged at; without them its price is unknown. */
export type PricedLine = UsageLine & {
  readonly prices?: UnitPrices;
  readonly price_source?: PriceSource;
  /** Long requests cost more, and which of these were long isn't known: the price of short ones was taken. */
  readonly tiered?: true;
};

/**
 * Prices of one model in the policy file: USD per million tokens, `web_search` and `request` per 1,000.
 *
 * With `input` and `output` it is the whole truth: `cache_write` stands for both kinds of it, and what isn't given is
 * reckoned from `input` and `output`. With less than that the rest comes from the price table. `multiplier` (above 0)
 * is applied to every price of tokens, for batches and the like.
 */
export type PriceOverride = UnitPrices & { readonly cache_write?: number; readonly multiplier?: number };

/** The policy's prices by model, or by `provider/model`. */
export type PriceOverrides = { readonly [model: string]: PriceOverride };

export const OVERRIDE_KEYS = [
  ...PRICE_KINDS,
  "cache_write",
  "multiplier",
] as const satisfies readonly (keyof PriceOverride)[];

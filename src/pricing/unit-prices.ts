import { EXTRA_KINDS } from "../usage/extras.ts";
import type { UsageLine } from "../usage/usage.ts";

/** Kinds of tokens that have their own price. */
const TOKEN_KINDS = [
  "input",
  "cache_read",
  "cache_write_5m",
  "cache_write_1h",
  "output",
  "reasoning",
  "audio_input",
  "audio_output",
] as const;

/** What is billed by the piece, in addition to tokens. */
const PIECE_KINDS = ["web_search", "request", ...EXTRA_KINDS] as const;

/** The kinds that have their own price. */
export const PRICE_KINDS = [...TOKEN_KINDS, ...PIECE_KINDS] as const;
export type PriceKind = (typeof PRICE_KINDS)[number];

/** Whether a kind is billed by the piece: per 1,000, and at the same price in every service tier and region. */
export function isPiece(kind: string): boolean {
  return (PIECE_KINDS as readonly string[]).includes(kind);
}

/**
 * What one unit costs, as plain decimals: USD per million tokens; of what is billed by the piece USD per 1,000. What is
 * left out costs as `input` or `output`, whichever it is a part of.
 */
export type UnitPrices = { readonly [K in PriceKind]?: number };

/** The price table's name and version, as it is in the ledger. */
export const PRICE_SOURCE = "genai-prices@0.1.8";
/** The day that version was published. */
export const PRICE_TABLE_DAY = "2026-09-23";
export type PriceSource = "policy" | typeof PRICE_SOURCE;

/** What makes a service's price different. */
export type ServicePart = "tier" | "region";

/** A model that has a price, and what it costs at list price. */
export type KnownModel = { readonly model: string; readonly prices: UnitPrices };

/** A usage line with the unit prices it is charged at; without them its price is unknown. */
export type PricedLine = Omit<UsageLine, "parts"> & {
  readonly parts?: readonly PricedLine[];
  readonly prices?: UnitPrices;
  readonly price_source?: PriceSource;
  /** Long requests cost more, and which of these were long isn't known: the price of short ones was taken. */
  readonly tiered?: true;
  /** What the prices of tokens are multiplied by for the line's tier and region. */
  readonly factor?: number;
  /** The effect of its tier or region is unknown: the prices are those of the standard service. */
  readonly unknown?: readonly ServicePart[];
  /** The model has no price: these are those of the model that was asked for. */
  readonly pricedAs?: string;
  /** Where the model has no price: the one with the most similar name that has. */
  readonly closest?: KnownModel;
};

/** What a tier or a region changes: a factor on the prices of tokens, or prices that replace them. */
export type ServiceChange = number | (UnitPrices & { readonly cache_write?: number });

/**
 * Prices of one model in the policy file: USD per million tokens, by the piece per 1,000.
 *
 * With `input` and `output` it is complete: `cache_write` is the price of both kinds, and what isn't given is
 * calculated from `input` and `output`. With less than that the rest comes from the price table. `multiplier` (above 0)
 * is applied to every price of tokens, and covers tier and region, too, unless `tiers` or `regions` are given.
 */
export type PriceOverride = UnitPrices & {
  readonly cache_write?: number;
  readonly multiplier?: number;
  readonly tiers?: { readonly [tier: string]: ServiceChange };
  readonly regions?: { readonly [region: string]: ServiceChange };
};

/** The policy's prices by model, or by `provider/model`. */
export type PriceOverrides = { readonly [model: string]: PriceOverride };

export const OVERRIDE_KEYS = [
  ...PRICE_KINDS,
  "cache_write",
  "multiplier",
  "tiers",
  "regions",
] as const satisfies readonly (keyof PriceOverride)[];

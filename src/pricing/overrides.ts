import { isExtra, kindsIn } from "../usage/extras.ts";
import type { UsageLine } from "../usage/usage.ts";
import { decimalProduct } from "./decimal.ts";
import { isDated, modelId, providerId } from "./model-id.ts";
import { isPiece, PRICE_KINDS, type PriceOverride, type PriceOverrides, type UnitPrices } from "./unit-prices.ts";

// Anthropic's price list: writing to the cache costs 1.25 times the input for five minutes, twice for an hour
// (https://platform.claude.com/docs/en/build-with-claude/prompt-caching#pricing).
const CLAUDE_WRITE_5M = 1.25;
const CLAUDE_WRITE_1H = 2;

/** The policy's prices for a line: by provider and model, by the model as it is written, or by its real name. */
export function overrideFor(line: UsageLine, overrides: PriceOverrides): PriceOverride | undefined {
  const exact = [`${line.provider}/${line.model}`, line.model].find((key) => Object.hasOwn(overrides, key));
  if (exact !== undefined) return overrides[exact];
  const wanted = modelId(line.model);
  const rests = Object.keys(overrides).flatMap((key) => {
    const named = modelId(key);
    const fits = wanted.id !== "" && wanted.id.startsWith(named.id) && named.id !== "" && sameHost(named.host, line);
    const rest = wanted.id.slice(named.id.length);
    return fits && isDated(rest) ? [{ key, rest }] : [];
  });
  // The longest matching name wins.
  const best = rests.sort((a, b) => a.rest.length - b.rest.length)[0];
  return best && overrides[best.key];
}

/** Whether the policy's prices need no price table in addition. */
export function isWhole(override: PriceOverride): boolean {
  return override.input !== undefined && override.output !== undefined;
}

/** The unit prices a policy gives for the standard service, its multiplier aside. */
export function pricesGiven(override: PriceOverride): UnitPrices {
  const { cache_write, multiplier, tiers, regions, ...prices } = override;
  if (cache_write === undefined) return prices;
  return { cache_write_5m: cache_write, cache_write_1h: cache_write, ...prices };
}

/** Prices times a multiplier; what is billed by the piece stays. */
export function multiplied(prices: UnitPrices, multiplier: number): UnitPrices {
  return Object.fromEntries(
    Object.entries(prices).map(([kind, price]) => [kind, isPiece(kind) ? price : decimalProduct(price, multiplier)]),
  );
}

/** The prices of what is billed by the piece. */
export function piecesOf(prices: UnitPrices): UnitPrices {
  return Object.fromEntries(Object.entries(prices).filter(([kind]) => isPiece(kind)));
}

/**
 * The prices a line needs, with what a price list leaves out filled in: writing to Claude's cache by Anthropic's
 * factors, otherwise an hour's writing like five minutes', the rest as plain input.
 */
export function completed(prices: UnitPrices, line: UsageLine): UnitPrices {
  const { input } = prices;
  const claude = /(?:^|[/.])claude/.test(modelId(line.model).id);
  const times = (factor: number) => (claude && input !== undefined ? decimalProduct(input, factor) : undefined);
  const filled: { [K in keyof UnitPrices]: number | undefined } = {
    ...prices,
    cache_read: prices.cache_read ?? input,
    cache_write_5m: prices.cache_write_5m ?? times(CLAUDE_WRITE_5M) ?? input,
    cache_write_1h: prices.cache_write_1h ?? times(CLAUDE_WRITE_1H) ?? prices.cache_write_5m ?? input,
  };
  const entries = PRICE_KINDS.filter((kind) => matters(kind, line)).map((kind) => [kind, filled[kind]] as const);
  return Object.fromEntries(entries.filter(([, price]) => price !== undefined));
}

function matters(kind: (typeof PRICE_KINDS)[number], line: UsageLine): boolean {
  if (kind === "input" || kind === "output") return true;
  if (kind === "web_search") return line.web_searches > 0;
  if (kind === "request") return line.requests > 0;
  return isExtra(kind) ? kindsIn(line.extras).includes(kind) : line[kind] > 0;
}

/** A platform named in the policy must be the line's, as far as the line's is known. */
function sameHost(host: string, line: UsageLine): boolean {
  const actual = providerId(line.provider) || modelId(line.model).host;
  return host === "" || actual === "" || host === actual;
}

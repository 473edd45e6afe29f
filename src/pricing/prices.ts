import type { MatchLogic, ModelPrice, PriceCalculation, TieredPrices } from "@pydantic/genai-prices";
import { isEmptyUsage, type UsageLine, usageLine } from "../usage/usage.ts";
import { similarModels } from "./closest-model.ts";
import { covers, isPaid } from "./cost.ts";
import { isDated, modelId, providerId, withoutVersion } from "./model-id.ts";
import { completed, isWhole, multiplied, overrideFor, piecesOf, pricesGiven } from "./overrides.ts";
import { withoutParts, withParts } from "./parts.ts";
import { piecePrices, servedPrices } from "./services.ts";
import {
  type KnownModel,
  PRICE_SOURCE,
  type PricedLine,
  type PriceKind,
  type PriceOverride,
  type PriceOverrides,
  type UnitPrices,
} from "./unit-prices.ts";

// Searches and requests are per 1,000 in the table, too; all else is per million tokens.
const TABLE_KEYS: readonly (readonly [string, PriceKind])[] = [
  ["input_mtok", "input"],
  ["cache_read_mtok", "cache_read"],
  ["cache_write_mtok", "cache_write_5m"],
  ["cache_write_5m_mtok", "cache_write_5m"],
  ["cache_write_1h_mtok", "cache_write_1h"],
  ["output_mtok", "output"],
  ["output_reasoning_mtok", "reasoning"],
  ["input_audio_mtok", "audio_input"],
  ["output_audio_mtok", "audio_output"],
  ["web_searches_kcount", "web_search"],
  ["storage_searches_kcount", "file_search"],
  ["requests_kcount", "request"],
];

// Platforms that sell the makers' models at the makers' prices where the table has no others.
const RESELLERS: ReadonlySet<string> = new Set(["aws", "azure", "google"]);

type Found = { readonly prices: UnitPrices; readonly tiered: boolean; readonly provider: string };

/**
 * The line with its unit prices as of an instant: the policy's first, then the price table's, for its tier and region.
 * Without `prices` where nothing in it has a known price; they may cover a part of it only. `at` is an ISO instant; a
 * RangeError is thrown when it isn't one.
 */
export async function unitPricesOf(line: UsageLine, at: string, overrides: PriceOverrides): Promise<PricedLine> {
  if (Number.isNaN(Date.parse(at))) throw new RangeError(`"${at}" is not an instant`);
  if (isEmptyUsage(line)) return withoutParts(line);
  const parts = await Promise.all((line.parts ?? []).map((part) => unitPricesOf(part, at, overrides)));
  return withParts(await wholeLine(line, at, overrides), parts);
}

async function wholeLine(line: UsageLine, at: string, overrides: PriceOverrides): Promise<PricedLine> {
  const override = line.model === "" ? undefined : overrideFor(line, overrides);
  if (override && isWhole(override)) {
    const known = pricedLine(line, undefined, { override, at });
    if (known.prices !== undefined && covers(known.prices, line)) return known;
  }
  const found = await foundInTable(line, new Date(at));
  const priced = pricedLine(line, found, { override, at });
  if (priced.prices !== undefined || line.model === "") return priced;
  const asked = await askedPrices(line, at, overrides);
  if (asked !== undefined) return { ...asked, provider: priced.provider };
  const closest = await closestModel(line, new Date(at));
  return closest === undefined ? priced : { ...priced, closest };
}

/** A line at the prices of the model that was asked for, such as of a gateway that answers with a name of its own. */
async function askedPrices(
  { asked, ...line }: UsageLine,
  at: string,
  overrides: PriceOverrides,
): Promise<PricedLine | undefined> {
  if (asked === undefined) return undefined;
  const priced = await wholeLine({ ...line, provider: "", model: asked }, at, overrides);
  return priced.prices === undefined ? undefined : { ...priced, model: line.model, asked, pricedAs: asked };
}

type Terms = { readonly override: PriceOverride | undefined; readonly at: string };

function pricedLine(line: UsageLine, found: Found | undefined, { override, at }: Terms): PricedLine {
  const named = withoutParts({ ...line, provider: found?.provider ?? providerOf(line) });
  const provider = providerId(named.provider);
  const whole = override !== undefined && isWhole(override);
  // Next to a complete override the table only says what pieces cost.
  const table = whole ? piecesOf(found?.prices ?? {}) : found?.prices;
  const given = override ? pricesGiven(override) : {};
  const mixed = { ...piecePrices(line, provider, at), ...table, ...given };
  const standard = multiplied(mixed, override?.multiplier ?? 1);
  const { prices: served, factor, unknown } = servedPrices(line, standard, { provider, override });
  const prices = completed(served, line);
  // The table has models at zero, for a trial or by mistake: that isn't a price.
  if (!isPaid(prices, line) && !(whole && covers(prices, line))) return named;
  const tiered = !whole && found?.tiered;
  return {
    ...{ ...named, prices, price_source: override ? "policy" : PRICE_SOURCE },
    ...(tiered ? { tiered: true } : {}),
    ...(factor === 1 ? {} : { factor }),
    ...(unknown.length === 0 ? {} : { unknown }),
  };
}

function providerOf(line: UsageLine): string {
  return line.provider || modelId(line.model).host;
}

/** Loads the table of prices ahead of its first use. */
export async function preloadPrices(): Promise<void> {
  await import("@pydantic/genai-prices");
}

async function foundInTable(line: UsageLine, timestamp: Date): Promise<Found | undefined> {
  if (line.model === "") return undefined;
  const table = await import("@pydantic/genai-prices");
  const { id, raw, host } = modelId(line.model);
  const provider = providerId(line.provider) || host;
  const lookUp = (model: string, seller: string): PriceCalculation | undefined => {
    const match = table.calcPrice({}, model, { timestamp, ...(seller === "" ? {} : { providerId: seller }) });
    return match && isMeant(match, model) ? match : undefined;
  };
  // The table knows embeddings only with their maker's name, which most answers don't state.
  const named = () => (id.startsWith("text-embedding-") ? lookUp(id, "openai") : undefined);
  const maker = provider === "" || RESELLERS.has(provider) ? () => lookUp(id, "") ?? named() : () => undefined;
  const match = lookUp(raw, provider) ?? lookUp(id, provider) ?? maker();
  if (!match) return undefined;
  const prices = pricesIn(match.model_price, line);
  const search = line.web_searches > 0 ? pricesIn(maker()?.model_price ?? {}, line).prices.web_search : undefined;
  return {
    ...prices,
    prices: { ...(search === undefined ? {} : { web_search: search }), ...prices.prices },
    provider: RESELLERS.has(provider) ? provider : match.provider.id,
  };
}

/** The known model whose name is most similar, with its list prices as of an instant. */
async function closestModel(line: UsageLine, timestamp: Date): Promise<KnownModel | undefined> {
  const table = await import("@pydantic/genai-prices");
  for (const { model, provider } of similarModels(line, table.findProvider)) {
    const match = table.calcPrice({}, model.id, { timestamp, providerId: provider });
    if (match?.model.id !== model.id) continue;
    const { input, cache_read, output } = pricesIn(match.model_price, usageLine({ input: 1 })).prices;
    if (!input || !output) continue;
    return { model: model.id, prices: { input, ...(cache_read === undefined ? {} : { cache_read }), output } };
  }
  return undefined;
}

/** Whether a match is of the model asked for, not of one whose name merely begins like it. */
function isMeant({ model }: PriceCalculation, asked: string): boolean {
  const full = asked.toLowerCase();
  return [full, withoutVersion(full)].some((name) =>
    [model.id.toLowerCase(), ...namesIn(model.match, name)].some(
      (known) => known !== "" && name.startsWith(known) && restIsDate(name, known),
    ),
  );
}

function restIsDate(name: string, known: string): boolean {
  // The table has partial dates, such as claude-sonnet-4-2025, and of fine-tuned models, whose names continue freely.
  const stem = known.replace(/-20\d\d(?:-[\d-]*)?$/, "");
  return isDated(name.slice(known.length)) || isDated(name.slice(stem.length)) || known.startsWith("ft:");
}

function namesIn(logic: MatchLogic, name: string): string[] {
  if ("or" in logic) return logic.or.flatMap((part) => namesIn(part, name));
  if ("and" in logic) return logic.and.flatMap((part) => namesIn(part, name));
  if ("regex" in logic) return logic.regex.endsWith("$") && new RegExp(logic.regex).test(name) ? [name] : [];
  if ("equals" in logic) return [logic.equals.toLowerCase()];
  if ("starts_with" in logic) return [logic.starts_with.toLowerCase()];
  const part = ("contains" in logic ? logic.contains : logic.ends_with).toLowerCase();
  const at = name.indexOf(part);
  // Found inside the name: what precedes it may be the model's owner, not another model's name.
  return at === 0 || /[/.]$/.test(name.slice(0, Math.max(0, at))) ? [name.slice(0, at) + part] : [];
}

function pricesIn(modelPrice: ModelPrice, line: UsageLine): { prices: UnitPrices; tiered: boolean } {
  // Several requests may each be short however much they add up to.
  const isOne = !line.aggregate && line.requests <= 1;
  const largest = line.largest_input ?? line.input;
  const smallest = line.smallest_input ?? (isOne ? line.input : 0);
  let tiered = false;
  const prices: { [K in PriceKind]?: number } = {};
  for (const [key, kind] of TABLE_KEYS) {
    const price = modelPrice[key];
    if (price === undefined) continue;
    const ofLargest = priceAt(price, largest);
    const isSame = ofLargest === priceAt(price, smallest);
    if (!isSame) tiered = true;
    prices[kind] = isSame ? ofLargest : priceAt(price, 0);
  }
  return { prices, tiered };
}

/** The price of a request with this many input tokens. */
function priceAt(price: number | TieredPrices, input: number): number {
  if (typeof price === "number") return price;
  const tier = price.tiers.filter(({ start }) => input > start).sort((a, b) => b.start - a.start)[0];
  return tier?.price ?? price.base;
}

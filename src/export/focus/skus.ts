import type { EntryUsage } from "../../books/entry.ts";
import type { PriceKind } from "../../pricing/unit-prices.ts";
import type { FocusRow } from "./columns.ts";

/** What is sold under one name: a kind of tokens, or of what is billed by the piece. */
type Sku = {
  /** The end of its SkuId; none is the end of another. */
  readonly suffix: string;
  readonly meter: string;
  /** The plural noun of its unit. */
  readonly unit: string;
  readonly tokenType?: "Input" | "Output";
  readonly cacheAction?: "Read" | "Write";
};

const tokens = (suffix: string, meter: string, rest: Pick<Sku, "tokenType" | "cacheAction">): Sku => ({
  suffix,
  meter,
  unit: "Tokens",
  ...rest,
});
const pieces = (suffix: string, meter: string, unit: string): Sku => ({ suffix, meter, unit });

/** Every kind that has a price. */
const SKUS: Readonly<Record<PriceKind, Sku>> = {
  input: tokens("input", "Input Tokens", { tokenType: "Input" }),
  cache_read: tokens("cache-read", "Cache Read Input Tokens", { tokenType: "Input", cacheAction: "Read" }),
  cache_write_5m: tokens("cache-write-5m", "Cache Write Input Tokens", { tokenType: "Input", cacheAction: "Write" }),
  cache_write_1h: tokens("cache-write-1h", "Cache Write Input Tokens", { tokenType: "Input", cacheAction: "Write" }),
  output: tokens("output", "Output Tokens", { tokenType: "Output" }),
  reasoning: tokens("output-reasoning", "Reasoning Output Tokens", { tokenType: "Output" }),
  audio_input: tokens("input-audio", "Audio Input Tokens", { tokenType: "Input" }),
  audio_output: tokens("output-audio", "Audio Output Tokens", { tokenType: "Output" }),
  web_search: pieces("web-search", "Requests", "Requests"),
  request: pieces("request", "Requests", "Requests"),
  grounding_query: pieces("grounding-query", "Grounding Requests", "Requests"),
  grounded_prompt: pieces("grounded-prompt", "Grounding Requests", "Requests"),
  maps_prompt: pieces("maps-prompt", "Maps Grounding Requests", "Requests"),
  preview_search: pieces("preview-search", "Requests", "Requests"),
  file_search: pieces("file-search", "File Search Requests", "Requests"),
  code_session: pieces("code-session", "Code Sessions", "Sessions"),
  search_source: pieces("search-source", "Search Sources", "Sources"),
  x_search: pieces("x-search", "Requests", "Requests"),
  image: pieces("image", "Images", "Images"),
  tool_call: pieces("tool-call", "Tool Requests", "Requests"),
};

export function skuOf(kind: PriceKind): Sku {
  return SKUS[kind];
}

/**
 * The columns that name what was sold. A SkuPriceId has one unit price: beside the model and the kind it names the source
 * of the price with its version, the service tier and region, and the price itself, since a policy's prices have no
 * version.
 */
export function skuColumns(line: EntryUsage, kind: PriceKind, price: string): Partial<FocusRow> {
  const { model, tier, region, price_source = "unknown" } = line;
  const { suffix, meter, tokenType, cacheAction } = SKUS[kind];
  const id = `${model}-${suffix}`;
  const service = [tier ?? "standard", ...(region === undefined ? [] : [region])].join("/");
  return {
    SkuId: id,
    SkuMeter: meter,
    SkuPriceDetails: JSON.stringify({
      x_ModelId: model,
      ...(tokenType !== undefined && { x_TokenType: tokenType }),
      ...(cacheAction !== undefined && { x_TokenCacheAction: cacheAction }),
      ...(tier !== undefined && { x_ServiceTier: tier }),
      ...(region !== undefined && { x_Region: region }),
    }),
    SkuPriceId: `${id}@${price_source}/${service}/${price}`,
  };
}

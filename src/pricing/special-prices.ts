import type { PriceKind, ServicePart } from "./unit-prices.ts";

/** Where a figure comes from, and the day it was looked up (`YYYY-MM-DD`). */
type Sourced = { readonly source: string; readonly checked: string };

/**
 * Which models a row is about: their maker's or platform's name in the price table, and names; `*` ends a beginning.
 */
type About = { readonly provider: string; readonly models: readonly string[] };

/** What the tokens of some models cost in a tier or region, as a factor on the list price. */
export type ServiceRow = About &
  Sourced & { readonly part: ServicePart; readonly names: readonly string[]; readonly factor: number };

/** What the price table has no price for: USD per 1,000 pieces, until a day where it isn't sold anymore. */
export type PieceRow = About & Sourced & { readonly kind: PriceKind; readonly price: number; readonly until?: string };

const CHECKED = "2026-11-29";
const CLAUDE_PRICES = "https://platform.claude.com/docs/en/about-claude/pricing";
const CLAUDE_PLACES = "https://platform.claude.com/docs/en/manage-claude/data-residency";
const OPENAI_FAST = "https://openai.com/api-fast-mode/";
const OPENAI_PRICES = "https://developers.openai.com/api/docs/pricing";
const GEMINI_PRICES = "https://ai.google.dev/gemini-api/docs/pricing";
const XAI_PRICES = "https://docs.x.ai/developers/pricing";

// OpenAI renamed priority processing to fast mode on 2026-07-30; its answers have either name.
const FAST = ["priority", "fast"];

const OPENAI = { provider: "openai", part: "tier", checked: CHECKED } as const;

const openaiFast = (factor: number, models: readonly string[], source: string = OPENAI_FAST): ServiceRow => ({
  ...OPENAI,
  factor,
  names: FAST,
  models,
  source,
});

/**
 * What tiers and regions change about the list price. Each row has its source and the day it was looked up; what is in
 * no row is unknown, and never charged at the list price alone.
 */
export const SERVICE_ROWS: readonly ServiceRow[] = [
  {
    ...{ provider: "anthropic", models: ["claude-opus-4-6", "claude-opus-4-7"], part: "tier", names: ["fast"] },
    ...{ factor: 6, source: `${CLAUDE_PRICES}#fast-mode-pricing`, checked: CHECKED },
  },
  {
    ...{ provider: "anthropic", models: ["claude-opus-4-8", "claude-opus-5"], part: "tier", names: ["fast"] },
    ...{ factor: 2, source: `${CLAUDE_PRICES}#fast-mode-pricing`, checked: CHECKED },
  },
  {
    ...{ provider: "anthropic", models: ["claude-*"], part: "tier", names: ["batch"] },
    ...{ factor: 0.5, source: `${CLAUDE_PRICES}#batch-processing`, checked: CHECKED },
  },
  {
    ...{ provider: "anthropic", part: "region", names: ["us"] },
    models: [
      ...["claude-opus-4-6", "claude-opus-4-7", "claude-opus-4-8", "claude-sonnet-4-6"],
      ...["claude-opus-5*", "claude-sonnet-5*", "claude-haiku-5*", "claude-fable-5*", "claude-mythos-5*"],
    ],
    ...{ factor: 1.1, source: CLAUDE_PLACES, checked: CHECKED },
  },
  openaiFast(2.5, ["gpt-5.5"]),
  openaiFast(2, ["gpt-5.6", "gpt-5.6-sol", "gpt-5.6-terra", "gpt-5.6-luna"]),
  openaiFast(2, ["gpt-6-astra", "gpt-6-sol", "gpt-6-luna"], OPENAI_PRICES),
  { ...OPENAI, factor: 6, names: ["ultrafast"], models: ["gpt-6-astra"], source: OPENAI_PRICES },
  openaiFast(2, ["gpt-5.4", "gpt-5.4-mini", "gpt-5.3-codex", "gpt-5.2", "gpt-5.2-codex"]),
  openaiFast(2, ["gpt-5.1", "gpt-5.1-codex", "gpt-5", "gpt-5-codex", "gpt-4.1-nano"]),
  openaiFast(1.8, ["gpt-5-mini", "gpt-5.1-codex-mini"]),
  openaiFast(1.75, ["gpt-4.1", "gpt-4.1-mini", "o3", "gpt-4o-2024-05-13"]),
  openaiFast(1.7, ["gpt-4o"]),
  // $2.00 versus $1.10, and $0.25 versus $0.15 per million.
  openaiFast(20 / 11, ["o4-mini"]),
  openaiFast(5 / 3, ["gpt-4o-mini"]),
  {
    ...{ ...OPENAI, factor: 0.5, names: ["flex"] },
    models: [
      ...["gpt-5", "gpt-5-mini", "gpt-5-nano", "gpt-5.1", "gpt-5.2", "gpt-5.4", "gpt-5.4-mini", "gpt-5.4-nano"],
      ...["gpt-5.4-pro", "gpt-5.5", "gpt-5.5-pro", "gpt-5.6", "gpt-5.6-sol", "gpt-5.6-terra", "gpt-5.6-luna"],
      ...["o3", "o4-mini"],
    ],
    source: "https://developers.openai.com/api/docs/guides/flex-processing",
  },
  {
    ...{ ...OPENAI, factor: 0.5, names: ["batch"], models: ["gpt-*", "o1*", "o3*", "o4*", "text-embedding-*"] },
    source: "https://developers.openai.com/api/docs/guides/batch",
  },
  {
    ...{ provider: "azure", models: ["gpt-*", "o3*", "o4*"], part: "tier", names: ["flex"], factor: 0.5 },
    ...{ source: "https://learn.microsoft.com/azure/foundry/openai/how-to/flex-processing", checked: CHECKED },
  },
  {
    ...{ provider: "azure", models: ["gpt-*", "o1*", "o3*", "o4*"], part: "tier", names: ["batch"], factor: 0.5 },
    ...{ source: "https://azure.microsoft.com/pricing/details/azure-openai/", checked: CHECKED },
  },
  {
    ...{ provider: "google", models: ["gemini-*"], part: "tier", names: ["flex", "batch"], factor: 0.5 },
    ...{ source: GEMINI_PRICES, checked: CHECKED },
  },
  {
    ...{ provider: "google", models: ["gemini-*"], part: "tier", names: ["priority"], factor: 1.8 },
    ...{ source: GEMINI_PRICES, checked: CHECKED },
  },
  {
    ...{ provider: "aws", models: ["*"], part: "tier", names: ["batch"], factor: 0.5, checked: CHECKED },
    source: "https://docs.aws.amazon.com/bedrock/latest/userguide/capacity-limits-cost-optimization.html",
  },
  {
    ...{ provider: "groq", models: ["*"], part: "tier", names: ["flex"], factor: 1, checked: CHECKED },
    source: "https://console.groq.com/docs/flex-processing",
  },
  {
    ...{ provider: "x-ai", models: ["grok-*"], part: "region", names: ["us"], factor: 1.1 },
    ...{ source: XAI_PRICES, checked: CHECKED },
  },
];

/** What pieces cost that the price table doesn't know. Free allowances, which are a whole project's, don't count. */
export const PIECE_ROWS: readonly PieceRow[] = [
  {
    ...{ provider: "google", models: ["gemini-3*", "gemini-4*"], kind: "grounding_query", price: 14 },
    ...{ source: GEMINI_PRICES, checked: CHECKED },
  },
  {
    ...{ provider: "google", models: ["gemini-1.5*", "gemini-2*"], kind: "grounded_prompt", price: 35 },
    ...{ source: GEMINI_PRICES, checked: CHECKED },
  },
  {
    ...{ provider: "google", models: ["gemini-2.5*"], kind: "maps_prompt", price: 25 },
    ...{ source: GEMINI_PRICES, checked: CHECKED },
  },
  { ...{ provider: "openai", models: ["*"], kind: "web_search", price: 10 }, source: OPENAI_PRICES, checked: CHECKED },
  {
    ...{ provider: "openai", models: ["*"], kind: "file_search", price: 2.5 },
    source: OPENAI_PRICES,
    checked: CHECKED,
  },
  {
    ...{ provider: "openai", models: ["gpt-4*"], kind: "preview_search", price: 25 },
    ...{ source: OPENAI_PRICES, checked: CHECKED },
  },
  {
    ...{ provider: "openai", models: ["gpt-5*", "gpt-6*", "o3*", "o4*"], kind: "preview_search", price: 10 },
    ...{ source: OPENAI_PRICES, checked: CHECKED },
  },
  { ...{ provider: "x-ai", models: ["*"], kind: "web_search", price: 5 }, source: XAI_PRICES, checked: CHECKED },
  {
    ...{ provider: "x-ai", models: ["*"], kind: "search_source", price: 25, until: "2026-01-12" },
    ...{ source: "https://docs.x.ai/docs/guides/live-search", checked: CHECKED },
  },
];

import { describe, expect, it } from "vitest";
import { chargeOfLine } from "../../src/pricing/charge.ts";
import { unitPricesOf } from "../../src/pricing/prices.ts";
import type { PriceOverrides } from "../../src/pricing/unit-prices.ts";
import { type UsageFacts, usageLine } from "../../src/usage/usage.ts";
import { plainUsd } from "../../src/values/money.ts";

const AT = "2026-11-22T00:00:00Z";
const priced = (facts: UsageFacts, overrides: PriceOverrides = {}, at = AT) =>
  unitPricesOf(usageLine({ input: 1000, output: 10, requests: 1, ...facts }), at, overrides);

describe("the price of a service tier or region", () => {
  it.each([
    ["claude-opus-4-6", { tier: "fast" }, { input: 30, output: 150 }],
    ["claude-opus-4-8", { tier: "fast" }, { input: 10, output: 50 }],
    ["claude-opus-4-6", { tier: "fast", region: "us" }, { input: 33, output: 165 }],
    ["claude-sonnet-4-6", { region: "us" }, { input: 3.3, output: 16.5 }],
    ["claude-sonnet-4-5-20250929", { tier: "batch" }, { input: 1.5, output: 7.5 }],
    ["gpt-5.5-2026-04-23", { tier: "priority" }, { input: 12.5, output: 75 }],
    ["gpt-5.3-codex", { tier: "priority" }, { input: 3.5, output: 28 }],
    ["gpt-5.6-terra", { tier: "priority" }, { input: 4, output: 24 }],
    ["gpt-6-astra", { tier: "ultrafast" }, { input: 60, output: 300 }],
    ["gpt-5.5", { tier: "fast" }, { input: 12.5, output: 75 }],
    ["openai/gpt-5.4", { tier: "flex" }, { input: 1.25, output: 7.5 }],
    ["gpt-5-mini", { tier: "priority" }, { input: 0.45, output: 3.6 }],
    ["gpt-4o", { tier: "priority" }, { input: 4.25, output: 17 }],
    ["gpt-4o-2024-05-13", { tier: "priority" }, { input: 8.75, output: 26.25 }],
    ["gpt-4o-mini", { tier: "priority" }, { input: 0.25, output: 1 }],
    ["o4-mini", { tier: "priority" }, { input: 2, output: 8 }],
    ["gemini-2.5-pro", { tier: "priority" }, { input: 2.25, output: 18 }],
    ["gemini-2.5-pro", { tier: "ON_DEMAND_FLEX", provider: "vertex" }, { input: 0.625, output: 5 }],
    ["us.anthropic.claude-sonnet-4-5-20250929-v1:0", { tier: "batch" }, { input: 1.65, output: 8.25 }],
  ])("of %s with %j is %j", async (model, facts, prices) => {
    const line = await priced({ model, ...facts });
    expect(line.prices).toEqual(prices);
    expect(line.unknown).toBeUndefined();
    expect(chargeOfLine(line)?.quality).toBe("priced");
  });

  it.each([
    ["gpt-4o-mini", { tier: "flex" }, ["tier"]],
    ["gpt-5.5", { tier: "priority", provider: "azure" }, ["tier"]],
    ["gpt-5.5-pro", { tier: "priority" }, ["tier"]],
    ["claude-opus-4-6", { tier: "priority" }, ["tier"]],
    ["claude-opus-4-6", { tier: "fast+priority" }, ["tier"]],
    ["claude-sonnet-4-5", { region: "us" }, ["region"]],
    ["claude-sonnet-4-5", { region: "eu", tier: "reserved" }, ["tier", "region"]],
    ["gemini-2.5-pro", { tier: "provisioned" }, ["tier"]],
  ])("of %s with %j isn't known: %j", async (model, facts, unknown) => {
    const line = await priced({ model, ...facts });
    expect(line).toMatchObject({ unknown });
    expect(chargeOfLine(line)?.missing).toEqual(unknown);
  });

  it("has no effect on pieces, and is on top of the price of long requests", async () => {
    const batch = await priced({ model: "claude-sonnet-4-5", tier: "batch", web_searches: 1 });
    expect(batch.prices).toEqual({ input: 1.5, output: 7.5, web_search: 10 });
    const long = await priced({ model: "gpt-5.6-terra", tier: "priority", input: 300_000 });
    const short = await priced({ model: "gpt-5.6-terra", tier: "priority", input: 3 });
    expect([long.prices?.input, short.prices?.input]).toEqual([8, 4]);
  });
});

describe("the policy's prices of tiers and regions", () => {
  const model = "claude-sonnet-4-5";
  it.each<[string, PriceOverrides[string], UsageFacts, object]>([
    ["a factor", { tiers: { priority: 2 } }, { tier: "priority" }, { input: 6, output: 30 }],
    ["for another tier alone", { tiers: { flex: 2 } }, { tier: "batch" }, { input: 1.5, output: 7.5 }],
    ["before our table's", { tiers: { Batch: 0.25 } }, { tier: "batch" }, { input: 0.75, output: 3.75 }],
    ["a region's factor", { regions: { US: 1.1 } }, { region: "us" }, { input: 3.3, output: 16.5 }],
    [
      "both at once",
      { tiers: { priority: 2 }, regions: { us: 1.5 } },
      { tier: "priority", region: "us" },
      { input: 9, output: 45 },
    ],
    ["of two words at once", { tiers: { fast: 2, priority: 3 } }, { tier: "priority+fast" }, { input: 18, output: 90 }],
    ["named together", { tiers: { "fast+priority": 4 } }, { tier: "priority+fast" }, { input: 12, output: 60 }],
    ["some prices", { tiers: { priority: { output: 99 } } }, { tier: "priority" }, { input: 3, output: 99 }],
    [
      "prices that are the whole truth",
      { tiers: { priority: { input: 4, output: 99 } } },
      { tier: "priority", cache_read: 10 },
      { input: 4, cache_read: 4, output: 99 },
    ],
    [
      "beside prices of one's own",
      { input: 1, output: 2, tiers: { fast: 3 } },
      { tier: "fast" },
      { input: 3, output: 6 },
    ],
    ["with our factor where it says none", { input: 1, output: 2 }, { tier: "batch" }, { input: 0.5, output: 1 }],
    ["a multiplier for all of it", { multiplier: 0.5 }, { tier: "batch", region: "us" }, { input: 1.5, output: 7.5 }],
    ["on top of a multiplier", { multiplier: 0.9, tiers: { fast: 2 } }, { tier: "fast" }, { input: 5.4, output: 27 }],
  ])("%s", async (_, override, facts, prices) => {
    const line = await priced({ model, ...facts }, { [model]: override });
    expect(line).toMatchObject({ price_source: "policy" });
    expect(line.prices).toEqual(prices);
    expect(line.unknown).toBeUndefined();
  });

  it("leave unknown what they don't name", async () => {
    const line = await priced({ model: "mine", tier: "fast" }, { mine: { input: 1, output: 2, tiers: { flex: 0.5 } } });
    expect(line).toMatchObject({ prices: { input: 1, output: 2 }, unknown: ["tier"] });
  });
});

describe("the price of what is billed by the piece", () => {
  it.each<[string, UsageFacts, string | undefined, string[] | undefined]>([
    ["gemini-3-flash-preview", { extras: { grounding_query: 2 } }, "0.028", undefined],
    ["gemini-2.5-flash", { extras: { grounded_prompt: 1 } }, "0.035", undefined],
    ["gemini-2.5-flash", { extras: { maps_prompt: 2 } }, "0.05", undefined],
    ["gpt-5.2", { extras: { file_search: 4 } }, "0.01", undefined],
    ["gpt-5.3-codex", { web_searches: 1 }, "0.01", undefined],
    ["gpt-4.1", { extras: { preview_search: 1 } }, "0.025", undefined],
    ["gpt-5", { extras: { preview_search: 1 } }, "0.01", undefined],
    ["grok-4-fast-reasoning", { web_searches: 2 }, "0.01", undefined],
    ["gpt-5.2", { extras: { code_session: 1, file_search: 4 } }, "0.01", ["code_session"]],
    ["gemini-3-flash-preview", { extras: { maps_prompt: 1 } }, "0", ["maps_prompt"]],
    ["claude-sonnet-5", { extras: { tool_call: 1 } }, "0", ["tool_call"]],
  ])("of %s with %j", async (model, facts, dollars, missing) => {
    const bare = chargeOfLine(await priced({ model }))?.cost ?? 0;
    const charge = chargeOfLine(await priced({ model, ...facts }));
    expect(plainUsd(((charge?.cost ?? 0) - bare) as never)).toBe(dollars);
    expect(charge?.missing).toEqual(missing);
  });

  it("is asked for by day where it isn't sold any more", async () => {
    const facts = { model: "grok-4-fast-reasoning", extras: { search_source: 1 } };
    expect(chargeOfLine(await priced(facts, {}, "2025-12-01T00:00:00Z"))?.missing).toBeUndefined();
    expect(chargeOfLine(await priced(facts))?.missing).toEqual(["search_source"]);
  });

  it("may be given by the policy, alone or beside prices of tokens", async () => {
    const facts = { model: "gpt-5.2", extras: { code_session: 2 } };
    expect((await priced(facts, { "gpt-5.2": { code_session: 30 } })).prices).toMatchObject({ code_session: 30 });
    const mine = { mine: { input: 1, output: 1, code_session: 30 } };
    expect(chargeOfLine(await priced({ ...facts, model: "mine" }, mine))).toMatchObject({ quality: "priced" });
  });
});

describe("a model without a price", () => {
  it.each([
    ["gpt-5.9-codex", { model: "gpt-5.3-codex" }],
    [
      "claude-sonnet-4-5-totally-made-up",
      { model: "claude-sonnet-4-5", prices: { input: 3, cache_read: 0.3, output: 15 } },
    ],
    ["my-own-model", undefined],
    ["ab", undefined],
  ])("%s comes with the closest one that has", async (model, closest) => {
    const line = await priced({ model });
    expect(line.prices).toBeUndefined();
    if (closest === undefined) expect(line.closest).toBeUndefined();
    else expect(line.closest).toMatchObject(closest);
  });
});

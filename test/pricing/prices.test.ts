import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chargeOfLine } from "../../src/pricing/charge.ts";
import { unitPricesOf } from "../../src/pricing/prices.ts";
import { PRICE_SOURCE, type PriceOverrides } from "../../src/pricing/unit-prices.ts";
import { readUsage } from "../../src/usage/read-usage.ts";
import { type UsageLine, usageLine } from "../../src/usage/usage.ts";
import { plainUsd, sum } from "../../src/values/money.ts";
import { countOf } from "../support/pace/pace.ts";

const AT = "2026-11-22T00:00:00Z";
const root = new URL("../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");
const priced = (facts: Parameters<typeof usageLine>[0], overrides: PriceOverrides = {}, at = AT) =>
  unitPricesOf(usageLine({ input: 1000, output: 10, ...facts }), at, overrides);
const charged = async (line: UsageLine) => chargeOfLine(await unitPricesOf(line, AT, {}));

describe("the price table", () => {
  it("is the one that is installed", () => {
    const { version } = JSON.parse(read("node_modules/@pydantic/genai-prices/package.json")) as { version: string };
    expect(PRICE_SOURCE).toBe(`genai-prices@${version}`);
  });

  it.each([
    ["claude-sonnet-4-5", "anthropic", 3, 15],
    ["claude-sonnet-4-5-20250929", "anthropic", 3, 15],
    ["claude-sonnet-4-5-latest", "anthropic", 3, 15],
    ["claude-sonnet-4-5[1m]", "anthropic", 3, 15],
    ["Claude-Sonnet-4-5", "anthropic", 3, 15],
    ["anthropic/claude-sonnet-4-5", "anthropic", 3, 15],
    ["claude-sonnet-4-20250514", "anthropic", 3, 15],
    ["us.anthropic.claude-sonnet-4-5-20250929-v1:0", "aws", 3.3, 16.5],
    ["global.anthropic.claude-opus-4-6-v1", "aws", 5, 25],
    ["claude-sonnet-4-5@20250929", "google", 3, 15],
    ["models/gemini-2.5-pro", "google", 1.25, 10],
    ["openai/gpt-4o-mini", "openai", 0.15, 0.6],
    ["gpt-4o-mini-2024-07-18", "openai", 0.15, 0.6],
    ["openrouter/anthropic/claude-sonnet-4.5", "openrouter", 3, 15],
  ])("knows %s", async (model, provider, input, output) => {
    expect(await priced({ model })).toMatchObject({
      model,
      provider,
      prices: { input, output },
      price_source: PRICE_SOURCE,
    });
  });

  it.each([
    "claude-sonnet-4-5-totally-made-up",
    "claude-sonnet-5-1",
    "my-gateway-model",
    "my-claude-sonnet-4-5@20250929",
    "gpt-4o-audio-preview-but-better",
    "_constructor",
    "",
  ])("doesn't know %j", async (model) => {
    const line = await priced({ model });
    expect(line.prices).toBeUndefined();
    expect(line.price_source).toBeUndefined();
  });

  it.each([
    ["azure", "gpt-4o-mini", "azure"],
    ["vertex", "claude-opus-4-5", "google"],
    ["aws.bedrock", "claude-opus-4-5", "aws"],
  ])("prices by the provider where it is known: %s", async (provider, model, name) => {
    expect(await priced({ provider, model })).toMatchObject({ provider: name, prices: { input: expect.any(Number) } });
  });

  it("leaves a model of a provider it doesn't know without a price", async () => {
    expect((await priced({ provider: "our-proxy", model: "claude-opus-4-5" })).prices).toBeUndefined();
  });

  it("prices as of the day of use", async () => {
    const facts = { model: "claude-opus-4-6", input: 300_000, requests: 1 };
    expect((await priced(facts, {}, "2026-03-12T23:59:59Z")).prices?.input).toBe(10);
    expect((await priced(facts, {}, "2026-03-13T00:00:00Z")).prices?.input).toBe(5);
    await expect(priced(facts, {}, "yesterday")).rejects.toThrow(RangeError);
  });

  it.each([
    ["a short request", { input: 200_000, requests: 1 }, 3, undefined],
    ["a long request", { input: 200_001, requests: 1 }, 6, undefined],
    ["ten of 60k, added up", { input: 600_000, requests: 10, aggregate: true }, 3, true],
    ["ten of at most 60k", { input: 600_000, requests: 10, aggregate: true, largest_input: 60_000 }, 3, undefined],
    ["ten of which one was long", { input: 600_000, requests: 10, aggregate: true, largest_input: 250_000 }, 3, true],
    [
      "ten of more than 200k each",
      { input: 2_500_000, requests: 10, aggregate: true, largest_input: 300_000, smallest_input: 200_001 },
      6,
      undefined,
    ],
    [
      "ten of which one was short",
      { input: 2_500_000, requests: 10, aggregate: true, largest_input: 300_000, smallest_input: 200_000 },
      3,
      true,
    ],
    ["few tokens, added up", { input: 50_000, requests: 10, aggregate: true }, 3, undefined],
  ])("takes the tier by the size of a request: %s", async (_, facts, input, tiered) => {
    const line = await priced({ model: "claude-sonnet-4-5", ...facts });
    expect(line.prices?.input).toBe(input);
    expect(line.tiered).toBe(tiered);
  });

  it("keeps only the kinds that matter, and fills in what lists leave out", async () => {
    const facts = { input: 1000, cache_write_1h: 10, cache_write_5m: 10, cache_read: 10 };
    expect((await priced({ model: "claude-sonnet-4-5" })).prices).toEqual({ input: 3, output: 15 });
    const bedrock = await priced({ model: "us.anthropic.claude-sonnet-4-5-20250929-v1:0", ...facts });
    expect(bedrock.prices).toMatchObject({ cache_write_5m: 4.125, cache_write_1h: 6.6, cache_read: 0.33 });
    const gemini = await priced({ model: "gemini-2.5-pro", ...facts });
    expect(gemini.prices).toMatchObject({ cache_write_5m: 1.25, cache_write_1h: 1.25, cache_read: 0.125 });
    expect((await priced({ model: "claude-opus-4-5", web_searches: 1 })).prices?.web_search).toBe(10);
  });
});

it("prices the tokens where a search has no price, and embeddings, whose maker nobody names", async () => {
  const searched = await priced({ model: "gpt-4o-mini", web_searches: 1 }, { "gpt-4o-mini": { input: 1, output: 2 } });
  expect(searched.prices).toMatchObject({ input: 1, output: 2 });
  const embedded = await priced({ model: "text-embedding-3-small", input: 12, output: 0 });
  expect(chargeOfLine(embedded)).toEqual({ cost: 240, quality: "priced" });
});

describe("the policy's prices", () => {
  it.each<[string, PriceOverrides, object]>([
    ["come first", { "claude-sonnet-4-5": { input: 1, output: 2 } }, { input: 1, output: 2 }],
    [
      "hold for dated names",
      { "claude-sonnet-4": { input: 9, output: 9 }, "claude-sonnet-4-5": { input: 1, output: 2 } },
      { input: 1, output: 2 },
    ],
    [
      "may name the provider",
      { "anthropic/claude-sonnet-4-5-20250929": { input: 1, output: 2 } },
      { input: 1, output: 2 },
    ],
    ["may be a multiplier alone", { "claude-sonnet-4-5": { multiplier: 0.1 } }, { input: 0.3, output: 1.5 }],
    ["may change one kind", { "claude-sonnet-4-5": { output: 20 } }, { input: 3, output: 20 }],
    [
      "are not for models that begin alike",
      { "claude-sonnet-4-5-2": { input: 1, output: 2 } },
      { input: 3, output: 15 },
    ],
  ])("%s", async (_, overrides, prices) => {
    expect((await priced({ model: "claude-sonnet-4-5-20250929" }, overrides)).prices).toEqual(prices);
  });

  it("don't mistake one version of a model for another", async () => {
    expect((await priced({ model: "my-model-v2" }, { "my-model": { input: 1, output: 2 } })).prices).toBeUndefined();
  });

  it("are named as the source, and reckon what they leave out from input", async () => {
    const facts = { model: "my-finetune", cache_read: 10, cache_write_5m: 10, cache_write_1h: 10 };
    const line = await priced(facts, { "my-finetune": { input: 1.2, output: 4.8, cache_write: 1.5 } });
    expect(line.price_source).toBe("policy");
    expect(line.prices).toEqual({ input: 1.2, cache_read: 1.2, cache_write_5m: 1.5, cache_write_1h: 1.5, output: 4.8 });
  });

  it("may make a model free", async () => {
    const line = await priced({ model: "local", cache_read: 5 }, { local: { input: 0, output: 0 } });
    expect(chargeOfLine(line)).toEqual({ cost: 0, quality: "priced" });
  });

  it("need a price for searches where there were any", async () => {
    const facts = { model: "local", web_searches: 1 };
    expect((await priced(facts, { local: { input: 0, output: 0 } })).prices).toBeUndefined();
    expect((await priced(facts, { local: { input: 0, output: 0, web_search: 5 } })).prices?.web_search).toBe(5);
  });
});

describe("known right answers", () => {
  it.each([
    ["claude-sonnet-4-5", { input: 2000, output: 1500 }, "0.0285"],
    ["gpt-4o-mini", { input: 2500, output: 4000 }, "0.002775"],
    ["gpt-5-codex", { input: 24_763, cache_read: 24_448, output: 122 }, "0.00466975"],
    ["gemini-2.5-pro", { input: 24_939, cache_read: 21_263, output: 174 }, "0.008992875"],
    ["gemini-2.5-flash", { input: 8_993, output: 40 }, "0.0027979"],
    ["gpt-4.1-nano", { input: 16, output: 363 }, "0.0001468"],
    ["claude-sonnet-5", { input: 148_401, cache_read: 142_916, cache_write_5m: 5_479, output: 196 }, "0.0442527"],
  ])("%s", async (model, facts, dollars) => {
    const charge = await charged(usageLine({ model, ...facts }));
    expect(charge && plainUsd(charge.cost)).toBe(dollars);
    expect(charge?.quality).toBe("priced");
  });

  it.each([
    ["execution-file.json", "0.04995", "priced"],
    ["json-run.json", "0.0117", "priced"],
    ["max-budget.json", "0.0117", "priced"],
    ["stream.ndjson", "0.02925", "priced"],
    ["unknown-model.json", "0.0174", "reported"],
    ["cost-only.json", "0.0347", "reported"],
  ])("%s", async (name, dollars, quality) => {
    const { lines } = readUsage(read(`test/fixtures/usage/claude-code/${name}`));
    const charges = await Promise.all(lines.map(charged));
    expect(plainUsd(sum(charges.flatMap((charge) => (charge ? [charge.cost] : []))))).toBe(dollars);
    expect(charges.map((charge) => charge?.quality)).toEqual([quality]);
  });
});

describe("law unknown", () => {
  const models = fc.oneof(
    fc.constantFrom(
      "claude-sonnet-4-5",
      "gpt-4o-mini",
      "gemini-2.5-pro",
      "my-model",
      "claude-sonnet-4-5-x",
      "",
      "free",
    ),
    fc.string({ maxLength: 20 }),
  );
  const lines = fc.record({
    model: models,
    provider: fc.constantFrom("", "anthropic", "openai", "aws", "azure", "nobody", "openrouter"),
    input: fc.nat(300_000),
    output: fc.nat(10_000),
    web_searches: fc.nat(2),
    requests: fc.nat(3),
    reported_cost: fc.constantFrom(undefined, 0, 1, 11_700_000),
    billed: fc.boolean(),
  });

  it("what can't be priced is never $0", async () => {
    const overrides = { "my-model": { multiplier: 0.5 }, free: { input: 0, output: 0 } };
    await fc.assert(
      fc.asyncProperty(lines, async ({ reported_cost, ...facts }) => {
        const line = usageLine({ ...facts, reported_cost: reported_cost as never });
        const result = await unitPricesOf(line, AT, overrides);
        const charge = chargeOfLine(result);
        if (charge?.cost === 0) {
          expect(result.price_source).toBe("policy");
          expect(result.model).toBe("free");
          expect(line.input + line.output).toBeGreaterThan(0);
        }
        if (charge === undefined) expect(line.reported_cost ?? 0).toBe(0);
        if (result.prices === undefined) expect(charge?.quality).not.toBe("priced");
      }),
      { numRuns: countOf("manyCases") },
    );
  });
});

import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { chargeFor } from "../../src/budget/charge.ts";
import { nanoUsd } from "../../src/budget/money.ts";
import { chargeOfLine, configLineFor, differenceWarning, unpricedIn } from "../../src/pricing/charge.ts";
import type { PricedLine } from "../../src/pricing/unit-prices.ts";
import { usageLine } from "../../src/usage/usage.ts";

const line = (facts: Partial<PricedLine>): PricedLine => ({
  ...usageLine({ model: "m", input: 1000, output: 1000, ...facts }),
  ...(facts.prices ? { prices: facts.prices, price_source: facts.price_source ?? "genai-prices@0.1.8" } : {}),
});
const LIST = { input: 1, output: 9 };
const CENT = nanoUsd(10_000_000);

describe("what a line is charged", () => {
  it.each([
    ["what the provider bills", { prices: LIST, reported_cost: nanoUsd(7), billed: true }, 7, "reported"],
    ["else the list price", { prices: LIST, reported_cost: nanoUsd(7) }, CENT, "priced"],
    ["else the tool's claim", { reported_cost: nanoUsd(7) }, 7, "reported"],
    [
      "the list price where the provider bills nothing",
      { prices: LIST, reported_cost: nanoUsd(0), billed: true },
      CENT,
      "priced",
    ],
    [
      "nothing, where the policy says so",
      { prices: { input: 0, output: 0 }, price_source: "policy" as const },
      0,
      "priced",
    ],
    [
      "the claim, where a table says zero",
      { prices: { input: 0, output: 0 }, reported_cost: nanoUsd(7) },
      7,
      "reported",
    ],
    [
      "the claim, where the price doesn't cover all",
      { prices: { input: 1 }, reported_cost: nanoUsd(7) },
      7,
      "reported",
    ],
    [
      "the claim, for a line without tokens",
      { input: 0, output: 0, prices: LIST, reported_cost: nanoUsd(7) },
      7,
      "reported",
    ],
  ])("is %s", (_, facts, cost, quality) => {
    expect(chargeOfLine(line(facts))).toEqual({ cost, quality });
  });

  it.each([
    ["no price and no claim", {}],
    ["a claim of zero", { reported_cost: nanoUsd(0) }],
    ["a table's price of zero", { prices: { input: 0, output: 0 } }],
    [
      "no usage, whatever the policy says",
      { input: 0, output: 0, prices: { input: 0, output: 0 }, price_source: "policy" as const },
    ],
  ])("is unknown with %s", (_, facts) => {
    expect(chargeOfLine(line(facts))).toBeUndefined();
  });
});

describe("what has a price only in part", () => {
  const searched = line({ prices: LIST, web_searches: 2 });

  it("is charged for that part, and the rest is missing", () => {
    expect(chargeOfLine(searched)).toEqual({ cost: CENT, quality: "priced", missing: ["web_search"] });
    expect(chargeOfLine({ ...searched, reported_cost: nanoUsd(7) })).toEqual({ cost: 7, quality: "reported" });
  });

  it("is unknown where that part is free", () => {
    expect(
      chargeOfLine(line({ prices: { input: 0, output: 0 }, web_searches: 2, price_source: "policy" })),
    ).toBeUndefined();
  });

  it("has the whole estimate on top, and is marked as estimated", () => {
    const usage = { lines: [searched], incomplete: false, found: true, source: "openai" };
    expect(chargeFor({ usage, billing: "metered" }, nanoUsd(55_000_000))).toMatchObject({
      cost: 65_000_000,
      quality: "estimated",
      usage: [{ cost: CENT, prices: LIST, web_searches: 2 }],
      unpriced: ["m"],
    });
  });
});

describe("what can't be priced", () => {
  it("is told with the lines of the policy file that would mend it", () => {
    expect(unpricedIn(line({}))).toEqual({
      model: "m",
      warning: `No price is known for m: the estimate is charged for it. To price it, add to the policy file:\n${configLineFor("m")}`,
      mending: "To price m, give its prices in the policy file (USD per million tokens):",
      config: configLineFor("m"),
    });
    expect(unpricedIn(line({ reported_cost: nanoUsd(7) }))?.warning).toContain("the tool's own figure is charged");
    expect(unpricedIn(line({ prices: LIST, web_searches: 2 }))).toMatchObject({
      warning: expect.stringContaining("for web search of m: the estimate is charged on top of the rest"),
      config: configLineFor("m", { webSearches: true }),
    });
  });

  it("is told with the input that names the model, where the tool names none", () => {
    expect(unpricedIn(line({ model: "" }))).toMatchObject({
      mending: expect.stringMatching(/model in a workflow, --model/),
    });
    expect(unpricedIn(line({ model: "" }))).not.toHaveProperty("config");
  });

  it.each([
    ["has a price", { prices: LIST }],
    ["was billed", { reported_cost: nanoUsd(7), billed: true }],
    ["is nothing", { input: 0, output: 0 }],
  ])("is not what %s", (_, facts) => {
    expect(unpricedIn(line(facts))).toBeUndefined();
  });
});

describe("the warning about a difference", () => {
  it.each([
    ["5 % more", 10_500_000, undefined],
    [
      "a little above 5 % more",
      10_500_001,
      "m: the tool says $0.0105, 5 % more than the list price of $0.0100; the list price is charged.",
    ],
    [
      "half",
      5_000_000,
      "m: the tool says $0.0050, 50 % less than the list price of $0.0100; the list price is charged.",
    ],
    ["zero", 0, undefined],
  ])("for %s", (_, reported, warning) => {
    expect(differenceWarning(line({ prices: LIST, reported_cost: nanoUsd(reported) }))).toBe(warning);
  });

  it("isn't given where the provider bills, nor where only a part has a price", () => {
    const half = { prices: LIST, reported_cost: nanoUsd(5_000_000) };
    expect(differenceWarning(line({ ...half, billed: true }))).toBeUndefined();
    expect(differenceWarning(line({ ...half, web_searches: 2 }))).toBeUndefined();
  });
});

describe("the policy line that would price a model", () => {
  it.each(["my-model", "gpt-4.1", "anthropic/claude", "no", "a: b", '"', "___proto__", ""])(
    "is YAML for %j",
    (model) => {
      const policy = parse(configLineFor(model)) as { prices: Record<string, unknown> };
      expect(policy.prices).toEqual({ [model === "" ? "the-model" : model]: { input: 1.25, output: 10 } });
    },
  );

  it("is as short as can be", () => {
    expect(configLineFor("my-model")).toBe("prices:\n  my-model: { input: 1.25, output: 10 }");
    expect(configLineFor("m", { webSearches: true })).toContain("web_search: 10 }");
  });
});

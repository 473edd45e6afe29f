import { describe, expect, it } from "vitest";
import { chargeFor } from "../../src/books/settle/charge.ts";
import { chargeOfLine, differenceWarning } from "../../src/pricing/charge.ts";
import type { PricedLine } from "../../src/pricing/unit-prices.ts";
import { usageLine } from "../../src/usage/usage.ts";
import { nanoUsd } from "../../src/values/money.ts";

const line = ({ prices, price_source, factor, unknown, ...facts }: Partial<PricedLine>): PricedLine => ({
  ...usageLine({ model: "m", input: 1000, output: 1000, ...facts }),
  ...(prices ? { prices, price_source: price_source ?? "genai-prices@0.1.8" } : {}),
  ...(factor === undefined ? {} : { factor }),
  ...(unknown === undefined ? {} : { unknown }),
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

describe("a run of which some was counted by length", () => {
  const whole = line({ prices: LIST, by: "main", input: 100_000, output: 100_000 });
  const broken = (tokens: number) => line({ prices: LIST, by: "main", estimated: true, input: tokens, output: tokens });
  const charged = (...lines: readonly PricedLine[]) =>
    chargeFor(
      { usage: { found: true, incomplete: false, lines, source: "meter" }, billing: "metered" },
      nanoUsd(55_000_000),
    );

  it("is charged what is known, and is an estimate if that is more than a twentieth of it", () => {
    expect(charged(whole, broken(5_000))).toMatchObject({
      ...{ cost: 1_050_000_000, quality: "priced" },
      usage: [
        { by: "main", cost: 1_000_000_000 },
        { by: "main", estimated: true, cost: 50_000_000 },
      ],
    });
    expect(charged(whole, broken(6_000))).toMatchObject({ cost: 1_060_000_000, quality: "estimated" });
    expect(charged(whole).usage[0]).not.toHaveProperty("estimated");
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

describe("costs that add up to more than the books can hold", () => {
  it("are no price of a line's parts", () => {
    const dear = line({ input: 3e9, output: 0, prices: { input: 1_000_000, output: 1 } });
    expect(chargeOfLine({ ...dear, input: 6e9, output: 0, parts: [dear] })).toEqual(
      chargeOfLine({ ...dear, input: 6e9 }),
    );
  });
});

describe("a service tier or region", () => {
  const fast = { prices: LIST, factor: 2, tier: "fast", aggregate: true };

  it("whose price nobody knows has the estimate on top, or the tool's figure", () => {
    const line1 = line({ prices: LIST, tier: "priority", unknown: ["tier"] });
    expect(chargeOfLine(line1)).toEqual({ cost: CENT, quality: "priced", missing: ["tier"] });
    expect(chargeOfLine({ ...line1, reported_cost: nanoUsd(7) })).toEqual({ cost: 7, quality: "reported" });
    const usage = { lines: [line1], incomplete: false, found: true, source: "openai" };
    expect(chargeFor({ usage, billing: "metered" }, nanoUsd(55_000_000))).toMatchObject({
      cost: 65_000_000,
      quality: "estimated",
      usage: [{ tier: "priority", cost: CENT }],
    });
  });

  it.each([
    ["a little below the price of the service", 9_600_000, CENT, "priced"],
    ["between both", 7_000_000, 7_000_000, "reported"],
    ["the price of the standard service", 5_000_000, 5_000_000, "reported"],
    ["less than that", 4_000_000, CENT, "priced"],
    ["more than the service costs", 12_000_000, CENT, "priced"],
  ])("of which a sum had a part only is charged as the tool says: %s", (_, reported, cost, quality) => {
    const mixed = line({ ...fast, reported_cost: nanoUsd(reported) });
    expect(chargeOfLine(mixed)).toEqual({ cost, quality });
    expect(differenceWarning(mixed) === undefined).toBe(quality === "reported" || reported === 9_600_000);
  });

  it("is that of a single request where there is one", () => {
    const one = line({ ...fast, aggregate: false, reported_cost: nanoUsd(7_000_000) });
    expect(chargeOfLine(one)).toEqual({ cost: CENT, quality: "priced" });
  });
});

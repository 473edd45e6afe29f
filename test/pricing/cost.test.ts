import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { COST_KINDS, costOf, coveredCostOf, coveredCostsOf } from "../../src/pricing/cost.ts";
import { decimalOf, decimalProduct } from "../../src/pricing/decimal.ts";
import type { UnitPrices } from "../../src/pricing/unit-prices.ts";
import { usageLine } from "../../src/usage/usage.ts";
import { plainUsd, sum } from "../../src/values/money.ts";

const dollars = (facts: Parameters<typeof usageLine>[0], prices: UnitPrices) =>
  plainUsd(costOf(usageLine(facts), prices));

describe("the cost of a line", () => {
  it.each([
    ["claude-sonnet-4-5", { input: 2000, output: 1500 }, { input: 3, output: 15 }, "0.0285"],
    ["gpt-4o-mini", { input: 2500, output: 4000 }, { input: 0.15, output: 0.6 }, "0.002775"],
    ["eleven micro-dollars", { input: 11 }, { input: 1 }, "0.000011"],
    [
      "a cached request",
      { input: 32_100, cache_read: 30_000, cache_write_5m: 2000, output: 50 },
      { input: 2, cache_read: 0.2, cache_write_5m: 2.5, output: 10 },
      "0.0117",
    ],
    ["an hour's cache", { input: 1000, cache_write_1h: 1000 }, { input: 3, cache_write_1h: 6, output: 15 }, "0.006"],
    ["a cache without a price", { input: 1000, cache_read: 500 }, { input: 3, output: 15 }, "0.003"],
    ["searches", { web_searches: 3 }, { web_search: 10 }, "0.03"],
    ["requests", { input: 1, requests: 2 }, { input: 1, request: 5 }, "0.010001"],
    [
      "audio",
      { input: 10, audio_input: 4, output: 10, audio_output: 3 },
      { input: 1, audio_input: 10, output: 2, audio_output: 20 },
      "0.00012",
    ],
    ["reasoning", { output: 10, reasoning: 4 }, { output: 8, reasoning: 3 }, "0.00006"],
    ["half a nano-dollar", { input: 1 }, { input: 0.0005 }, "0.000000001"],
    ["less than half", { input: 1 }, { input: 0.000499 }, "0"],
    ["a tiny price", { input: 1_000_000 }, { input: 1e-7 }, "0.0000001"],
  ])("%s is exact", (_, facts, prices, expected) => {
    expect(dollars(facts, prices)).toBe(expected);
  });

  it("adds up without a trace of binary fractions", () => {
    const charge = costOf(usageLine({ input: 11 }), { input: 1 });
    expect(plainUsd(sum(Array.from({ length: 1000 }, () => charge)))).toBe("0.011");
  });

  it.each([
    ["a search without a price", { web_searches: 1 }, { input: 1, output: 1 }],
    ["input without a price", { input: 1 }, { output: 1 }],
    ["more than the books can hold", { input: 2 ** 52 }, { input: 1000 }],
  ])("refuses %s", (_, facts, prices) => {
    expect(() => costOf(usageLine(facts), prices)).toThrow(expect.objectContaining({ code: "bad-usage" }));
  });

  it("is the same by whole millions as the price says", () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.integer({ min: 0, max: 10_000 }), (millions, cents) => {
        const cost = costOf(usageLine({ input: millions * 1_000_000 }), { input: cents / 100 });
        expect(cost).toBe(millions * cents * 10_000_000);
      }),
    );
  });
});

describe("the cost of a line by kind of token", () => {
  const PRICES = {
    ...{ input: 2, cache_read: 0.2, cache_write_5m: 2.5, cache_write_1h: 4, output: 10, reasoning: 8 },
    ...{ audio_input: 20, audio_output: 40, web_search: 10, request: 5 },
  };
  const COUNTS = {
    ...{ input: 1_000_000, cache_read: 500_000, cache_write_5m: 100_000, cache_write_1h: 50_000, audio_input: 10_000 },
    ...{ output: 200_000, reasoning: 20_000, audio_output: 5_000, web_searches: 3, requests: 1 },
  };

  it.each<[string, UnitPrices, readonly number[]]>([
    ["at its own prices", PRICES, [0.88, 0.1, 0.45, 2.11, 0.035]],
    ["at the input's and the output's", { input: 2, output: 10, web_search: 10 }, [0.7, 1, 0.3, 2, 0.03]],
    ["as far as there are prices", { output: 10 }, [0, 0, 0, 2, 0]],
  ])("has every kind %s", (_, prices, expected) => {
    const kinds = coveredCostsOf(usageLine(COUNTS), prices);
    expect(COST_KINDS.map((kind) => kinds[kind] / 1e9)).toEqual(expected);
  });

  it("adds up to the line's cost to the nano-dollar, whatever its counts and prices", () => {
    const count = fc.integer({ min: 0, max: 3_000_000 });
    const price = fc.double({ min: 0, max: 90, noNaN: true });
    const kinds = fc.record(
      { input: price, cache_read: price, cache_write_5m: price, output: price, reasoning: price, web_search: price },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.tuple(count, count, count, count, count), kinds, ([a, b, c, d, e], prices) => {
        const line = usageLine({
          ...{ input: a + b + c, cache_read: b, cache_write_5m: c, output: d + e, reasoning: e, web_searches: a % 5 },
        });
        const costs = Object.values(coveredCostsOf(line, prices));
        expect(sum(costs)).toBe(coveredCostOf(line, prices));
        expect(costs.every((one) => one >= 0)).toBe(true);
      }),
    );
  });
});

describe("decimals", () => {
  it.each([
    [0.3, { units: 3n, scale: 1 }],
    [1e-7, { units: 1n, scale: 7 }],
    [2.5e-9, { units: 25n, scale: 10 }],
    [1e21, { units: 10n ** 21n, scale: 0 }],
    [0, { units: 0n, scale: 0 }],
  ])("%d is what it is written as", (number, decimal) => {
    expect(decimalOf(number)).toEqual(decimal);
  });

  it("multiply as people do", () => {
    expect(decimalProduct(0.15, 3)).toBe(0.45);
    expect(decimalProduct(1.1, 1.1)).toBe(1.21);
    expect(decimalProduct(5, 0)).toBe(0);
  });
});

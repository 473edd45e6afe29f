import { describe, expect, it } from "vitest";
import { addedUp, PRICE_STEPS, TIMED_MODELS } from "../../src/usage/added-up.ts";
import { usageLine } from "../../src/usage/usage.ts";
import { type NanoUsd, nanoUsd } from "../../src/values/money.ts";
import { pricesOfModel, providersInTable } from "../pricing/price-table.ts";

const call = (input: number, more: object = {}) =>
  usageLine({ model: "m", input, cache_read: 1, output: 2, requests: 1, reported_cost: nanoUsd(5), ...more });

describe("the price table", () => {
  const models = providersInTable().flatMap((provider) => provider.models);

  it("has other prices for long requests only from the lengths that are known here", () => {
    const prices = models.flatMap(pricesOfModel).flatMap((price) => Object.values(price));
    const starts = prices.flatMap((price) => (typeof price === "object" ? price.tiers.map((tier) => tier.start) : []));
    expect([...new Set(starts)].sort((a, b) => a - b)).toEqual(PRICE_STEPS);
  });

  it("has prices by the hour only for models that are known here", () => {
    const timed = models.filter(
      ({ prices }) => Array.isArray(prices) && prices.some(({ constraint }) => constraint?.type === "time_of_date"),
    );
    expect(timed.length).toBeGreaterThan(0);
    expect(timed.filter(({ id }) => !TIMED_MODELS.test(id))).toEqual([]);
  });
});

describe("requests of one model", () => {
  it("add up when each is short, and say how long the longest was", () => {
    const [early, late] = [{ at: "2026-03-01T10:00:01Z" }, { at: "2026-03-01T23:00:02Z" }];
    const lines = [call(10, late), call(30, early), call(20, early)];
    expect(addedUp(lines)).toEqual([
      call(60, {
        ...{ cache_read: 3, output: 6, requests: 3, reported_cost: nanoUsd(15) },
        ...{ aggregate: true, largest_input: 30, smallest_input: 10, ...late },
      }),
    ]);
  });

  it("add up with those that have the same price by their length", () => {
    const lines = [call(10), call(210_000), call(20), call(150_000), call(270_000)];
    expect(addedUp(lines).map((line) => [line.input, line.requests, line.smallest_input, line.largest_input])).toEqual([
      [30, 2, 10, 20],
      [480_000, 2, 210_000, 270_000],
      [150_000, 1, undefined, undefined],
    ]);
  });

  it("add up what was used beside tokens", () => {
    const lines = [call(1, { extras: { file_search: 2 } }), call(1, { extras: { file_search: 1, image: 1 } }), call(1)];
    expect(addedUp(lines)).toMatchObject([{ requests: 3, extras: { file_search: 3, image: 1 } }]);
  });

  it.each([
    ["on the same day", "m", "2026-03-01T23:59:59Z", 1],
    ["on another day", "m", "2026-03-02T00:00:00Z", 2],
    ["in another half-hour, where the price depends on the hour", "deepseek-chat", "2026-03-01T23:59:59Z", 2],
    ["in the same half-hour", "deepseek-chat", "2026-03-01T10:29:59Z", 1],
  ])("%s keep their own time of use", (_, model, at, count) => {
    expect(addedUp([call(10, { model, at: "2026-03-01T10:00:00Z" }), call(10, { model, at })])).toHaveLength(count);
  });

  it.each([
    ["model", { model: "other" }],
    ["provider", { provider: "azure" }],
    ["session", { session: "s" }],
    ["claim", { reported_cost: undefined }],
    ["kind of claim", { billed: true }],
    ["tier", { tier: "priority" }],
    ["region", { region: "us" }],
    ["knowledge of its time", { at: "2026-03-01T10:00:00Z" }],
    ["way of counting", { counting: "cumulative" }],
    ["certainty", { aggregate: true }],
  ])("don't add up with those of another %s", (_, difference) => {
    const lines = [call(10), call(10, difference)];
    expect(addedUp(lines)).toEqual(lines);
  });

  it.each([
    ["tokens", { input: Number.MAX_SAFE_INTEGER }],
    ["dollars", { reported_cost: 8_388_607_999_999_999 as NanoUsd }],
    ["pieces", { extras: { image: Number.MAX_SAFE_INTEGER } }],
  ])("stay by themselves when their %s add up to more than can be counted", (_, much) => {
    expect(addedUp([call(10, much), call(10, much)])).toEqual([call(10, much), call(10, much)]);
  });
});

import { describe, expect, it } from "vitest";
import { type NanoUsd, nanoUsd } from "../../src/budget/money.ts";
import { addedUp } from "../../src/usage/added-up.ts";
import { usageLine } from "../../src/usage/usage.ts";

const call = (input: number, more: object = {}) =>
  usageLine({ model: "m", input, cache_read: 1, output: 2, requests: 1, reported_cost: nanoUsd(5), ...more });

describe("requests of one model", () => {
  it("add up when each is short, and say how long the longest was", () => {
    const lines = [call(10, { at: "2026-03-01T10:00:02Z" }), call(30, { at: "2026-03-01T10:00:01Z" }), call(20)];
    expect(addedUp(lines)).toEqual([
      call(60, {
        ...{ cache_read: 3, output: 6, requests: 3, reported_cost: nanoUsd(15) },
        ...{ aggregate: true, largest_input: 30, at: "2026-03-01T10:00:02Z" },
      }),
    ]);
  });

  it("stay by themselves when they are long, so that each has its own price", () => {
    const lines = [call(10), call(200_000), call(20), call(150_000)];
    expect(addedUp(lines).map((line) => [line.input, line.requests, line.aggregate])).toEqual([
      [30, 2, true],
      [200_000, 1, undefined],
      [150_000, 1, undefined],
    ]);
  });

  it.each([
    ["model", { model: "other" }],
    ["provider", { provider: "azure" }],
    ["session", { session: "s" }],
    ["claim", { reported_cost: undefined }],
    ["kind of claim", { billed: true }],
    ["way of counting", { counting: "cumulative" }],
    ["certainty", { aggregate: true }],
  ])("don't add up with those of another %s", (_, difference) => {
    const lines = [call(10), call(10, difference)];
    expect(addedUp(lines)).toEqual(lines);
  });

  it("are refused when they add up to more than can be counted", () => {
    const most = 8_388_607_999_999_999 as NanoUsd;
    const lines = [call(10, { reported_cost: most }), call(10, { reported_cost: most })];
    expect(() => addedUp(lines)).toThrow(expect.objectContaining({ code: "bad-usage" }));
  });
});

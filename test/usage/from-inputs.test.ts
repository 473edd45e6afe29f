import { describe, expect, it } from "vitest";
import { statedLines } from "../../src/usage/from-inputs.ts";
import { nanoOf } from "../../src/values/money.ts";

const nothing = { tokens: [], cost: undefined, model: undefined, provider: undefined };
const sonnet = { model: "claude-sonnet-4-5", provider: undefined, input: 2000, cachedInput: 500, output: 1500 };
const mini = { model: "gpt-4o-mini", provider: "openai", input: 2500, cachedInput: 0, output: 4000 };

describe("stated figures", () => {
  it("are no lines where nothing is stated", () => {
    expect(statedLines(nothing)).toEqual([]);
  });

  it("are a line a model, each of an unknown number of requests", () => {
    expect(statedLines({ ...nothing, tokens: [sonnet, mini] })).toMatchObject([
      { model: "claude-sonnet-4-5", provider: "", input: 2000, cache_read: 500, output: 1500, aggregate: true },
      { model: "gpt-4o-mini", provider: "openai", input: 2500, cache_read: 0, output: 4000, aggregate: true },
    ]);
  });

  it("are charged at the finished cost where there is one", () => {
    const cost = nanoOf(0.25);
    expect(statedLines({ ...nothing, cost })).toMatchObject([{ model: "", reported_cost: cost, billed: true }]);
    expect(statedLines({ ...nothing, cost, model: "o4" })).toMatchObject([{ model: "o4", reported_cost: cost }]);
    expect(statedLines({ ...nothing, cost, tokens: [mini] })).toMatchObject([{ input: 2500, reported_cost: cost }]);
  });

  it("refuse to share one cost out to several models", () => {
    expect(() => statedLines({ ...nothing, cost: nanoOf(1), tokens: [sonnet, mini] })).toThrow("several models");
  });

  it("refuse more cached tokens than there are", () => {
    expect(() => statedLines({ ...nothing, tokens: [{ ...mini, cachedInput: 2501 }] })).toThrow();
  });
});

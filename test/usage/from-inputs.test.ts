import { describe, expect, it } from "vitest";
import { type UsageInputs, usageFromInputs } from "../../src/usage/from-inputs.ts";

const NONE: UsageInputs = { models: [], input: [], cachedInput: [], output: [], cost: [] };

describe("usage from the inputs", () => {
  it("pairs the lists line by line", () => {
    const { lines, problems } = usageFromInputs({
      ...NONE,
      models: ["claude-sonnet-4-5", "gpt-4o-mini"],
      input: ["2000", "2500"],
      cachedInput: ["500", "0"],
      output: ["1500", "4000"],
    });
    expect(problems).toEqual([]);
    expect(lines).toMatchObject([
      { model: "claude-sonnet-4-5", input: 2000, cache_read: 500, output: 1500, requests: 1 },
      { model: "gpt-4o-mini", input: 2500, cache_read: 0, output: 4000, requests: 1 },
    ]);
  });

  it("takes a cost alone as a finished figure", () => {
    const { lines } = usageFromInputs({ ...NONE, cost: ["0.0312"] });
    expect(lines).toMatchObject([{ model: "", input: 0, reported_cost: 31_200_000, billed: true }]);
  });

  it("is nothing when nothing is given", () => {
    expect(usageFromInputs(NONE)).toEqual({ lines: [], problems: [] });
  });

  it.each<[string, Partial<UsageInputs>, RegExp]>([
    ["lists of unequal length", { models: ["a", "b"], input: ["1", "2"], output: ["1"] }, /^output-tokens has 1 lines/],
    ["tokens without a model", { input: ["1"], output: ["1"] }, /^model is missing/],
    ["a model without tokens", { models: ["a"] }, /^input-tokens is missing/],
    ["a word for a number", { models: ["a"], input: ["many"], output: ["1"] }, /^input-tokens: "many"/],
    ["a negative number", { models: ["a"], input: ["1"], output: ["-1"] }, /^output-tokens: "-1"/],
    ["a fraction", { models: ["a"], input: ["1.5"], output: ["1"] }, /^input-tokens: "1.5"/],
    ["more cached than input", { models: ["a"], input: ["1"], cachedInput: ["2"], output: ["1"] }, /^model 1: /],
    ["a currency sign", { cost: ["$5"] }, /^cost: "\$5"/],
    [
      "one cost for two models",
      { models: ["a", "b"], input: ["1", "1"], output: ["1", "1"], cost: ["1"] },
      /^cost has 1/,
    ],
    ["a cost beyond the books", { cost: ["9999999"] }, /^cost: /],
  ])("names the problem with %s and gives no line", (_, inputs, problem) => {
    const { lines, problems } = usageFromInputs({ ...NONE, ...inputs });
    expect(lines).toEqual([]);
    expect(problems.some((text) => problem.test(text))).toBe(true);
  });

  it("names every problem at once", () => {
    const { problems } = usageFromInputs({ ...NONE, models: ["a"], input: ["x"], output: ["y"], cost: ["z"] });
    expect(problems).toHaveLength(3);
  });
});

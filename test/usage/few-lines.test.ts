import { describe, expect, it } from "vitest";
import { fewLines } from "../../src/usage/added-up.ts";
import { readUsage } from "../../src/usage/read-usage.ts";
import { usageLine } from "../../src/usage/usage.ts";

const requests = (count: number, more: object = {}) =>
  Array.from({ length: count }, (_, index) =>
    usageLine({ model: "m", input: 150_000 + index, output: 2, requests: 1, ...more }),
  );

const sums = (count: number) => requests(count, { requests: 2, aggregate: true });

describe("many lines", () => {
  it("stay as they are up to fifty", () => {
    expect(fewLines(requests(50))).toEqual({ lines: requests(50), notes: [] });
  });

  it("are added up beyond that without a word where they are of one price", () => {
    const { lines, notes } = fewLines(requests(1_000));
    expect(lines).toMatchObject([{ requests: 1_000, smallest_input: 150_000, largest_input: 150_999, output: 2_000 }]);
    expect(notes).toEqual([]);
  });

  it("are added up but for the longest where their prices aren't known to be the same, and say so", () => {
    const { lines, notes } = fewLines(sums(1_000));
    expect(lines).toHaveLength(26);
    expect(lines[0]).toMatchObject({ requests: 1_950, aggregate: true, largest_input: 150_974 });
    expect(lines.slice(1).map((line) => line.input)).toEqual(
      sums(1_000)
        .slice(975)
        .map((line) => line.input),
    );
    expect(lines.reduce((total, line) => total + line.output, 0)).toBe(2_000);
    expect(notes).toEqual([expect.stringMatching(/all but the 25 longest are added up, at the prices of short ones/)]);
  });

  it("need no word about prices when they are short", () => {
    expect(fewLines(requests(60, { input: 5 })).notes).toEqual([]);
  });

  it("leave counters by themselves", () => {
    const counters = requests(60, { counting: "cumulative", session: "s" });
    expect(fewLines(counters).lines).toEqual(counters);
  });

  it("come out of no file", () => {
    const usage = sums(300).map(({ model, input, output, aggregate }) => ({ model, input, output, aggregate }));
    const report = readUsage(JSON.stringify({ token_budget_usage: 1, usage }));
    expect(report.lines).toHaveLength(26);
    expect(report.notes).toHaveLength(1);
  });
});

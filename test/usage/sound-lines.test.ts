import { describe, expect, it } from "vitest";
import { reportedCostOf } from "../../src/usage/reader.ts";
import { type Said, soundLines } from "../../src/usage/sound-lines.ts";
import { type UsageFacts, usageLine } from "../../src/usage/usage.ts";
import { nanoUsd } from "../../src/values/money.ts";

const part = (counts: UsageFacts, cost?: number, about: UsageFacts = { model: "m", tier: "flex" }): Said => ({
  about,
  counts: () => counts,
  ...(cost !== undefined && { cost: () => ({ reported_cost: reportedCostOf("cost", cost) }) }),
});
const good = part({ input: 5, output: 1 });
const goodLine = usageLine({ model: "m", tier: "flex", input: 5, output: 1 });

describe("the lines of a file, one of which is odd", () => {
  it("are all there, without a word, where none is", () => {
    expect(soundLines([good, good])).toEqual({ lines: [goodLine, goodLine], missing: [], notes: [] });
  });

  it("stay, and the odd one has the tool's own cost", () => {
    expect(soundLines([good, part({ input: -423 }, 0.5)])).toEqual({
      lines: [goodLine, usageLine({ model: "m", tier: "flex", requests: 1, reported_cost: nanoUsd(500_000_000) })],
      missing: [],
      notes: [expect.stringMatching(/^One part .* the tool's own cost is used instead \(input is -423, not/)],
    });
  });

  it.each([
    ["without a cost", part({ input: -1 })],
    ["with a cost of zero", part({ input: -1 }, 0)],
    ["with a cost that makes no sense either", part({ input: -1 }, -1)],
    ["whose parts don't fit", part({ input: 1, cache_read: 2 })],
  ])("stay, and the odd one is missing, %s", (_, odd) => {
    const { lines, missing, notes } = soundLines([odd, good, odd]);
    expect(lines).toEqual([goodLine]);
    expect(missing).toEqual([expect.stringMatching(/^2 parts of the usage make no sense and have no cost/)]);
    expect(notes).toEqual([]);
  });

  it("keep their counts where only the cost makes no sense", () => {
    expect(soundLines([part({ input: 5, output: 1 }, -1)])).toEqual({
      lines: [goodLine],
      missing: [],
      notes: [expect.stringMatching(/^One cost .* left out \(cost is -1, not an amount of dollars\)/)],
    });
  });

  it("are no lines where nothing makes sense", () => {
    const bad = part({ input: -1 });
    expect(() => soundLines([bad, bad])).toThrow(expect.objectContaining({ code: "bad-usage" }));
    expect(soundLines([])).toEqual({ lines: [], missing: [], notes: [] });
  });

  it("hide no fault of another kind", () => {
    const broken: Said = {
      about: {},
      counts: () => ({ input: [].length / Number(undefined) }),
      cost: () => JSON.parse("{"),
    };
    expect(() => soundLines([good, broken])).toThrow(SyntaxError);
  });
});

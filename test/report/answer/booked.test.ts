import { describe, expect, it } from "vitest";
import type { Entry } from "../../../src/books/entry.ts";
import { bookedFacts, bookedLines, bookedSentence } from "../../../src/report/answer/booked.ts";
import { nanoUsd } from "../../../src/values/money.ts";

describe("what was booked for a model", () => {
  it("names the service it was served by, and what was used beside tokens", () => {
    const usage = {
      ...{ model: "gpt-5.5", tier: "priority", region: "us", input: 1000, output: 0, requests: 1 },
      ...{ extras: { file_search: 2 }, prices: { input: 12.5, file_search: 2.5 }, cost: nanoUsd(17_500_000) },
    };
    expect(bookedLines({ usage: [usage] }, 9)).toMatchObject([
      { model: "gpt-5.5 (priority, us)", tokens: ["1,000 input", "2 × file search"], cost: "$0.0175" },
    ]);
    const { tier, region, extras, ...plain } = usage;
    expect(bookedLines({ usage: [plain] }, 9)).toMatchObject([{ model: "gpt-5.5", tokens: ["1,000 input"] }]);
  });

  it("names the part of the agent that asked for it, and what was counted by length", () => {
    const usage = { model: "m", input: 10, output: 1, requests: 1 };
    const lines = [
      { ...usage, by: "main", cost: nanoUsd(300_000_000) },
      { ...usage, by: "subagent", estimated: true as const, cost: nanoUsd(20_000_000) },
      { ...usage, by: "main", cost: nanoUsd(10_000_000) },
      usage,
    ];
    expect(bookedLines({ usage: lines }, 9).map(({ model }) => model)).toEqual([
      ...["m (main)", "m (subagent, counted by length)", "m (main)", "m"],
    ]);
    const entry: Entry = {
      ...{ id: "1", at: "2026-02-14T10:00:00Z", month: "2026-02", kind: "charge", cost: nanoUsd(330_000_000) },
      usage: lines,
    };
    expect(new Map(bookedFacts(entry)).get("What spent it")).toBe("main $0.31, subagent $0.02");
    expect(new Map(bookedFacts({ ...entry, usage: [usage] })).has("What spent it")).toBe(false);
    expect(bookedSentence({ ...entry, quality: "estimated" })).toContain("some of the usage was counted by length");
  });
});

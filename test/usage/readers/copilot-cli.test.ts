import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readUsage } from "../../../src/usage/read-usage.ts";

const fixture = (name: string) =>
  readFileSync(new URL(`../../fixtures/usage/copilot-cli/${name}`, import.meta.url), "utf8");
const SESSION = { counting: "cumulative", session: "0a0a0a0a-1111-4222-8333-444444444444" };

describe("GitHub Copilot CLI", () => {
  it.each([
    [
      "events.jsonl",
      [
        {
          ...{ ...SESSION, model: "claude-haiku-4.5", input: 21_080, cache_write_5m: 21_070, output: 42, requests: 2 },
          ...{ aggregate: true, reported_cost: 26_557_500 },
        },
        { ...SESSION, model: "gpt-5.2", input: 3_000, cache_read: 1_000, output: 100, reasoning: 60, requests: 1 },
      ],
    ],
    [
      "resumed.jsonl",
      [
        {
          ...{ ...SESSION, model: "claude-haiku-4.5", input: 43_080, cache_read: 21_000, cache_write_5m: 21_970 },
          ...{ output: 50, requests: 3, reported_cost: 29_872_500, at: "2026-10-02T08:00:09Z" },
        },
        { ...SESSION, model: "gpt-5.2", input: 3_000, output: 100 },
      ],
    ],
    ["printed.jsonl", [{ counting: "delta", model: "gpt-5.2", input: 4_100, cache_read: 1_920, output: 120 }]],
  ])("%s is read to the last token", (name, lines) => {
    const report = readUsage(fixture(name));
    expect(report).toMatchObject({ format: "copilot-cli", complete: true, notes: [] });
    expect(report.lines).toMatchObject(lines);
    expect(report.lines).toHaveLength(lines.length);
  });

  it("is incomplete when it was interrupted, at first or after it was resumed", () => {
    expect(readUsage(fixture("interrupted.jsonl"))).toMatchObject({ complete: false, lines: [] });
    const report = readUsage(fixture("resumed.jsonl").split("\n").slice(0, -2).join("\n"));
    expect(report).toMatchObject({ complete: false, lines: [{ input: 21_080 }, { input: 3_000 }] });
  });

  it("counts an event once that is there twice", () => {
    expect(readUsage(fixture("resumed.jsonl").repeat(2)).lines).toMatchObject([{ input: 43_080 }, { input: 3_000 }]);
  });
});

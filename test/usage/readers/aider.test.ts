import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readUsage } from "../../../src/usage/read-usage.ts";

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/usage/aider/${name}`, import.meta.url), "utf8");

describe("Aider", () => {
  it("analytics.jsonl is read to the last token", () => {
    const report = readUsage(fixture("analytics.jsonl"));
    expect(report).toMatchObject({ format: "aider", complete: true, notes: [], reported_total: 25_654_000 });
    expect(report.lines).toMatchObject([
      { model: "claude-sonnet-4-5", input: 4_213, output: 801, reported_cost: 24_654_000, aggregate: true },
      { model: "", input: 300, output: 50, reported_cost: 1_000_000 },
    ]);
  });

  it.each([
    [
      "printed.txt",
      [
        { input: 4_200, cache_read: 1_100, cache_write_5m: 0, output: 800, reported_cost: 20_000_000 },
        { input: 12_000, cache_read: 9_000, cache_write_5m: 2_500, output: 1_300, reported_cost: 31_200_000 },
      ].map((line) => ({ model: "anthropic/claude-sonnet-4-5", ...line })),
    ],
    ["chat-history.md", [{ model: "gpt-4o-mini", input: 950, output: 40, reported_cost: 170_000 }]],
  ])("%s is read as exactly as it is printed", (name, lines) => {
    const report = readUsage(fixture(name));
    expect(report).toMatchObject({ format: "aider", complete: true });
    expect(report.lines).toMatchObject(lines);
    expect(report.notes.join()).toMatch(/rounded/);
  });

  it("is incomplete when a message has no answer", () => {
    expect(readUsage(fixture("interrupted.jsonl"))).toMatchObject({ complete: false, lines: [{ input: 4_213 }] });
  });

  it("doesn't take for its own what others say about tokens", () => {
    expect(() => readUsage("It says: Tokens: 4.2k sent, 800 received.\n")).toThrow(
      expect.objectContaining({ code: "unrecognised" }),
    );
  });
});

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readUsage } from "../../../src/usage/read-usage.ts";

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/usage/gh-aw/${name}`, import.meta.url), "utf8");

const HAIKU = { model: "claude-haiku-4-5-20251001", provider: "anthropic" };

describe("GitHub Agentic Workflows", () => {
  it.each([
    [
      "token-usage.jsonl",
      [
        { ...HAIKU, input: 7_530, cache_read: 7_000, cache_write_5m: 500, output: 5, requests: 2, aggregate: true },
        { ...HAIKU, input: 150_000, output: 5, requests: 1, reported_cost: 150_025_000, billed: true },
        { provider: "github-copilot", model: "gpt-5-mini", input: 100, cache_read: 60, output: 30, reasoning: 20 },
      ],
      162_780_000,
    ],
    ["without-credits.jsonl", [{ provider: "openai", model: "gpt-4o", input: 50, output: 80 }], undefined],
    [
      "agent_usage.json",
      [{ model: HAIKU.model, input: 7_690, cache_read: 7_060, cache_write_5m: 500, output: 40, aggregate: true }],
      12_755_000,
    ],
  ])("%s is read to the last token, a credit as a cent", (name, lines, total) => {
    const report = readUsage(fixture(name));
    expect(report).toMatchObject({ format: "gh-aw", complete: true, notes: [], lines });
    expect(report.lines).toHaveLength(lines.length);
    expect(report.reported_total).toBe(total);
  });

  it("counts a request once that stands in two files", () => {
    const calls = fixture("token-usage.jsonl");
    expect(readUsage(calls + calls)).toEqual(readUsage(calls));
  });

  it("is incomplete when nothing was counted", () => {
    const zeros = { input_tokens: 0, output_tokens: 0, effective_tokens: 0, ai_credits: 0 };
    expect(readUsage(JSON.stringify(zeros))).toMatchObject({ format: "gh-aw", complete: false, lines: [] });
  });

  it("adds reasoning that is more than the output it should be part of", () => {
    const call = { request_id: "r", provider: "google", model: "m", input_tokens: 9, output_tokens: 2 };
    const text = JSON.stringify({ ...call, reasoning_tokens: 30 });
    expect(readUsage(text).lines).toMatchObject([{ output: 32, reasoning: 30 }]);
  });
});

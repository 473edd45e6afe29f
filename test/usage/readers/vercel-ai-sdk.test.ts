import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readUsage } from "../../../src/usage/read-usage.ts";

const fixture = (name: string) =>
  readFileSync(new URL(`../../fixtures/usage/vercel-ai-sdk/${name}`, import.meta.url), "utf8");

describe("the Vercel AI SDK", () => {
  it.each([
    [
      "result.json",
      {
        ...{ model: "claude-sonnet-4-5-20250929", input: 2_200, cache_read: 1_500, cache_write_5m: 300 },
        ...{ output: 130, reasoning: 40, requests: 2 },
      },
    ],
    [
      "version-5-claude.json",
      { model: "claude-opus-4-5", input: 4_710, cache_read: 4_000, cache_write_5m: 700, output: 50, aggregate: true },
    ],
    ["version-4.json", { model: "gpt-4o-mini", input: 500, output: 20, requests: 1 }],
    ["usage-only.json", { model: "", input: 900, cache_read: 512, output: 245, reasoning: 200 }],
    ["full-stream.ndjson", { model: "gpt-5-mini", input: 70, output: 5, reported_cost: 27_500, billed: true }],
  ])("%s is read to the last token", (name, line) => {
    const report = readUsage(fixture(name));
    expect(report).toMatchObject({ format: "vercel-ai-sdk", complete: true, notes: [] });
    expect(report.lines).toMatchObject([line]);
    expect(report.lines).toHaveLength(1);
  });

  it("is incomplete when a stream breaks off", () => {
    expect(readUsage(fixture("interrupted.ndjson"))).toMatchObject({ complete: false, lines: [{ input: 70 }] });
  });

  it("takes the sum where the steps don't tell all of it", () => {
    const result = JSON.parse(fixture("result.json"));
    result.steps.pop();
    expect(readUsage(JSON.stringify(result)).lines).toMatchObject([{ input: 2_200, output: 130, aggregate: true }]);
  });
});

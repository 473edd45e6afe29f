import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readUsage } from "../../../src/usage/read-usage.ts";

const fixture = (name: string) =>
  readFileSync(new URL(`../../fixtures/usage/bedrock/${name}`, import.meta.url), "utf8");

describe("Amazon Bedrock Converse", () => {
  it.each([
    [
      "converse.json",
      {
        ...{ model: "", input: 2_504, cache_read: 1_500, cache_write_5m: 400, cache_write_1h: 600, output: 800 },
        requests: 1,
      },
    ],
    [
      "converse-stream.ndjson",
      {
        model: "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-3-5-haiku-20241022-v1:0",
        ...{ input: 20, output: 5, requests: 1 },
      },
    ],
    ["several.ndjson", { model: "us.amazon.nova-pro-v1:0", input: 3_000, output: 30, requests: 2 }],
  ])("%s is read to the last token", (name, line) => {
    const report = readUsage(fixture(name));
    expect(report).toMatchObject({ format: "bedrock", complete: true, notes: [] });
    expect(report.lines).toMatchObject([{ provider: "aws", ...line }]);
    expect(report.lines).toHaveLength(1);
  });

  it("tells how a request was served, and when", () => {
    const report = readUsage(fixture("tiers.ndjson"));
    expect(report).toMatchObject({ complete: true, notes: [] });
    expect(report.lines.map(({ tier, input }) => [tier, input])).toEqual([
      [undefined, 1_000],
      ["priority", 1_000],
      ["optimized", 1_000],
    ]);
    expect(report.lines.every(({ at }) => at === "2026-10-01T10:00:00Z")).toBe(true);
  });

  it("keeps the good answers of a file in which one is odd", () => {
    const text = fixture("several.ndjson").replace('"inputTokens":2000', '"inputTokens":0.5');
    expect(readUsage(text)).toMatchObject({ complete: false, lines: [{ input: 1_000, requests: 1 }] });
  });

  it("is incomplete when a stream has no last event", () => {
    expect(readUsage(fixture("cut-stream.ndjson"))).toMatchObject({ complete: false, lines: [] });
  });
});

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
    [
      "tools.json",
      {
        ...{ model: "gpt-5-mini", tier: "priority", input: 1_000, web_searches: 1, extras: { file_search: 1 } },
        at: "2026-10-01T10:00:00Z",
      },
    ],
    [
      "anthropic-fast.json",
      {
        ...{ model: "claude-opus-4-8", tier: "fast", region: "us", input: 7_100, cache_read: 5_000 },
        ...{ cache_write_5m: 0, cache_write_1h: 2_000, web_searches: 1 },
      },
    ],
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

  it.each([
    [{ google: { usageMetadata: { trafficType: "ON_DEMAND_FLEX" } } }, { tier: "flex" }],
    [{ bedrock: { serviceTier: { type: "priority" } } }, { tier: "priority" }],
    [{ bedrock: { performanceConfig: { latency: "optimized" } } }, { tier: "optimized" }],
    [{ google: { groundingMetadata: { webSearchQueries: ["a", "b"] } } }, { extras: { grounding_query: 2 } }],
  ])("reads what the provider says of a result: %j", (providerMetadata, line) => {
    const usage = { inputTokens: 10, outputTokens: 5, totalTokens: 15 };
    const result = { finishReason: "stop", response: { modelId: "m" }, usage, providerMetadata };
    expect(readUsage(JSON.stringify(result)).lines).toMatchObject([line]);
  });

  it("counts the provider's own tools in a stream with their step", () => {
    const usage = { inputTokens: 10, outputTokens: 5 };
    const call = { type: "tool-call", toolName: "web_search", providerExecuted: true };
    const step = { type: "finish-step", usage, response: { modelId: "gpt-5-mini" } };
    const parts = [call, call, step, step, { type: "finish", totalUsage: { inputTokens: 20, outputTokens: 10 } }];
    expect(readUsage(JSON.stringify(parts)).lines).toMatchObject([{ input: 20, web_searches: 2, requests: 2 }]);
  });

  it("takes the sum of steps one of which makes no sense", () => {
    const usage = (inputTokens: number) => ({ inputTokens, outputTokens: 5 });
    const steps = [{ usage: usage(-1) }, { usage: usage(10) }];
    const result = { finishReason: "stop", totalUsage: usage(25), steps };
    expect(readUsage(JSON.stringify(result))).toMatchObject({
      complete: true,
      lines: [{ input: 25, aggregate: true }],
    });
  });
});

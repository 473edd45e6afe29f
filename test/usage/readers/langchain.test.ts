import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readUsage } from "../../../src/usage/read-usage.ts";

const fixture = (name: string) =>
  readFileSync(new URL(`../../fixtures/usage/langchain/${name}`, import.meta.url), "utf8");

describe("LangChain", () => {
  it.each([
    [
      "message.json",
      [
        {
          ...{ model: "gpt-5-mini-2025-08-07", input: 400, cache_read: 256, audio_input: 10, output: 90 },
          ...{ reasoning: 64, requests: 1 },
        },
      ],
    ],
    [
      "state.json",
      [
        {
          ...{ model: "claude-haiku-4-5", input: 10_100, cache_read: 5_000, cache_write_5m: 1_000 },
          ...{ cache_write_1h: 2_000, output: 24, requests: 2 },
        },
      ],
    ],
    ["chunks.ndjson", [{ model: "claude-haiku-4-5", input: 30, output: 6, requests: 1 }]],
    [
      "priority.json",
      [
        {
          ...{ model: "gpt-5.2", tier: "priority", input: 1_500, cache_read: 500, output: 80, reasoning: 30 },
          ...{ requests: 1, at: "2026-09-21T14:13:20Z" },
        },
      ],
    ],
    [
      "tiers-summed.json",
      [
        { model: "gpt-5.2", tier: "priority", input: 1_500, cache_read: 500, output: 100, reasoning: 30 },
        { model: "gpt-5.2", tier: "flex", input: 800, cache_read: 0, output: 100 },
        { model: "gpt-5.2", input: 1_700, cache_read: 200, output: 100, reasoning: 10 },
      ],
    ],
    [
      "callback.json",
      [
        { model: "gpt-4o-mini-2024-07-18", input: 800, output: 100, aggregate: true },
        { model: "claude-haiku-4-5", input: 200, cache_read: 50, output: 10, aggregate: true },
      ],
    ],
  ])("%s is read to the last token", (name, lines) => {
    const report = readUsage(fixture(name));
    expect(report).toMatchObject({ format: "langchain", complete: true, notes: [] });
    expect(report.lines).toMatchObject(lines);
    expect(report.lines).toHaveLength(lines.length);
  });

  it("leaves out the rest of a sum that is all of one tier", () => {
    const usage = { input_tokens: 10, output_tokens: 5, total_tokens: 15 };
    const details = { input_token_details: { priority: 10 }, output_token_details: { priority: 5 } };
    const { lines } = readUsage(JSON.stringify({ "gpt-5.2": { ...usage, ...details } }));
    expect(lines).toMatchObject([{ tier: "priority", input: 10, output: 5 }]);
    expect(lines).toHaveLength(1);
  });

  it.each([
    [{ usage: { service_tier: "batch", inference_geo: "us" } }, {}, { tier: "batch", region: "us" }],
    [{ usage: { server_tool_use: { web_search_requests: 2 } } }, {}, { web_searches: 2 }],
    [{ service_tier: "fast" }, {}, { tier: "fast" }],
    [
      { model_name: "gemini-3-pro", grounding_metadata: { web_search_queries: ["a"] } },
      {},
      { extras: { grounding_query: 1 } },
    ],
    [
      {},
      { content: [{ type: "web_search_call" }, { type: "file_search_call" }] },
      { web_searches: 1, extras: { file_search: 1 } },
    ],
  ])("reads what the provider says of a message: %j %j", (response_metadata, more, line) => {
    const usage_metadata = { input_tokens: 10, output_tokens: 5, total_tokens: 15 };
    const message = {
      type: "ai",
      response_metadata: { model_name: "m", ...response_metadata },
      usage_metadata,
      ...more,
    };
    expect(readUsage(JSON.stringify(message)).lines).toMatchObject([line]);
  });

  it("keeps the good messages of a state in which one is odd", () => {
    const text = fixture("state.json").replace(/"input_tokens": \d+/, '"input_tokens": -1');
    const report = readUsage(text);
    expect(report.complete).toBe(false);
    expect(report.lines).toMatchObject([{ requests: 1 }]);
  });

  it("counts a message once that stands in two states", () => {
    const text = JSON.stringify(JSON.parse(fixture("state.json")));
    expect(readUsage(`${text}\n${text}`).lines).toMatchObject([{ input: 10_100, requests: 2 }]);
  });
});

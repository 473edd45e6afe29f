import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readUsage } from "../../../src/usage/read-usage.ts";

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/usage/openai/${name}`, import.meta.url), "utf8");

describe("OpenAI's APIs and those who speak like them", () => {
  it.each([
    [
      "chat.json",
      {
        ...{ provider: "", model: "gpt-5-mini-2025-08-07", input: 2_000, cache_read: 1_024, audio_input: 100 },
        ...{ output: 500, reasoning: 300, audio_output: 50 },
      },
    ],
    ["chat-stream.sse", { model: "gpt-4o-mini", input: 2_500, output: 4_000 }],
    [
      "responses.json",
      { model: "gpt-5.2", input: 9_000, cache_read: 4_096, output: 700, reasoning: 512, web_searches: 1 },
    ],
    ["responses-stream.sse", { model: "gpt-5.2-codex", input: 150_000, cache_read: 0, output: 80 }],
    ["azure-stream.sse", { provider: "azure", model: "gpt-4o-2024-11-20", input: 11, output: 7 }],
    [
      "openrouter.json",
      {
        ...{ provider: "openrouter", model: "anthropic/claude-sonnet-4.5", input: 1_200, cache_read: 600 },
        ...{ cache_write_5m: 400, output: 90, reasoning: 10, reported_cost: 3_100_000, billed: true },
      },
    ],
    ["openrouter-own-key.json", { provider: "openrouter", reported_cost: 4_200_000, billed: true }],
    ["deepseek.json", { model: "deepseek-chat", input: 1_000, cache_read: 640, output: 20 }],
    ["mistral.json", { model: "mistral-large-latest", input: 30, output: 6 }],
    [
      "xai.json",
      {
        ...{ model: "grok-4", input: 100, cache_read: 60, output: 310, reasoning: 300 },
        ...{ reported_cost: 4_850_000, billed: true },
      },
    ],
    [
      "tools.json",
      {
        model: "gpt-4.1-2025-04-14",
        web_searches: 0,
        extras: { preview_search: 1, file_search: 2 },
        at: "2026-09-21T14:13:20Z",
      },
    ],
    ["code.json", { model: "gpt-5-mini", extras: { code_session: 1 } }],
    ["unknown-tier.json", { model: "gpt-4o-mini", tier: "flex" }],
    [
      "xai-live-search.json",
      { model: "grok-4-fast-reasoning", extras: { search_source: 3 }, at: "2025-10-09T08:53:20Z" },
    ],
    ["embeddings.json", { model: "text-embedding-3-small", input: 12, output: 0 }],
  ])("%s is read to the last token", (name, line) => {
    const report = readUsage(fixture(name));
    expect(report).toMatchObject({ format: "openai", complete: true });
    expect(report.lines).toMatchObject([{ ...line, requests: 1 }]);
    expect(report.lines).toHaveLength(1);
  });

  it("adds several answers up, one that is repeated once", () => {
    const report = readUsage(fixture("several.ndjson"));
    expect(report).toMatchObject({ complete: true, lines: [{ input: 3_000, output: 30, requests: 2 }] });
  });

  it("says how a stream is made to tell its usage", () => {
    const report = readUsage(fixture("chat-stream-without-usage.sse"));
    expect(report).toMatchObject({ complete: false, lines: [] });
    expect(report.notes.join()).toMatch(/include_usage/);
  });

  it("is incomplete while a response is still under way", () => {
    const [created] = fixture("responses-stream.sse").split("\n\n");
    expect(readUsage(created ?? "")).toMatchObject({ complete: false, lines: [] });
  });

  it("takes the last usage where every chunk has one, and a gateway's bodies without `object`", () => {
    const chunk = (tokens: number) => ({
      model: "some-model",
      choices: [{ delta: { content: "a" } }],
      usage: { prompt_tokens: 50, completion_tokens: tokens },
    });
    const text = [chunk(1), chunk(2), chunk(3)].map((object) => JSON.stringify(object)).join("\n");
    expect(readUsage(text).lines).toMatchObject([{ input: 50, output: 3, requests: 1 }]);
    const body = { model: "some-model", choices: [{ message: {} }], usage: { prompt_tokens: 5, completion_tokens: 1 } };
    expect(readUsage(JSON.stringify([body, body])).lines).toMatchObject([{ input: 10, output: 2, requests: 2 }]);
  });

  it("takes a cost that a gateway reckons for a claim, not for a bill", () => {
    const body = { ...JSON.parse(fixture("mistral.json")) };
    body.usage.cost = 0.001;
    const [line] = readUsage(JSON.stringify(body)).lines;
    expect(line).toMatchObject({ reported_cost: 1_000_000 });
    expect(line).not.toHaveProperty("billed");
  });

  it("keeps the good answers of a file in which one is odd, and the odd one's own cost", () => {
    const report = readUsage(fixture("odd.ndjson"));
    expect(report).toMatchObject({
      complete: true,
      lines: [
        { model: "gpt-4o-mini", input: 1_000 },
        { model: "my-model", input: 0, output: 0, reported_cost: 2_000_000 },
      ],
      notes: [expect.stringMatching(/the tool's own cost is used/)],
    });
  });

  it("tells answers of different times apart where the hour matters", () => {
    expect(readUsage(fixture("deepseek-by-hour.ndjson")).lines).toMatchObject([
      { model: "deepseek-v4-pro", at: "2026-09-22T01:00:00Z" },
      { model: "deepseek-v4-pro", at: "2026-09-22T05:00:00Z" },
    ]);
  });

  it.each([
    [{ model: "gpt-4o-search-preview" }, {}, { web_searches: 0, extras: { preview_search: 1 } }],
    [{ model: "gpt-5-search-api" }, {}, { web_searches: 1 }],
    [
      { model: "groq/compound", choices: [{ message: { executed_tools: [{ type: "search" }, { type: "python" }] } }] },
      {},
      { extras: { tool_call: 2 } },
    ],
    [
      { model: "grok-4", object: "response", output: [{ type: "web_search_call" }] },
      { server_side_tool_usage_details: { web_search_calls: 3, x_search_calls: 2, code_interpreter_calls: 1 } },
      { web_searches: 3, extras: { x_search: 2, tool_call: 1 } },
    ],
    [{ model: "grok-4", object: "response" }, { num_sources_used: 3 }, { web_searches: 0 }],
  ])("counts what the provider's tools did: %j %j", (answer, usage, counted) => {
    const body = {
      id: "x",
      object: "chat.completion",
      ...answer,
      usage: { prompt_tokens: 5, completion_tokens: 1, ...usage },
    };
    const [line] = readUsage(JSON.stringify(body)).lines;
    expect(line).toMatchObject(counted);
    if (!("extras" in counted)) expect(line).not.toHaveProperty("extras");
  });

  it("refuses figures whose parts are larger than the whole", () => {
    const text = fixture("deepseek.json").replace("640", "6400");
    expect(() => readUsage(text)).toThrow(expect.objectContaining({ code: "bad-usage" }));
  });
});

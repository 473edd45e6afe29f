import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readUsage } from "../../../src/usage/read-usage.ts";

const fixture = (name: string) =>
  readFileSync(new URL(`../../fixtures/usage/opentelemetry/${name}`, import.meta.url), "utf8");

describe("OpenTelemetry", () => {
  it.each([
    [
      "otlp.json",
      {
        ...{ provider: "aws", model: "claude-sonnet-4-5-20250929", input: 3_300, cache_read: 1_000 },
        ...{ cache_write_5m: 500, output: 210, reasoning: 20, requests: 2 },
      },
    ],
    ["spans.ndjson", { provider: "openai", model: "gpt-5-mini", input: 100, output: 20, requests: 1 }],
    [
      "attributes.ndjson",
      { provider: "google", model: "gemini-2.5-flash", input: 40, output: 9, requests: 1, reported_cost: 34_500 },
    ],
  ])("%s is read to the last token, sums of others' spans left out", (name, line) => {
    const report = readUsage(fixture(name));
    expect(report).toMatchObject({ format: "opentelemetry", complete: true, notes: [] });
    expect(report.lines).toMatchObject([line]);
    expect(report.lines).toHaveLength(1);
  });

  it("counts each call of an agent, whatever the agent's span says of the last one", () => {
    const calls = { provider: "openai", model: "gpt-4.1", input: 2_700, output: 120, requests: 2 };
    const whole = fixture("agent.ndjson");
    expect(readUsage(whole).lines).toMatchObject([{ ...calls, at: "2026-03-02T10:00:09Z" }]);
    // Also where the spans come in another order, or don't say whose they are.
    expect(readUsage(whole.trim().split("\n").reverse().join("\n")).lines).toMatchObject([calls]);
    expect(readUsage(whole.replaceAll('"parent_id":"0x9"', '"parent_id":null')).lines).toMatchObject([calls]);
  });

  it("reads the AI SDK's attributes, of every version", () => {
    expect(readUsage(fixture("ai-sdk.ndjson"))).toMatchObject({
      complete: true,
      lines: [
        {
          ...{ provider: "openai", model: "gpt-5.2-2025-12-11", input: 3_000, cache_read: 2_500, output: 200 },
          ...{ reasoning: 120, requests: 1, at: "2026-03-02T10:00:02.500Z" },
        },
        {
          ...{ provider: "anthropic", model: "claude-haiku-4-5", input: 7_000, cache_read: 1_000 },
          ...{ cache_write_5m: 2_000, output: 60, at: "2026-03-02T10:01:41Z" },
        },
      ],
    });
    const [, sum] = fixture("ai-sdk.ndjson").split("\n");
    expect(readUsage(sum ?? "").lines).toMatchObject([{ input: 3_000, cache_read: 2_500, aggregate: true }]);
  });

  it("reads OpenInference's attributes", () => {
    const lines = [
      { provider: "azure", model: "gpt-4.1-2025-04-14", input: 900, cache_read: 640, output: 70 },
      { provider: "anthropic", input: 1_500, cache_read: 1_000, cache_write_5m: 300, output: 30 },
    ];
    const report = readUsage(fixture("openinference.ndjson"));
    expect(report).toMatchObject({ complete: true, lines });
    expect(report.lines).toHaveLength(2);
  });

  it("takes the fuller of two accounts of one request", () => {
    const account = (id: string, more: object) =>
      JSON.stringify({
        ...{ traceId: "t", spanId: id },
        attributes: { "gen_ai.response.id": "r", "gen_ai.usage.input_tokens": 900, ...more },
      });
    const fuller = account("b", { "gen_ai.usage.cache_read.input_tokens": 800 });
    const poorer = account("a", { "gen_ai.request.max_tokens": 4_096 });
    for (const spans of [
      [fuller, poorer],
      [poorer, fuller],
    ]) {
      expect(readUsage(spans.join("\n")).lines).toMatchObject([{ input: 900, cache_read: 800, requests: 1 }]);
    }
  });

  it.each([
    ["nanoseconds", { endTimeUnixNano: "1772445609123000000" }, "2026-03-02T10:00:09.123Z"],
    ["a list", { endTime: [1_772_445_609, 5_000_000], startTime: [1_772_445_600, 0] }, "2026-03-02T10:00:09.005Z"],
    ["text", { start_time: "2026-03-02T10:00:00Z" }, "2026-03-02T10:00:00Z"],
    ["nothing", { endTimeUnixNano: "0", startTimeUnixNano: null }, undefined],
  ])("knows when a span ended by %s", (_, times, at) => {
    const span = JSON.stringify({ spanId: "a", attributes: { "gen_ai.usage.output_tokens": 9 }, ...times });
    expect(readUsage(span).lines[0]?.at).toBe(at);
  });

  it("names the service tier that was answered, else the one asked for", () => {
    const tierOf = (attributes: object) =>
      readUsage(JSON.stringify({ "gen_ai.usage.output_tokens": 9, ...attributes })).lines[0]?.tier;
    const asked = { "openai.request.service_tier": "flex" };
    expect(tierOf(asked)).toBe("flex");
    expect(tierOf({ ...asked, "openai.response.service_tier": "priority" })).toBe("priority");
    expect(tierOf({ ...asked, "openai.response.service_tier": "default" })).toBeUndefined();
  });

  it("keeps the good spans beside odd ones, whose own cost it takes", () => {
    const report = readUsage(fixture("odd-span.ndjson"));
    expect(report).toMatchObject({
      complete: false,
      lines: [
        { input: 1_200, output: 80 },
        { input: 0, output: 0, reported_cost: 2_000_000 },
      ],
    });
    expect(report.notes).toEqual([
      expect.stringMatching(/makes no sense and has no cost.*-5/),
      expect.stringMatching(/own cost is used.*300\.5/),
    ]);
  });

  it("takes an agent's sum where nothing else tells", () => {
    const [, agent] = fixture("attributes.ndjson").split("\n");
    expect(readUsage(agent ?? "").lines).toMatchObject([{ input: 40, output: 9, aggregate: true }]);
  });

  it("adds what was cached to an input that doesn't contain it", () => {
    const span = { "gen_ai.usage.input_tokens": 5, "gen_ai.usage.cache_read.input_tokens": 900 };
    expect(readUsage(JSON.stringify(span)).lines).toMatchObject([{ input: 905, cache_read: 900 }]);
  });

  it("leaves a provider it doesn't know to the model's name", () => {
    const span = { "gen_ai.system": "my-gateway", "gen_ai.request.model": "gpt-5", "gen_ai.usage.output_tokens": 5 };
    expect(readUsage(JSON.stringify(span)).lines).toMatchObject([{ provider: "", model: "gpt-5" }]);
  });
});

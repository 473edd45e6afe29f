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

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readUsage } from "../../../src/usage/read-usage.ts";

const fixture = (name: string) =>
  readFileSync(new URL(`../../fixtures/usage/gemini-api/${name}`, import.meta.url), "utf8");

describe("the Gemini API", () => {
  it.each([
    [
      "body.json",
      {
        ...{ model: "gemini-2.5-flash", input: 5_300, cache_read: 4_000, output: 300, reasoning: 260 },
        ...{ audio_input: 500, audio_output: 0, requests: 1 },
      },
    ],
    ["stream.sse", { model: "gemini-3-pro-preview", input: 10, output: 86, reasoning: 80, requests: 1 }],
    ["stream-array.json", { model: "gemini-2.5-pro", input: 30, output: 9, requests: 2 }],
    ["python-dump.json", { model: "gemini-2.5-pro", input: 100, output: 20, reasoning: 13, requests: 1 }],
  ])("%s is read to the last token", (name, line) => {
    const report = readUsage(fixture(name));
    expect(report).toMatchObject({ format: "gemini-api", complete: true, notes: [] });
    expect(report.lines).toMatchObject([{ provider: "google", ...line }]);
    expect(report.lines).toHaveLength(1);
  });

  it.each([
    [
      "grounded.ndjson",
      [
        // Empty queries and those that come again aren't billed.
        { model: "gemini-3-flash-preview", extras: { grounding_query: 2 }, at: "2026-10-01T10:00:00Z" },
        { model: "gemini-2.5-flash", extras: { grounded_prompt: 1, maps_prompt: 1 } },
        { model: "gemini-3-flash-preview", extras: { grounding_query: 3 } },
      ],
    ],
    [
      "traffic.ndjson",
      [
        { tier: "priority", input: 1_000 },
        { input: 1_000, requests: 1 },
        { tier: "flex", input: 1_000 },
      ],
    ],
    ["provisioned.json", [{ tier: "provisioned", input: 1_000 }]],
  ])("%s is read by its price", (name, lines) => {
    const report = readUsage(fixture(name));
    expect(report).toMatchObject({ complete: true, notes: [], lines });
  });

  it("collects the queries of all chunks of a stream", () => {
    const chunk = (query: string, more: object) => ({
      ...{ responseId: "r", modelVersion: "gemini-3-flash-preview", usageMetadata: { promptTokenCount: 5 } },
      candidates: [{ groundingMetadata: { webSearchQueries: [query] }, ...more }],
    });
    const stream = [chunk("a", {}), chunk("b", {}), chunk("a", { finishReason: "STOP" })];
    expect(readUsage(JSON.stringify(stream)).lines).toMatchObject([{ extras: { grounding_query: 2 } }]);
  });

  it("keeps the good answers of a file in which one is odd", () => {
    const text = fixture("traffic.ndjson").replace('"promptTokenCount": 1000', '"promptTokenCount": -1');
    expect(readUsage(text)).toMatchObject({ complete: false, lines: [{ input: 1_000 }, { tier: "flex" }] });
  });

  it("takes what a broken stream proves for a minimum", () => {
    expect(readUsage(fixture("cut-stream.sse"))).toMatchObject({ complete: false, lines: [{ input: 10, output: 50 }] });
  });

  it("counts an answer once that is there twice", () => {
    expect(readUsage(fixture("body.json").repeat(2)).lines).toMatchObject([{ input: 5_300, output: 300 }]);
  });
});

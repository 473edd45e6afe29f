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

  it("counts a message once that stands in two states", () => {
    const text = JSON.stringify(JSON.parse(fixture("state.json")));
    expect(readUsage(`${text}\n${text}`).lines).toMatchObject([{ input: 10_100, requests: 2 }]);
  });
});

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readUsage } from "../../../src/usage/read-usage.ts";

const fixture = (name: string) =>
  readFileSync(new URL(`../../fixtures/usage/gemini-cli/${name}`, import.meta.url), "utf8");

const PRO = { provider: "google", model: "gemini-2.5-pro" };
const TWO_MODELS = [
  { ...PRO, input: 24_000, cache_read: 21_000, output: 170, reasoning: 150, requests: 2, aggregate: true },
  { model: "gemini-2.5-flash", input: 8_030, cache_read: 0, output: 40, reasoning: 30, requests: 1 },
];
const STREAMED = { ...PRO, input: 1_000, cache_read: 300, output: 70, at: "2026-03-01T10:00:03Z" };

describe("Gemini CLI", () => {
  it.each([
    ["output.json", TWO_MODELS],
    ["stdout.log", TWO_MODELS],
    ["stream.jsonl", [STREAMED]],
    ["stream-without-models.jsonl", [STREAMED]],
  ])("%s is read to the last token", (name, lines) => {
    const report = readUsage(fixture(name));
    expect(report).toMatchObject({ format: "gemini-cli", complete: true, lines });
    expect(report.lines).toHaveLength(lines.length);
  });

  it("names what stands around its answer in a log", () => {
    expect(readUsage(fixture("stdout.log")).notes).toEqual(["3 lines aren't JSON objects and were left out."]);
    expect(readUsage(fixture("output.json")).notes).toEqual([]);
  });

  it.each(["no-models.json", "stream-interrupted.jsonl"])("%s is incomplete", (name) => {
    expect(readUsage(fixture(name))).toMatchObject({ format: "gemini-cli", complete: false, lines: [] });
  });

  it("is incomplete when a second run begins and doesn't end", () => {
    const report = readUsage(fixture("stream.jsonl") + fixture("stream-interrupted.jsonl"));
    expect(report).toMatchObject({ complete: false, lines: [STREAMED] });
  });
});

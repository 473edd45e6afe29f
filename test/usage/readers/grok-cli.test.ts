import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readUsage } from "../../../src/usage/read-usage.ts";

const fixture = (name: string) =>
  readFileSync(new URL(`../../fixtures/usage/grok-cli/${name}`, import.meta.url), "utf8");

describe("Grok's CLIs", () => {
  it.each([
    [
      "result.json",
      {
        ...{ model: "grok-4.5-build", input: 48_000, cache_read: 41_000, output: 1_900, reasoning: 400, requests: 3 },
        ...{ aggregate: true, reported_cost: 12_700_000, billed: true },
      },
    ],
    [
      "stream.ndjson",
      { model: "grok-4.5", input: 32_300, cache_read: 32_000, output: 100, reasoning: 40, requests: 1 },
    ],
    [
      "steps.ndjson",
      { model: "", counting: "step", input: 2_100, output: 70, requests: 2, reported_cost: 2_000_000, billed: true },
    ],
  ])("%s is read to the last token", (name, line) => {
    const report = readUsage(fixture(name));
    expect(report).toMatchObject({ format: "grok-cli", complete: true, notes: [] });
    expect(report.lines).toMatchObject([{ provider: "x-ai", ...line }]);
    expect(report.lines).toHaveLength(1);
  });

  it.each([
    ["a stream without its end", fixture("interrupted.ndjson")],
    ["a step that isn't finished", fixture("steps.ndjson").split("\n").slice(0, 3).join("\n")],
    ["an end that tells nothing", '{"type":"end","stopReason":"Cancelled","sessionId":"s","requestId":"r"}'],
    ["an end that says so", fixture("result.json").replace('"text"', '"usage_is_incomplete": true, "text"')],
  ])("is incomplete for %s", (_, text) => {
    expect(readUsage(text)).toMatchObject({ format: "grok-cli", complete: false });
  });

  it("claims no cost where it is only a part", () => {
    const [line] = readUsage(fixture("result.json").replace('"text"', '"cost_is_partial": true, "text"')).lines;
    expect(line).toMatchObject({ input: 48_000 });
    expect(line).not.toHaveProperty("reported_cost");
  });
});

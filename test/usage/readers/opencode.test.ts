import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readUsage } from "../../../src/usage/read-usage.ts";

const fixture = (name: string) =>
  readFileSync(new URL(`../../fixtures/usage/opencode/${name}`, import.meta.url), "utf8");

const FIRST = { input: 8_002, cache_read: 0, cache_write_5m: 8_000, output: 150, reported_cost: 32_250_000 };
const BOTH = {
  ...{ model: "", counting: "step", session: "ses_0000000000000001", at: "2026-03-01T10:00:02Z" },
  ...{ input: 16_303, cache_read: 8_000, cache_write_5m: 8_300, output: 218, reasoning: 50 },
  ...{ requests: 2, aggregate: true, largest_input: 8_301, reported_cost: 36_750_000 },
};

describe("opencode", () => {
  it.each([
    ["run.jsonl", BOTH, true],
    ["interrupted.jsonl", FIRST, false],
    ["free.jsonl", { input: 1_000, cache_read: 300, output: 70, reasoning: 50 }, true],
  ])("%s: its steps add up", (name, line, complete) => {
    const report = readUsage(fixture(name));
    expect(report).toMatchObject({ format: "opencode", complete, lines: [line] });
    expect(report.notes).toHaveLength(complete ? 0 : 1);
    expect(report.reported_total).toBe(report.lines[0]?.reported_cost);
  });

  it("claims no cost where it says zero, for a model it has no price of", () => {
    expect(readUsage(fixture("free.jsonl")).lines[0]).not.toHaveProperty("reported_cost");
  });

  it("counts a step once that is told twice", () => {
    expect(readUsage(fixture("run.jsonl") + fixture("run.jsonl")).lines).toMatchObject([BOTH]);
  });
});

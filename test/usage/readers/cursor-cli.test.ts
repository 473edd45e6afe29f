import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readUsage } from "../../../src/usage/read-usage.ts";

const fixture = (name: string) =>
  readFileSync(new URL(`../../fixtures/usage/cursor-cli/${name}`, import.meta.url), "utf8");

describe("Cursor's CLI", () => {
  it.each([
    ["result.json", { model: "", input: 92_500, cache_read: 80_000, cache_write_5m: 500, output: 900 }],
    ["stream.ndjson", { model: "claude-sonnet-4.5", input: 9_300, cache_read: 9_000, output: 20 }],
  ])("%s is read to the last token", (name, line) => {
    const report = readUsage(fixture(name));
    expect(report).toMatchObject({ format: "cursor-cli", complete: true, notes: [] });
    expect(report.lines).toMatchObject([{ ...line, aggregate: true }]);
  });

  it.each([
    ["interrupted.ndjson", /interrupted/],
    ["old-result.json", /reports no tokens/],
  ])("%s is incomplete", (name, note) => {
    const report = readUsage(fixture(name));
    expect(report).toMatchObject({ complete: false, lines: [] });
    expect(report.notes.join()).toMatch(note);
  });

  it("counts a result once that is there twice", () => {
    expect(readUsage(fixture("stream.ndjson").repeat(2)).lines).toMatchObject([{ input: 9_300 }]);
  });
});

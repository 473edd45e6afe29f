import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { addedUp } from "../../src/usage/added-up.ts";
import { READERS, readUsage } from "../../src/usage/read-usage.ts";

const FOLDER = new URL("../fixtures/usage/claude-code/", import.meta.url);
const fixture = (name: string) => readFileSync(new URL(name, FOLDER), "utf8");
const RECORD = JSON.stringify({ token_budget_usage: 1, usage: [{ model: "m", input: 2000, output: 1500 }] });

describe("recognising usage", () => {
  it.each([
    ["nothing", ""],
    ["blanks", " \r\n\t\n"],
    ["a byte order mark alone", "\uFEFF"],
  ])("calls %s empty", (_, text) => {
    expect(() => readUsage(text)).toThrow(expect.objectContaining({ code: "empty" }));
  });

  it.each([
    ["prose", "The agent finished.\nTokens used: 4,114\n"],
    ["a number", "5"],
    ["null", "null"],
    ["another object", '{"type":"result","stats":{}}'],
    ["Cursor's look-alike", '{"type":"result","subtype":"success","is_error":false,"duration_ms":5,"result":"ok"}'],
    ["bytes", "\u0000\u0001\u0002PNG"],
    ["an object cut short", fixture("json-run.json").slice(0, 200)],
    ["an array of numbers", "[1,2,3]"],
  ])("doesn't recognize %s, and lists what it reads", (_, text) => {
    expect(() => readUsage(text)).toThrow(expect.objectContaining({ code: "unrecognised" }));
    expect(() => readUsage(text)).toThrow(/Supported formats: your own record, .*Claude Code, .*usage\.md/);
  });

  it.each([
    ["a byte order mark", (text: string) => `\uFEFF${text}`],
    ["Windows line ends", (text: string) => text.replaceAll("\n", "\r\n")],
    ["blank lines", (text: string) => text.replaceAll("\n", "\n\n")],
  ])("reads a stream with %s", (_, change) => {
    expect(readUsage(change(fixture("stream.ndjson")))).toEqual(readUsage(fixture("stream.ndjson")));
  });

  it("leaves a line that is cut off and lines that aren't JSON out, and says so", () => {
    const report = readUsage(`npm warn something\n${fixture("stream.ndjson")}{"type":"assist`);
    expect(report.lines).toEqual(readUsage(fixture("stream.ndjson")).lines);
    expect(report.notes).toEqual([
      "The last line is cut off and was left out.",
      "One line isn't a JSON object and was left out.",
    ]);
    expect(report.complete).toBe(false);
  });

  it("finds an object that is printed over several lines among other lines", () => {
    const printed = JSON.stringify(JSON.parse(RECORD), null, 2);
    const { lines } = readUsage(RECORD);
    expect(readUsage(`{\nnpm warn\n${printed}\nDone.\n`)).toMatchObject({ lines, complete: true });
    expect(readUsage(`${printed}\r\n${printed.replaceAll("\n", "\r\n")}`)).toMatchObject({
      lines: [...lines, ...lines],
    });
  });

  it("gives up on a text of braces in a moment", () => {
    expect(() => readUsage(`${'{\n"a":[\n'.repeat(100_000)}\n}`)).toThrow(
      expect.objectContaining({ code: "unrecognised" }),
    );
  });

  it("knows each reader by one name", () => {
    expect(new Set(READERS.map((reader) => reader.name)).size).toBe(READERS.length);
  });
});

describe("a record of one's own", () => {
  it("is read with its cost and its kinds", () => {
    const element = { provider: "acme", model: "m", input: 10, cache_read: 4, cache_write: 2, output: 3, cost: 0.5 };
    const report = readUsage(JSON.stringify({ token_budget_usage: 1, usage: [element] }));
    expect(report).toMatchObject({ format: "token-budget", complete: true, notes: [] });
    expect(report.lines).toMatchObject([
      { ...{ provider: "acme", model: "m", input: 10, cache_read: 4, cache_write_5m: 2, output: 3 }, requests: 1 },
    ]);
    expect(report.lines[0]?.reported_cost).toBe(500_000_000);
  });

  it("may say how and when it was served, and what was used beside tokens", () => {
    const served = { tier: "priority", region: "us", at: "2026-11-22T10:00:00Z", extras: { file_search: 2 } };
    const element = { model: "m", input: 10, output: 3, aggregate: true, smallest_input: 2, ...served };
    expect(readUsage(JSON.stringify({ token_budget_usage: 1, usage: [element] })).lines).toMatchObject([element]);
  });

  it("may say what of an agent asked for it, and that it was counted by length; its ids aren't kept", () => {
    const lines = ["main", "subagent", "main"].map((by, index) => ({
      model: "m",
      input: 10,
      output: 3,
      by,
      id: `h${index}`,
    }));
    const text = [...lines, { ...lines[0], estimated: true }].map((line) => ({ token_budget_usage: 1, usage: [line] }));
    const report = readUsage(text.map((one) => JSON.stringify(one)).join("\n"));
    expect(report.lines).toHaveLength(4);
    expect(report.lines.map(({ by, estimated }) => [by, estimated])).toEqual([
      ...[
        ["main", undefined],
        ["subagent", undefined],
        ["main", undefined],
        ["main", true],
      ],
    ]);
    expect(JSON.stringify(report)).not.toContain("h0");
    expect(addedUp(report.lines).map(({ by, estimated, requests }) => [by, estimated, requests])).toEqual([
      ...[
        ["main", undefined, 2],
        ["subagent", undefined, 1],
        ["main", true, 1],
      ],
    ]);
  });

  it.each([
    ["a flag that is none", { token_budget_usage: 1, usage: [{ input: 5, estimated: "yes" }] }],
    ["a part that is no text", { token_budget_usage: 1, usage: [{ input: 5, by: 1 }] }],
    ["another version", { token_budget_usage: 2, usage: [{ input: 1 }] }],
    ["no list", { token_budget_usage: 1 }],
    ["an empty list", { token_budget_usage: 1, usage: [] }],
    ["a misspelt count", { token_budget_usage: 1, usage: [{ model: "m", inputs: 5, output: 1 }] }],
    ["neither tokens nor cost", { token_budget_usage: 1, usage: [{ model: "m" }] }],
    ["a time that is none", { token_budget_usage: 1, usage: [{ input: 5, at: "yesterday" }] }],
    ["a time in milliseconds", { token_budget_usage: 1, usage: [{ input: 5, at: 1_790_000_000_000 }] }],
    ["extras that are no object", { token_budget_usage: 1, usage: [{ input: 5, extras: 1 }] }],
    ["a misspelt extra", { token_budget_usage: 1, usage: [{ input: 5, extras: { file_searches: 1 } }] }],
    ["a negative extra", { token_budget_usage: 1, usage: [{ input: 5, extras: { file_search: -1 } }] }],
    ["a tier that is no text", { token_budget_usage: 1, usage: [{ input: 5, tier: 2 }] }],
    ["a count in a string", { token_budget_usage: 1, usage: [{ model: "m", input: "5" }] }],
    ["a negative cost", { token_budget_usage: 1, usage: [{ cost: -1 }] }],
    ["both names of one count", { token_budget_usage: 1, usage: [{ input: 9, cache_write: 1, cache_write_5m: 1 }] }],
  ])("is refused with %s", (_, record) => {
    expect(() => readUsage(JSON.stringify(record))).toThrow(expect.objectContaining({ code: "bad-usage" }));
  });
});

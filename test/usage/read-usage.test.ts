import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { READERS, readUsage } from "../../src/usage/read-usage.ts";
import { COUNT_KEYS } from "../../src/usage/usage.ts";
import { UsageError } from "../../src/usage/usage-error.ts";

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
  ])("doesn't recognise %s, and lists what it reads", (_, text) => {
    expect(() => readUsage(text)).toThrow(expect.objectContaining({ code: "unrecognised" }));
    expect(() => readUsage(text)).toThrow(/We read: .*token_budget_usage.*Claude Code/);
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

  it.each([
    ["another version", { token_budget_usage: 2, usage: [{ input: 1 }] }],
    ["no list", { token_budget_usage: 1 }],
    ["an empty list", { token_budget_usage: 1, usage: [] }],
    ["a misspelt count", { token_budget_usage: 1, usage: [{ model: "m", inputs: 5, output: 1 }] }],
    ["neither tokens nor cost", { token_budget_usage: 1, usage: [{ model: "m" }] }],
    ["a count in a string", { token_budget_usage: 1, usage: [{ model: "m", input: "5" }] }],
    ["a negative cost", { token_budget_usage: 1, usage: [{ cost: -1 }] }],
    ["both names of one count", { token_budget_usage: 1, usage: [{ input: 9, cache_write: 1, cache_write_5m: 1 }] }],
  ])("is refused with %s", (_, record) => {
    expect(() => readUsage(JSON.stringify(record))).toThrow(expect.objectContaining({ code: "bad-usage" }));
  });
});

describe("hostile files", () => {
  const texts = [...readdirSync(FOLDER).map(fixture), RECORD];
  const junk = fc.oneof(
    fc.constantFrom(
      "-1",
      "1e999",
      "0.5",
      "null",
      "9007199254740993",
      '"__proto__"',
      "{}",
      "[]",
      "{",
      "\u0000",
      "1e-400",
    ),
    fc.string({ maxLength: 8 }),
  );
  const mutation = fc.record({ text: fc.constantFrom(...texts), at: fc.nat(), length: fc.nat(40), junk });

  it("never throw anything but a usage error, nor give counts that make no sense", () => {
    const changed = mutation.map(({ text, at, length, junk: put }) => {
      const from = at % text.length;
      return text.slice(0, from) + put + text.slice(from + length);
    });
    fc.assert(fc.property(fc.oneof(changed, changedNumbers(texts)), expectSense), { numRuns: 3000 });
  });
});

/** A text with one of its numbers put to something else, so that it stays JSON. */
function changedNumbers(texts: readonly string[]) {
  const value = fc.oneof(fc.double(), fc.integer(), fc.constant(null), fc.string(), fc.constant({}), fc.boolean());
  return fc.record({ text: fc.constantFrom(...texts), at: fc.nat(), value }).map(({ text, at, value: put }) => {
    const numbers = [...text.matchAll(/(?<=": )\d[\d.]*|(?<=":)\d[\d.]*/g)];
    const number = numbers[at % numbers.length];
    if (!number) return text;
    return text.slice(0, number.index) + JSON.stringify(put) + text.slice(number.index + number[0].length);
  });
}

function expectSense(text: string): void {
  try {
    for (const line of readUsage(text).lines) {
      for (const key of COUNT_KEYS) expect(Number.isSafeInteger(line[key]) && line[key] >= 0).toBe(true);
      expect(line.cache_read + line.cache_write_5m + line.cache_write_1h).toBeLessThanOrEqual(line.input);
      expect(line.reasoning).toBeLessThanOrEqual(line.output);
      expect(line.reported_cost ?? 0).toBeGreaterThanOrEqual(0);
    }
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
  }
}

import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, it } from "vitest";
import { objectsOf } from "../../src/usage/json-text.ts";
import { READERS, readUsage } from "../../src/usage/read-usage.ts";
import { COUNT_KEYS, type UsageReport } from "../../src/usage/usage.ts";
import { UsageError } from "../../src/usage/usage-error.ts";
import { countOf } from "../support/pace/pace.ts";

const FIXTURES = new URL("../fixtures/usage/", import.meta.url);
const RECORD = JSON.stringify({ token_budget_usage: 1, usage: [{ model: "m", input: 2000, output: 1500 }] });
const TEXTS = [
  RECORD,
  ...readdirSync(FIXTURES, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(`${entry.parentPath}/${entry.name}`, "utf8")),
];

const NUMBERS = ["-1", "-0", "0", "1", "0.5", "1e999", "1e-400", "9007199254740991", "9007199254740993", "8388608"];
const VALUES = ["null", "true", '""', '"5"', '"__proto__"', '"constructor"', "{}", "[]", "[{}]", '{"a":{"b":[1]}}'];
const junk = fc.oneof(
  fc.constantFrom(...NUMBERS, ...VALUES, "{", "}", "\u0000", "\uFEFF", "\uD800", "\n", "\n}\n", "\r\n{\n"),
  fc.string({ maxLength: 8 }),
);
const text = fc.constantFrom(...TEXTS);

/** A stretch of the text put to something else. */
const overwritten = fc
  .record({ of: text, at: fc.nat(), length: fc.nat(40), put: junk })
  .map(({ of, at, length, put }) => {
    const from = at % of.length;
    return of.slice(0, from) + put + of.slice(from + length);
  });

/** One value put to another one, so that it stays JSON. */
const exchanged = fc
  .record({ of: text, at: fc.nat(), put: fc.constantFrom(...NUMBERS, ...VALUES) })
  .map(({ of, at, put }) => {
    const values = [...of.matchAll(/(?<=":\s*)(?:-?\d[\d.eE+-]*|"(?:[^"\\]|\\.)*"|true|false|null)/g)];
    const value = values[at % Math.max(1, values.length)];
    return value ? of.slice(0, value.index) + put + of.slice(value.index + value[0].length) : of;
  });

/** Lines left out, repeated, in another order, or of another tool's file. */
const mixed = fc.tuple(text, text, fc.array(fc.nat(), { minLength: 1, maxLength: 12 })).map(([one, other, picks]) => {
  const lines = [...one.split("\n"), ...other.split("\n")];
  return picks.map((pick) => lines[pick % lines.length]).join("\n");
});

const mutated = fc.oneof(overwritten, exchanged, exchanged, mixed);

describe("hostile files", () => {
  it("never make a reader throw anything but a usage error, nor give figures that make no sense", () => {
    const hostile = fc.record({ file: mutated, reader: fc.constantFrom(...READERS) });
    const property = fc.property(hostile, ({ file, reader }) => {
      refuseNonsense(() => recognised(file));
      // Any reader may get objects that only look like its own.
      refuseNonsense(() => reader.read(objectsOf(file, { skipped: 0, cutOff: false })));
      refuseNonsense(() => reader.readText?.(file));
    });
    fc.assert(property, { numRuns: countOf("hostileFiles") });
  });
});

function recognised(file: string): UsageReport {
  const report = readUsage(file);
  if (report.lines.length === 0 && report.complete) throw new Error(`${report.format} is complete without a line`);
  return report;
}

function refuseNonsense(read: () => UsageReport | undefined): void {
  try {
    const problem = nonsenseIn(read());
    if (problem !== undefined) throw new Error(problem);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
  }
}

function nonsenseIn(report: UsageReport | undefined): string | undefined {
  if (report === undefined) return undefined;
  if (!isCount(report.reported_total ?? 0)) return `reported_total is ${report.reported_total}`;
  for (const line of report.lines) {
    const bad = COUNT_KEYS.find((key) => !isCount(line[key]));
    if (bad !== undefined) return `${bad} is ${line[bad]}`;
    const cached = line.cache_read + line.cache_write_5m + line.cache_write_1h;
    if (cached > line.input) return `${cached} of ${line.input} input tokens are cached`;
    if (line.reasoning > line.output) return `${line.reasoning} of ${line.output} output tokens are reasoning`;
    if (!isCount(line.reported_cost ?? 0)) return `reported_cost is ${line.reported_cost}`;
    if (!isCount(line.largest_input ?? 0) || (line.largest_input ?? 0) > line.input) return "largest_input is no part";
    if (!Object.values(line.own ?? {}).every(isCount)) return `own is ${JSON.stringify(line.own)}`;
    if (line.at !== undefined && Number.isNaN(Date.parse(line.at))) return `at is ${line.at}`;
    if (line.counting === "cumulative" && line.session === undefined) return "a counter without its session";
  }
  return undefined;
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0 && !Object.is(value, -0);
}

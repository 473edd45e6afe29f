import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { newOutline } from "../../src/usage/json-outline.ts";
import { readUsage } from "../../src/usage/read-usage.ts";
import type { Text } from "../../src/usage/text.ts";
import { countOf } from "../support/pace/pace.ts";

const FOLDER = new URL("../fixtures/usage/", import.meta.url);
const FIXTURES = readdirSync(FOLDER, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => readFileSync(`${entry.parentPath}/${entry.name}`, "utf8"));
const RECORD = JSON.stringify({ token_budget_usage: 1, usage: [{ model: "m", input: 2000, output: 1500 }] });
const PRINTED = JSON.stringify(JSON.parse(RECORD), null, 2);

/** The same text, handed over in pieces of so many characters. */
const inPieces = (text: string, length: number): Text => ({
  *chunks() {
    for (let at = 0; at < text.length; at += length) yield text.slice(at, at + length);
  },
});

function answerTo(text: Text): unknown {
  try {
    return readUsage(text);
  } catch (error) {
    return String(error);
  }
}

describe("a text in pieces", () => {
  const junk = fc.constantFrom(
    "{",
    "}",
    "[",
    "]",
    '"',
    "\\",
    ",",
    "\n",
    "\r\n{\n",
    "\n}\n",
    "\uFEFF",
    "\u0000",
    "data:",
  );
  const damaged = fc
    .record({ text: fc.constantFrom(...FIXTURES), at: fc.nat(), length: fc.nat(40), put: junk })
    .map(({ text, at, length, put }) => {
      const from = at % text.length;
      return text.slice(0, from) + put + text.slice(from + length);
    });

  it("says the same as in one, wherever it is cut", () => {
    const text = fc.oneof(fc.constantFrom(...FIXTURES), damaged);
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 300 }), (whole, length) => {
        expect(answerTo(inPieces(whole, length))).toEqual(answerTo(whole));
      }),
      { numRuns: countOf("manyCases") },
    );
  });

  it("isn't gone through to its end to find out that it is no text", () => {
    function* chunks() {
      yield `\u0089PNG\u0000${"x".repeat(10_000)}`;
      throw new Error("went on");
    }
    expect(() => readUsage({ chunks })).toThrow(/^This isn't text.*Supported formats: .*Claude Code/);
  });

  it("is let go wherever reading it ends", () => {
    let open = 0;
    const source = (text: string): Text => ({
      *chunks() {
        open += 1;
        try {
          yield text;
          yield "\n";
        } finally {
          open -= 1;
        }
      },
    });
    for (const text of [...FIXTURES, "", "prose", "\0", "[1, x", `${RECORD}\n${RECORD}`]) answerTo(source(text));
    expect(open).toBe(0);
  });

  it("may have lines that no prose has", () => {
    const long = `${"x".repeat(200_000)}\n${FIXTURES.find((text) => text.startsWith("Aider")) ?? ""}`;
    expect(answerTo(inPieces(long, 1_000))).toEqual(answerTo(long));
    expect(answerTo(inPieces(`${RECORD}${" ".repeat(200_000)}`, 1_000))).toEqual(answerTo(RECORD));
  });
});

describe("an object over several lines", () => {
  const { lines } = readUsage(RECORD);

  it.each([
    ["in a text of its own, indented", `\n  ${PRINTED.replaceAll("\n", "\n  ")}\n\n`],
    ["after a bracket that opens a line", `[12:00:01] npm test\n${PRINTED}`],
    ["after a broken object", `{"a": [1,\n${PRINTED}`],
    ["that begins on the line of its brace", `Done.\n${PRINTED.replace("{\n", "{")}\n`],
    ["in an array over several lines", JSON.stringify([JSON.parse(RECORD)], null, 2)],
    ["in an array on one line", `[${RECORD}]`],
  ])("is read %s", (_, text) => {
    expect(readUsage(text).lines).toEqual(lines);
  });

  it.each([
    ["in an array without an end", `[\n  ${PRINTED.replaceAll("\n", "\n  ")},\n  {"a": 1}\n`],
    ["in an array without a beginning", `  ${PRINTED.replaceAll("\n", "\n  ")}\n]\n`],
    ["in an array with a fault", `[${RECORD}, x]`],
  ])("is left alone %s: what else there was isn't known", (_, text) => {
    expect(() => readUsage(text)).toThrow(expect.objectContaining({ code: "unrecognised" }));
  });

  it("makes the usage incomplete when it is cut off", () => {
    const report = readUsage(`${RECORD}\n${PRINTED.slice(0, 40)}`);
    expect(report).toMatchObject({ lines, complete: false });
    expect(report.notes[0]).toBe("The last line is cut off and was left out.");
  });
});

describe("an outline", () => {
  const outcome = (text: string) => {
    const outline = newOutline();
    let at = outline.goOn(text, 0);
    while (outline.state() === "separated") at = outline.goOn(text, at);
    return [outline.state(), at];
  };

  it("closes every JSON object and array where it ends", () => {
    const value = fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), fc.array(fc.jsonValue()));
    fc.assert(
      fc.property(value, fc.constantFrom(undefined, 1, "\t"), (one, indent) => {
        const text = JSON.stringify(one, null, indent);
        expect(outcome(`${text} {`)).toEqual(["closed", text.length]);
        expect(outcome(text.slice(0, -1))[0]).toBe("open");
      }),
    );
  });

  it.each(['{"a\n', "{a", "{1:2}", '{"a" "b"', '{"a":1 2', '{"a":1"', '{"a":[}', "[1,]]", "[1 {", "{,", '{"a":}', "x"])(
    "breaks off in %j",
    (text) => {
      expect(outcome(text)[0]).toBe("broken");
    },
  );
});

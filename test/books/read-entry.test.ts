import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeEntry, type Entry, encodeEntry, entrySchema } from "../../src/books/entry.ts";
import { readEntry } from "../../src/books/read-entry.ts";
import { quickDecoder } from "../../src/values/quick-decode.ts";
import { ledgers } from "../export/focus/ledgers.ts";
import { countOf } from "../support/pace/pace.ts";
import { Bookkeeper, check, record } from "./sample-books.ts";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const line = ledgers.chain(({ entries }) =>
  entries.length === 0 ? fc.constant('{"id":""}') : fc.constantFrom(...entries.map((entry) => encodeEntry(entry))),
);

/** Every place in a value, as the keys that lead there. */
function placesIn(value: Json, path: readonly string[] = []): (readonly string[])[] {
  const inside = typeof value === "object" && value !== null ? Object.entries(value) : [];
  return [path, ...inside.flatMap(([key, inner]) => placesIn(inner, [...path, key]))];
}

/** The value with another one at a place; undefined takes it away. */
function withAt(value: Json, [key, ...rest]: readonly string[], other: Json | undefined): Json | undefined {
  if (key === undefined) return other;
  if (typeof value !== "object" || value === null) return value;
  const changed: [string, Json | undefined][] = Object.entries(value).map(([name, inner]) => [
    name,
    name === key ? withAt(inner, rest, other) : inner,
  ]);
  const kept = changed.flatMap(([name, inner]) => (inner === undefined ? [] : [[name, inner] as const]));
  return Array.isArray(value) ? kept.map(([, inner]) => inner) : Object.fromEntries(kept);
}

/** What a hand or a disk may leave in place of a value. */
const odd: fc.Arbitrary<Json | undefined> = fc.constantFrom(
  ...[undefined, null, true, "", "x", "2026-02", "2026-02-14T10:00:00Z", "2026-02-14T10:00:00", "2026-13"],
  ...[0, -0, -1, 0.5, 1e-10, 3, 8_388_608, -9e15, 2 ** 53, 1e21],
  ...[[], {}, [1], ["a"], { a: 1 }, { a: "b" }, { constructor: 1 }, { toString: "b" }],
);

function answerOf(read: (text: string) => Entry, text: string): unknown {
  try {
    return read(text);
  } catch (error) {
    return String(error);
  }
}

describe("a ledger line that is read quickly", () => {
  it("is the entry that its schema decodes, and is written again byte by byte", () => {
    fc.assert(
      fc.property(line, (text) => {
        expect(answerOf(readEntry, text)).toEqual(answerOf(decodeEntry, text));
        if (text !== '{"id":""}') expect(encodeEntry(readEntry(text))).toBe(text);
      }),
      { numRuns: countOf("manyCases") },
    );
  });

  it("is accepted or refused as its schema does, with the same words, whatever is wrong with it", () => {
    fc.assert(
      fc.property(line, fc.nat(), odd, (text, pick, other) => {
        const value: Json = JSON.parse(text);
        const places = placesIn(value);
        const changed = JSON.stringify(withAt(value, places[pick % places.length] ?? [], other)) ?? "";
        expect(answerOf(readEntry, changed)).toEqual(answerOf(decodeEntry, changed));
      }),
      { numRuns: countOf("manyCases") },
    );
  });

  it.each([
    ["a key that every object has", '"__proto__":{"cost":1}'],
    ["a key that every object inherits", '"constructor":1'],
    ["a key of a newer release", '"invoice":{"number":"INV-1"}'],
    ["a tag that every object has", '"tags":{"__proto__":"a"}'],
    ["a key that comes twice", '"cost":0.25'],
  ])("has %s as its schema does", (_, pair) => {
    const text = `{"id":"a","at":"2026-02-14T10:00:00Z","month":"2026-02","kind":"charge","cost":1,${pair}}`;
    expect(answerOf(readEntry, text)).toEqual(answerOf(decodeEntry, text));
    expect(readEntry(text).id).toBe("a");
  });

  it("needs the schema for none of the lines that the books write", () => {
    const keeper = new Bookkeeper();
    const [run, quick] = [{ tags: { team: "web" } }, quickDecoder(entrySchema)];
    keeper.do(check({ ...run, id: "held" }));
    keeper.do(record({ ...run, hold: "held", result: "success", pr: "12", outcomes: { lines: 3 } }));
    const lines = keeper.entries.map((entry) => encodeEntry(entry));
    expect(lines.map((text) => quick(JSON.parse(text)))).toEqual(lines.map((text) => decodeEntry(text)));
  });
});

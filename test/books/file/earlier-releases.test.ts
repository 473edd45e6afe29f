import { globSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { decodeEntry, encodeEntry } from "../../../src/books/entry.ts";
import { decodeState } from "../../../src/books/file/decode.ts";
import { encodeState } from "../../../src/books/file/encode.ts";

/** Written by the programs of that release, with every kind of operation and of key. */
const RELEASES = ["0.1.0"];

describe.each(RELEASES)("the books of %s", (release) => {
  const folder = `test/fixtures/books/${release}`;

  it.each(globSync(`${folder}/state-*.json`).toSorted())("are read and written byte for byte: %s", (path) => {
    const text = readFileSync(path, "utf8");
    const decoded = decodeState(text);
    if (decoded.kind !== "state") throw new Error(`${path} is ${decoded.kind}`);
    expect(encodeState(decoded.state)).toBe(text);
  });

  const lines = readFileSync(`${folder}/ledger.ndjson`, "utf8").trimEnd().split("\n");

  it("have every kind of entry that can be made by hand or by a run", () => {
    const kinds = new Set(lines.map((line) => decodeEntry(line).kind));
    expect([...kinds].toSorted()).toEqual(["adjust", "charge", "correction", "release", "reset", "rollover"]);
  });

  it.each(lines.map((line) => [decodeEntry(line).id, line]))(
    "have lines that are read and written alike: %s",
    (_, line) => {
      expect(encodeEntry(decodeEntry(line))).toBe(line);
    },
  );
});

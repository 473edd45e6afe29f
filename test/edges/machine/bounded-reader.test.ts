import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { boundedReader, heapOf } from "../../../src/edges/machine/bounded-reader.ts";
import type { Reading } from "../../../src/edges/machine/reading.ts";

const folder = mkdtempSync(join(tmpdir(), "bounded-reader-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const HONEST = new URL("../../fixtures/usage/claude-code/execution-file.json", import.meta.url).pathname;
const SIZE = statSync(HONEST).size;
const honest: Reading = { kind: "usage", text: { path: HONEST, size: SIZE } };

describe("reading", () => {
  it("a few small files costs no time that anybody counts", async () => {
    expect(await boundedReader(0)([honest, honest])).toMatchObject([{ kind: "report" }, { kind: "report" }]);
    expect(await boundedReader(0)([])).toEqual([]);
  });

  it("more than that has its time, all of it together", async () => {
    const unread = { kind: "unusable", code: "too-much" };
    expect(await boundedReader(0, { smallBytes: 2 * SIZE - 1 })([honest, honest])).toMatchObject([unread, unread]);
    expect(await boundedReader(0, { smallBytes: 0 })([{ kind: "usage", text: { printed: "{}" } }])).toMatchObject([
      unread,
    ]);
    expect(await boundedReader(600, { smallBytes: 0 })([honest])).toMatchObject([{ kind: "report" }]);
  });

  it("is over at once where there is more in a JSON value than any tool writes", async () => {
    const path = join(folder, "bomb.json");
    const text = `{"a":${"[".repeat(1_000_000)}}`;
    writeFileSync(path, text);
    const [answer] = await boundedReader(600)([{ kind: "usage", text: { path, size: text.length } }]);
    const message = "It has a JSON value nested deeper than 10000, which is more than any tool writes.";
    expect(answer).toEqual({ kind: "unusable", code: "too-much", message });
  });

  it("takes half of a container's memory at most", () => {
    expect(heapOf(512 * 1024 * 1024)).toBe(256);
    expect(heapOf(64 * 1024 ** 3)).toBe(768);
    expect([heapOf(0), heapOf(2 ** 64)]).toEqual([768, 768]);
  });
});

import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { objectsOf } from "../../../src/usage/json-text.ts";
import { READERS, readUsage } from "../../../src/usage/read-usage.ts";

const FOLDER = new URL("../../fixtures/usage/", import.meta.url);
const FIXTURES = readdirSync(FOLDER, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => {
    const path = `${entry.parentPath}/${entry.name}`;
    return { path, tool: entry.parentPath.replaceAll("\\", "/").split("/usage/").at(-1)?.split("/")[0] };
  });

/** The names of all readers that take a text for their tool's, not only of the first. Printed text comes before JSON. */
function takers(text: string): string[] {
  const ofText = READERS.filter(({ readText }) => readText?.(text) !== undefined);
  const objects = [...objectsOf(text, { skipped: 0, cutOff: false })];
  const takes = ofText.length > 0 ? ofText : READERS.filter(({ recognize }) => objects.some(recognize));
  return takes.map((reader) => reader.name);
}

describe("the readers together", () => {
  it("have fixtures each, but for the record of one's own", () => {
    const names = READERS.map((reader) => reader.name).filter((name) => name !== "token-budget");
    expect([...new Set(FIXTURES.map(({ tool }) => tool))].sort()).toEqual(names.sort());
  });

  it.each(FIXTURES)("leave $path to its tool's", ({ path, tool }) => {
    const text = readFileSync(path, "utf8");
    expect(takers(text)).toEqual([tool]);
    expect(readUsage(text).format).toBe(tool);
  });
});

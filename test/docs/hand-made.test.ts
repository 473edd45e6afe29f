import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { decodeState } from "../../src/books/file/decode.ts";
import { legacySchema } from "../../src/books/file/version-1.ts";
import { sectionsIn } from "./pages.ts";

const section = sectionsIn(readFileSync("docs/books.md", "utf8")).find(
  ({ anchor }) => anchor === "files-you-write-by-hand",
);
const [, shown = ""] = /^```json\n(.*?)^```/ms.exec(section?.text ?? "") ?? [];
const file = JSON.parse(shown) as Readonly<Record<string, unknown>>;
const without = (key: string) => JSON.stringify({ ...file, [key]: undefined });
const REQUIRED = ["version", "current_month", "total_spent"];

describe("the state file that people may write by hand", () => {
  it("is one of version 1.0, with every key that it may have", () => {
    expect(decodeState(shown)).toMatchObject({ kind: "legacy", legacy: { current_month: "2026-02" } });
    expect(Object.keys(file).toSorted()).toEqual(Object.keys(legacySchema.shape).toSorted());
  });

  it.each(REQUIRED)("needs %s", (key) => {
    expect(decodeState(without(key)).kind).toBe("unreadable");
  });

  it.each(Object.keys(file).filter((key) => !REQUIRED.includes(key)))("may leave out %s", (key) => {
    expect(decodeState(without(key)).kind).toBe("legacy");
  });

  it("takes no text for dollars", () => {
    expect(decodeState(JSON.stringify({ ...file, total_spent: "7.5" })).kind).toBe("unreadable");
  });

  it.each([
    ["the month and its dollars", { month: "2026-01", total_spent: 12.1 }, "legacy"],
    ["no month", { total_spent: 12.1 }, "unreadable"],
    ["no dollars", { month: "2026-01" }, "unreadable"],
  ])("with a line of history that has %s", (_, line, kind) => {
    expect(decodeState(JSON.stringify({ ...file, history: [line] })).kind).toBe(kind);
  });
});

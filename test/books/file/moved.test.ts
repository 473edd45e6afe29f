import { describe, expect, it } from "vitest";
import { decodeState } from "../../../src/books/file/decode.ts";
import { encodeState } from "../../../src/books/file/encode.ts";
import { movedText, readStateText, unmovedText } from "../../../src/books/file/moved.ts";
import { nanoOf } from "../../../src/values/money.ts";
import { freshState, hold } from "../sample-books.ts";

const MOVED = { to: "github:o/r@token-budget", at: "2026-02-14T10:00:00Z" };
const state = freshState({ holds: [hold()], total_spent: nanoOf(1.5), requires: ["budgets"] });

function stateIn(text: string) {
  const read = readStateText(text);
  if (read.kind !== "state") throw new Error(read.kind);
  return read;
}

describe("a state that was moved", () => {
  it("is unreadable to writers, of older releases as well, and says where the books are", () => {
    const text = movedText(state, MOVED);
    expect(JSON.parse(text)).toMatchObject({ requires: ["budgets", "moved"], moved: MOVED, total_spent: 1.5 });
    expect(decodeState(text)).toMatchObject({ kind: "unreadable", moved: MOVED });
  });

  it("is the same to the byte once it is unmarked, however often it was marked", () => {
    const once = movedText(state, MOVED);
    const twice = movedText(stateIn(once).state, { to: "postgres:octo-org", is: "arriving" });
    expect(stateIn(twice).moved).toEqual({ to: "postgres:octo-org", is: "arriving" });
    expect(unmovedText(stateIn(twice).state)).toBe(encodeState(state));
    expect(stateIn(encodeState(state)).moved).toBeUndefined();
  });

  it.each([
    ["nothing", undefined],
    ["text", "github:o/r"],
    ["null", null],
    ["a place that isn't text", { to: 5 }],
    ["what a newer release may say", { to: "x", is: "elsewhere" }],
  ])("is never taken for one that can be written: %s in moved", (_, moved) => {
    const text = JSON.stringify({ ...JSON.parse(encodeState(state)), requires: ["moved"], moved });
    expect(decodeState(text).kind).toBe("unreadable");
    expect(readStateText(text).kind).toBe("unreadable");
  });
});

import { describe, expect, it } from "vitest";
import { bookedInEnvironment, bookedText } from "../../../src/edges/action/booked-sessions.ts";
import { BOOKED_VARIABLE } from "../../../src/edges/action/inputs.ts";

const BOOKS = "o/r@token-budget:token_budget.json";
const read = (text: string, books = BOOKS) => bookedInEnvironment({ [BOOKED_VARIABLE]: text }, books);

describe("the sessions that a job has booked", () => {
  it.each([
    [{ sessions: new Map([["claude-code:a", "0a1b"]]) }],
    [{ sessions: new Map([["claude-code:a b,c=d ü", ""]]), untilMs: 1_771_070_400_000 }],
    [{ sessions: new Map(), untilMs: 0 }],
    [{ sessions: new Map() }],
  ])("are read as they were exported", (booked) => {
    expect(read(bookedText(booked, BOOKS))).toEqual(booked);
    expect(read(bookedText(booked, BOOKS), "o/other@token-budget:token_budget.json")).toBeUndefined();
  });

  it.each(["", "x", `later,a=b ${BOOKS}`, `,%E0%A4=1 ${BOOKS}`, `-1 ${BOOKS}`])("are unknown after %j", (text) => {
    expect(read(text)).toBeUndefined();
    expect(bookedInEnvironment({}, BOOKS)).toBeUndefined();
  });

  it("are the last hundred", () => {
    const sessions = new Map(Array.from({ length: 150 }, (_, index) => [`codex:${index}`, ""] as const));
    expect([...(read(bookedText({ sessions }, BOOKS))?.sessions.keys() ?? [])]).toEqual([...sessions.keys()].slice(50));
  });
});

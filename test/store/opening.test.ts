import { describe, expect, it } from "vitest";
import { encodeEntry } from "../../src/books/entry.ts";
import { decodeState } from "../../src/books/file/decode.ts";
import { encodeState } from "../../src/books/file/encode.ts";
import { frozenNote, openBooks } from "../../src/store/opening.ts";
import type { Snapshot } from "../../src/store/port.ts";
import { BudgetError } from "../../src/values/errors.ts";
import { nanoOf } from "../../src/values/money.ts";
import { circumstances, freshState } from "../books/sample-books.ts";
import { MemoryStore, PLACE } from "./memory-store.ts";
import { entryOf } from "./store-contract.ts";

const LEGACY = JSON.stringify({ version: "1.0", current_month: "2026-02", total_spent: 5.23 });

type Change = { readonly state?: string; readonly lines?: readonly string[]; readonly legacy?: Snapshot["legacy"] };

function open({ legacy = null, ...kept }: Change) {
  return openBooks({ ...new MemoryStore(kept).snapshot(), legacy }, PLACE, circumstances());
}

function frozen(text: string): Snapshot["legacy"] {
  return { path: "token_budget.json", branch: "main", state: decodeState(text) };
}

function problemOf(change: Change): BudgetError {
  try {
    open(change);
  } catch (error) {
    if (error instanceof BudgetError) return error;
  }
  throw new Error("the books were opened");
}

describe("opening the books", () => {
  it("takes them as they are", () => {
    const state = freshState({ total_spent: nanoOf(5.23) });
    expect(open({ state: encodeState(state) })).toMatchObject({ isNew: false, draft: { state, entries: [] } });
  });

  it("begins with nothing spent where there is nothing", () => {
    const { draft, isNew } = open({});
    expect(isNew).toBe(true);
    expect(draft.entries).toEqual([]);
    expect(draft.state).toMatchObject({ current_month: "2026-02", total_spent: 0, last_reset: "2026-02-14T10:00:00Z" });
  });

  it("begins with the figures of a version 1.0 file on the default branch", () => {
    const { draft, isNew } = open({ legacy: frozen(LEGACY) });
    expect(isNew).toBe(true);
    expect(draft.state.total_spent).toBe(nanoOf(5.23));
    expect(draft.entries.map(({ kind }) => kind)).toEqual(["import"]);
  });

  it("begins no new books while the default branch holds some of version 2.0", () => {
    const error = problemOf({ legacy: frozen(encodeState(freshState({ total_spent: nanoOf(5.23) }))) });
    expect(error.code).toBe("state-unreadable");
    expect(error.message).toContain("set branch: main");
  });

  it("upgrades a version 1.0 file in place", () => {
    const { draft, isNew } = open({ state: LEGACY });
    expect(isNew).toBe(false);
    expect(draft.state).toMatchObject({ version: "2.0", total_spent: nanoOf(5.23) });
  });

  it("never reads the file on the default branch again once there are books", () => {
    const { draft } = open({ state: encodeState(freshState()), legacy: frozen(LEGACY) });
    expect(draft.state.total_spent).toBe(0);
    expect(open({ state: encodeState(freshState()), legacy: frozen("{") }).draft.state.total_spent).toBe(0);
  });

  it("says which file on which branch can't be read, and where in it", () => {
    const ours = problemOf({ state: encodeState(freshState()).replace('"total_spent": 0', '"total_spent": []') });
    expect(ours.code).toBe("state-unreadable");
    expect(ours.message).toMatch(/token_budget\.json in o\/r@token-budget .*total_spent/);
    const theirs = problemOf({ legacy: frozen(LEGACY.slice(0, 20)) });
    expect(theirs.code).toBe("state-unreadable");
    expect(theirs.message).toContain("token_budget.json in branch main");
  });

  it("doesn't begin anew where a ledger says that there were books", () => {
    expect(problemOf({ lines: [encodeEntry(entryOf("old", "2026-02-01T00:00:00Z"))] }).code).toBe("state-unreadable");
    expect(
      problemOf({ lines: [encodeEntry(entryOf("old", "2026-02-01T00:00:00Z"))], legacy: frozen(LEGACY) }).message,
    ).toContain("is missing");
  });

  it("says that a file left on the default branch is frozen", () => {
    expect(frozenNote(new MemoryStore({}).snapshot(), PLACE)).toBeUndefined();
    const note = frozenNote({ ...new MemoryStore({}).snapshot(), legacy: frozen(LEGACY) }, PLACE);
    expect(note).toContain("token_budget.json on main is frozen: the books are now in o/r@token-budget");
  });
});

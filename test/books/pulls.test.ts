import { describe, expect, it } from "vitest";
import type { Draft } from "../../src/books/draft.ts";
import type { Entry } from "../../src/books/entry.ts";
import { pullsAfter } from "../../src/books/pull-totals.ts";
import { leasePulls, pullsLeasedBy } from "../../src/books/pulls.ts";
import type { State } from "../../src/books/state.ts";
import { nanoOf } from "../../src/values/money.ts";
import { circumstances, freshState } from "./sample-books.ts";

const NOW = "2026-02-14T12:00:00Z";

function charge(of: string, at = NOW, change: Partial<Entry> = {}): Entry {
  return { id: `${of} ${at}`, at, month: "2026-02", kind: "charge", cost: nanoOf(1), pull: { of }, ...change } as Entry;
}

function booked(entries: readonly Entry[]): State {
  let state = freshState({}, NOW);
  for (const entry of entries) state = { ...state, ...pullsAfter(state, entry) };
  return state;
}

function leased(state: State, commentsIn = "o/r"): readonly string[] {
  const draft: Draft = { state, entries: [], notes: [], circumstances: circumstances({ now: NOW, commentsIn }) };
  return pullsLeasedBy(leasePulls(draft).state, draft.circumstances.operation).map(({ of }) => of);
}

describe("the pull requests that the books remember", () => {
  it("are the 100 that were booked last", () => {
    const numbers = Array.from({ length: 101 }, (_, index) => `o/r#${index}`);
    const names = Object.keys(booked([...numbers, "o/r#1"].map((of) => charge(of))).pulls ?? {});
    expect([names.length, names[0], names.at(-1)]).toEqual([100, "o/r#2", "o/r#1"]);
  });

  it("add up charges and corrections, and count an execution once", () => {
    const further = charge("o/r#1", NOW, { further: true });
    const correction = charge("o/r#1", NOW, { kind: "correction", cost: nanoOf(-0.5), replaces: nanoOf(1) });
    const { pulls } = booked([charge("o/r#1"), further, correction]);
    expect(pulls?.["o/r#1"]).toMatchObject({ cost: nanoOf(1.5), executions: 1, due: { cost: nanoOf(0.5) } });
  });
});

describe("the comments that a run takes on", () => {
  it("are the three newest of its repository that are due, none of them older than seven days", () => {
    const entries = [1, 2, 3, 4].map((number) => charge(`o/r#${number}`));
    expect(leased(booked([...entries, charge("o/other#5")]))).toEqual(["o/r#4", "o/r#3", "o/r#2"]);
    expect(leased(booked([charge("o/r#1", "2026-02-07T12:00:00Z"), charge("o/r#2", "2026-02-07T12:00:01Z")]))).toEqual([
      "o/r#2",
    ]);
  });
});

import { describe, expect, it } from "vitest";
import { decodeState } from "../../src/books/file/decode.ts";
import { encodeState } from "../../src/books/file/encode.ts";
import { recapFacts } from "../../src/books/messages/recap-facts.ts";
import type { RecordRequest } from "../../src/books/request.ts";
import type { State } from "../../src/books/state.ts";
import { repairedFigures } from "../../src/books/verify/replay.ts";
import { nanoOf, nanoUsd } from "../../src/values/money.ts";
import { differencesOf, replayed } from "../support/replayed.ts";
import { Bookkeeper, billed, check, freshState, NO_USAGE, NOW, record, usageOf } from "./sample-books.ts";

const MARCH = "2026-03-02T00:00:00Z";

let ids = 0;
/** Books a part of a workflow run. */
function book(keeper: Bookkeeper, run: number, dollars: number, change: Partial<RecordRequest> = {}): void {
  ids += 1;
  const of = { run: { repository: "o/r", run_id: run, attempt: 1, job: `job-${ids}`, url: "https://evil.test" } };
  keeper.do(record({ id: `r${ids}`, usage: usageOf(billed(dollars)), ...of, ...change }));
}

function booked(...parts: readonly (readonly [run: number, dollars: number])[]): Bookkeeper {
  const keeper = new Bookkeeper();
  for (const [run, dollars] of parts) book(keeper, run, dollars);
  return keeper;
}

const runsIn = ({ state }: Bookkeeper, month = "2026-02") =>
  recapFacts(state, month).top_runs?.map(({ run, cost }) => [run, cost]);

describe("a month's most expensive runs", () => {
  it("are at most three, the most expensive first, with profile and page", () => {
    const keeper = booked([1, 0.2], [2, 0.5], [3, 0.1], [4, 0.3]);
    expect(recapFacts(keeper.state, "2026-02", { runUrl: "https://ghe.test/o/r/actions/runs/9" }).top_runs).toEqual([
      { profile: "ai-pr", run: 2, url: "https://ghe.test/o/r/actions/runs/2", cost: 0.5 },
      { profile: "ai-pr", run: 4, url: "https://ghe.test/o/r/actions/runs/4", cost: 0.3 },
      { profile: "ai-pr", run: 1, url: "https://ghe.test/o/r/actions/runs/1", cost: 0.2 },
    ]);
    expect(keeper.state.top_runs?.[0]?.run).toEqual({ repository: "o/r", run_id: 2 });
  });

  it("add up what a run booked in parts, also while three others cost more than each part", () => {
    expect(runsIn(booked([1, 1], [2, 1.1], [3, 1.2], [7, 0.5], [7, 0.5], [7, 0.5]))).toEqual([
      [7, 1.5],
      [3, 1.2],
      [2, 1.1],
    ]);
  });

  it("cost less where a late record corrects an estimate", () => {
    const keeper = new Bookkeeper();
    keeper.do(check({ id: "late", run: { repository: "o/r", run_id: 5 }, holdMs: 60_000 }));
    book(keeper, 6, 0.03);
    const now = "2026-02-14T11:00:00Z";
    keeper.do(check({ id: "other" }), { now });
    expect(runsIn(keeper)).toEqual([
      [5, 0.055],
      [6, 0.03],
    ]);
    const request = { id: "real", hold: "late", run: { repository: "o/r", run_id: 5 } };
    keeper.do(record({ ...request, usage: usageOf(billed(0.01)) }), { now });
    expect(runsIn(keeper)).toEqual([
      [6, 0.03],
      [5, 0.01],
    ]);
  });

  it("are told apart by their holds at a terminal, where they have no page", () => {
    const keeper = new Bookkeeper();
    for (const id of ["one", "two"]) keeper.do(check({ id, run: {}, profile: "terminal" }));
    for (const [index, hold] of ["one", "two", "one"].entries()) {
      const usage = usageOf(billed(0.2));
      keeper.do(record({ id: `t${index}`, hold, run: {}, profile: "terminal", usage }));
    }
    expect(recapFacts(keeper.state, "2026-02").top_runs).toEqual([
      { profile: "terminal", cost: 0.4 },
      { profile: "terminal", cost: 0.2 },
    ]);
  });

  it("leave out what a maintainer corrects and what a flat fee covers", () => {
    const keeper = booked([1, 0.2]);
    book(keeper, 2, 3, { billing: "subscription" });
    const run = { repository: "o/r", run_id: 3 };
    const amount = { unit: "USD", amount: nanoOf(2) } as const;
    const by = { tags: {}, actor: "octocat", reason: "a bill", run };
    keeper.do({ kind: "adjust", id: "a", adjustment: "correct", amount, ...by });
    book(keeper, 4, 0.1);
    expect(keeper.state.total_spent).toBe(nanoOf(2.3));
    expect(runsIn(keeper)).toEqual([
      [1, 0.2],
      [4, 0.1],
    ]);
  });

  it("go into the history as three, are no longer in the new month, and stay in its recap", () => {
    const keeper = booked([1, 0.2], [2, 0.5], [3, 0.1], [4, 0.3]);
    keeper.do(check({ id: "march" }), { now: MARCH });
    expect(keeper.state.history[0]?.top_runs?.map(({ run }) => run.run_id)).toEqual([2, 4, 1]);
    expect(keeper.state.top_runs).toBeUndefined();
    expect(keeper.queued("recap")[0]?.facts["top_runs"]).toHaveLength(3);
    expect(runsIn(keeper)).toEqual([
      [2, 0.5],
      [4, 0.3],
      [1, 0.2],
    ]);
    expect(runsIn(keeper, "2026-03")).toBeUndefined();
    expect(differencesOf(keeper.state, keeper.entries)).toEqual([]);
  });

  it("are those of all parts of a month that was reset", () => {
    const keeper = booked([1, 0.2], [2, 0.5]);
    keeper.do({ kind: "reset", id: "reset", actor: "octocat", reason: "x", run: {} });
    expect(keeper.state.top_runs).toBeUndefined();
    book(keeper, 1, 0.4);
    expect(runsIn(keeper)).toEqual([
      [1, 0.6],
      [2, 0.5],
    ]);
  });

  it("leave books in which nothing was charged without a key", () => {
    const keeper = new Bookkeeper();
    book(keeper, 2, 3, { billing: "subscription", usage: NO_USAGE });
    expect(encodeState(keeper.state)).not.toContain("top_runs");
    keeper.do(check({ id: "march" }), { now: MARCH });
    expect(JSON.stringify(keeper.state.history)).not.toContain("top_runs");
  });
});

/** A release without the list books, resets or closes a month: the keys it doesn't know stay as they are. */
const older = (keeper: Bookkeeper, change: (keeper: Bookkeeper) => void): void => {
  const { top_runs, top_runs_spent } = keeper.state;
  change(keeper);
  keeper.state = { ...keeper.state, top_runs, top_runs_spent };
};

describe("runs that not all are known", () => {
  it("aren't named in a month that an older release began, and are in the next", () => {
    const keeper = new Bookkeeper(freshState({ total_spent: nanoOf(4), executions: 9 }));
    book(keeper, 1, 0.2);
    expect(runsIn(keeper)).toBeUndefined();
    expect(encodeState(keeper.state)).not.toContain("top_runs");
    keeper.do(record({ id: "march", run: { repository: "o/r", run_id: 2 } }), { now: MARCH });
    expect(runsIn(keeper)).toBeUndefined();
    expect(keeper.queued("recap")[0]?.facts).not.toHaveProperty("top_runs");
    expect(runsIn(keeper, "2026-03")).toEqual([[2, 0.05]]);
  });

  it("aren't named once an older release has booked in the month", () => {
    const keeper = booked([1, 0.2]);
    older(keeper, () => book(keeper, 2, 5));
    expect(runsIn(keeper)).toBeUndefined();
    expect(differencesOf(keeper.state, keeper.entries)).toEqual([]);
    book(keeper, 3, 0.1);
    expect(keeper.state.top_runs).toBeUndefined();
    expect(runsIn(keeper)).toBeUndefined();
    expect(differencesOf(keeper.state, keeper.entries)).toEqual([]);
  });

  it.each<[string, (keeper: Bookkeeper) => void]>([
    ["closed the month before", (keeper) => keeper.do(check({ id: "turn" }), { now: MARCH })],
    ["reset it", (keeper) => keeper.do({ kind: "reset", id: "x", actor: "octocat", reason: "x", run: {} })],
  ])("begin again after an older release has %s", (_, change) => {
    const keeper = booked([1, 7]);
    older(keeper, change);
    const month = keeper.state.current_month;
    keeper.do(record({ id: "new", run: { repository: "o/r", run_id: 2 } }), { now: month === "2026-03" ? MARCH : NOW });
    expect(keeper.state.top_runs?.map(({ run }) => run.run_id)).toEqual([2]);
    expect(differencesOf(keeper.state, keeper.entries)).toEqual([]);
  });

  it("aren't named in a month with a line from an older release", () => {
    const keeper = booked([1, 0.2]);
    const earlier = { month: "2026-02", total_spent: nanoOf(3), closed: "reset" as const };
    keeper.state = { ...keeper.state, history: [earlier] };
    expect(runsIn(keeper)).toBeUndefined();
  });
});

describe("verify", () => {
  const tampered = (state: State): State["top_runs"] =>
    state.top_runs?.map((run, index) => (index === 0 ? { ...run, cost: nanoUsd(1) } : run));

  it("finds a run whose cost was edited, and repairs it", () => {
    const keeper = booked([1, 0.2], [2, 0.5]);
    const before = keeper.state.top_runs;
    keeper.state = { ...keeper.state, top_runs: tampered(keeper.state) };
    const differences = differencesOf(keeper.state, keeper.entries).map(({ figure }) => figure);
    expect(differences).toEqual(["top_runs"]);
    const figures = repairedFigures(replayed(keeper.state, keeper.entries));
    keeper.do({ kind: "repair", id: "repair", actor: "octocat", run: {}, figures, differences });
    expect(keeper.state.top_runs).toEqual(before);
    expect(differencesOf(keeper.state, keeper.entries)).toEqual([]);
  });

  it("reads them from the file as they were", () => {
    const { state } = booked([1, 0.2], [2, 0.5]);
    expect(decodeState(encodeState(state))).toMatchObject({ state: { top_runs: state.top_runs } });
  });
});

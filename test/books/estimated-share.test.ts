import { describe, expect, it } from "vitest";
import { estimatedShare } from "../../src/books/estimated-share.ts";
import { repairedFigures } from "../../src/books/verify/replay.ts";
import { nanoOf } from "../../src/values/money.ts";
import { differencesOf, replayed } from "../support/replayed.ts";
import { Bookkeeper, billed, check, freshState, NO_USAGE, record, usageOf } from "./sample-books.ts";

/** A month of $4 that is known and $1 by estimate, most of it under the profile nightly. */
function books(): Bookkeeper {
  const keeper = new Bookkeeper();
  keeper.do(record({ id: "a", usage: usageOf(billed(4)) }));
  for (const [id, profile, dollars] of [
    ["b", "nightly", 0.7],
    ["c", "ai-pr", 0.3],
  ] as const) {
    keeper.do(check({ id, profile }), { settings: { estimate: nanoOf(dollars) } });
    keeper.do(record({ id: `${id}:settle`, hold: id, profile, usage: NO_USAGE }));
  }
  return keeper;
}

describe("the estimated share of a month", () => {
  it("is said from a fifth on, with the profile that has the most of it", () => {
    expect(estimatedShare(books().state)).toEqual({
      percent: 20,
      amount: nanoOf(1),
      most: { profile: "nightly", amount: nanoOf(0.7) },
    });
    const keeper = books();
    keeper.do(record({ id: "d", usage: usageOf(billed(0.01)) }));
    expect(estimatedShare(keeper.state)).toBeUndefined();
    expect(estimatedShare(freshState())).toBeUndefined();
  });

  it("is less by what a correction replaces", () => {
    const keeper = new Bookkeeper();
    keeper.do(check(), { settings: { estimate: nanoOf(2) } });
    keeper.do(record({ id: "a", usage: usageOf(billed(3)) }), { now: "2026-02-14T20:00:00Z" });
    expect(estimatedShare(keeper.state)?.most).toEqual({ profile: "ai-pr", amount: nanoOf(2) });
    keeper.do(record({ id: "late", hold: "hold-1", usage: usageOf(billed(1)) }), { now: "2026-02-14T20:00:01Z" });
    expect(estimatedShare(keeper.state)).toBeUndefined();
    expect(keeper.state.estimated_by?.profiles).toEqual({ "ai-pr": 0 });
  });

  it("stands in the history of its month, and the next one begins without", () => {
    const keeper = books();
    keeper.do(record({ id: "march" }), { now: "2026-03-02T10:00:00Z" });
    expect(keeper.state.history[0]?.estimated_most).toEqual({ profile: "nightly", amount: nanoOf(0.7) });
    expect(keeper.state.estimated_by).toBeUndefined();
    expect(keeper.queued("recap")[0]?.facts).toMatchObject({ estimated: 1, estimated_most: "nightly" });
    expect(differencesOf(keeper.state, keeper.entries)).toEqual([]);
  });

  it("names no profile where an older release has carried last month's into this one", () => {
    const { state } = books();
    const stale = { ...state, estimated_by: { month: "2026-01", profiles: { old: nanoOf(9) } } };
    expect(estimatedShare(stale)).toEqual({ percent: 20, amount: nanoOf(1) });
    expect(differencesOf(stale, books().entries)).toEqual([]);
    expect(repairedFigures(replayed(stale, books().entries)).estimated_by?.profiles["nightly"]).toBe(nanoOf(0.7));
  });

  it("comes with every message", () => {
    const [message] = books().queued("milestone");
    expect(message?.facts).toMatchObject({ spent: 5, estimated_share: { percent: 20, profile: "nightly" } });
  });
});

describe("a hold whose time ran out", () => {
  it("counts on the day on which it did, whoever writes that down later", () => {
    const keeper = new Bookkeeper();
    keeper.do(check({ holdMs: 3_600_000 }), { now: "2026-02-10T10:00:00Z" });
    keeper.do(check({ id: "midnight", holdMs: 3_600_000 }), { now: "2026-02-10T23:00:00Z" });
    keeper.do(record({ id: "later", usage: usageOf(billed(1)) }), { now: "2026-02-14T10:00:00Z" });
    expect(keeper.state.daily).toMatchObject({
      "2026-02-10": { spent: nanoOf(0.11), executions: 2 },
      "2026-02-14": { spent: nanoOf(1), executions: 1 },
    });
    expect(differencesOf(keeper.state, keeper.entries)).toEqual([]);
  });

  it("is named to whoever writes next: whose it was and where its run is", () => {
    const keeper = new Bookkeeper();
    keeper.do(check());
    keeper.do(check({ id: "flat", billing: "subscription" }));
    const runUrl = "https://ghe.example/o/r/actions/runs/9";
    const { answer } = keeper.do(record({ id: "later" }), { now: "2026-02-15T10:00:00Z", runUrl });
    expect(answer.notes.map(({ text }) => text)).toContain(
      "A hold expired and was charged at the estimate, because no cost was booked: $0.0550 for ai-pr (job agent, https://ghe.example/o/r/actions/runs/1) until 2026-02-14T16:00:00Z.",
    );
    expect(keeper.state.closed_holds[0]).toMatchObject({ id: "hold-1", how: "expired", run: { run_id: 1 } });
  });

  it("is counted among many, of which the first are named", () => {
    const keeper = new Bookkeeper();
    for (let index = 0; index < 8; index += 1) keeper.do(check({ id: `h${index}`, run: {} }));
    const { answer } = keeper.do(record({ id: "later", run: {} }), { now: "2026-02-15T10:00:00Z" });
    const [note] = answer.notes.map(({ text }) => text).filter((text) => text.includes("expired"));
    expect(note).toMatch(/^8 holds expired and were charged at the estimate, \$0\.4400 in all, .* and 3 more\.$/);
  });
});

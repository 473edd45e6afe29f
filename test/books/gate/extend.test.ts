import { describe, expect, it } from "vitest";
import type { ExtendRequest } from "../../../src/books/running-requests.ts";
import { nanoOf } from "../../../src/values/money.ts";
import { rule } from "../part-samples.ts";
import { Bookkeeper, billed, check, freshState, NO_USAGE, record, usageOf } from "../sample-books.ts";

function extend(change: Partial<ExtendRequest> = {}): ExtendRequest {
  return { kind: "extend", id: "extend-1", hold: "hold-1", needed: nanoOf(0.1), wanted: nanoOf(0.5), ...change };
}

/** Books of $15 with one run let in at $0.055, and so much spent. */
function running(spent: number): Bookkeeper {
  const keeper = new Bookkeeper(
    freshState({ total_spent: nanoOf(spent), milestones_reached: [nanoOf(5), nanoOf(10)] }),
  );
  keeper.do(check());
  return keeper;
}

describe("a run that needs more than its hold", () => {
  it("gets what it would like as long as there is room, and its hold stays one", () => {
    const keeper = running(5);
    const { answer } = keeper.do(extend());
    expect(answer.extended).toEqual({ granted: nanoOf(0.5), amount: nanoOf(0.555) });
    expect(keeper.state.holds).toMatchObject([{ id: "hold-1", amount: nanoOf(0.555) }]);
    expect(answer.figures).toMatchObject({ held: nanoOf(0.555), remaining: nanoOf(9.445) });
    expect(keeper.entries).toEqual([]);
  });

  it("gets what it needs where what it would like doesn't fit, and nothing where that doesn't either", () => {
    const keeper = running(14.7);
    expect(keeper.do(extend()).answer.extended).toEqual({ granted: nanoOf(0.1), amount: nanoOf(0.155) });
    expect(keeper.do(extend({ id: "extend-2", needed: nanoOf(0.2) })).answer.extended).toEqual({
      // Its own hold is all that is in the way.
      refused: "exhausted",
    });
    expect(keeper.state.holds[0]?.amount).toBe(nanoOf(0.155));
  });

  it("gets nothing that another run has been given since", () => {
    const keeper = running(14);
    keeper.do(check({ id: "hold-2", run: { run_id: 2 } }), { settings: { estimate: nanoOf(0.9) } });
    expect(keeper.do(extend()).answer.extended).toEqual({ refused: "insufficient" });
  });

  it("that repeats its request is answered as before, without more money", () => {
    const keeper = running(5);
    const first = keeper.do(extend()).answer.extended;
    const again = keeper.do(extend());
    expect([again.answer.extended, again.isChanged]).toEqual([first, false]);
  });

  it.each([
    ["settled", record({ hold: "hold-1" })],
    ["unknown", undefined],
  ])("is refused if its hold is %s", (_, closing) => {
    const keeper = running(5);
    if (closing !== undefined) keeper.do(closing);
    const hold = closing === undefined ? "of-other-books" : "hold-1";
    expect(keeper.do(extend({ hold })).answer.extended).toEqual({ refused: "hold-closed" });
  });

  it("is refused by a sub-budget, a pause and a priority like a new run", () => {
    const keeper = running(5);
    const parts = [rule({ name: "all", match: {}, limit: { unit: "USD", amount: nanoOf(0.09) } })];
    expect(keeper.do(extend(), { settings: { parts } }).answer.extended).toEqual({ refused: "budget-exceeded" });
    const admit = { normal: 30 };
    expect(keeper.do(extend(), { settings: { admit } }).answer.extended).toEqual({ refused: "priority" });
    expect(keeper.do(extend({ priority: "high" }), { settings: { admit } }).answer.extended).toMatchObject({
      granted: nanoOf(0.5),
    });
    keeper.do({ kind: "pause", id: "pause-1", actor: "octocat", reason: "release", run: {} });
    expect(keeper.do(extend({ id: "extend-2" })).answer.extended).toEqual({ refused: "paused" });
  });

  it("counts in its sub-budgets with the tokens that the money buys", () => {
    const keeper = new Bookkeeper(freshState());
    const parts = [rule({ name: "all", match: {}, limit: { unit: "tokens", amount: 1_000_000 } })];
    keeper.do(check(), { settings: { parts } });
    const before = keeper.state.holds[0]?.budgets?.["all"] ?? 0;
    keeper.do(extend({ wanted: nanoOf(0.55) }), { settings: { parts } });
    expect(keeper.state.holds[0]?.budgets).toEqual({ all: 11 * before });
    expect(keeper.state.holds[0]?.tokens).toBe(11 * before);
  });

  it("is booked at its cost by one settlement, and its prediction is what was expected at first", () => {
    const keeper = running(5);
    keeper.do(extend());
    keeper.do(record({ hold: "hold-1", usage: usageOf(billed(0.42)) }));
    expect(keeper.entries).toMatchObject([{ kind: "charge", cost: nanoOf(0.42), predicted: nanoOf(0.055) }]);
    expect(keeper.state.holds).toEqual([]);
    expect(keeper.state.total_spent).toBe(nanoOf(5.42));
  });

  it.each([
    ["without any usage is charged all it was granted", NO_USAGE, 0.555],
    ["with a part unknown is charged the rest and one estimate", { ...usageOf(billed(0.42)), incomplete: true }, 0.475],
  ])("%s", (_, usage, cost) => {
    const keeper = running(5);
    keeper.do(extend());
    keeper.do(record({ hold: "hold-1", usage }));
    expect(keeper.entries).toMatchObject([{ cost: nanoOf(cost), quality: "estimated" }]);
  });

  it("that never books is charged all it was granted when its hold expires, and corrected by a late booking", () => {
    const keeper = running(5);
    keeper.do(extend());
    const late = "2026-02-14T17:00:00Z";
    keeper.do(record({ id: "late", hold: "hold-1", usage: usageOf(billed(0.42)) }), { now: late });
    expect(keeper.entries.map(({ kind, cost }) => [kind, cost])).toEqual([
      ["charge", nanoOf(0.555)],
      ["correction", nanoOf(0.42) - nanoOf(0.555)],
    ]);
    expect(keeper.state.total_spent).toBe(nanoOf(5.42));
  });

  it("is announced once as much more expensive than expected", () => {
    const keeper = running(5);
    const overrun = { kind: "overrun", id: "o-1", hold: "hold-1", text: "This run has cost $0.07." } as const;
    const channels = { channels: { default: "" } };
    keeper.do(overrun, channels);
    expect(keeper.do({ ...overrun, id: "o-2" }, channels).isChanged).toBe(false);
    expect(keeper.queued("warning")).toMatchObject([{ facts: { about: "overrun", text: "This run has cost $0.07." } }]);
  });
});

import { describe, expect, it } from "vitest";
import { nanoOf } from "../../src/values/money.ts";
import { differencesOf } from "../support/replayed.ts";
import { Bookkeeper, billed, check, freshState, hold, record, release, usageOf } from "./sample-books.ts";

describe("a release", () => {
  it("lets the hold go with an entry that costs nothing and says how much it was", () => {
    const keeper = new Bookkeeper(freshState({ holds: [hold()] }));
    const { answer } = keeper.do(release({ hold: "hold-1", reason: "the agent was skipped" }));
    expect(answer.released).toEqual({ amount: nanoOf(0.055), hold: "hold-1" });
    expect(answer.figures).toMatchObject({ held: 0, openHolds: 0, spent: 0, executions: 0 });
    expect(keeper.entries).toMatchObject([
      {
        id: "release-1",
        kind: "release",
        cost: 0,
        amount: nanoOf(0.055),
        hold: "hold-1",
        reason: "the agent was skipped",
      },
    ]);
  });

  it("finds its hold by the run", () => {
    const keeper = new Bookkeeper(freshState({ holds: [hold()] }));
    expect(keeper.do(release()).answer.released?.hold).toBe("hold-1");
  });

  it.each([
    ["is closed", "closed", "is already settled ($0.0500)"],
    ["is unknown", "elsewhere", "is not in these books"],
  ])("of a hold that %s changes nothing and warns", (_what, id, text) => {
    const closed = {
      id: "closed",
      by: "r",
      how: "settled" as const,
      charged: nanoOf(0.05),
      at: "2026-02-14T09:00:00Z",
    };
    const keeper = new Bookkeeper(freshState({ holds: [hold()], closed_holds: [closed] }));
    const decision = keeper.do(release({ hold: id }));
    expect(decision.isChanged).toBe(false);
    expect(decision.answer.released).toEqual({ amount: 0 });
    expect(decision.answer.notes).toMatchObject([{ level: "warning", text: expect.stringContaining(text) }]);
  });

  it("without a hold of its run says so; at a terminal it asks which of several", () => {
    expect(new Bookkeeper().do(release()).answer.notes[0]?.text).toContain("no open hold");
    const holds = ["a", "b"].map((id) => hold({ id, run: {} }));
    const keeper = new Bookkeeper(freshState({ holds }));
    expect(() => keeper.do(release({ run: {} }))).toThrow("hold must name one: a ($0.0550), b ($0.0550)");
  });

  it("asked for again is answered as the first time, and lets no other hold go", () => {
    const keeper = new Bookkeeper(freshState({ holds: [hold()] }));
    keeper.do(release());
    keeper.do(check({ id: "hold-2" }));
    expect(keeper.do(release()).answer.released).toEqual({ amount: nanoOf(0.055), hold: "hold-1" });
    const later = keeper.do(release(), { now: "2026-02-14T12:00:00Z" });
    expect(later).toMatchObject({ isChanged: false, answer: { released: { hold: "hold-1" } } });
    expect(keeper.state.holds.map(({ id }) => id)).toEqual(["hold-2"]);
  });

  it("under a booking's id is refused", () => {
    const keeper = new Bookkeeper(freshState({ holds: [hold()] }));
    keeper.do(record({ id: "x", hold: "hold-1" }));
    expect(() => keeper.do(release({ id: "x" }))).toThrow(/already belongs to a charge/);
  });
});

describe("a reset", () => {
  function resetBooks() {
    const keeper = new Bookkeeper(freshState({ holds: [hold()], top_ups: nanoOf(5), executions: 219 }));
    keeper.do(record({ id: "before", hold: "elsewhere", usage: usageOf(billed(20)), prs: 1 }));
    const { answer } = keeper.do({ kind: "reset", id: "reset-1", actor: "octocat", reason: "a runaway loop", run: {} });
    return { keeper, answer };
  }

  it("archives the running month with reason and actor as a history line of its own", () => {
    const { keeper } = resetBooks();
    expect(keeper.state.history).toMatchObject([
      {
        month: "2026-02",
        budget: nanoOf(15),
        top_ups: nanoOf(5),
        total_spent: nanoOf(20),
        executions: 220,
        closed: "reset",
        reason: "a runaway loop",
        actor: "octocat",
        at: "2026-02-14T10:00:00.003Z",
        exhausted_at: "2026-02-14T10:00:00Z",
      },
    ]);
  });

  it("starts the month again at zero; open holds stay, top-ups, milestones, alerts and exhausted clear", () => {
    const { keeper, answer } = resetBooks();
    expect(keeper.state).toMatchObject({
      current_month: "2026-02",
      total_spent: 0,
      executions: 0,
      prs_generated: 0,
      top_ups: 0,
      tokens_used: {},
      models: {},
      daily: {},
      milestones_reached: [],
      alerts_sent: [],
      exhausted_at: null,
      last_reset: "2026-02-14T10:00:00.003Z",
      monthly_budget: nanoOf(15),
    });
    expect(keeper.state.holds.map(({ id }) => id)).toEqual(["hold-1"]);
    expect(answer.figures).toMatchObject({ spent: 0, held: nanoOf(0.055), health: "green" });
    expect(answer.admission.decision).toBe("allow");
  });

  it("tells the channel who archived how much, and why", () => {
    const { keeper } = resetBooks();
    expect(keeper.queued("reset")).toMatchObject([
      { facts: { actor: "octocat", reason: "a runaway loop", month: "2026-02", spent: 20, executions: 220 } },
    ]);
  });

  it("asked for again archives nothing twice", () => {
    const { keeper } = resetBooks();
    keeper.do(record({ id: "after", hold: "elsewhere" }));
    keeper.do({ kind: "reset", id: "reset-1", actor: "octocat", reason: "a runaway loop", run: {} });
    expect(keeper.state.history).toHaveLength(1);
    expect(keeper.state.total_spent).toBe(nanoOf(0.05));
  });

  it("and the rollover after it are two lines, which a recap adds up", () => {
    const { keeper } = resetBooks();
    keeper.do(record({ id: "after", hold: "elsewhere", usage: usageOf(billed(1)) }));
    keeper.do({ kind: "recap", id: "recap-1", force: false }, { now: "2026-03-01T06:00:00Z" });
    expect(keeper.state.history.map(({ month, closed, total_spent }) => [month, closed, total_spent])).toEqual([
      ["2026-02", "reset", nanoOf(20)],
      ["2026-02", "rollover", nanoOf(1.055)],
    ]);
    expect(keeper.queued("recap")).toMatchObject([
      { facts: { month: "2026-02", spent: 21.055, top_ups: 5, executions: 222, resets: 1, milestones: 4 } },
    ]);
    expect(keeper.entries.every((entry) => entry.month === "2026-02")).toBe(true);
  });

  it("in a new month closes the old one first", () => {
    const keeper = new Bookkeeper();
    keeper.do(record());
    keeper.do({ kind: "reset", id: "r", actor: "octocat", reason: "x", run: {} }, { now: "2026-03-01T06:00:00Z" });
    expect(keeper.state.history.map(({ month, closed }) => [month, closed])).toEqual([
      ["2026-02", "rollover"],
      ["2026-03", "reset"],
    ]);
    expect(differencesOf(keeper.state, keeper.entries)).toEqual([]);
  });
});

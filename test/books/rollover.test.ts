import { describe, expect, it } from "vitest";
import type { RecapRequest } from "../../src/books/request.ts";
import { nanoOf } from "../../src/values/money.ts";
import { differencesOf } from "../support/replayed.ts";
import { Bookkeeper, billed, check, freshState, hold, NOW, record, usageOf, type When } from "./sample-books.ts";

const TURN = "2026-02-01T00:00:00Z";

/** January's books with $14.82 spent and a hold that outlives the month. */
function january(change: Parameters<typeof freshState>[0] = {}): Bookkeeper {
  const at = "2026-01-31T20:00:00Z";
  const keeper = new Bookkeeper(freshState(change, at));
  keeper.do(record({ id: "jan", usage: usageOf(billed(14.82)), prs: 1 }), { now: at });
  keeper.do(check({ id: "open", holdMs: 12 * 3_600_000 }), { now: at });
  return keeper;
}

const recap = (change: Partial<RecapRequest> = {}): RecapRequest => ({
  kind: "recap",
  id: "recap-op",
  force: false,
  ...change,
});

describe("the first writer of a new month", () => {
  it("closes the old one to the cent, queues its recap once and begins at zero with the holds still open", () => {
    const keeper = january();
    const { answer, entries } = keeper.do(check({ id: "feb" }), { now: TURN });
    expect(entries).toMatchObject([
      { id: "rollover-2026-01", kind: "rollover", month: "2026-01", cost: 0, amount: nanoOf(14.82), timezone: "UTC" },
    ]);
    expect(keeper.state.history).toMatchObject([
      {
        month: "2026-01",
        budget: nanoOf(15),
        total_spent: nanoOf(14.82),
        executions: 1,
        prs_generated: 1,
        milestones_reached: [nanoOf(5), nanoOf(10)],
        tokens_used: { claude_input: 1000, claude_output: 500 },
        models: { "claude-sonnet-4-5": { cost: nanoOf(14.82) } },
        closed: "rollover",
      },
    ]);
    const daily = keeper.state.history[0]?.daily_spent ?? [];
    expect([daily.length, daily.at(-1)]).toEqual([31, nanoOf(14.82)]);
    expect(keeper.state).toMatchObject({
      current_month: "2026-02",
      total_spent: 0,
      executions: 0,
      models: {},
      daily: {},
    });
    expect(keeper.state).toMatchObject({
      milestones_reached: [],
      alerts_sent: [],
      exhausted_at: null,
      last_reset: TURN,
    });
    expect(keeper.state.holds.map(({ id }) => id)).toEqual(["open", "feb"]);
    expect(answer.figures).toMatchObject({
      month: "2026-02",
      spent: 0,
      held: nanoOf(0.11),
      resetsAt: "2026-03-01T00:00:00Z",
    });
    keeper.do(check({ id: "feb-2" }), { now: TURN });
    expect(keeper.queued("recap").map(({ id }) => id)).toEqual(["recap-2026-01"]);
    expect(keeper.queued("recap")[0]?.facts).toMatchObject({
      month: "2026-01",
      spent: 14.82,
      budget: 15,
      running: false,
    });
  });

  it("charges holds that were due in the old month to the old month", () => {
    const keeper = january();
    keeper.state = {
      ...keeper.state,
      holds: [
        ...keeper.state.holds,
        hold({ id: "due", amount: nanoOf(0.1), at: "2026-01-31T18:00:00Z", expires_at: TURN }),
      ],
    };
    keeper.do(check({ id: "feb" }), { now: "2026-02-01T09:00:00Z" });
    expect(keeper.state.history[0]?.total_spent).toBe(nanoOf(14.92));
    expect(keeper.state.history[0]?.daily_spent?.at(-1)).toBe(nanoOf(14.92));
    expect(keeper.state.total_spent).toBe(nanoOf(0.055));
    expect(keeper.booked.slice(1).map(({ id, month }) => [id, month])).toEqual([
      ["due:expire", "2026-01"],
      ["rollover-2026-01", "2026-01"],
      ["open:expire", "2026-02"],
    ]);
    expect(differencesOf(keeper.state, keeper.entries)).toEqual([]);
  });

  it("books in the new month what began in the old one", () => {
    const keeper = january();
    keeper.do(record({ hold: "open" }), { now: "2026-02-01T01:00:00Z" });
    expect(keeper.state).toMatchObject({ total_spent: nanoOf(0.05), executions: 1 });
    expect(keeper.state.history[0]?.total_spent).toBe(nanoOf(14.82));
  });

  it("gives months nobody wrote in a line of zeros, and one recap", () => {
    const keeper = january();
    keeper.do(check({ id: "apr" }), { now: "2026-04-10T00:00:00Z" });
    expect(keeper.state.history.map(({ month, total_spent, executions }) => [month, total_spent, executions])).toEqual([
      ["2026-01", nanoOf(14.82), 1],
      ["2026-02", nanoOf(0.055), 1],
      ["2026-03", 0, 0],
    ]);
    expect(keeper.queued("recap").map(({ id }) => id)).toEqual(["recap-2026-01"]);
    expect(differencesOf(keeper.state, keeper.entries)).toEqual([]);
  });

  it("writes it also when it is denied, released or told that messages were sent", () => {
    for (const request of [
      check({ id: "x" }),
      { kind: "release", id: "x", hold: "nothing", run: {} } as const,
      { kind: "sent", id: "x", messages: {} } as const,
    ]) {
      const keeper = january();
      expect(keeper.do(request, { now: TURN, settings: { monthlyBudget: nanoOf(0) } }).isChanged).toBe(true);
      expect(keeper.state.current_month).toBe("2026-02");
    }
  });

  it.each<[zone: string, before: string, after: string]>([
    ["Europe/Berlin", "2026-01-31T22:59:59Z", "2026-01-31T23:00:00Z"],
    ["America/Sao_Paulo", "2026-02-01T02:59:59Z", "2026-02-01T03:00:00Z"],
    ["Pacific/Kiritimati", "2026-01-31T09:59:59Z", "2026-01-31T10:00:00Z"],
  ])("is by the calendar of %s", (timezone, before, after) => {
    const keeper = new Bookkeeper(freshState({ timezone }, "2026-01-20T00:00:00Z"));
    keeper.do(record({ id: "a" }), { now: before });
    expect(keeper.state.current_month).toBe("2026-01");
    keeper.do(record({ id: "b" }), { now: after });
    expect(keeper.state).toMatchObject({ current_month: "2026-02", total_spent: nanoOf(0.05) });
  });

  it("takes a new time zone over with the turn, not before", () => {
    const keeper = new Bookkeeper(freshState({}, "2026-01-20T00:00:00Z"));
    const settings = { timezone: "Pacific/Kiritimati" };
    keeper.do(record({ id: "a" }), { now: "2026-01-31T12:00:00Z", settings });
    expect(keeper.state).toMatchObject({ current_month: "2026-01", timezone: "UTC" });
    keeper.do(record({ id: "b" }), { now: "2026-02-01T00:00:00Z", settings });
    expect(keeper.state).toMatchObject({ current_month: "2026-02", timezone: "Pacific/Kiritimati" });
    expect(differencesOf(keeper.state, keeper.entries)).toEqual([]);
  });

  it("keeps the old budget in the old month's line where the budget changes", () => {
    const keeper = january();
    keeper.do(check({ id: "feb" }), { now: TURN, settings: { monthlyBudget: nanoOf(20) } });
    expect(keeper.state.history[0]?.budget).toBe(nanoOf(15));
    expect(keeper.state.monthly_budget).toBe(nanoOf(20));
  });
});

describe("a clock that is wrong for once", () => {
  it("behind, after the turn, turns nothing back and books in the month that runs", () => {
    const keeper = january();
    keeper.do(check({ id: "feb" }), { now: "2026-02-01T00:00:10Z" });
    keeper.do(record({ hold: "feb" }), { now: "2026-01-31T23:52:00Z" });
    expect(keeper.state).toMatchObject({ current_month: "2026-02", total_spent: nanoOf(0.05) });
    expect(keeper.state.daily).toEqual({ "2026-02-01": { spent: nanoOf(0.05), executions: 1, prs: 0 } });
    expect(keeper.booked.map(({ at }) => at)).toEqual([
      "2026-01-31T20:00:00Z",
      "2026-02-01T00:00:10Z",
      "2026-02-01T00:00:10.001Z",
    ]);
    expect(keeper.state.history).toHaveLength(1);
  });
});

const month = (name: string) => ({ month: name });

describe("a recap", () => {
  const monthEnd: When = { now: "2026-02-01T06:00:00Z" };

  it("that is the first writer closes the month and queues it once", () => {
    const keeper = january();
    expect(keeper.do(recap(), monthEnd).answer.recapped).toMatchObject({ facts: month("2026-01"), queued: true });
    expect(keeper.queued("recap").map(({ id }) => id)).toEqual(["recap-2026-01"]);
    expect(keeper.do(recap({ id: "again" }), monthEnd)).toMatchObject({
      isChanged: false,
      answer: { recapped: { facts: month("2026-01"), queued: false } },
    });
  });

  it("forced by the first writer is still one message", () => {
    const keeper = january();
    expect(keeper.do(recap({ force: true }), monthEnd).answer.recapped?.queued).toBe(true);
    expect(keeper.queued("recap")).toHaveLength(1);
  });

  it("after months nobody wrote in is about the month that was queued", () => {
    const keeper = january();
    expect(keeper.do(recap(), { now: "2026-04-01T06:00:00Z" }).answer.recapped).toMatchObject({
      facts: month("2026-01"),
      queued: true,
    });
  });

  it("is posted again where it is forced", () => {
    const keeper = january();
    keeper.do(recap(), monthEnd);
    expect(keeper.do(recap({ id: "f", force: true }), monthEnd).answer.recapped).toMatchObject({
      facts: month("2026-01"),
      queued: true,
    });
    expect(keeper.queued("recap").map(({ id }) => id)).toEqual(["recap-2026-01", "recap-2026-01-f"]);
  });

  it("that is tried again after another month was closed meanwhile queues nothing more, and answers as the first time", () => {
    const keeper = january();
    keeper.do(recap(), monthEnd);
    const forced = recap({ id: "f", force: true });
    const { recapped } = keeper.do(forced, { now: "2026-02-28T23:59:00Z" }).answer;
    keeper.do(recap({ id: "other" }), { now: "2026-03-01T00:00:00Z" });
    const again = keeper.do(forced, { now: "2026-03-01T00:01:00Z" });
    expect(again).toMatchObject({ isChanged: false, answer: { recapped } });
    expect(recapped).toMatchObject({ facts: month("2026-01"), queued: true });
  });

  it("of a month named is posted each time, also of the one that runs", () => {
    const keeper = january();
    keeper.do(recap(), monthEnd);
    keeper.do(recap({ id: "a", month: "2026-01" }), monthEnd);
    keeper.do(recap({ id: "b", month: "2026-02" }), monthEnd);
    expect(keeper.queued("recap").map(({ facts }) => [facts["month"], facts["running"]])).toEqual([
      ["2026-01", false],
      ["2026-01", false],
      ["2026-02", true],
    ]);
    expect(keeper.do(recap({ id: "c", month: "2025-12" }), monthEnd).answer.recapped).toEqual({
      facts: undefined,
      queued: false,
    });
  });

  it("in the first month of all has nothing to sum up, and the month's own leaves the books readable", () => {
    const keeper = new Bookkeeper();
    expect(keeper.do(recap()).answer.recapped).toMatchObject({ facts: undefined, queued: false });
    expect(keeper.do(recap({ id: "b", month: "2026-02" })).answer.recapped?.queued).toBe(true);
    expect(keeper.state).not.toHaveProperty("last_recap");
  });

  it("that nobody wants is not said to be queued", () => {
    const keeper = january();
    const settings = { notify: [] };
    expect(keeper.do(recap(), { ...monthEnd, settings }).answer.recapped).toMatchObject({
      facts: month("2026-01"),
      queued: false,
    });
    expect(keeper.do(recap({ id: "f", force: true }), { ...monthEnd, settings }).answer.recapped?.queued).toBe(false);
  });

  it("compares with the month before", () => {
    const keeper = january();
    keeper.do(record({ id: "feb" }), { now: NOW });
    keeper.do(recap(), { now: "2026-03-01T00:00:00Z" });
    expect(keeper.queued("recap").at(-1)?.facts).toMatchObject({
      month: "2026-02",
      previous: { month: "2026-01", spent: 14.82 },
    });
  });

  it("of books that were taken over is about the latest month, in whatever order they stand", () => {
    const history = ["2026-01", "2025-11", "2025-12"].map((month) => ({
      month,
      total_spent: nanoOf(1),
      closed: "import" as const,
    }));
    const keeper = new Bookkeeper(freshState({ history }));
    expect(keeper.do(recap()).answer.recapped).toMatchObject({ facts: month("2026-01"), queued: true });
    expect(keeper.queued("recap")[0]?.facts).toMatchObject({ previous: { month: "2025-12" } });
  });
});

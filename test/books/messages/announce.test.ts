import { describe, expect, it } from "vitest";
import type { Settings } from "../../../src/books/settings.ts";
import type { State } from "../../../src/books/state.ts";
import { nanoOf } from "../../../src/values/money.ts";
import { Bookkeeper, billed, check, freshState, record, usageOf } from "../sample-books.ts";

function booked(before: number, cost: number, change: Partial<State> = {}, settings: Partial<Settings> = {}) {
  const keeper = new Bookkeeper(freshState({ total_spent: nanoOf(before), ...change }));
  const { answer } = keeper.do(record({ usage: usageOf(billed(cost)) }), { settings });
  return { keeper, booking: answer.booking };
}

const dollars = (amounts: readonly number[] | undefined) => amounts?.map((amount) => amount / 1e9);

describe("a booking that no month can hold", () => {
  it("is refused before anything is written", () => {
    expect(() => booked(8_000_000, 500_000)).toThrow("above the largest amount that can be stored");
  });
});

describe("milestones", () => {
  it("from $4.98 a run of $0.05 reaches $5, once", () => {
    const { keeper, booking } = booked(4.98, 0.05, { prs_generated: 90, executions: 90 });
    expect(dollars(booking?.milestones)).toEqual([5]);
    expect(keeper.queued("milestone")).toMatchObject([
      { id: "milestone-2026-02-5", facts: { crossed: [5], number: 1, of: 3, spent: 5.03, budget: 15, recap: null } },
    ]);
    const next = keeper.do(record({ id: "next" }));
    expect(next.answer.booking?.milestones).toEqual([]);
    expect(keeper.queued("milestone")).toHaveLength(1);
    expect(keeper.state.milestones_reached).toEqual([nanoOf(5)]);
  });

  it("from $4 a run of $7 names $5 and $10 in one message", () => {
    const { keeper, booking } = booked(4, 7);
    expect(dollars(booking?.milestones)).toEqual([5, 10]);
    expect(keeper.queued("milestone")).toMatchObject([
      { id: "milestone-2026-02-10", facts: { crossed: [5, 10], number: 2 } },
    ]);
    expect(keeper.state.milestones_reached).toEqual([nanoOf(5), nanoOf(10)]);
  });

  it.each<[before: number, cost: number, interval: number, crossed: number[]]>([
    [4.99, 0.01, 5, [5]],
    [4.99, 0.009999999, 5, []],
    [14.9, 0.1, 5, [5, 10, 15]],
    [14.9, 30, 5, [5, 10, 15]],
    [14.9, 30, 10, [10]],
    [0, 15, 20, []],
    [0, 15, 15, [15]],
    [0, 0.05, 0.02, [0.02, 0.04]],
    [0, 1, 0.3, [0.3, 0.6, 0.9]],
  ])("from $%d a run of $%d crosses, every $%d, %j", (before, cost, interval, crossed) => {
    const { booking } = booked(before, cost, {}, { milestoneInterval: nanoOf(interval) });
    expect(dollars(booking?.milestones)).toEqual(crossed);
  });

  it("the one that equals the budget brings the month's figures along", () => {
    const { keeper } = booked(14.9, 0.2, { milestones_reached: [nanoOf(5), nanoOf(10)], executions: 270 });
    const [message] = keeper.queued("milestone");
    expect(message?.facts).toMatchObject({
      crossed: [15],
      number: 3,
      of: 3,
      recap: { month: "2026-02", spent: 15.1, running: true, milestones: 3, executions: 271 },
    });
  });

  it("every cent are at most a hundred in one message and in the state", () => {
    const { keeper, booking } = booked(0, 10, {}, { milestoneInterval: nanoOf(0.01) });
    expect(booking?.milestones).toHaveLength(100);
    expect(dollars(booking?.milestones)?.at(-1)).toBe(10);
    keeper.do(record({ id: "next", usage: usageOf(billed(0.02)) }), { settings: { milestoneInterval: nanoOf(0.01) } });
    expect(keeper.state.milestones_reached).toHaveLength(100);
    expect(keeper.state.milestones_reached.at(-1)).toBe(nanoOf(10.02));
  });

  it("reached before aren't told again when spent comes down and goes up again", () => {
    const { keeper } = booked(4.98, 0.05);
    keeper.state = { ...keeper.state, total_spent: nanoOf(4.9) };
    keeper.do(record({ id: "up" }), {});
    keeper.do(record({ id: "over", usage: usageOf(billed(0.2)) }), {});
    expect(keeper.queued("milestone")).toHaveLength(1);
  });

  it("after a reset are told again, also while the first message still waits", () => {
    const { keeper } = booked(4.98, 0.05);
    keeper.do({ kind: "reset", id: "reset", actor: "octocat", reason: "again", run: {} });
    keeper.do(record({ id: "more", usage: usageOf(billed(5)) }));
    expect(keeper.queued("milestone").map(({ id }) => id)).toEqual(["milestone-2026-02-5", "milestone-2026-02.2-5"]);
  });

  it("are marked also where nobody wants messages of them", () => {
    const { keeper, booking } = booked(4.98, 0.05, {}, { notify: [] });
    expect(dollars(booking?.milestones)).toEqual([5]);
    expect(keeper.state.outbox).toEqual([]);
    keeper.do(record({ id: "next" }));
    expect(keeper.state.outbox).toEqual([]);
  });
});

const BY_HAND = { kind: "adjust" as const, tags: {}, actor: "octocat", reason: "why", run: {} };

describe("alerts", () => {
  it.each<[before: number, cost: number, alerts: number[], told: number[]]>([
    [11.24, 0.009999999, [75, 90], []],
    [11.24, 0.01, [75, 90], [75]],
    [11, 3, [75, 90], [75, 90]],
    [11, 30, [75, 90, 150], [75, 90, 150]],
    [4.3, 0.05, [29, 58], [29]],
    [8.65, 0.05, [58], [58]],
    [11, 3, [], []],
  ])("from $%d of $15 a run of $%d crosses of %j: %j", (before, cost, alerts, told) => {
    const { keeper, booking } = booked(before, cost, {}, { alerts });
    expect(booking?.alerts).toEqual(told);
    expect(keeper.state.alerts_sent).toEqual(told);
    expect(keeper.queued("alert").map(({ facts }) => facts["percents"])).toEqual(told.length === 0 ? [] : [told]);
  });

  it("are percentages of budget and top-ups", () => {
    const { booking } = booked(14, 1, { top_ups: nanoOf(5), alerts_sent: [] });
    expect(booking?.alerts).toEqual([75]);
  });

  it("are crossed again once more money has taken the percentage below them, and not after a mere correction", () => {
    const { keeper } = booked(13, 0.6);
    expect(keeper.state.alerts_sent).toEqual([75, 90]);
    const topUp = { adjustment: "top-up", amount: { unit: "USD", amount: nanoOf(3) } } as const;
    keeper.do({ ...BY_HAND, ...topUp, id: "top-up" });
    keeper.do(record({ id: "more", usage: usageOf(billed(2.6)) }));
    expect(keeper.state.alerts_sent).toEqual([75, 90]);
    const correction = { adjustment: "correct", amount: { unit: "USD", amount: nanoOf(-0.1) } } as const;
    keeper.do({ ...BY_HAND, ...correction, id: "correct" });
    keeper.do(record({ id: "again", usage: usageOf(billed(0.2)) }));
    expect(keeper.queued("alert").map(({ facts }) => facts["percents"])).toEqual([[75, 90], [90]]);
  });

  it("that 0.1 has sent are crossed again where a percentage lies below them", () => {
    const { keeper, booking } = booked(10, 3.6, { top_ups: nanoOf(3), alerts_sent: [75, 90] });
    expect(booking?.alerts).toEqual([75]);
    expect(keeper.state.alerts_sent).toEqual([75]);
  });

  it("say at what pace the money goes", () => {
    const { keeper } = booked(11.2, 0.1, { last_reset: "2026-02-01T00:00:00Z" });
    expect(keeper.queued("alert")[0]?.facts).toMatchObject({
      spent: 11.3,
      remaining: 3.7,
      held: 0,
      gone_on: "2026-02-18",
    });
  });
});

describe("exhausted", () => {
  it("is told again when a raised budget is used up too, and never for a smaller one", () => {
    const { keeper } = booked(14.9, 0.1);
    const raised = { settings: { monthlyBudget: nanoOf(20) } };
    keeper.do(record({ id: "more", usage: usageOf(billed(4.9)) }), raised);
    expect(keeper.queued("exhausted")).toHaveLength(1);
    keeper.do(record({ id: "rest", usage: usageOf(billed(0.1)) }), raised);
    expect(keeper.queued("exhausted").map(({ facts }) => facts["budget"])).toEqual([15, 20]);
    keeper.do(record({ id: "small" }), { settings: { monthlyBudget: nanoOf(10) } });
    expect(keeper.queued("exhausted")).toHaveLength(2);
  });

  it("is told when a booking brings spent to the budget, and not again by the denials that follow", () => {
    const { keeper } = booked(14.9, 0.1);
    expect(keeper.queued("exhausted")).toHaveLength(1);
    expect(keeper.state.exhausted_at).toBe("2026-02-14T10:00:00Z");
    keeper.do(record({ id: "more" }));
    expect(keeper.queued("exhausted")).toHaveLength(1);
  });

  it("is not told for a run that is too large while smaller ones fit, and is told once they don't", () => {
    const keeper = new Bookkeeper(freshState({ total_spent: nanoOf(10) }));
    for (const id of ["a", "b", "c"]) keeper.do(record({ id, usage: usageOf(billed(0.05)) }));
    const large = { settings: { estimate: nanoOf(5) } };
    expect(keeper.do(check({ id: "large" }), large).answer.admission).toMatchObject({
      decision: "deny",
      reason: "exhausted",
    });
    expect([keeper.queued("exhausted"), keeper.state.exhausted_at]).toEqual([[], null]);
    expect(keeper.queued("warning")).toHaveLength(1);
    keeper.do(record({ id: "most", usage: usageOf(billed(4.81)) }));
    expect(keeper.queued("exhausted")).toEqual([]);
    keeper.do(check({ id: "larger" }), large);
    expect(keeper.queued("exhausted")).toHaveLength(1);
    expect(keeper.state.exhausted_at).not.toBeNull();
  });

  it("is told for books of which nothing is known yet where not even the default estimate fits", () => {
    const large = { settings: { estimate: nanoOf(5) } };
    const keeper = new Bookkeeper(freshState({ monthly_budget: nanoOf(3) }));
    keeper.do(check({}), large);
    expect(keeper.queued("exhausted")).toEqual([]);
    keeper.do(record({ id: "most", usage: usageOf(billed(2.95)) }));
    keeper.do(check({ id: "hold-2" }), { settings: { estimate: nanoOf(0.06) } });
    expect(keeper.queued("exhausted")).toHaveLength(1);
  });

  it("is not told one nano-dollar before", () => {
    expect(booked(14.9, 0.099999999).keeper.queued("exhausted")).toEqual([]);
  });
});

describe("the order of messages", () => {
  it("is milestones, alerts, exhausted", () => {
    const { keeper } = booked(0, 15);
    expect(keeper.state.outbox.map(({ kind }) => kind)).toEqual(["milestone", "alert", "exhausted"]);
  });
});

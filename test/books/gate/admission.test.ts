import { describe, expect, it } from "vitest";
import { preview } from "../../../src/books/decide.ts";
import { healthOf } from "../../../src/books/figures.ts";
import type { State } from "../../../src/books/state.ts";
import { nanoOf } from "../../../src/values/money.ts";
import { differencesOf } from "../../support/replayed.ts";
import {
  Bookkeeper,
  billed,
  check,
  circumstances,
  freshState,
  hold,
  RUN,
  record,
  release,
  usageOf,
} from "../sample-books.ts";

/** Books of February at $15 where so much is spent, every milestone and alert of it told. */
function spent(dollars: number, change: Partial<State> = {}): Bookkeeper {
  const told = { milestones_reached: [nanoOf(5), nanoOf(10)], alerts_sent: [75, 90] };
  return new Bookkeeper(freshState({ total_spent: nanoOf(dollars), ...told, ...change }));
}

describe("a check", () => {
  it.each([
    ["settled", record({ hold: "hold-1" }), "2026-02-14T10:00:00Z"],
    ["released", release({ hold: "hold-1" }), "2026-02-14T10:00:00Z"],
    ["expired", record({ id: "other", hold: "hold-2" }), "2026-02-14T16:00:00Z"],
  ])("that repeats itself after its hold was %s opens no second one and is let in as before", (_, closing, now) => {
    const keeper = spent(5.23);
    keeper.do(check());
    keeper.do(closing, { now });
    const { answer, isChanged } = keeper.do(check(), { now });
    expect(answer.admission).toMatchObject({ decision: "allow", reason: "ok" });
    expect([isChanged, keeper.state.holds]).toEqual([false, []]);
  });

  it("lets a run in that fits, and sets its estimate aside for six hours", () => {
    const keeper = spent(5.23);
    const { answer } = keeper.do(check({ tags: { team: "core" } }));
    expect(answer.admission).toEqual({ decision: "allow", reason: "ok", estimate: nanoOf(0.055), coldStart: true });
    expect(keeper.state.holds).toEqual([
      {
        id: "hold-1",
        amount: nanoOf(0.055),
        at: "2026-02-14T10:00:00Z",
        expires_at: "2026-02-14T16:00:00Z",
        profile: "ai-pr",
        run: RUN,
        tags: { team: "core" },
      },
    ]);
    expect(answer.figures).toMatchObject({ spent: nanoOf(5.23), held: nanoOf(0.055), remaining: nanoOf(9.715) });
    expect(keeper.entries).toEqual([]);
  });

  it.each([
    [14.945, "allow", "ok"],
    [14.945000001, "deny", "exhausted"],
    [14.96, "deny", "exhausted"],
    [15, "deny", "exhausted"],
    [40, "deny", "exhausted"],
    [-3, "allow", "ok"],
  ])("at $%d of $15 with an estimate of $0.055 says %s, %s", (dollars, decision, reason) => {
    expect(spent(dollars).do(check()).answer.admission).toMatchObject({ decision, reason });
  });

  it("at $14.96 says exhausted, when it starts again, and that health is blocked; the channel hears it once", () => {
    const keeper = spent(14.96, { prs_generated: 275 });
    const { answer } = keeper.do(check());
    expect(answer.admission.reason).toBe("exhausted");
    expect(answer.figures).toMatchObject({ health: "blocked", resetsAt: "2026-03-01T00:00:00Z" });
    expect(keeper.state.exhausted_at).toBe("2026-02-14T10:00:00Z");
    for (let denied = 0; denied < 5; denied += 1) {
      expect(keeper.do(check({ id: `again-${denied}` })).isChanged).toBe(false);
    }
    expect(keeper.queued("exhausted")).toHaveLength(1);
    expect(keeper.queued("exhausted")[0]?.facts).toMatchObject({ spent: 14.96, budget: 15, prs: 275 });
    expect(keeper.queued("warning")).toEqual([]);
    keeper.do({ kind: "sent", id: "s", messages: { default: keeper.state.outbox.map(({ id }) => id) } });
    keeper.do(check({ id: "later" }), { now: "2026-02-20T10:00:00Z" });
    expect(keeper.queued("exhausted")).toEqual([]);
  });

  it("with $0.10 left and two holds of $0.04 says insufficient: it may fit once they are settled", () => {
    const holds = ["a", "b"].map((id) => hold({ id, amount: nanoOf(0.04) }));
    const keeper = spent(14.9, { holds });
    const { answer } = keeper.do(check());
    expect(answer.admission).toMatchObject({ decision: "deny", reason: "insufficient" });
    expect(answer.figures.health).not.toBe("blocked");
    expect(keeper.queued("exhausted")).toEqual([]);
    expect(keeper.queued("warning").map(({ facts }) => facts["about"])).toEqual(["denied"]);
    expect(keeper.do(check({ id: "again" })).isChanged).toBe(false);
    keeper.do({ kind: "release", id: "r", hold: "a", run: {} });
    expect(keeper.do(check({ id: "then" })).answer.admission.decision).toBe("allow");
  });

  it("asked twice under one id holds once", () => {
    const keeper = spent(0);
    keeper.do(check());
    expect(keeper.do(check())).toMatchObject({ isChanged: false, answer: { admission: { decision: "allow" } } });
    expect(keeper.state.holds).toHaveLength(1);
  });

  it("denies with too-many-holds when 500 are open", () => {
    const holds = Array.from({ length: 499 }, (_, index) => hold({ id: `h${index}`, amount: nanoOf(0.001) }));
    const keeper = spent(0, { holds });
    expect(keeper.do(check()).answer.admission.reason).toBe("ok");
    expect(keeper.do(check({ id: "hold-2" })).answer.admission).toMatchObject({
      decision: "deny",
      reason: "too-many-holds",
    });
    expect(keeper.state.holds).toHaveLength(500);
  });

  it("counts top-ups as budget", () => {
    const keeper = spent(19.9, { top_ups: nanoOf(5) });
    const { answer } = keeper.do(check());
    expect(answer.admission.decision).toBe("allow");
    expect(answer.figures).toMatchObject({ budget: nanoOf(15), topUps: nanoOf(5), remaining: nanoOf(0.045) });
  });

  it("with a smaller budget for this one decision denies without exhausting the month, and stores nothing of it", () => {
    const keeper = spent(3);
    const { answer } = keeper.do(check(), { settings: { budgetCap: nanoOf(3) } });
    expect(answer.admission).toMatchObject({ decision: "deny", reason: "exhausted" });
    expect(answer.figures.budget).toBe(nanoOf(3));
    expect(keeper.state.monthly_budget).toBe(nanoOf(15));
    expect(keeper.state.exhausted_at).toBeNull();
    expect(keeper.queued("exhausted")).toEqual([]);
  });

  it("takes no larger budget for one decision", () => {
    const keeper = spent(15);
    expect(keeper.do(check(), { settings: { budgetCap: nanoOf(100) } }).answer.admission.decision).toBe("deny");
  });

  it("charges holds that are due before it decides", () => {
    const due = hold({ id: "due", amount: nanoOf(1), expires_at: "2026-02-14T10:00:00Z" });
    const keeper = spent(14.5, { holds: [due], exhausted_at: null });
    expect(keeper.do(check()).answer.admission.reason).toBe("exhausted");
    expect(keeper.state.total_spent).toBe(nanoOf(15.5));
    expect(keeper.state.closed_holds).toMatchObject([
      { id: "due", how: "expired", charged: nanoOf(1), by: "due:expire" },
    ]);
    expect(keeper.booked).toMatchObject([{ id: "due:expire", kind: "charge", quality: "estimated", hold: "due" }]);
  });

  it("under a new budget decides by the new one and warns the channel", () => {
    const keeper = spent(15);
    const { answer } = keeper.do(check(), { settings: { monthlyBudget: nanoOf(20) } });
    expect(answer.admission.decision).toBe("allow");
    expect(keeper.state.monthly_budget).toBe(nanoOf(20));
    expect(keeper.queued("warning").map(({ facts }) => facts["about"])).toEqual(["budget-changed"]);
  });

  it("is foreseen by who only looks: nothing is written, what is due is reckoned in", () => {
    const due = hold({ id: "due", amount: nanoOf(1), expires_at: "2026-02-14T10:00:00Z" });
    const state = freshState({ total_spent: nanoOf(14.5), holds: [due] });
    const seen = preview(state, { profile: "ai-pr" }, circumstances());
    expect(seen.admission).toMatchObject({ decision: "deny", reason: "exhausted" });
    expect(seen.figures.spent).toBe(nanoOf(15.5));
    const turned = preview(state, { profile: "ai-pr" }, circumstances({ now: "2026-03-01T00:00:00Z" }));
    expect(turned.figures).toMatchObject({ month: "2026-03", spent: 0 });
  });
});

describe("health", () => {
  it.each([
    [0, "green"],
    [11.999999999, "green"],
    [12, "yellow"],
    [14.249999999, "yellow"],
    [14.25, "red"],
    [14.945, "red"],
    [14.945000001, "blocked"],
    [20, "blocked"],
  ])("at $%d of $15 is %s", (dollars, health) => {
    expect(healthOf(nanoOf(dollars), nanoOf(15), nanoOf(0.055))).toBe(health);
  });

  it("is blocked without any budget", () => {
    expect(healthOf(nanoOf(0), nanoOf(0), nanoOf(0.055))).toBe("blocked");
  });
});

describe("the auto estimate", () => {
  function learning(costs: readonly number[], change: Parameters<typeof record>[0] = {}): Bookkeeper {
    const keeper = new Bookkeeper(freshState({ monthly_budget: nanoOf(1000) }));
    for (const [index, cost] of costs.entries()) {
      keeper.do(record({ id: `r${index}`, usage: usageOf(billed(cost)), ...change }));
    }
    return keeper;
  }

  function estimateOf(keeper: Bookkeeper, change: Parameters<typeof check>[0] = {}) {
    const { estimate, coldStart } = keeper.do(check(change)).answer.admission;
    return [estimate, coldStart];
  }

  it.each([
    [[], 0.055, true],
    [[0.01, 0.02], 0.055, true],
    [[0.01, 0.03, 0.02], 0.03, false],
    [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 9, false],
    [[10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 11], 10, false],
    [Array.from({ length: 20 }, (_, index) => index + 1), 18, false],
    [[99, 99, 99, 99, 99, ...Array.from({ length: 20 }, (_, index) => index + 1)], 18, false],
  ])("after costs of %j is %d, cold start: %s", (costs, dollars, isCold) => {
    expect(estimateOf(learning(costs))).toEqual([nanoOf(dollars), isCold]);
  });

  it("is learnt under the profile alone", () => {
    expect(estimateOf(learning([1, 1, 1]), { profile: "nightly" })).toEqual([nanoOf(0.055), true]);
  });

  it("is learnt by model where one is given", () => {
    const keeper = learning([1, 1, 1]);
    for (const id of ["a", "b", "c"]) keeper.do(record({ id, usage: usageOf(billed(3, "gpt-4o")) }));
    expect(estimateOf(keeper, { id: "1", model: "gpt-4o" })).toEqual([nanoOf(3), false]);
    expect(estimateOf(keeper, { id: "2", model: "claude-sonnet-4-5" })).toEqual([nanoOf(1), false]);
    expect(estimateOf(keeper, { id: "3", model: "gpt-4.1" })).toEqual([nanoOf(0.055), true]);
    expect(estimateOf(keeper, { id: "4" })).toEqual([nanoOf(3), false]);
  });

  it.each(["x".repeat(200), "__proto__", "constructor", "a\nb", "🚀".repeat(100)])("is learnt under %j", (profile) => {
    expect(estimateOf(learning([1, 1, 1], { profile }), { profile })).toEqual([nanoOf(1), false]);
    const model = "claude-sonnet-4-5";
    expect(estimateOf(learning([1, 1, 1], { profile }), { profile, model })).toEqual([nanoOf(1), false]);
    const [costs] = Object.values(learning([1, 1, 1], { profile }).state.profiles);
    expect(costs?.costs).toHaveLength(3);
  });

  it("is never taught by a charge that was estimated itself or one a flat fee covers", () => {
    const keeper = learning([1, 1, 1]);
    for (const id of ["a", "b", "c"]) {
      keeper.do(record({ id, usage: { ...usageOf(billed(50)), incomplete: true } }));
      keeper.do(record({ id: `${id}-flat`, usage: usageOf(billed(50)), billing: "subscription" }));
      keeper.do(check({ id: `${id}-hold` }));
      keeper.do(record({ id: `${id}-1`, hold: `${id}-hold`, usage: usageOf(billed(1)) }));
      keeper.do(record({ id: `${id}-2`, hold: `${id}-hold`, usage: { ...usageOf(billed(50)), incomplete: true } }));
    }
    expect(estimateOf(keeper)).toEqual([nanoOf(1), false]);
  });

  it("learns of an execution that was charged several times the sum of its charges", () => {
    const model = "claude-sonnet-4-5";
    const keeper = learning([1, 1, 1]);
    keeper.do(check());
    keeper.do(record({ id: "first", hold: "hold-1", usage: usageOf(billed(2)) }));
    keeper.do(record({ id: "other", usage: usageOf(billed(3)) }));
    keeper.do(record({ id: "second", hold: "hold-1", usage: usageOf(billed(4)) }));
    keeper.do(record({ id: "third", hold: "hold-1", profile: "another", usage: usageOf(billed(0.5)) }));
    const { profiles } = keeper.state;
    expect(profiles["ai-pr"]?.costs).toEqual([1, 1, 1, 6.5, 3].map(nanoOf));
    expect(profiles["ai-pr"]?.tokens).toEqual([1500, 1500, 1500, 4500, 1500]);
    expect(profiles[`ai-pr@${model}`]?.costs).toEqual([1, 1, 1, 6.5, 3].map(nanoOf));
    expect(profiles["another"]).toBeUndefined();
    expect(keeper.state.executions).toBe(5);
    expect(differencesOf(keeper.state, keeper.entries)).toEqual([]);
  });

  it("learns nothing from a further charge of an execution whose first one was estimated", () => {
    const keeper = learning([1, 1, 0.055]);
    keeper.do(check({}), { settings: { estimate: nanoOf(0.055) } });
    keeper.do(record({ id: "first", hold: "hold-1", usage: { ...usageOf(), found: false } }));
    keeper.do(record({ id: "second", hold: "hold-1", usage: usageOf(billed(4)) }));
    expect(keeper.state.profiles["ai-pr"]?.costs).toEqual([1, 1, 0.055].map(nanoOf));
  });

  it("learns from an expired hold that is corrected what the run cost as a whole", () => {
    const keeper = learning([1, 1]);
    keeper.do(check());
    keeper.do(record({ id: "late", hold: "hold-1", usage: usageOf(billed(4)) }), { now: "2026-02-14T20:00:00Z" });
    expect(estimateOf(keeper, { id: "next" })).toEqual([nanoOf(4), false]);
  });

  it("gives way to a figure", () => {
    const { admission } = learning([1, 1, 1]).do(check(), { settings: { estimate: nanoOf(0.5) } }).answer;
    expect(admission).toMatchObject({ estimate: nanoOf(0.5), coldStart: false });
  });

  it("is more than zero also where runs cost nothing", () => {
    const free = { ...billed(0), billed: false, prices: { input: 0, output: 0 }, price_source: "policy" as const };
    const keeper = new Bookkeeper();
    for (const id of ["a", "b", "c"]) keeper.do(record({ id, usage: usageOf(free) }));
    expect(keeper.state.total_spent).toBe(0);
    expect(estimateOf(keeper)).toEqual([nanoOf(0.055), true]);
  });
});

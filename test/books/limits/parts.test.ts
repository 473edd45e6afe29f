import { describe, expect, it } from "vitest";
import { decodeState } from "../../../src/books/file/decode.ts";
import { encodeState } from "../../../src/books/file/encode.ts";
import type { CheckRequest } from "../../../src/books/request.ts";
import type { Settings } from "../../../src/books/settings.ts";
import { nanoOf } from "../../../src/values/money.ts";
import { differencesOf } from "../../support/replayed.ts";
import { rule, partSettings as settings, spentBooks, TAGS } from "../part-samples.ts";
import {
  Bookkeeper,
  billed,
  check,
  freshState,
  hold,
  NO_USAGE,
  NOW,
  RUN,
  record,
  release,
  usageOf,
} from "../sample-books.ts";

const MONTH_END = "2026-02-28T23:00:00Z";

const tokens = (amount: number) => ({ unit: "tokens" as const, amount });

function ask(keeper: Bookkeeper, rules: Partial<Settings>, change: Partial<CheckRequest> = {}, now = NOW) {
  return keeper.do(check({ id: `hold-${keeper.state.holds.length + 1}`, tags: TAGS, ...change }), {
    settings: rules,
    now,
  }).answer.admission;
}

describe("a run that counts in a sub-budget", () => {
  it("is let in while it fits, and held and booked there", () => {
    const rules = settings(rule());
    const keeper = new Bookkeeper();
    expect(ask(keeper, rules)).toMatchObject({ decision: "allow", reason: "ok" });
    expect(keeper.state).toMatchObject({
      requires: ["budgets"],
      budgets: { infrastructure: { period: "2026-02", spent: 0, tokens: 0, alerts_sent: [] } },
      holds: [{ budgets: { infrastructure: 6_000 }, tokens: 6_000 }],
    });
    keeper.do(record({ hold: "hold-1", tags: { division: "another" }, usage: usageOf(billed(0.05)) }), {
      settings: rules,
    });
    expect(keeper.state.budgets).toEqual({
      infrastructure: { period: "2026-02", spent: nanoOf(0.05), tokens: 1_500, alerts_sent: [], executions: 1 },
    });
    expect(keeper.entries.at(-1)).toMatchObject({
      predicted_tokens: 6_000,
      budgets: { infrastructure: { period: "2026-02", tokens: 1_500 } },
    });
  });

  it.each([
    ["division", { division: "web" }],
    ["nothing", {}],
  ])("and one tagged with %s doesn't count in it", (_, tags) => {
    const rules = settings(rule({ limit: { unit: "USD", amount: nanoOf(0.001) } }));
    const keeper = new Bookkeeper();
    expect(ask(keeper, rules, { tags })).toMatchObject({ decision: "allow" });
    expect(keeper.state.budgets).toBeUndefined();
    expect(keeper.state.requires).toEqual([]);
  });

  it.each([
    ["deny", 0, 3.98, "allow", "ok"],
    ["deny", 0, 3.995, "deny", "budget-exceeded"],
    ["warn", 0, 4.5, "warn", "budget-exceeded"],
    ["approve", 10, 4.16, "warn", "budget-exceeded"],
    ["approve", 10, 4.44, "approve", "approval-needed"],
    ["deny", 10, 4.16, "warn", "budget-exceeded"],
    ["deny", 10, 4.44, "deny", "budget-exceeded"],
  ] as const)(
    "with on-exceed %s, overage %d%% and %d of 4 dollars spent: %s, %s",
    (onExceed, overage, spent, decision, reason) => {
      const rules = settings(rule({ onExceed, overage }));
      const keeper = spentBooks(spent, rules);
      const admission = ask(keeper, rules);
      expect(admission).toMatchObject({ decision, reason });
      expect(keeper.state.holds).toHaveLength(decision === "allow" || decision === "warn" ? 1 : 0);
      if (decision === "allow") return;
      expect(admission.limitedBy).toMatchObject({
        name: "infrastructure",
        unit: "USD",
        limit: nanoOf(4),
        spent: nanoOf(spent),
        resetsAt: "2026-03-01T00:00:00Z",
      });
    },
  );

  it("is answered as before where it asks again", () => {
    const rules = settings(rule({ alerts: [75], overage: 10, onExceed: "approve" }));
    const approval = { environment: "ai-budget", approvers: ["octocat"] };
    for (const [spent, change] of [[3.04], [4.16], [4.5, { approval }], [1]] as const) {
      const keeper = spentBooks(spent, rules);
      const first = ask(keeper, rules, { id: "again", ...change });
      const second = ask(keeper, rules, { id: "again", ...change });
      expect([second.decision, second.reason]).toEqual([first.decision, first.reason]);
      expect(second.limitedBy?.name).toBe(first.limitedBy?.name);
      expect(keeper.state.holds).toHaveLength(1);
    }
  });

  it("warns past an alert of its budget and names it", () => {
    const rules = settings(rule({ alerts: [75] }));
    expect(ask(spentBooks(3.04, rules), rules)).toMatchObject({
      decision: "warn",
      reason: "alert",
      limitedBy: { name: "infrastructure", percentUsed: 76 },
    });
  });

  it("is answered by the tightest of its budgets", () => {
    const rules = settings(
      rule({ name: "roomy", limit: { unit: "USD", amount: nanoOf(5) }, onExceed: "warn" }),
      rule({ name: "tight", limit: { unit: "USD", amount: nanoOf(4.2) }, onExceed: "deny" }),
      rule({ name: "tighter", limit: { unit: "USD", amount: nanoOf(4.1) }, onExceed: "deny" }),
    );
    expect(ask(spentBooks(4.5, rules), rules)).toMatchObject({ decision: "deny", limitedBy: { name: "tighter" } });
  });

  it("waits for open holds: of 20 at once only those with room are let in", () => {
    const rules = settings(rule({ limit: { unit: "USD", amount: nanoOf(0.079) } }));
    const keeper = new Bookkeeper();
    const let_in = Array.from({ length: 20 }, (_, index) => ask(keeper, rules, { id: `run-${index}` }).decision);
    expect(let_in.filter((decision) => decision === "allow")).toHaveLength(7);
    expect(let_in.filter((decision) => decision === "deny")).toHaveLength(13);
  });

  it("is told what tags it lacks, before anything else", () => {
    const rules = { ...settings(rule()), requiredTags: ["project", "agent"] };
    expect(ask(new Bookkeeper(), rules, { tags: { project: "x" } })).toMatchObject({
      decision: "deny",
      reason: "tags-missing",
      missingTags: ["agent"],
    });
  });
});

describe("limits that add up to more than the month", () => {
  const notesOf = (dollars: number, change = {}) =>
    new Bookkeeper().do(check({ tags: {} }), {
      settings: settings(
        rule({ name: "a", limit: { unit: "USD", amount: nanoOf(10) } }),
        rule({ name: "b", limit: { unit: "USD", amount: nanoOf(dollars) }, ...change }),
      ),
    }).answer.notes;

  it("are warned of, and let runs in", () => {
    expect(notesOf(5.01)).toMatchObject([
      { level: "warning", text: expect.stringContaining("add up to $15.01, $0.0100 more than the month's $15.00") },
    ]);
    expect(notesOf(5)).toEqual([]);
    expect(notesOf(8, { period: "day" })).toEqual([]);
  });
});

describe("an approval", () => {
  const rules = settings(rule({ onExceed: "approve", overage: 10 }));
  const approval = { environment: "ai-budget", approvers: ["octocat"] };

  it("lets one hold of its run in, with who, and nothing for a second or without it", () => {
    const keeper = spentBooks(4.44, rules);
    expect(ask(keeper, rules)).toMatchObject({ decision: "approve" });
    expect(ask(keeper, rules, { approval, id: "first" })).toMatchObject({
      decision: "warn",
      reason: "approved",
      approvedBy: "octocat",
    });
    expect(ask(keeper, rules, { approval, id: "second" })).toMatchObject({ decision: "approve" });
    expect(keeper.state.holds).toMatchObject([{ id: "first", approved_by: "octocat" }]);
    keeper.do(record({ hold: "first" }), { settings: rules });
    expect(keeper.entries.at(-1)).toMatchObject({ hold: "first", approved_by: "octocat" });
    expect(ask(keeper, rules, { approval, id: "third" })).toMatchObject({ decision: "approve" });
    expect(ask(keeper, rules, { approval, id: "other-run", run: { ...RUN, run_id: 2 } })).toMatchObject({
      decision: "warn",
    });
  });

  it.each([
    ["of nobody", { ...approval, approvers: [] }],
    ["for another environment", { ...approval, environment: "production" }],
  ])("%s opens nothing", (_, given) => {
    const keeper = spentBooks(4.44, rules);
    expect(ask(keeper, rules, { approval: given })).toMatchObject({ decision: "approve" });
    expect(keeper.state.holds).toEqual([]);
  });

  it("isn't used up by a run that fits anyway", () => {
    const keeper = new Bookkeeper();
    expect(ask(keeper, rules, { approval })).toMatchObject({ decision: "allow" });
    expect(keeper.state.approvals).toBeUndefined();
  });

  it("opens no budget whose end is final, and no money beyond the month's", () => {
    const final = settings(rule());
    expect(ask(spentBooks(4.44, final), final, { approval })).toMatchObject({ decision: "deny" });
    expect(ask(spentBooks(14.995, rules), rules, { approval })).toMatchObject({
      decision: "deny",
      reason: "exhausted",
    });
  });

  it("is opened for a new run however many came before it, once those can't come again", () => {
    const days = (count: number, day: string) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`o/r/${index + 100}`, day]));
    const keeper = spentBooks(4.44, rules);
    keeper.state = { ...keeper.state, approvals: { ...days(999, "2025-11-01"), "o/r/7": "2026-02-13" } };
    expect(ask(keeper, rules, { approval })).toMatchObject({ decision: "warn", approvedBy: "octocat" });
    expect(keeper.state.approvals).toEqual({ "o/r/7": "2026-02-13", "o/r/1": "2026-02-14" });
    keeper.state = { ...keeper.state, approvals: days(300, "2026-02-01") };
    expect(ask(keeper, rules, { approval, id: "second", run: { ...RUN, run_id: 2 } })).toMatchObject({
      decision: "warn",
    });
  });

  it("is forgotten by any booking once its run can't come again", () => {
    const keeper = spentBooks(4.44, rules);
    keeper.state = { ...keeper.state, approvals: { "o/r/1": "2025-11-01" } };
    keeper.do(record({ id: "any" }), { settings: rules });
    expect(keeper.state.approvals).toEqual({});
  });

  it("opens the reserve", () => {
    const reserved = { ...settings(), reserve: { percent: 10 } };
    const keeper = spentBooks(13.5, reserved);
    const before = ask(keeper, reserved);
    expect(before).toMatchObject({ decision: "approve", reason: "approval-needed" });
    expect(before.limitedBy).toBeUndefined();
    expect(ask(keeper, reserved, { approval })).toMatchObject({ decision: "warn", approvedBy: "octocat" });
  });
});

describe("the month's money", () => {
  it("keeps its reserve back, and says so where nobody can open it", () => {
    const rules = { estimate: nanoOf(0.01), reserve: { amount: nanoOf(1) } };
    expect(ask(spentBooks(13.98, rules), rules)).toMatchObject({ decision: "allow" });
    const keeper = spentBooks(13.995, rules);
    const { answer } = keeper.do(check({ id: "late" }), { settings: rules });
    expect(answer.admission).toMatchObject({ decision: "deny", reason: "reserve" });
    expect(answer.figures.remaining).toBe(nanoOf(1.005));
    expect(answer.figures.health).toBe("yellow");
    expect(keeper.state.exhausted_at).toBeNull();
  });

  it("keeps a share of the budget it decides by back: a smaller one for one decision has a smaller reserve", () => {
    const rules = { estimate: nanoOf(0.01), reserve: { percent: 10 }, budgetCap: nanoOf(1) };
    expect(ask(spentBooks(0.5, rules), rules)).toMatchObject({ decision: "allow" });
    expect(ask(spentBooks(0.9, rules), rules)).toMatchObject({ decision: "deny", reason: "reserve" });
  });

  it.each([
    [11.24, "low", "allow"],
    [11.25, "low", "deny"],
    [11.25, "normal", "allow"],
    [13.5, "normal", "deny"],
    [13.5, undefined, "deny"],
    [13.5, "high", "allow"],
  ] as const)("with %d of 15 dollars used a run of priority %s: %s", (spent, priority, decision) => {
    const rules = { estimate: nanoOf(0.01), admit: { normal: 90, low: 75 } };
    const admission = ask(spentBooks(spent, rules), rules, { priority });
    expect(admission).toMatchObject({ decision, reason: decision === "allow" ? "ok" : "priority" });
  });
});

describe("a limit in tokens", () => {
  const daily = rule({ name: "daily", limit: tokens(10_000), period: "day" });
  const cached = { ...billed(0.05), input: 9_000, cache_read: 8_000, output: 500 };

  it("counts input and output less cache reads, or all where it says so", () => {
    const rules = settings(daily, rule({ name: "whole", limit: tokens(90_000), count: "all" }));
    const keeper = new Bookkeeper();
    keeper.do(record({ tags: TAGS, usage: usageOf(cached) }), { settings: rules });
    expect(keeper.state.budgets).toMatchObject({ daily: { tokens: 1_500 }, whole: { tokens: 9_500, count: "all" } });
  });

  it("holds what the profile's last runs used, and charges it where nobody knows", () => {
    const rules = settings(daily);
    const keeper = new Bookkeeper();
    for (const id of ["a", "b", "c"]) {
      keeper.do(record({ id, tags: TAGS, usage: usageOf(cached) }), { settings: rules });
    }
    ask(keeper, rules);
    expect(keeper.state.holds).toMatchObject([{ tokens: 1_500 }]);
    keeper.do(record({ id: "lost", hold: "hold-1", usage: NO_USAGE }), { settings: rules });
    expect(keeper.state.budgets?.["daily"]?.tokens).toBe(6_000);
    ask(keeper, rules, { id: "figure" });
    const figure = { ...billed(0.02), input: 0, output: 0 };
    keeper.do(record({ id: "told", hold: "figure", usage: usageOf(figure) }), { settings: rules });
    expect(keeper.state.budgets?.["daily"]?.tokens).toBe(7_500);
  });

  it.each([
    ["at least what was held", 1, 6_000],
    ["and one more request", 1_000, 9_009],
  ])("counts of an interrupted run what is known, %s", (_, requests, counted) => {
    const rules = settings(daily);
    const keeper = new Bookkeeper();
    ask(keeper, rules);
    // 1,500 tokens of one request, or 9,000 of a thousand.
    const line = requests === 1 ? cached : { ...cached, cache_read: 500, requests };
    keeper.do(record({ hold: "hold-1", usage: { ...usageOf(line), cutShort: true } }), { settings: rules });
    expect(keeper.state.budgets?.["daily"]?.tokens).toBe(counted);
  });

  it("denies what doesn't fit beside what is held", () => {
    const rules = settings(daily);
    const keeper = new Bookkeeper();
    expect(ask(keeper, rules)).toMatchObject({ decision: "allow" });
    expect(ask(keeper, rules)).toMatchObject({
      decision: "deny",
      limitedBy: { unit: "tokens", limit: 10_000, held: 6_000, remaining: 4_000, resetsAt: "2026-02-15T00:00:00Z" },
    });
  });
});

describe("a run whose model the ladder has chosen", () => {
  const daily = rule({ name: "daily", limit: { unit: "tokens", amount: 200_000 }, period: "day" });
  const models = [{ use: "claude-haiku-4-5", until: undefined, match: {} }];
  const learned = (estimate: Settings["estimate"]) => {
    const rules = { ...settings(daily), estimate, models };
    const keeper = new Bookkeeper();
    for (const id of ["a", "b", "c"]) {
      const usage = usageOf({ ...billed(0.3), input: 20_000, output: 5_000 });
      keeper.do(record({ id, tags: TAGS, usage }), { settings: rules });
    }
    keeper.do(check({ tags: TAGS }), { settings: rules });
    return keeper.state.holds[0];
  };

  it("holds what its profile used with others until the model is known, in dollars and in tokens", () => {
    expect(learned("auto")).toMatchObject({ amount: nanoOf(0.3), tokens: 25_000, budgets: { daily: 25_000 } });
  });

  it("holds those tokens also where its dollars are given", () => {
    expect(learned(nanoOf(1))).toMatchObject({ amount: nanoOf(1), tokens: 25_000 });
  });
});

describe("a budget for each value", () => {
  const each = rule({ name: "agents", match: {}, forEach: ["agent"], limit: { unit: "USD", amount: nanoOf(0.015) } });

  it("is one of its own, and a run without the tag counts in none", () => {
    const rules = settings(each);
    const keeper = new Bookkeeper();
    expect(ask(keeper, rules, { tags: { agent: "qa" } })).toMatchObject({ decision: "allow" });
    expect(ask(keeper, rules, { tags: { agent: "qa" } })).toMatchObject({
      decision: "deny",
      limitedBy: { name: "agents/qa" },
    });
    expect(ask(keeper, rules, { tags: { agent: "dev" } })).toMatchObject({ decision: "allow" });
    expect(ask(keeper, rules, { tags: {} })).toMatchObject({ decision: "allow" });
    expect(Object.keys(keeper.state.budgets ?? {})).toEqual(["agents/qa", "agents/dev"]);
  });

  it("has at most 200 values, then the rest together", () => {
    const rules = settings(each);
    const keeper = new Bookkeeper();
    for (let index = 0; index < 210; index++) {
      keeper.do(record({ id: `r${index}`, tags: { agent: `a${index}` }, usage: usageOf(billed(0.001)) }), {
        settings: rules,
      });
    }
    const names = Object.keys(keeper.state.budgets ?? {});
    expect(names).toHaveLength(201);
    expect(keeper.state.budgets?.["agents/other"]?.spent).toBe(nanoOf(0.01));
  });
});

describe("the periods of sub-budgets", () => {
  const rules = settings(
    rule({ name: "daily", period: "day" }),
    rule({ name: "weekly", period: "week", target: { lines: tokens(20) } }),
    rule({ name: "monthly" }),
    rule({ name: "project", period: "none" }),
    rule({ name: "sprint", period: { from: "2026-02-10", to: "2026-02-24" } }),
  );
  const spend = (keeper: Bookkeeper, now: string, dollars: number) =>
    keeper.do(record({ id: now, tags: TAGS, usage: usageOf(billed(dollars)) }), { settings: rules, now });
  const spentIn = (keeper: Bookkeeper) =>
    Object.fromEntries(Object.entries(keeper.state.budgets ?? {}).map(([name, line]) => [name, line.spent / 1e9]));

  it("turn each in its own time, by whoever writes next", () => {
    const keeper = new Bookkeeper();
    spend(keeper, "2026-02-14T23:00:00Z", 1);
    expect(spentIn(keeper)).toEqual({ daily: 1, weekly: 1, monthly: 1, project: 1, sprint: 1 });
    spend(keeper, "2026-02-15T00:00:01Z", 0.5);
    expect(spentIn(keeper)).toEqual({ daily: 0.5, weekly: 1.5, monthly: 1.5, project: 1.5, sprint: 1.5 });
    spend(keeper, "2026-02-16T10:00:00Z", 0.25);
    expect(spentIn(keeper)).toEqual({ daily: 0.25, weekly: 0.25, monthly: 1.75, project: 1.75, sprint: 1.75 });
    spend(keeper, "2026-02-25T10:00:00Z", 0.25);
    expect(spentIn(keeper)).toEqual({ daily: 0.25, weekly: 0.25, monthly: 2, project: 2, sprint: 1.75 });
  });

  it("leave a month's sums in its history line, and dates that are over make room", () => {
    const keeper = new Bookkeeper();
    spend(keeper, "2026-02-14T23:00:00Z", 1);
    spend(keeper, "2026-02-27T12:00:00Z", 0.5);
    spend(keeper, "2026-03-01T00:00:01Z", 0.25);
    expect(keeper.state.history[0]?.budgets).toEqual({
      daily: { spent: nanoOf(1.5), tokens: 3_000 },
      monthly: { spent: nanoOf(1.5), tokens: 3_000 },
      project: { spent: nanoOf(1.5), tokens: 3_000 },
      sprint: { spent: nanoOf(1), tokens: 1_500 },
      weekly: { spent: nanoOf(1.5), tokens: 3_000 },
    });
    expect(spentIn(keeper)).toEqual({ daily: 0.25, weekly: 0.75, monthly: 0.25, project: 1.75 });
    expect(keeper.state.budgets?.["weekly"]).toMatchObject({ period: "2026-W09", month: { spent: nanoOf(0.25) } });
    expect(differencesOf(keeper.state, keeper.entries)).toEqual([]);
  });

  it("that booked no dollar in a week, only what it brought about, keep that over the month's turn", () => {
    const keeper = new Bookkeeper();
    ask(keeper, rules, { holdMs: 3_600_000 });
    const late = record({ id: "late", hold: "hold-1", usage: NO_USAGE, prs: 1, outcomes: { lines: 12, other: 1 } });
    keeper.do(late, { settings: rules, now: "2026-02-28T20:00:00Z" });
    ask(keeper, rules, {}, "2026-03-01T00:00:01Z");
    expect(keeper.state.budgets?.["weekly"]).toMatchObject({ spent: 0, prs: 1, outcomes: { lines: 12 } });
    expect(differencesOf(keeper.state, keeper.entries)).toEqual([]);
  });

  it("whose dates end with the month stay over its turn, for a run whose clock is behind", () => {
    const february = settings(
      rule({
        name: "sprint",
        period: { from: "2026-02-10", to: "2026-02-28" },
        limit: { unit: "USD", amount: nanoOf(1) },
      }),
    );
    const keeper = new Bookkeeper();
    keeper.do(record({ tags: TAGS, usage: usageOf(billed(0.995)) }), { settings: february });
    keeper.do(record({ id: "next-month", usage: usageOf(billed(1)) }), {
      settings: february,
      now: "2026-03-01T00:00:01Z",
    });
    const admission = ask(keeper, february, {}, "2026-02-28T23:59:59Z");
    expect(admission).toMatchObject({ decision: "deny", reason: "budget-exceeded" });
    keeper.do(record({ id: "april", usage: usageOf(billed(1)) }), { settings: february, now: "2026-04-01T00:00:01Z" });
    expect(keeper.state.budgets).toEqual({});
    expect(differencesOf(keeper.state, keeper.entries)).toEqual([]);
  });

  it("have an expired hold in the day its time ran out", () => {
    const keeper = new Bookkeeper();
    ask(keeper, rules, {}, "2026-02-14T20:00:00Z");
    ask(keeper, rules, {}, "2026-02-14T10:00:00Z");
    spend(keeper, "2026-02-16T10:00:00Z", 1);
    const expired = keeper.entries.filter((entry) => entry.source === "expired hold");
    expect(expired.map((entry) => entry.budgets?.["daily"]?.period)).toEqual(["2026-02-14", "2026-02-15"]);
    expect(spentIn(keeper)).toMatchObject({ daily: 1, weekly: 1, monthly: 1.02 });
    expect(differencesOf(keeper.state, keeper.entries)).toEqual([]);
  });

  it("have a hold whose time ends with the month in its last day, and are not turned by it", () => {
    const keeper = new Bookkeeper();
    spend(keeper, "2026-02-28T23:00:00Z", 1);
    ask(keeper, rules, { holdMs: 600_000 }, "2026-02-28T23:50:00Z");
    keeper.do(release({ hold: "unknown" }), { settings: rules, now: "2026-03-01T00:00:01Z" });
    expect(keeper.entries.find(({ id }) => id.endsWith(":expire"))).toMatchObject({
      month: "2026-02",
      budgets: { daily: { period: "2026-02-28" }, monthly: { period: "2026-02" } },
    });
    expect(differencesOf(keeper.state, keeper.entries)).toEqual([]);
  });

  it("correct an expired hold where it was counted, by the difference", () => {
    const keeper = new Bookkeeper();
    ask(keeper, rules, { holdMs: 3_600_000 });
    keeper.do(record({ id: "late", hold: "hold-1", usage: usageOf(billed(0.05)) }), {
      settings: rules,
      now: "2026-02-14T20:00:00Z",
    });
    expect(keeper.state.budgets?.["daily"]).toMatchObject({ spent: nanoOf(0.05), tokens: 1_500 });
  });

  it("let a released hold go without a trace", () => {
    const keeper = new Bookkeeper();
    ask(keeper, rules);
    keeper.do(release({ hold: "hold-1" }), { settings: rules });
    expect(spentIn(keeper)).toEqual({ daily: 0, weekly: 0, monthly: 0, project: 0, sprint: 0 });
  });

  it("that have just begun their day stay in it over a reset, whoever's clock is behind", () => {
    const keeper = new Bookkeeper();
    spend(keeper, "2026-02-14T23:59:00Z", 1);
    const reset = { kind: "reset" as const, id: "reset-1", actor: "octocat", reason: "again", run: {} };
    keeper.do(reset, { settings: rules, now: "2026-02-15T00:00:02Z" });
    keeper.do(record({ id: "late", tags: TAGS }), { settings: rules, now: "2026-02-14T23:59:59Z" });
    expect(keeper.state.budgets?.["daily"]).toMatchObject({ period: "2026-02-15", spent: nanoOf(0.05) });
    expect(differencesOf(keeper.state, keeper.entries)).toEqual([]);
  });

  it("stay as the ledger has them when their dates are over and a hold still counts in them", () => {
    const keeper = new Bookkeeper();
    spend(keeper, NOW, 1);
    ask(keeper, rules, { holdMs: 30 * 24 * 3_600_000 });
    keeper.do(record({ id: "next-month", hold: "unknown" }), { settings: rules, now: "2026-03-01T00:00:01Z" });
    expect(spentIn(keeper)).toMatchObject({ sprint: 1 });
    expect(differencesOf(keeper.state, keeper.entries)).toEqual([]);
  });

  it("of months start again at a reset, the others go on", () => {
    const keeper = new Bookkeeper();
    spend(keeper, NOW, 1);
    keeper.do({ kind: "reset", id: "reset-1", actor: "octocat", reason: "again", run: {} }, { settings: rules });
    expect(spentIn(keeper)).toEqual({ daily: 1, weekly: 1, monthly: 0, project: 1, sprint: 1 });
    expect(keeper.state.history[0]?.budgets?.["monthly"]).toMatchObject({ spent: nanoOf(1) });
    expect(differencesOf(keeper.state, keeper.entries)).toEqual([]);
  });

  it("are kept while the policy can't be read, and go with their period when it names them no more", () => {
    const keeper = new Bookkeeper();
    ask(keeper, rules);
    keeper.do(record({ hold: "hold-1" }), { settings: { parts: undefined } });
    expect(spentIn(keeper)).toMatchObject({ daily: 0.05, project: 0.05 });
    keeper.do(record({ id: "later" }), { settings: {}, now: "2026-03-02T00:00:00Z" });
    expect(spentIn(keeper)).toEqual({ daily: 0, weekly: 0, project: 0.05 });
    expect(differencesOf(keeper.state, keeper.entries)).toEqual([]);
  });

  it("leave books as they were without any, once none is named and none has anything in it", () => {
    const keeper = spentBooks(1, settings(rule()));
    keeper.do(record({ id: "later" }), { settings: {}, now: "2026-03-02T00:00:00Z" });
    expect(keeper.state.budgets).toBeUndefined();
    expect(keeper.state.requires).toEqual([]);
  });

  it("begin anew where the policy changes their kind, and the month's sum goes on", () => {
    const keeper = new Bookkeeper();
    spend(keeper, NOW, 1);
    const weekly = settings(rule({ name: "daily", period: "week" }));
    keeper.do(record({ id: "after", tags: TAGS, usage: usageOf(billed(0.5)) }), { settings: weekly });
    expect(keeper.state.budgets?.["daily"]).toMatchObject({
      period: "2026-W07",
      spent: nanoOf(0.5),
      month: { spent: nanoOf(1.5) },
    });
  });
});

/** Takes ten cents off the sample sub-budget, and so its percentage below an alert. */
const CORRECTION = {
  kind: "adjust" as const,
  adjustment: "correct" as const,
  amount: { unit: "USD" as const, amount: nanoOf(-0.1) },
  tags: TAGS,
  actor: "octocat",
  reason: "counted twice",
  run: {},
};

describe("alerts of sub-budgets", () => {
  const rules = settings(rule({ alerts: [50, 75, 90] }));

  it("are one message for all that one booking passed, and never again in the period", () => {
    const keeper = spentBooks(3.04, rules);
    expect(keeper.queued("alert")).toMatchObject([
      {
        facts: {
          percents: [],
          parts: [{ name: "infrastructure", percents: [50, 75], spent: 3.04, limit: 4, unit: "USD" }],
        },
      },
    ]);
    keeper.do(record({ id: "more", tags: TAGS, usage: usageOf(billed(0.01)) }), { settings: rules });
    expect(keeper.queued("alert")).toHaveLength(1);
    keeper.do(record({ id: "most", tags: TAGS, usage: usageOf(billed(0.6)) }), { settings: rules });
    expect(keeper.queued("alert")).toMatchObject([{}, { facts: { parts: [{ percents: [90] }] } }]);
    keeper.do(record({ id: "next", tags: TAGS, usage: usageOf(billed(2.5)) }), {
      settings: rules,
      now: "2026-03-02T10:00:00Z",
    });
    expect(keeper.queued("alert").at(-1)).toMatchObject({ facts: { parts: [{ percents: [50] }] } });
  });

  it("say when a day at its own pace reaches the next of them, and what it comes to", () => {
    const daily = rule({ limit: { unit: "tokens", amount: 18_000 }, period: "day", alerts: [75, 90] });
    const line = { period: "2026-02-14", spent: nanoOf(1), tokens: 12_150, alerts_sent: [] };
    const keeper = new Bookkeeper(freshState({ total_spent: nanoOf(1), budgets: { infrastructure: line } }));
    // 13,650 tokens by now are 800 an hour: (16,200 - 13,650) / 800 = 3.2 hours.
    const at = { settings: settings(daily), now: "2026-02-14T17:03:45Z" };
    keeper.do(record({ tags: TAGS, usage: usageOf(billed(0.05)) }), at);
    const thresholds = [
      { percent: 90, hours: 3.19 },
      { percent: 100, hours: 5.44 },
    ];
    expect(keeper.queued("alert")).toMatchObject([
      { facts: { parts: [{ percents: [75], spent: 13_650, thresholds, projected: 19_200 }] } },
    ]);
  });

  it("are crossed again once a raised limit has taken the percentage below them", () => {
    const rules = settings(rule({ alerts: [50, 90] }));
    const raised = settings(rule({ alerts: [50, 90], limit: { unit: "USD", amount: nanoOf(8) } }));
    const keeper = spentBooks(3.7, rules);
    keeper.do(record({ id: "a", tags: TAGS, usage: usageOf(billed(0.2)) }), { settings: raised });
    keeper.do(record({ id: "b", tags: TAGS, usage: usageOf(billed(0.2)) }), { settings: raised });
    expect(keeper.state.budgets?.["infrastructure"]?.alerts_sent).toEqual([50]);
    expect(new Set(keeper.queued("alert").map(({ id }) => id)).size).toBe(2);
    keeper.do({ ...CORRECTION, id: "c" }, { settings: raised });
    keeper.do(record({ id: "d", tags: TAGS, usage: usageOf(billed(0.2)) }), { settings: raised });
    expect(keeper.queued("alert")).toHaveLength(2);
  });

  it("stand in the month's own message where both are passed at once", () => {
    const keeper = spentBooks(12, rules);
    expect(keeper.queued("alert")).toMatchObject([{ facts: { percents: [75], parts: [{ percents: [50, 75, 90] }] } }]);
  });
});

describe("books without sub-budgets", () => {
  it("have no keys for them", () => {
    const keeper = new Bookkeeper(freshState({ holds: [hold()] }));
    keeper.do(check({ id: "h" }));
    keeper.do(record({ hold: "h" }));
    keeper.do(record({ id: "next", hold: "hold-1" }), { now: MONTH_END });
    const text = encodeState(keeper.state);
    expect(text).not.toMatch(/budgets|tokens": \d|net_tokens|adjust|granted|loans|approvals/);
    expect(decodeState(text).kind).toBe("state");
  });
});

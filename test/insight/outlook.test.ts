import { describe, expect, it } from "vitest";
import { figuresOf } from "../../src/books/figures.ts";
import { recapFacts } from "../../src/books/messages/recap-facts.ts";
import { monthOutlook } from "../../src/books/month-demand.ts";
import type { Settings } from "../../src/books/settings.ts";
import type { State } from "../../src/books/state.ts";
import { type Outlook, outlookOf } from "../../src/insight/outlook.ts";
import { predictionQualities } from "../../src/insight/prediction-quality.ts";
import { nanoOf, usdOf } from "../../src/values/money.ts";
import { rule, TAGS } from "../books/part-samples.ts";
import {
  Bookkeeper,
  billed,
  check,
  freshState,
  NO_USAGE,
  NOW,
  record,
  settingsWith,
  unpriced,
  usageOf,
} from "../books/sample-books.ts";
import { differencesOf } from "../support/replayed.ts";

function outlookIn(state: State, change: Partial<Settings> = {}, now = NOW): Outlook {
  const figures = figuresOf(state, nanoOf(0.05));
  return outlookOf({ state, figures, ahead: monthOutlook(state, now), settings: settingsWith(change), now });
}

/** Books since the first of February. */
function monthlyBooks(change: Partial<State> = {}): Bookkeeper {
  return new Bookkeeper(freshState({ last_reset: "2026-02-01T00:00:00Z", ...change }));
}

/** A dollar on each of the first days of February. */
function dollarADay(days: number): State["daily"] {
  const all = Array.from({ length: days }, (_, at) => `2026-02-${String(at + 1).padStart(2, "0")}`);
  return Object.fromEntries(all.map((day) => [day, { spent: nanoOf(1), executions: 1, prs: 0 }]));
}

function spend(keeper: Bookkeeper, settings: Partial<Settings>, change: Parameters<typeof record>[0], now = NOW) {
  keeper.do(record({ id: `r${keeper.entries.length}`, tags: TAGS, ...change }), { settings, now });
}

describe("a sub-budget as people look at it", () => {
  it("has its limit, spent, held, remaining, percent and health", () => {
    const settings = { parts: [rule({ alerts: [50] })], estimate: nanoOf(0.5) };
    const keeper = monthlyBooks();
    spend(keeper, settings, { usage: usageOf(billed(3.3)) });
    keeper.do(check({ tags: TAGS }), { settings });
    expect(outlookIn(keeper.state, settings).budgets).toMatchObject([
      {
        name: "infrastructure",
        unit: "USD",
        period: "2026-02",
        limit: nanoOf(4),
        spent: nanoOf(3.3),
        held: nanoOf(0.5),
        remaining: nanoOf(0.2),
        percentUsed: 82.5,
        percentHeld: 12.5,
        health: "yellow",
        executions: 1,
      },
    ]);
  });

  it("has a row before anything counts in it, none outside its dates, and one for every value of for-each", () => {
    const parts = [
      rule(),
      rule({ name: "past", period: { from: "2026-01-01", to: "2026-01-31" } }),
      rule({ name: "agent", match: {}, forEach: ["agent"] }),
    ];
    const keeper = monthlyBooks();
    for (const agent of ["qa", "dev-lead"]) spend(keeper, { parts }, { tags: { agent } });
    const names = outlookIn(keeper.state, { parts }).budgets.map(({ name }) => name);
    expect(names).toEqual(["infrastructure", "agent/qa", "agent/dev-lead"]);
  });

  it("of a month takes its share of the month's forecast", () => {
    const settings = { parts: [rule({ limit: { unit: "USD", amount: nanoOf(6) }, alerts: [50, 90] })] };
    const line = { period: "2026-02", spent: nanoOf(2.8), tokens: 0, alerts_sent: [] };
    const books = { total_spent: nanoOf(14), daily: dollarADay(14), budgets: { infrastructure: line } };
    const [part] = outlookIn(freshState(books), settings, "2026-02-15T00:00:00Z").budgets;
    // A fifth of a dollar a day: $0.20 to the first alert, $2.60 to the second, which is beyond the month.
    expect(part).toMatchObject({
      perDay: nanoOf(0.2),
      nextAlert: { percent: 50, at: "2026-02-16T00:00:00Z" },
      goneAt: null,
      projected: nanoOf(5.6),
      forecast: { kind: "ranges", spent: nanoOf(2.8), point: nanoOf(5.6) },
      thresholds: [
        { percent: 50, hours: 24, at: "2026-02-16T00:00:00Z" },
        { percent: 90, hours: expect.closeTo(13 * 24, 6), at: "2026-02-28T00:00:00Z" },
        { percent: 100, hours: null, at: null },
      ],
    });
  });

  it("of a day reaches its thresholds at its own pace, in its own unit", () => {
    const daily = rule({ limit: { unit: "tokens", amount: 18_000 }, period: "day", alerts: [75, 90] });
    const line = { period: "2026-02-14", spent: nanoOf(1), tokens: 13_650, alerts_sent: [75] };
    const state = freshState({ total_spent: nanoOf(1), budgets: { infrastructure: line } });
    // 13,650 tokens in 17 hours, 3 minutes and 45 seconds are 800 an hour: (16,200 - 13,650) / 800 = 3.2 hours.
    const [part] = outlookIn(state, { parts: [daily] }, "2026-02-14T17:03:45Z").budgets;
    expect(part).toMatchObject({
      perDay: 19_200,
      projected: 19_200,
      forecast: null,
      thresholds: [
        { percent: 90, hours: 3.1875, at: "2026-02-14T20:15:00Z" },
        { percent: 100, hours: 5.4375, at: "2026-02-14T22:30:00Z" },
      ],
    });
  });

  it.each([
    [
      "the running month and the days of the month before that are missing to 28",
      3,
      3,
      (3 + 31 * (25 / 31) * 0.1) / 28,
    ],
    ["the running month alone once it has 28 days", 28, 14, 0.5],
  ])("has the share of %s", (_, days, spent, share) => {
    const parts = [rule()];
    const line = { period: "2026-02", spent: nanoOf(spent), tokens: 0, alerts_sent: [] };
    const before = { total_spent: nanoOf(31), budgets: { infrastructure: { spent: nanoOf(3.1), tokens: 0 } } };
    const state = freshState({
      history: [
        { month: "2026-01", closed: "rollover", daily_spent: Array.from({ length: 31 }, () => nanoOf(1)), ...before },
      ],
      total_spent: nanoOf(days),
      daily: dollarADay(days),
      budgets: { infrastructure: line },
    });
    const [part] = outlookIn(state, { parts }, `2026-02-${String(days).padStart(2, "0")}T23:59:00Z`).budgets;
    expect(part?.perDay).toBeCloseTo(nanoOf(share), -3);
  });

  it("of tokens has its pace in tokens, and one that is used up is blocked", () => {
    const parts = [rule({ limit: { unit: "tokens", amount: 1_500 }, period: "day" })];
    const keeper = monthlyBooks();
    spend(keeper, { parts }, {});
    expect(outlookIn(keeper.state, { parts }).budgets).toMatchObject([
      { unit: "tokens", remaining: 0, health: "blocked", perDay: 3_600, goneAt: NOW },
    ]);
  });

  it("tells what an execution, a pull request and an outcome took, against its targets", () => {
    const target = {
      execution: { unit: "tokens" as const, amount: 2_000 },
      pr: { unit: "USD" as const, amount: nanoOf(0.05) },
      lines: { unit: "USD" as const, amount: nanoOf(0.001) },
    };
    const parts = [rule({ target })];
    const keeper = monthlyBooks();
    const outcomes = { lines: 120, tests: 7 };
    spend(keeper, { parts }, { usage: usageOf(billed(0.08)), prs: 1, outcomes });
    keeper.do(check({ tags: TAGS }), { settings: { parts } });
    spend(keeper, { parts }, { hold: "hold-1", usage: usageOf(billed(0.04)), outcomes });
    expect(keeper.state.budgets?.["infrastructure"]).toMatchObject({ executions: 2, prs: 1, outcomes: { lines: 240 } });
    expect(outlookIn(keeper.state, { parts }).budgets[0]?.efficiency).toEqual([
      { per: "execution", count: 2, cost: nanoOf(0.06), tokens: 1_500, target: target.execution, isMet: true },
      { per: "pr", count: 1, cost: nanoOf(0.12), tokens: 3_000, target: target.pr, isMet: false },
      { per: "lines", count: 240, cost: nanoOf(0.0005), tokens: 13, target: target.lines, isMet: true },
    ]);
    expect(differencesOf(keeper.state, keeper.entries)).toEqual([]);
  });
});

describe("the books as a whole", () => {
  it.each([
    [[4, 3], 8],
    [[4, 12], -1],
    [[], null],
  ])("with limits of %o dollars leave %s unallocated", (limits, left) => {
    const parts = limits.map((amount, index) =>
      rule({ name: `p${index}`, limit: { unit: "USD", amount: nanoOf(amount) } }),
    );
    expect(outlookIn(freshState(), { parts }).unallocated).toBe(left === null ? null : nanoOf(left));
  });

  it("tell the share of dollars that are estimated, without a model and without tags", () => {
    const keeper = monthlyBooks();
    spend(keeper, {}, { tags: {}, usage: usageOf(billed(0.445)) });
    spend(keeper, {}, { usage: usageOf(billed(0.5)) });
    spend(keeper, {}, { tags: {}, usage: NO_USAGE });
    spend(keeper, {}, { usage: usageOf(unpriced()) });
    const { total_spent: spent } = keeper.state;
    expect(spent).toBe(nanoOf(1.055));
    const { estimated, unpriced: none, untagged } = outlookIn(keeper.state).books ?? {};
    expect(estimated).toBeCloseTo((0.11 / 1.055) * 100);
    expect(none).toBeCloseTo((0.11 / 1.055) * 100);
    expect(untagged).toBeCloseTo((0.5 / 1.055) * 100);
    expect(outlookIn(freshState()).books).toBeNull();
    expect(differencesOf(keeper.state, keeper.entries)).toEqual([]);
  });

  it("count the runs that used more than large-run, point each out, and tell them in the recap", () => {
    const settings = { largeRun: { unit: "tokens" as const, amount: 1_499 } };
    const keeper = monthlyBooks();
    const { answer } = keeper.do(record(), { settings });
    expect(answer.notes).toContainEqual({
      level: "notice",
      text: expect.stringMatching(/^A large run: 1,500 tokens, above/),
    });
    keeper.do(record({ id: "small", usage: usageOf({ ...billed(9), input: 100, output: 10 }) }), { settings });
    expect(keeper.entries.map(({ large }) => large)).toEqual([true, undefined]);
    expect(outlookIn(keeper.state, settings).largeRuns).toBe(1);
    expect(recapFacts(keeper.state, "2026-02")).toMatchObject({ large_runs: 1 });
    expect(differencesOf(keeper.state, keeper.entries)).toEqual([]);
    keeper.do(check({ id: "march" }), { now: "2026-03-02T00:00:00Z", settings });
    expect(keeper.state.large_runs).toBeUndefined();
    expect(keeper.state.history).toMatchObject([{ large_runs: 1 }]);
    expect(outlookIn(keeper.state, settings).largeRuns).toBe(0);
    expect(outlookIn(keeper.state).largeRuns).toBeNull();
  });

  it("of dollars count as large what costs more", () => {
    const keeper = monthlyBooks();
    const settings = { largeRun: { unit: "USD" as const, amount: nanoOf(1) } };
    spend(keeper, settings, { usage: usageOf(billed(1)) });
    spend(keeper, settings, { usage: usageOf(billed(1.01)) });
    expect(keeper.state.large_runs).toBe(1);
  });

  it("forecast the next days, months, the quarter and the year, with closed months as they were", () => {
    const line = { month: "2026-01", total_spent: nanoOf(10) };
    const old = { month: "2025-12", total_spent: nanoOf(99) };
    const state = freshState({
      history: [old, line],
      total_spent: nanoOf(14),
      executions: 1,
      daily: dollarADay(14),
      last_reset: "2026-02-01T00:00:00Z",
    });
    // $14 in a fortnight: $28 in February, and a dollar each of March's 31 days.
    const outlook = outlookIn(state, {}, "2026-02-15T00:00:00Z");
    const points = Object.fromEntries(outlook.spans.map(({ span, forecast }) => [span, usdOf(forecast.point)]));
    expect(points).toEqual({
      today: 1,
      next7Days: 7,
      next30Days: 30,
      month: 28,
      nextMonth: 31,
      quarter: 10 + 28 + 31,
      year: 10 + 28 + 365 - 59,
    });
  });

  it("sum the recap's budgets up over the month's segments", () => {
    const keeper = monthlyBooks();
    const settings = { parts: [rule({ period: "day" })] };
    spend(keeper, settings, { usage: usageOf(billed(1)) });
    keeper.do({ kind: "reset", id: "reset", actor: "octocat", reason: "again", run: {} }, { settings });
    spend(keeper, settings, { usage: usageOf(billed(0.5)) });
    expect(recapFacts(keeper.state, "2026-02").budgets).toEqual([
      { name: "infrastructure", spent: 1.5, tokens: 3_000 },
    ]);
  });
});

describe("predictions", () => {
  it("are judged by the runs that came after those they were made of", () => {
    const costs = [1, 1, 1, 1.1, 2, 0.9].map(nanoOf);
    // 1.1 is near 1 and over the hold of 1; 2 is neither; 0.9 is near 1 and under the hold of 2.
    expect(predictionQualities({ "ai-pr": { costs }, few: { costs: costs.slice(0, 3) } })).toEqual([
      { profile: "ai-pr", runs: 3, within: 2 / 3, covered: 1 / 3 },
    ]);
  });

  it("by the formula are what it said, calibrated by those before", () => {
    const costs = [1, 2, 4, 8].map(nanoOf);
    const formula_tokens = [1_000, 2_000, 4_000, 8_000];
    expect(predictionQualities({ "ai-pr": { costs, formula_tokens } })).toEqual([
      { profile: "ai-pr", runs: 1, within: 1, covered: 1 },
    ]);
  });
});

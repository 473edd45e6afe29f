import { describe, expect, it } from "vitest";
import { demandIn, knownDays } from "../../src/books/demand.ts";
import type { HistoryLine, State } from "../../src/books/state.ts";
import { nanoOf } from "../../src/values/money.ts";
import { instantOf } from "../../src/values/month.ts";
import { freshState } from "./sample-books.ts";

const NOW = "2026-02-05T12:00:00Z";

function line(change: Partial<HistoryLine>): HistoryLine {
  return { month: "2026-01", budget: nanoOf(15), total_spent: nanoOf(31), closed: "rollover", ...change };
}

function daily(amounts: Readonly<Record<string, number>>): State["daily"] {
  const days = Object.entries(amounts).map(([day, spent]) => [day, { spent: nanoOf(spent), executions: 1, prs: 0 }]);
  return Object.fromEntries(days);
}

function known(change: Partial<State>): string[] {
  return knownDays(freshState(change, NOW), NOW).map(({ day, spent }) => `${day.slice(5)} ${spent / 1e9}`);
}

const dollarADay = Array.from({ length: 31 }, () => nanoOf(1));

describe("the days that the books know", () => {
  it("begin with the first charge, and leave today out", () => {
    expect(
      known({ total_spent: nanoOf(4), daily: daily({ "2026-02-02": 1, "2026-02-04": 2, "2026-02-05": 1 }) }),
    ).toEqual(["02-02 1", "02-03 0", "02-04 2"]);
    expect(known({})).toEqual([]);
  });

  it("add up the segments of a month that was reset", () => {
    const reset = line({
      month: "2026-02",
      total_spent: nanoOf(3),
      daily_spent: [nanoOf(1), nanoOf(2)],
      closed: "reset",
    });
    const days = { total_spent: nanoOf(5), daily: daily({ "2026-02-02": 5 }) };
    expect(known({ ...days, history: [{ ...reset, at: "2026-02-02T10:00:00Z" }] })).toEqual([
      "02-01 1",
      "02-02 7",
      "02-03 0",
      "02-04 0",
    ]);
  });

  it("leave out the days from the one on which the money ran out", () => {
    const ran = line({
      daily_spent: dollarADay.slice(0, 20),
      total_spent: nanoOf(20),
      exhausted_at: "2026-01-20T08:00:00Z",
    });
    const days = known({ history: [ran] });
    expect(days.slice(18)).toEqual(["01-19 1", "02-01 0", "02-02 0", "02-03 0", "02-04 0"]);
  });

  it("keep the days with charges after more money was added", () => {
    const days = known({
      total_spent: nanoOf(7),
      monthly_budget: nanoOf(20),
      exhausted_at: "2026-02-02T08:00:00Z",
      exhausted_budget: nanoOf(5),
      daily: daily({ "2026-02-01": 2, "2026-02-02": 3, "2026-02-04": 2 }),
    });
    expect(days).toEqual(["02-01 2", "02-04 2"]);
  });

  it("leave out paused days, but not those on which only some runs waited", () => {
    const books = { total_spent: nanoOf(2), daily: daily({ "2026-02-01": 2 }) };
    expect(known({ ...books, pauses: [{ from: "2026-02-02", to: "2026-02-03" }] })).toEqual(["02-01 2", "02-04 0"]);
    const paused = { by: "octocat", at: "2026-02-03T10:00:00Z", reason: "Release" };
    expect(known({ ...books, paused })).toEqual(["02-01 2", "02-02 0"]);
    expect(known({ ...books, paused: { ...paused, below: "normal" } })).toHaveLength(4);
  });

  it("leave out imported months, and the imported beginning of a month", () => {
    const imported = line({ closed: "import" });
    const now = { total_spent: nanoOf(9), daily: daily({ "2026-02-03": 1, "2026-02-04": 2 }) };
    expect(known({ history: [imported], ...now })).toEqual(["02-03 1", "02-04 2"]);
    expect(known({ history: [imported], total_spent: nanoOf(9) })).toEqual([]);
  });

  it("are the last 190, of which those without a charge are zeros where an older month has one", () => {
    const months = Array.from({ length: 24 }, (_, at) => instantOf(Date.UTC(2024, 1 + at, 1)).slice(0, 7));
    const spending = months.map((month) => line({ month, daily_spent: dollarADay }));
    expect(known({ history: spending })).toHaveLength(190);
    const idle = spending.map((one, at) => (at < 12 ? one : { ...one, daily_spent: [], total_spent: nanoOf(0) }));
    expect(known({ history: idle })).toEqual(expect.arrayContaining(["07-30 0", "02-04 0"]));
    expect(known({ history: idle })).toHaveLength(190);
    expect(known({ history: idle.slice(12) })).toEqual([]);
  });

  it("leave out months whose days were forgotten", () => {
    expect(
      known({ history: [line({ month: "2025-12", short: true }), line({ daily_spent: dollarADay })] }),
    ).toHaveLength(35);
  });
});

describe("the demand", () => {
  it("is a pace until three days are known, then a level that days without money don't lower", () => {
    expect(demandIn(freshState({}, NOW), NOW)).toMatchObject({ kind: "pace", perDay: 0 });
    const ran = line({
      daily_spent: dollarADay.slice(0, 20),
      total_spent: nanoOf(20),
      exhausted_at: "2026-01-20T08:00:00Z",
    });
    const demand = demandIn(freshState({ history: [ran] }, "2026-02-01T12:00:00Z"), "2026-02-01T12:00:00Z");
    expect(demand).toMatchObject({ kind: "level", level: { perDay: expect.closeTo(1e9, -6) } });
  });
});

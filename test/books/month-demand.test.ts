import { describe, expect, it } from "vitest";
import { monthOutlook } from "../../src/books/month-demand.ts";
import type { HistoryLine, State } from "../../src/books/state.ts";
import { bounded, nanoOf, usdOf } from "../../src/values/money.ts";
import { freshState } from "./sample-books.ts";

/** Books that spent so many dollars on each day of February up to yesterday, and their closed months. */
function booksOf(dollars: readonly number[], change: Partial<State> = {}, now = "2026-02-15T00:00:00Z"): State {
  const days = dollars.map((spent, at) => [
    `2026-02-${String(at + 1).padStart(2, "0")}`,
    { spent: nanoOf(spent), executions: 1, prs: 0 },
  ]);
  const total = bounded(dollars.reduce((sum, spent) => sum + nanoOf(spent), 0));
  return freshState({ total_spent: total, daily: Object.fromEntries(days), ...change }, now);
}

const steady = (dollars: number, days = 14) => Array.from({ length: days }, () => dollars);
const MIDDLE = "2026-02-15T00:00:00Z";

describe("the outlook of the month", () => {
  it("has ranges, a chance, and the days on which the money is gone", () => {
    const outlook = monthOutlook(booksOf(steady(0.6)), MIDDLE);
    expect(outlook.forecast.kind).toBe("ranges");
    expect(usdOf(outlook.forecast.point)).toBeCloseTo(16.8, 6);
    expect(outlook.chance).toBeGreaterThan(0.8);
    expect(outlook.goneOn).toBe("2026-02-25");
    expect(outlook.earliest).toBe("2026-02-23");
  });

  it("says nothing of days where the money lasts", () => {
    const outlook = monthOutlook(booksOf(steady(0.2)), MIDDLE);
    expect(outlook).toMatchObject({ goneOn: null, earliest: null });
    expect(outlook.chance).toBeLessThan(0.01);
  });

  it("has a pace and no chance with two days of history", () => {
    const now = "2026-02-03T00:00:00Z";
    const outlook = monthOutlook(booksOf([1, 1], {}, now), now);
    expect(outlook).toMatchObject({ forecast: { kind: "pace" }, chance: null, goneOn: "2026-02-15", earliest: null });
    expect(usdOf(outlook.forecast.point)).toBeCloseTo(28, 6);
  });

  it("isn't lower after a month that ran out on its twentieth day", () => {
    const line: HistoryLine = {
      month: "2026-01",
      budget: nanoOf(19),
      total_spent: nanoOf(19),
      daily_spent: steady(1, 19).map(nanoOf),
      exhausted_at: "2026-01-20T00:00:00Z",
      closed: "rollover",
    };
    const now = "2026-02-01T00:00:00Z";
    expect(usdOf(monthOutlook(booksOf([], { history: [line] }, now), now).forecast.point)).toBeCloseTo(28, 6);
  });

  it("is about the smaller budget that one decision has", () => {
    expect(monthOutlook(booksOf(steady(0.2)), MIDDLE, nanoOf(4)).goneOn).toBe("2026-02-20");
  });

  it.each([
    ["a month of zeros", booksOf(steady(0))],
    ["a month that corrections left below zero", booksOf([...steady(0, 13), -2])],
    ["one charge", booksOf([...steady(0, 6), 3])],
    ["a month of the clock's change", booksOf(steady(1), { timezone: "Europe/Berlin" })],
    ["a month that is already over", booksOf(steady(1), { current_month: "2026-01" })],
    ["a month that hasn't begun for this clock", booksOf(steady(1), { current_month: "2026-03" })],
  ])("is finite and not below what is spent in %s", (_, state) => {
    const { forecast, chance } = monthOutlook(state, MIDDLE);
    const figures = forecast.kind === "pace" ? [forecast.point] : [forecast.likely95.low, forecast.point];
    for (const figure of figures) expect(figure).toBeGreaterThanOrEqual(state.total_spent);
    expect(Number.isFinite(forecast.point)).toBe(true);
    if (chance !== null) expect(chance).toBeLessThanOrEqual(1);
  });
});

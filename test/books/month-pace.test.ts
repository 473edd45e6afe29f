import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Figures } from "../../src/books/answer.ts";
import { figuresOf } from "../../src/books/figures.ts";
import { monthPace } from "../../src/books/month-pace.ts";
import type { State } from "../../src/books/state.ts";
import { MAX_NANO_USD, nanoOf, nanoUsd, showUsd } from "../../src/values/money.ts";
import { instantOf } from "../../src/values/month.ts";
import { ESTIMATE, sampleState } from "../report/samples.ts";

function pace(change: Partial<State>, now: string, estimate = ESTIMATE) {
  const state = sampleState(change);
  return monthPace({ state, figures: figuresOf(state, estimate), now, estimate });
}

describe("the pace of the month", () => {
  it("takes spent over the days gone by as the burn rate", () => {
    const at = pace({ total_spent: nanoOf(7), holds: [] }, "2026-02-15T00:00:00Z");
    expect(at.elapsedDays).toBe(14);
    expect(at.daysLeft).toBe(14);
    expect(showUsd(at.burnRate)).toBe("$0.5000");
  });

  it("doesn't take the first hours of a month for a pace", () => {
    const at = pace({ total_spent: nanoOf(0.5), executions: 10, holds: [] }, "2026-02-01T01:00:00Z");
    expect(at.elapsedDays).toBe(1);
    expect(showUsd(at.burnRate)).toBe("$0.5000");
    expect(at.executionsPerDay).toBe(10);
  });

  it("counts what remains, holds taken off, at the average cost, rounded down", () => {
    const at = pace({ total_spent: nanoOf(5), executions: 100, holds: [] }, "2026-02-15T00:00:00Z");
    expect(at.averageCost).toBe(nanoOf(0.05));
    expect(at.executionsLeft).toBe(200);
    expect(at.affordablePerDay).toBeCloseTo(200 / 14);
    expect(at.hoursBetween).toBeCloseTo((14 * 24) / 200);
    expect(pace({ total_spent: nanoOf(5), executions: 100 }, "2026-02-15T00:00:00Z").executionsLeft).toBe(198);
  });

  it("finds the execution that fits exactly, also where the average is no whole number", () => {
    const state = { monthly_budget: nanoUsd(200), total_spent: nanoUsd(100), executions: 3, holds: [] };
    expect(pace(state, "2026-02-15T00:00:00Z").executionsLeft).toBe(3);
  });

  it("counts at the estimate while nothing was spent", () => {
    const at = pace({ total_spent: nanoOf(0), executions: 0, holds: [] }, "2026-02-15T00:00:00Z");
    expect(at.averageCost).toBeNull();
    expect(at.executionsLeft).toBe(272);
  });

  it.each([
    ["the month, where a month was closed before", {}, 14],
    ["the books, where they are younger than the month", { history: [] }, 4],
    [
      "the reset, where the month was reset",
      { history: [{ month: "2026-02", total_spent: nanoOf(3), closed: "reset" as const }] },
      4,
    ],
  ])("counts days from the beginning of %s", (_, change, days) => {
    expect(pace({ ...change, last_reset: "2026-02-11T00:00:00Z" }, "2026-02-15T00:00:00Z").elapsedDays).toBe(days);
  });

  it("says nothing about hours once the month is over", () => {
    const at = pace({}, "2026-03-05T00:00:00Z");
    expect(at.daysLeft).toBe(0);
    expect(at.hoursBetween).toBeNull();
  });

  it("is made of finite numbers whatever the books and the clock say", () => {
    const amount = fc.integer({ min: -MAX_NANO_USD, max: MAX_NANO_USD }).map(nanoUsd);
    const count = fc.nat(Number.MAX_SAFE_INTEGER);
    fc.assert(
      fc.property(
        fc.record({ budget: amount, spent: amount, held: amount, remaining: amount, executions: count }),
        fc.record({
          nowMs: fc.integer({ min: 0, max: 4e12 }),
          estimate: amount,
          resetMs: fc.integer({ min: 0, max: 4e12 }),
        }),
        fc.constantFrom("UTC", "Asia/Kolkata", "America/St_Johns"),
        (change, { nowMs, estimate, resetMs }, timezone) => {
          const state = sampleState({ timezone, last_reset: instantOf(resetMs), history: [] });
          const figures: Figures = { ...figuresOf(state, ESTIMATE), ...change };
          const at = monthPace({ state, figures, now: instantOf(nowMs), estimate });
          for (const [key, value] of Object.entries(at)) {
            if (value === null) continue;
            expect(Number.isFinite(value), key).toBe(true);
            expect(value, key).toBeGreaterThanOrEqual(0);
          }
        },
      ),
    );
  });
});

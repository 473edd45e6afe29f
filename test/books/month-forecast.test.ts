import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Figures } from "../../src/books/answer.ts";
import { figuresOf } from "../../src/books/figures.ts";
import { monthForecast } from "../../src/books/month-forecast.ts";
import type { State } from "../../src/books/state.ts";
import { MAX_NANO_USD, nanoOf, nanoUsd, showUsd } from "../../src/values/money.ts";
import { instantOf } from "../../src/values/month.ts";
import { ESTIMATE, sampleState } from "../report/samples.ts";

function forecast(change: Partial<State>, now: string, estimate = ESTIMATE) {
  const state = sampleState(change);
  return monthForecast({ state, figures: figuresOf(state, estimate), now, estimate });
}

describe("the forecast", () => {
  it("takes spent over the days gone by as the burn rate and goes on with it to the month's end", () => {
    const at = forecast({ total_spent: nanoOf(7), holds: [] }, "2026-02-15T00:00:00Z");
    expect(at.elapsedDays).toBe(14);
    expect(at.daysLeft).toBe(14);
    expect(showUsd(at.burnRate)).toBe("$0.5000");
    expect(showUsd(at.monthEndSpent)).toBe("$14.00");
    expect(at.goneOn).toBeNull();
  });

  it("doesn't take the first hours of a month for a pace", () => {
    const at = forecast({ total_spent: nanoOf(0.5), executions: 10, holds: [] }, "2026-02-01T01:00:00Z");
    expect(at.elapsedDays).toBe(1);
    expect(showUsd(at.burnRate)).toBe("$0.5000");
    expect(at.executionsPerDay).toBe(10);
    expect(at.goneOn).toBeNull();
  });

  it("counts what remains, holds taken off, at the average cost, rounded down", () => {
    const at = forecast({ total_spent: nanoOf(5), executions: 100, holds: [] }, "2026-02-15T00:00:00Z");
    expect(at.averageCost).toBe(nanoOf(0.05));
    expect(at.executionsLeft).toBe(200);
    expect(at.affordablePerDay).toBeCloseTo(200 / 14);
    expect(at.hoursBetween).toBeCloseTo((14 * 24) / 200);
    expect(forecast({ total_spent: nanoOf(5), executions: 100 }, "2026-02-15T00:00:00Z").executionsLeft).toBe(198);
  });

  it("finds the execution that fits exactly, also where the average is no whole number", () => {
    const state = { monthly_budget: nanoUsd(200), total_spent: nanoUsd(100), executions: 3, holds: [] };
    expect(forecast(state, "2026-02-15T00:00:00Z").executionsLeft).toBe(3);
  });

  it("counts at the estimate while nothing was spent", () => {
    const at = forecast({ total_spent: nanoOf(0), executions: 0, holds: [] }, "2026-02-15T00:00:00Z");
    expect(at.averageCost).toBeNull();
    expect(at.executionsLeft).toBe(272);
    expect(at.goneOn).toBeNull();
  });

  it("names the day from which the next estimate no longer fits, in the budget's time zone", () => {
    const state = { total_spent: nanoOf(10), holds: [], timezone: "Europe/Berlin" };
    expect(forecast(state, "2026-02-10T23:00:00Z").goneOn).toBe("2026-02-15");
    expect(forecast(state, "2026-02-10T23:00:00Z", nanoOf(1)).goneOn).toBe("2026-02-15");
    expect(forecast(state, "2026-02-10T23:00:00Z", nanoOf(4)).goneOn).toBe("2026-02-12");
  });

  it("says today where it no longer fits already", () => {
    expect(forecast({ total_spent: nanoOf(14.96) }, "2026-02-14T10:00:00Z").goneOn).toBe("2026-02-14");
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
    expect(forecast({ ...change, last_reset: "2026-02-11T00:00:00Z" }, "2026-02-15T00:00:00Z").elapsedDays).toBe(days);
  });

  it("says nothing about hours once the month is over", () => {
    const at = forecast({}, "2026-03-05T00:00:00Z");
    expect(at.daysLeft).toBe(0);
    expect(at.hoursBetween).toBeNull();
    expect(at.monthEndSpent).toBe(nanoOf(5.23));
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
          const at = monthForecast({ state, figures, now: instantOf(nowMs), estimate });
          for (const [key, value] of Object.entries(at)) {
            if (value === null || key === "goneOn") continue;
            expect(Number.isFinite(value), key).toBe(true);
            if (key !== "monthEndSpent") expect(value, key).toBeGreaterThanOrEqual(0);
          }
          expect(at.goneOn ?? "2026-02-01").toMatch(/^\d{4}-\d\d-\d\d$/);
        },
      ),
    );
  });
});

import { describe, expect, it } from "vitest";
import { judgeBooking as judge } from "../../src/books/judge.ts";
import { recapFacts } from "../../src/books/messages/recap-facts.ts";
import type { HistoryLine, State } from "../../src/books/state.ts";
import { nanoOf } from "../../src/values/money.ts";
import { differencesOf } from "../support/replayed.ts";
import { Bookkeeper, billed, check, freshState, record, usageOf } from "./sample-books.ts";

/** A January of a dollar a day, so that February has ranges from its first day on. */
const JANUARY: HistoryLine = {
  month: "2026-01",
  budget: nanoOf(31),
  total_spent: nanoOf(31),
  daily_spent: Array.from({ length: 31 }, () => nanoOf(1)),
  closed: "rollover",
};

const dayOf = (day: number) => `2026-02-${String(day).padStart(2, "0")}`;

/** Books of February in which so many dollars are booked at noon of every day, twice. */
function february(days: number, change: Partial<State> = {}, dollars = 1): Bookkeeper {
  const keeper = new Bookkeeper(
    freshState({ history: [JANUARY], monthly_budget: nanoOf(100), ...change }, "2026-02-01T00:00:00Z"),
  );
  for (let day = 1; day <= days; day += 1) spend(keeper, day, dollars);
  return keeper;
}

function spend(keeper: Bookkeeper, day: number, dollars: number) {
  for (const [part, hour] of ["09", "15"].entries()) {
    const now = `${dayOf(day)}T${hour}:00:00Z`;
    keeper.do(record({ id: `${now}-${part}`, usage: usageOf(billed(dollars / 2)) }), {
      now,
      judge,
      settings: { alerts: [] },
    });
  }
}

const close = (keeper: Bookkeeper) => keeper.do(check({ id: "march" }), { now: "2026-03-01T00:00:00Z" });
const lastLine = (keeper: Bookkeeper) => keeper.state.history.at(-1);

describe("the forecasts of a month", () => {
  it("are kept by the first booking of each day, and none while only a pace is known", () => {
    expect(february(3).state.forecasts?.map(({ day }) => day)).toEqual([1, 2, 3].map(dayOf));
    expect(february(2, { history: [] }).state).not.toHaveProperty("forecasts");
    expect(february(4, { history: [] }).state.forecasts).toMatchObject([{ day: dayOf(4) }]);
  });

  it("change neither by another booking of the day nor by a check", () => {
    const keeper = february(3);
    const { forecasts } = keeper.state;
    keeper.do(record({ id: "dear", usage: usageOf(billed(9)) }), { now: "2026-02-03T20:00:00Z", judge });
    keeper.do(check(), { now: "2026-02-04T00:00:00Z" });
    expect(keeper.state.forecasts).toEqual(forecasts);
  });

  it("are scored at the month's end, in its history and its recap, and the next month begins without any", () => {
    const keeper = february(28);
    close(keeper);
    expect(lastLine(keeper)?.forecast_score).toMatchObject({ ran_out: false, days: { length: 5 } });
    const days = lastLine(keeper)?.forecast_score?.days ?? [];
    for (const { error, is_hit } of days) expect([Math.abs(error ?? 1) < 0.04, is_hit]).toEqual([true, true]);
    expect(keeper.state).not.toHaveProperty("forecasts");
    expect(recapFacts(keeper.state, "2026-02").forecasts).toMatchObject({ count: 5, right: 5, ran_out: false });
    expect(recapFacts(keeper.state, "2026-01")).not.toHaveProperty("forecasts");
  });

  it("aren't in the ledger, which says the same without them", () => {
    const keeper = february(28, { history: [] });
    close(keeper);
    expect(lastLine(keeper)?.forecast_score?.days).toHaveLength(5);
    expect(differencesOf(keeper.state, keeper.entries)).toEqual([]);
  });

  it("of a month that ran out count by the chance they gave it, not by their error", () => {
    const keeper = february(20, { monthly_budget: nanoOf(20) });
    expect(keeper.state.exhausted_at).not.toBeNull();
    // On the first day 28 usual dollars make 20 nearly certain; what is booked after the money ran out is no forecast.
    expect(keeper.state.forecasts?.at(-1)?.day).toBe(dayOf(20));
    spend(keeper, 22, 0.1);
    expect(keeper.state.forecasts?.at(-1)?.day).toBe(dayOf(20));
    close(keeper);
    expect(lastLine(keeper)?.forecast_score).toEqual({
      ran_out: true,
      days: [5, 10, 15, 20, 25].map((day) => ({ day, error: null, is_hit: true })),
    });
    expect(recapFacts(keeper.state, "2026-02").forecasts).toEqual({ count: 5, right: 5, ran_out: true, error: null });
  });

  it("of a segment that was reset are dropped", () => {
    const keeper = february(10);
    const reset = { kind: "reset", id: "reset-1", reason: "Again", actor: "octocat", run: { run_id: 1 } };
    keeper.do(reset as never, { now: "2026-02-10T20:00:00Z" });
    expect(lastLine(keeper)).not.toHaveProperty("forecast_score");
    expect(keeper.state).not.toHaveProperty("forecasts");
    spend(keeper, 11, 1);
    close(keeper);
    // Days 5 and 10 have none of this segment.
    expect(lastLine(keeper)?.forecast_score?.days.map(({ day }) => day)).toEqual([15, 20, 25]);
  });

  it("that a release without them left from another month or segment don't count", () => {
    const old = { day: "2026-01-30", point: nanoOf(1), low: nanoOf(1), high: nanoOf(1), chance: 0 };
    const keeper = february(1, { forecasts: [old] });
    expect(keeper.state.forecasts).toMatchObject([{ day: dayOf(1) }]);
    const closed = february(0, { forecasts: [old] });
    close(closed);
    expect(lastLine(closed)).not.toHaveProperty("forecast_score");
  });
});

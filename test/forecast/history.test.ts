import { describe, expect, it } from "vitest";
import { daysOfMonth, historyOf } from "../../src/forecast/history.ts";
import { nanoOf } from "../../src/values/money.ts";
import { daysOf } from "./days.ts";

const spent = (dollars: number) => nanoOf(dollars);

describe("the history of a forecast", () => {
  it("has every day from the first one of the books to yesterday, with zeros where nothing was spent", () => {
    const amounts = [{ day: "2026-02-02", spent: spent(1.5) }];
    expect(historyOf({ amounts, began: "2026-02-01", today: "2026-02-04" })).toEqual([
      { day: "2026-02-01", spent: 0 },
      { day: "2026-02-02", spent: spent(1.5) },
      { day: "2026-02-03", spent: 0 },
    ]);
  });

  it("adds up the segments of a month that was reset", () => {
    const amounts = [...daysOfMonth("2026-02", [spent(1), spent(2)]), { day: "2026-02-02", spent: spent(0.5) }];
    const history = historyOf({ amounts, began: "2026-02-01", today: "2026-02-03" });
    expect(history.map((day) => day.spent)).toEqual([spent(1), spent(2.5)]);
  });

  it("leaves out unknown days and days before the books began, and looks back 190 days", () => {
    const unknown = [
      { from: "2026-02-20", to: "2026-02-28" },
      { from: "2026-03-02", to: "2026-03-02" },
    ];
    const history = historyOf({ amounts: [], began: "2026-02-18", today: "2026-03-04", unknown });
    expect(history.map(({ day }) => day)).toEqual(["2026-02-18", "2026-02-19", "2026-03-01", "2026-03-03"]);
    const long = historyOf({ amounts: [], began: "2020-01-01", today: "2026-03-04" });
    expect([long.length, long[0]?.day, long.at(-1)?.day]).toEqual([190, "2025-08-26", "2026-03-03"]);
  });

  it("is empty on the first day, and leaves out today and what comes after it", () => {
    const amounts = daysOf("2026-02-01", "2026-02-10", () => 1);
    expect(historyOf({ amounts, began: "2026-02-01", today: "2026-02-01" })).toEqual([]);
    expect(historyOf({ amounts, began: "2026-02-01", today: "2026-02-03" })).toHaveLength(2);
  });
});

it("a closed month's amounts begin with its first day and end with its last", () => {
  const amounts = Array.from({ length: 40 }, (_, at) => spent(at));
  const days = daysOfMonth("2026-02", amounts);
  expect([days.length, days[0], days.at(-1)]).toEqual([
    28,
    { day: "2026-02-01", spent: 0 },
    { day: "2026-02-28", spent: spent(27) },
  ]);
  expect(daysOfMonth("2026-02", [])).toEqual([]);
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { excessOf, expectedDay } from "../../src/forecast/expected-day.ts";
import { MAX_NANO_USD, nanoOf, nanoUsd, usdOf } from "../../src/values/money.ts";
import { daysLater } from "../../src/values/period.ts";
import { daysOf } from "./days.ts";

const FIRST = "2026-01-01";

describe("the expected range of a day", () => {
  it("isn't known in the first ten days, nor where nothing was spent", () => {
    const nine = daysOf(FIRST, daysLater(FIRST, 8), () => 1);
    expect(expectedDay(nine, { day: daysLater(FIRST, 9) })).toBeNull();
    const ten = daysOf(FIRST, daysLater(FIRST, 9), () => 1);
    expect(expectedDay(ten, { day: daysLater(FIRST, 10) })).not.toBeNull();
    const nothing = daysOf(FIRST, daysLater(FIRST, 20), () => 0);
    expect(expectedDay(nothing, { day: daysLater(FIRST, 21) })).toBeNull();
  });

  it("is at least half of the expected amount wide", () => {
    const range = expectedDay(
      daysOf(FIRST, "2026-01-28", () => 2),
      { day: "2026-01-29" },
    );
    expect(range).toEqual({ expected: nanoOf(2), upper: nanoOf(3) });
  });

  it("is three deviations wide", () => {
    // $1 and $3 in turn, four weeks of each weekday alike: the mean is $2, the residuals are $1 each.
    const range = expectedDay(
      daysOf(FIRST, "2026-01-28", (at) => 1 + 2 * (at % 2)),
      { day: "2026-01-29" },
    );
    if (range === null) throw new Error("no range");
    expect(usdOf(range.expected)).toBeCloseTo(2, 1);
    expect(usdOf(range.upper) - usdOf(range.expected)).toBeCloseTo(3 * Math.sqrt(28 / 27), 1);
  });

  it("is lower on quiet weekends", () => {
    const history = daysOf("2025-12-01", "2026-01-30", (at, weekday) => (weekday % 6 === 0 ? 0.2 : 4 + (at % 3)));
    const saturday = expectedDay(history, { day: "2026-01-31" });
    const monday = expectedDay(history, { day: "2026-02-02" });
    expect(saturday && monday && saturday.upper < monday.upper / 2).toBe(true);
  });

  it("compares a day with runs with other days with runs where they are rare, once there are five", () => {
    const rare = daysOf(FIRST, "2026-02-11", (at) => (at % 6 === 5 ? 2 : 0));
    expect(expectedDay(rare, { day: "2026-02-12" })).toEqual({ expected: nanoOf(2), upper: nanoOf(3) });
    expect(expectedDay(rare.slice(0, 29), { day: "2026-01-30" })).toBeNull();
  });

  it("is narrower after ten calm days, by half at most", () => {
    const upperAfter = (calm: number) => {
      const days = daysOf(FIRST, "2026-03-31", (at) => (at < 80 ? 1 + 2 * (at % 2) : calm));
      return usdOf(expectedDay(days, { day: "2026-04-01" })?.upper ?? nanoOf(0));
    };
    expect(upperAfter(1)).toBeLessThan(0.75 * upperAfter(2));
    expect(upperAfter(0.01)).toBeGreaterThan(0.45 * upperAfter(2));
  });

  it("holds a day up to 1.5 times the day before it, compared with its weekday", () => {
    const history = daysOf(FIRST, "2026-01-28", (at) => (at === 27 ? 8 : 2));
    const [yesterday, today] = [history.at(-1), { day: "2026-01-29" }];
    const before = yesterday && expectedDay(history.slice(0, -1), yesterday);
    expect(before && excessOf(nanoOf(8), before)).toBe("critical");
    const range = expectedDay(history, today);
    expect(usdOf(range?.upper ?? nanoOf(0))).toBeGreaterThan(8);
    expect(range && excessOf(nanoOf(8), range)).toBeNull();
    expect(range && excessOf(nanoOf(16), range)).not.toBeNull();
    expect(expectedDay(history.slice(0, -1), today)?.upper).toBe(nanoOf(3));
  });

  it("isn't hidden by an earlier spike", () => {
    const history = daysOf(FIRST, "2026-02-28", (at) => (at % 30 === 20 ? 16 : 2));
    const range = expectedDay(history, { day: "2026-03-01" });
    expect(range && excessOf(nanoOf(8), range)).not.toBeNull();
  });

  it("has a burst that comes every night inside it after two weeks", () => {
    const nightly = daysOf(FIRST, "2026-03-01", (at) => 5 + (at % 4) * 0.3);
    for (let at = 14; at < nightly.length; at += 1) {
      const today = nightly[at];
      const range = today && expectedDay(nightly.slice(0, at), today);
      expect(today && range && excessOf(today.spent, range)).toBeNull();
    }
  });
});

it("any range is finite and has a width", () => {
  const amounts = fc.array(fc.integer({ min: -1_000_000_000, max: 8e15 }), { minLength: 10, maxLength: 60 });
  fc.assert(
    fc.property(amounts, (spent) => {
      const history = spent.map((amount, at) => ({ day: daysLater(FIRST, at), spent: nanoUsd(amount) }));
      const range = expectedDay(history, { day: daysLater(FIRST, history.length) });
      if (range === null) return;
      expect(Number.isSafeInteger(range.upper) && range.expected >= 0).toBe(true);
      expect(range.upper > range.expected || range.upper === MAX_NANO_USD).toBe(true);
    }),
  );
});

it.each([
  [3, null],
  [3.01, "info"],
  [4, "info"],
  [4.01, "warning"],
  [5, "warning"],
  [5.01, "critical"],
])("of a day of $2 up to $3 expected, $%f is %s", (dollars, severity) => {
  expect(excessOf(nanoOf(dollars), { expected: nanoOf(2), upper: nanoOf(3) })).toBe(severity);
});

import { describe, expect, it } from "vitest";
import { type KeptForecast, monthScore, scoreOf } from "../../src/forecast/score.ts";
import { nanoOf } from "../../src/values/money.ts";

function kept(day: number, [point, low, high]: readonly [number, number, number], chance = 0): KeptForecast {
  const amounts = { point: nanoOf(point), low: nanoOf(low), high: nanoOf(high) };
  return { day: `2026-02-${String(day).padStart(2, "0")}`, ...amounts, chance };
}

describe("the score of a month", () => {
  it("takes for each scored day the last forecast up to it", () => {
    const forecasts = [kept(4, [12, 8, 16]), kept(9, [11, 9, 14]), kept(12, [9, 8, 9.5]), kept(26, [10, 10, 10])];
    expect(monthScore({ kept: forecasts, total: nanoOf(10), ran_out: false })).toEqual({
      ran_out: false,
      days: [
        { day: 5, error: 0.2, is_hit: true },
        { day: 10, error: 0.1, is_hit: true },
        ...[15, 20, 25].map((day) => ({ day, error: -0.1, is_hit: false })),
      ],
    });
  });

  it("has none for days before the first forecast", () => {
    const { days } = monthScore({ kept: [kept(16, [1, 1, 2])], total: nanoOf(1), ran_out: false });
    expect(days.map(({ day }) => day)).toEqual([20, 25]);
  });

  it("goes by the chance where the money ran out, and has no error", () => {
    const forecasts = [kept(5, [9, 8, 10], 0.2), kept(10, [14, 12, 19], 0.5)];
    const { days } = monthScore({ kept: forecasts, total: nanoOf(15), ran_out: true });
    expect(days.map(({ error, is_hit }) => [error, is_hit])).toEqual([
      [null, false],
      ...[10, 15, 20, 25].map(() => [null, true]),
    ]);
  });

  it("has no error of a month of nothing, whose range may hold", () => {
    const { days } = monthScore({ kept: [kept(25, [0, 0, 1])], total: nanoOf(0), ran_out: false });
    expect(days).toEqual([{ day: 25, error: null, is_hit: true }]);
  });
});

it("the score of several months counts months by day 15 and forecasts by their ranges", () => {
  const months = [
    monthScore({ kept: [kept(5, [11.5, 9, 14])], total: nanoOf(10), ran_out: false }),
    monthScore({ kept: [kept(5, [11.6, 9, 14]), kept(20, [20, 15, 25])], total: nanoOf(10), ran_out: false }),
    monthScore({ kept: [kept(20, [10, 9, 11])], total: nanoOf(10), ran_out: false }),
    monthScore({ kept: [kept(5, [20, 9, 30], 0.4), kept(15, [20, 9, 30], 0.9)], total: nanoOf(15), ran_out: true }),
  ];
  expect(scoreOf(months)).toEqual({ months: 2, within_15: 1, forecasts: 12, held: 10, ran_out: 5, predicted: 3 });
  expect(scoreOf([])).toEqual({ months: 0, within_15: 0, forecasts: 0, held: 0, ran_out: 0, predicted: 0 });
});

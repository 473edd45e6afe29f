import { describe, expect, it } from "vitest";
import type { State } from "../../src/books/state.ts";
import { monthScoreText, scoreText } from "../../src/insight/score-text.ts";
import { forecastText, goneText } from "../../src/report/model/forecast-text.ts";
import { nanoOf } from "../../src/values/money.ts";
import { sampleMonth } from "./samples.ts";

/** A February without months before it that spent so many dollars on each day up to yesterday. */
function monthOf(dollars: readonly number[], change: Partial<State> = {}) {
  const days = dollars.map((spent, at) => {
    return [`2026-02-${String(at + 1).padStart(2, "0")}`, { spent: nanoOf(spent), executions: 1, prs: 0 }] as const;
  });
  const total = dollars.reduce((sum, spent) => sum + spent, 0);
  const books = { history: [], holds: [], daily: Object.fromEntries(days), total_spent: nanoOf(total), ...change };
  return sampleMonth(books, `2026-02-${String(dollars.length + 1).padStart(2, "0")}T00:00:00Z`);
}

const steady = (dollars: number, days: number) => Array.from({ length: days }, () => dollars);

describe("the forecast in words", () => {
  it.each([
    [
      "the range, the chance, and what follows",
      monthOf(steady(0.5, 14)),
      /^\$14\.00 by the month's end, 80% likely between \$12\.\d\d and \$15\.\d\d; (1|2|3)\d% likely to reach the \$15\.00 before the month ends \(then runs are denied\)\.$/,
      /^The money is possibly gone on 2[78] Feb\.$/,
    ],
    [
      "the likely and the possible day",
      monthOf(steady(0.7, 14)),
      /; 99% likely to reach/,
      /^The money is likely gone on 22 Feb, possibly on 20 Feb\.$/,
    ],
    [
      "a pace of two days without a range",
      monthOf([1, 1]),
      /^\$28\.00 by the month's end at the pace so far; a range needs three days of history\.$/,
      /^At that pace the money is gone on 15 Feb\.$/,
    ],
    ["nothing where nothing was spent yet", monthOf([]), /^$/, /^$/],
    [
      "that nothing more is expected after a mere correction",
      monthOf([-0.5, ...steady(0, 13)]),
      /^-\$0\.5000 by the month's end: nothing more is expected\.$/,
      /^$/,
    ],
    [
      "what would have been spent of money that is used up",
      monthOf(steady(1, 15)),
      /^\$28\.00 by the month's end, 80% likely between .*, if no run were denied; the \$15\.00 is used up\.$/,
      /^$/,
    ],
  ])("is %s", (_, month, sentence, gone) => {
    expect(forecastText(month)).toMatch(sentence);
    expect(goneText(month)).toMatch(gone);
  });
});

describe("the score in words", () => {
  it.each([
    [
      { months: 4, within_15: 3, forecasts: 26, held: 21, ran_out: 0, predicted: 0 },
      "3 of the last 4 months within 15%, the 80% range held in 81% of 26 forecasts",
    ],
    [{ months: 1, within_15: 1, forecasts: 0, held: 0, ran_out: 0, predicted: 0 }, "the last month within 15%"],
    [{ months: 1, within_15: 0, forecasts: 0, held: 0, ran_out: 0, predicted: 0 }, "the last month not within 15%"],
    [
      { months: 0, within_15: 0, forecasts: 0, held: 0, ran_out: 5, predicted: 4 },
      "4 of 5 forecasts predicted that the money runs out",
    ],
  ])("adds up months: %o", (score, text) => {
    expect(scoreText(score)).toBe(text);
  });

  it.each([
    [
      { count: 5, right: 4, ran_out: false, error: -0.042 },
      "4% too low on the 15th, the 80% range held in 4 of 5 forecasts",
    ],
    [
      { count: 5, right: 5, ran_out: false, error: 0.001 },
      "within 1% on the 15th, the 80% range held in 5 of 5 forecasts",
    ],
    [{ count: 1, right: 1, ran_out: false, error: null }, "the 80% range held in 1 of 1 forecast"],
    [{ count: 5, right: 4, ran_out: true, error: null }, "4 of 5 forecasts predicted that the money runs out"],
  ])("of one month: %o", (score, text) => {
    expect(monthScoreText(score)).toBe(text);
  });
});

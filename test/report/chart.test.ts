import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nanoOf, nanoUsd } from "../../src/budget/money.ts";
import { renderChart, renderLegend } from "../../src/report/chart.ts";
import { sampleState } from "./samples.ts";

function series(chart: string): number[][] {
  return [...chart.matchAll(/line \[(.*)\]/g)].map((match) => (match[1] ?? "").split(", ").map(Number));
}

const day = (spent: number) => ({ spent: nanoOf(spent), executions: 1, prs: 0 });

describe("the chart", () => {
  it("draws every day up to today, also those on which nothing was spent", () => {
    const state = sampleState({ total_spent: nanoOf(3), daily: { "2026-02-01": day(1), "2026-02-04": day(2) } });
    const chart = renderChart({ state, total: nanoOf(14), today: "2026-02-05" });
    expect(chart).toContain('x-axis "day of the month" [0, 1, 2, 3, 4, 5]');
    expect(series(chart)).toEqual([
      [0, 0.5, 1, 1.5, 2, 2.5],
      [14, 14, 14, 14, 14, 14],
      [0, 1, 1, 1, 3, 3],
    ]);
  });

  it("begins with what has no day, as figures taken over from elsewhere", () => {
    const state = sampleState({ total_spent: nanoOf(6), daily: { "2026-02-02": day(2) } });
    expect(series(renderChart({ state, total: nanoOf(15), today: "2026-02-02" })).at(-1)).toEqual([0, 4, 6]);
  });

  it.each([
    ["a budget", 15, 5, "0 --> 16"],
    ["what went beyond it", 15, 21, "0 --> 24"],
    ["a small budget", 0.5, 0.1, "0 --> 0.54"],
    ["nothing at all", 0, 0, "0 --> 1"],
  ])("has a fixed axis above %s", (_, total, spent, axis) => {
    const state = sampleState({ total_spent: nanoOf(spent), daily: {} });
    expect(renderChart({ state, total: nanoOf(total), today: "2026-02-02" })).toContain(
      `y-axis "US dollars" ${axis}\n`,
    );
  });

  it("sets its colours and says what they mean", () => {
    const chart = renderChart({ state: sampleState(), total: nanoOf(15), today: "2026-02-14" });
    expect(chart).toMatch(
      /^```mermaid\n%%\{init: \{.*"plotColorPalette":"#a371f7,#e5534b,#2f81f7".*\}\}%%\nxychart-beta\n/,
    );
    expect(renderLegend({ total: nanoOf(15) })).toContain("🟥 the budget, $15.00");
  });

  it("has series as long as its axis, of plain numbers from zero on, whatever was booked", () => {
    const amount = fc.integer({ min: -4e15, max: 4e15 }).map(nanoUsd);
    fc.assert(
      fc.property(
        amount,
        amount,
        fc.dictionary(fc.constantFrom("2026-02-01", "2026-02-14", "2026-02-31", "2026-01-31", "x"), amount),
        fc.constantFrom("2026-01-31", "2026-02-01", "2026-02-28", "2026-03-02"),
        (total, spent, daily, today) => {
          const state = sampleState({
            total_spent: spent,
            daily: Object.fromEntries(Object.entries(daily).map(([key, each]) => [key, { ...day(0), spent: each }])),
          });
          const chart = renderChart({ state, total, today });
          const axis = (/x-axis .*\[(.*)\]/.exec(chart)?.[1] ?? "").split(", ").length;
          for (const line of series(chart)) {
            expect(line.length).toBe(axis);
            expect(line.every((value) => Number.isFinite(value) && value >= 0)).toBe(true);
          }
          expect(axis).toBeGreaterThanOrEqual(2);
          expect(chart).not.toMatch(/\de[+-]?\d+[,\]]/);
        },
      ),
    );
  });
});

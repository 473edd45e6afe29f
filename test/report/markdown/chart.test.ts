import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderChart, renderLegend } from "../../../src/report/markdown/chart.ts";
import { nanoOf, nanoUsd } from "../../../src/values/money.ts";
import { sampleState } from "../samples.ts";

function series(chart: string): number[][] {
  return [...chart.matchAll(/(?:bar|line) \[(.*)\]/g)].map((match) => (match[1] ?? "").split(", ").map(Number));
}

/** What is drawn of a series: mermaid leaves out what lies below the axis. */
function seen(values: readonly number[] | undefined): (readonly [day: number, dollars: number])[] {
  return (values ?? []).flatMap((value, index) => (value < 0 ? [] : [[index + 1, value] as const]));
}

const day = (spent: number) => ({ spent: nanoOf(spent), executions: 1, prs: 0 });

describe("the chart", () => {
  it("has every day of the month, spent up to each that has come and the budget over all", () => {
    const state = sampleState({ total_spent: nanoOf(3), daily: { "2026-02-02": day(1), "2026-02-04": day(2) } });
    const chart = renderChart({ state, total: nanoOf(14), today: "2026-02-05" });
    const [spent, ahead, budget] = series(chart);
    expect(chart).toContain("x-axis [1, 2, 3, 4, 5, 6, 7,");
    expect(seen(spent)).toEqual([
      [2, 1],
      [3, 1],
      [4, 3],
      [5, 3],
    ]);
    expect(seen(ahead)).toEqual([]);
    expect(budget).toEqual(Array(28).fill(14));
  });

  it("draws the days to come at the month's pace, up to the budget that will stop it", () => {
    const state = sampleState({ total_spent: nanoOf(12), daily: { "2026-02-20": day(12) } });
    const [, ahead] = series(renderChart({ state, total: nanoOf(15), today: "2026-02-24", perDay: nanoOf(1.25) }));
    expect(seen(ahead)).toEqual([
      [25, 13.25],
      [26, 14.5],
      [27, 15],
      [28, 15],
    ]);
  });

  it("marks the day of a reset", () => {
    const history = [{ month: "2026-02", total_spent: nanoOf(9), closed: "reset" as const, actor: "octocat" }];
    const facts = { total: nanoOf(15), today: "2026-02-14" };
    const state = sampleState({ last_reset: "2026-02-12T09:00:00Z", history });
    expect(renderChart({ state, ...facts })).toContain('x-axis [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, "↺ 12", 13,');
    expect(renderLegend({ state, ...facts })).toContain("↺ reset on the 12th");
    expect(renderChart({ state: sampleState(), ...facts })).not.toContain("↺");
  });

  it("begins with what has no day, as figures taken over from elsewhere", () => {
    const state = sampleState({ total_spent: nanoOf(6), daily: { "2026-02-02": day(2) } });
    expect(seen(series(renderChart({ state, total: nanoOf(15), today: "2026-02-02" }))[0])).toEqual([
      [1, 4],
      [2, 6],
    ]);
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
    const facts = { state: sampleState(), total: nanoOf(15), today: "2026-02-14", perDay: nanoOf(0.39) };
    expect(renderChart(facts)).toMatch(
      /^```mermaid\n%%\{init: \{.*"plotColorPalette":"#2f81f7,#8b949e59,#e5534b".*\}\}%%\nxychart-beta\n/,
    );
    expect(renderLegend(facts)).toContain("⬜ at $0.3900 a day · 🟥 the budget, $15.00");
    expect(renderLegend({ ...facts, today: "2026-02-28" })).not.toContain("⬜");
    expect(renderLegend({ ...facts, perDay: undefined })).not.toContain("⬜");
  });

  it("has series as long as the month, of plain numbers, whatever was booked", () => {
    const amount = fc.integer({ min: -4e15, max: 4e15 }).map(nanoUsd);
    fc.assert(
      fc.property(
        amount,
        amount,
        fc.dictionary(fc.constantFrom("2026-02-01", "2026-02-14", "2026-02-31", "2026-01-31", "x"), amount),
        fc.constantFrom("2026-01-31", "2026-02-01", "2026-02-28", "2026-03-02"),
        fc.option(amount, { nil: undefined }),
        (total, spent, daily, today, perDay) => {
          const state = sampleState({
            current_month: "2026-02",
            total_spent: spent,
            daily: Object.fromEntries(Object.entries(daily).map(([key, each]) => [key, { ...day(0), spent: each }])),
          });
          const chart = renderChart({ state, total, today, perDay });
          const axis = (/x-axis .*\[(.*)\]/.exec(chart)?.[1] ?? "").split(", ").length;
          for (const line of series(chart)) {
            expect(line.length).toBe(axis);
            expect(line.every((value) => Number.isFinite(value))).toBe(true);
          }
          expect(axis).toBe(28);
          expect(chart.slice(chart.indexOf("xychart-beta"))).not.toMatch(/\de[+-]?\d/);
        },
      ),
    );
  });
});

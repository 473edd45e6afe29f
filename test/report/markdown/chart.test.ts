import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { monthOutlook } from "../../../src/books/month-demand.ts";
import { renderChart, renderLegend } from "../../../src/report/markdown/chart.ts";
import { nanoOf, nanoUsd, usdOf } from "../../../src/values/money.ts";
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

  /** Four days of $3 up to the 23rd, seen at the start of the 24th. */
  const fourDays = sampleState({
    total_spent: nanoOf(12),
    daily: { "2026-02-20": day(3), "2026-02-21": day(3), "2026-02-22": day(3), "2026-02-23": day(3) },
    history: [],
  });
  const facts = { state: fourDays, total: nanoOf(20), today: "2026-02-24" };

  it("draws the forecast of the days to come, also above the budget, between the edges of its range", () => {
    const outlook = monthOutlook(fourDays, "2026-02-24T00:00:00Z");
    const [, ahead, low = [], high = [], budget] = series(renderChart({ ...facts, ahead: outlook }));
    expect(seen(ahead)).toEqual([
      [25, 18],
      [26, 21],
      [27, 24],
      [28, 27],
    ]);
    expect(low.slice(19, 24)).toEqual([3, 6, 9, 12, 12]);
    expect(high.slice(0, 24)).toEqual(low.slice(0, 24));
    if (outlook.forecast.kind !== "ranges") throw new Error("no ranges");
    expect([low.at(-1), high.at(-1)]).toEqual(
      [outlook.forecast.likely80.low, outlook.forecast.likely80.high].map((edge) => Number(usdOf(edge).toFixed(6))),
    );
    expect(budget).toEqual(Array(28).fill(20));
  });

  it("draws a pace without edges, and nothing ahead where nothing is expected", () => {
    const first = sampleState({ total_spent: nanoOf(1), daily: { "2026-02-01": day(1) }, history: [] });
    const ahead = monthOutlook(first, "2026-02-02T00:00:00Z");
    const paced = { state: first, total: nanoOf(15), today: "2026-02-02", ahead };
    expect(series(renderChart(paced))).toHaveLength(3);
    expect(renderLegend(paced)).toContain("⬜ at the pace so far, $28.00 by the month's end · 🟥");
    const empty = sampleState({ total_spent: nanoOf(0), daily: {}, history: [] });
    const still = { ...paced, state: empty, ahead: monthOutlook(empty, "2026-02-02T00:00:00Z") };
    expect(renderLegend(still)).not.toContain("⬜");
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
    const drawn = { ...facts, ahead: monthOutlook(fourDays, "2026-02-24T00:00:00Z") };
    expect(renderChart(drawn)).toMatch(
      /^```mermaid\n%%\{init: \{.*"plotColorPalette":"#2f81f7,#8b949e59,#d29922,#d29922,#e5534b".*\}\}%%\nxychart-beta\n/,
    );
    expect(renderLegend(drawn)).toMatch(
      /⬜ forecast, \$27\.00 by the month's end · 🟧 80% likely between \$\d\d\.\d\d and \$\d\d\.\d\d · 🟥 the budget, \$20\.00/,
    );
    expect(renderLegend({ ...drawn, today: "2026-02-28" })).not.toContain("⬜");
    expect(renderLegend(facts)).not.toContain("⬜");
  });

  it("has series as long as the month, of plain numbers, whatever was booked", () => {
    const amount = fc.integer({ min: -4e15, max: 4e15 }).map(nanoUsd);
    fc.assert(
      fc.property(
        amount,
        amount,
        fc.dictionary(fc.constantFrom("2026-02-01", "2026-02-14", "2026-02-31", "2026-01-31", "x"), amount),
        fc.constantFrom("2026-01-31", "2026-02-01", "2026-02-28", "2026-03-02"),
        fc.boolean(),
        (total, spent, daily, today, isAhead) => {
          const state = sampleState({
            current_month: "2026-02",
            total_spent: spent,
            daily: Object.fromEntries(Object.entries(daily).map(([key, each]) => [key, { ...day(0), spent: each }])),
          });
          const ahead = isAhead ? monthOutlook(state, `${today}T12:00:00Z`, total) : undefined;
          const chart = renderChart({ state, total, today, ahead });
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

import { parse } from "csv-parse/sync";
import fc from "fast-check";
import picocolors from "picocolors";
import { describe, expect, it } from "vitest";
import { reportCsv } from "../../src/export/report-csv.ts";
import { reportJson } from "../../src/export/report-json.ts";
import type { Driver, GroupFigures, Report, ReportRow, Trend } from "../../src/insight/attribution/report.ts";
import { reportTable } from "../../src/report/report-rows.ts";
import { bridgeText, type Reported, reportNotes, reportSentence, trendText } from "../../src/report/report-sentence.ts";
import { renderReport, renderReportTerminal } from "../../src/report/report-text.ts";
import { columnsOf } from "../../src/report/terminal/table.ts";
import { jsonText } from "../../src/values/json-text.ts";
import { type NanoUsd, nanoOf, ZERO } from "../../src/values/money.ts";
import { anyEntry, anyQuery, charge, charges, query, report } from "../insight/attribution/report-samples.ts";
import { hostile } from "./hostile.ts";

const reports = fc
  .tuple(fc.array(anyEntry, { maxLength: 25 }), anyQuery)
  .map(([entries, asked]) => report(entries, asked, { since: "2025-11-01" }));

function reported(found: Report): Reported {
  return { report: found, isKnown: true, books: "known", place: "o/r@token-budget" };
}

function viewOf(found: Report) {
  const known = reported(found);
  return { ...known, title: "Report", name: "AI", sentence: reportSentence(known), notes: reportNotes(known) };
}

/** Units of the last decimal shown; a part that is too small to show is none. */
function unitsOf(cells: readonly string[]): number[] {
  const decimals = Math.max(...cells.map((cell) => /\.(\d+)$/.exec(cell)?.[1]?.length ?? 0));
  return cells.map((cell) =>
    cell.startsWith("under") ? 0 : Math.round(Number(cell.replace(/[$,+]/g, "")) * 10 ** decimals),
  );
}

const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

describe("what is shown of a report", () => {
  it("adds up: rows to the total, changes to the change, its parts to it, shares to 100", () => {
    fc.assert(
      fc.property(reports, (found) => {
        if (found.isOverlapping || found.rows.length === 0) return;
        for (const { heading, cells, total: whole } of reportTable(found).columns) {
          if (heading === "Cost" || heading === "Change") {
            const units = unitsOf([...cells, whole]);
            expect(total(units.slice(0, -1)), heading).toBe(units.at(-1));
          }
          if (heading === "Share")
            expect(total(cells.map((cell) => Math.round(10 * Number.parseFloat(cell))))).toBe(1000);
        }
        if (found.bridge === undefined) return;
        const [change = "", ...parts] = bridgeText(found.bridge).match(/(under )?[+-]?\$[\d,.]*\d/g) ?? [];
        const units = unitsOf([...parts, change]);
        expect(total(units.slice(0, -1))).toBe(units.at(-1));
      }),
    );
  });

  it("is the same in CSV and JSON, to the nano-dollar, and adds up to the total there", () => {
    fc.assert(
      fc.property(reports, (found) => {
        const rows = parse(reportCsv({ report: found, isKnown: true }), { columns: true }) as Record<string, string>[];
        const json = JSON.parse(jsonText(reportJson({ report: found, isKnown: true })));
        const costs = rows.map(({ cost }) => Number(cost));
        expect(costs).toEqual(json.rows.map(({ cost }: { cost: number }) => cost));
        if (!found.isOverlapping) expect(nanoOf(Number(total(costs).toFixed(9)))).toBe(found.total.cost);
        const changes = rows.flatMap(({ cost_change: change = "" }) => (change === "" ? [] : [Number(change)]));
        if (changes.length === 0 || found.isOverlapping) return;
        expect(Number(total(changes).toFixed(9))).toBe(json.change);
      }),
    );
  });

  it("fits the terminal, whatever the names", () => {
    fc.assert(
      fc.property(
        reports,
        fc.array(hostile, { minLength: 3, maxLength: 3 }),
        fc.constantFrom(60, 100),
        (found, names, width) => {
          const rows = found.rows.map((row) => ({ ...row, key: row.key.map((_, index) => names[index] ?? null) }));
          const screen = renderReportTerminal(viewOf({ ...found, rows }), {
            colors: picocolors.createColors(false),
            width,
          });
          expect(screen.split("\n").filter((line) => columnsOf(line) > width)).toEqual([]);
        },
      ),
    );
  });

  it("is a table of as many columns in every row of the summary, and small, whatever the names", () => {
    fc.assert(
      fc.property(reports, fc.array(hostile, { minLength: 3, maxLength: 3 }), (found, names) => {
        const rows = found.rows.map((row) => ({ ...row, key: row.key.map((_, index) => names[index] ?? null) }));
        const text = renderReport(viewOf({ ...found, rows }));
        const lines = text.split("\n").filter((line) => line.startsWith("|"));
        expect(new Set(lines.map((line) => line.split("|").length)).size).toBeLessThanOrEqual(1);
        expect(text).not.toMatch(/<(?!\/?code>)|\n::|@everyone/);
        expect(text.length).toBeLessThan(100_000);
      }),
    );
  });

  it("of too many rows for a summary says so instead of the table", () => {
    const entries = Array.from({ length: 3000 }, (_, index) => charge({ profile: `profile-${index}` }));
    const text = renderReport(viewOf(report(entries)));
    expect(text).toContain("The table of 3,000 rows is too large to be shown here");
    expect(text).toContain("February 2026 cost");
  });

  it("of fifty rows with the longest names still has its table", () => {
    const entries = Array.from({ length: 50 }, (_, index) => charge({ tags: { team: `${index}${"|".repeat(250)}` } }));
    const found = report(entries, { by: ["tag:team", "profile", "run"] });
    const text = renderReport(viewOf(found));
    expect(text.match(/^\|/gm)).toHaveLength(53);
  });
});

describe("the sentence of a report", () => {
  const figures = (cost: number, executions: number): GroupFigures => {
    const [found] = report(charges(Math.max(1, executions), cost || 0.1)).rows;
    if (found === undefined) throw new Error("no row");
    return { ...found.figures, cost: nanoOf(cost), executions };
  };
  const row: ReportRow = { kind: "group", key: ["nightly"], figures: figures(1, 2) };
  const against = (driver: Partial<Driver>, more: Partial<Report> = {}): string =>
    reportSentence(
      reported({
        query: query({ compare: "2026-01" }),
        total: figures(5, 12),
        before: figures(4, 10),
        rows: [row],
        isOverlapping: false,
        driver: { row, change: nanoOf(1.5), how: "volume", amount: nanoOf(1.4), share: 0.4, ...driver },
        ...more,
      }),
    );

  it.each<[string, Partial<Driver>]>([
    ["nightly ran 40.0% more often (+$1.40)", {}],
    ["nightly ran 25.0% less often (-$1.40)", { share: -0.25, amount: nanoOf(-1.4) }],
    ["a run of nightly cost 12.5% more (+$1.40)", { how: "price", share: 0.125 }],
    [
      "a run of nightly cost 12.5% less (-$0.2000)",
      { how: "price", share: -0.125, amount: nanoOf(-0.2), change: nanoOf(-0.2) },
    ],
    ["nightly is new (+$1.40)", { how: "new", share: undefined }],
    ["nightly is gone (-$1.40)", { how: "gone", share: undefined, amount: nanoOf(-1.4) }],
    ["nightly cost more (+$1.40)", { how: "other", share: undefined }],
    ["what has no profile ran 40.0% more often (+$1.40)", { row: { ...row, key: [null] } }],
  ])("says that %s", (text, driver) => {
    expect(against(driver)).toBe(
      `February 2026 cost $5.00 on 12 executions, $1.00 (25.0%) more than January 2026: ${text}.`,
    );
  });

  it("names no share of nothing, and no driver of no change", () => {
    expect(against({}, { before: { ...figures(0, 0), cost: ZERO as NanoUsd } })).toContain(
      "$5.00 more than January 2026:",
    );
    expect(against({}, { before: figures(5, 3) })).toBe(
      "February 2026 cost $5.00 on 12 executions, as much as January 2026.",
    );
    expect(against({}, { total: { ...figures(5, 1), executions: undefined } })).toMatch(
      /^February 2026 cost \$5\.00, /,
    );
  });
});

describe("the other lines of a report", () => {
  it("have the parts of the change as people work them out by hand", () => {
    const bridge = { change: nanoOf(-1), volume: nanoOf(1.5), mix: nanoOf(-3), price: nanoOf(0.5) };
    expect(bridgeText(bridge)).toBe("Change -$1.00: volume +$1.50, mix -$3.00, price +$0.50.");
  });

  it.each<[string, Partial<Trend>]>([
    ["", { averages: {} }],
    ["A day costs $0.2000 on average over the 7 days up to 28 Feb 2026.", { averages: { 7: nanoOf(0.2) } }],
    [
      "A day costs $0.2000 on average over the 7 days up to 28 Feb 2026, $1.50 over 30 days, $2.00 over 90 days. It is falling: -10.0% a month (80% range: -18.0% to -2.0%).",
      { direction: "falling", growth: { point: -0.1, low: -0.18, high: -0.02 } },
    ],
  ])("say of the trend %j", (text, trend) => {
    const averages = { 7: nanoOf(0.2), 30: nanoOf(1.5), 90: nanoOf(2) };
    expect(trendText({ until: "2026-02-28", averages, direction: "unknown", ...trend })).toBe(text);
  });
});

import { beforeAll, describe, expect, it } from "vitest";
import type { Entry } from "../../../src/books/entry.ts";
import { LEDGER_CHARTS } from "../../../src/insight/chart-names.ts";
import { addToLedger, ledgerDays, startLedger } from "../../../src/insight/charted-ledger.ts";
import { drawLedgerChart, ledgerNotes } from "../../../src/report/chart/ledger-charts.ts";
import { spanOf } from "../../../src/values/date-span.ts";
import { boundedSum, nanoOf } from "../../../src/values/money.ts";
import { showSpent } from "../../../src/values/shown-money.ts";
import { hostileBooks } from "../html/hostile-books.ts";
import { livelyBooks, type MadeBooks } from "../html/lively-books.ts";
import { dashboardFrom } from "../html/made-site.ts";
import { sampleState } from "../samples.ts";
import { chartedLedger } from "./exhibits.ts";
import { flawsOf, readSvg } from "./svg-reader.ts";

const NOW = "2026-02-14T12:00:00Z";

let lively: MadeBooks;
let hostile: MadeBooks;

beforeAll(async () => {
  lively = await livelyBooks();
  hostile = await hostileBooks();
});

/** Dollars of a text as cents: "$1,234.50" is 123450. */
const cents = (text = "") => Math.round(100 * Number(text.replace(/[$,]/g, "")));

describe("charts of the ledger", () => {
  it.each(LEDGER_CHARTS)("%s: nothing leaves the picture and nothing meets, whatever the names are", (chart) => {
    for (const books of [lively, hostile]) {
      const isByAny = chart === "split" || chart === "bridge";
      for (const by of isByAny ? (["model", "tag:team", "workflow"] as const) : (["model"] as const)) {
        for (const look of ["auto", "light"] as const) {
          expect(flawsOf(drawLedgerChart(chartedLedger(books, { chart, by }), look).svg)).toEqual([]);
        }
      }
    }
  });

  it("have the figures of the dashboard's reports", () => {
    const dashboard = dashboardFrom(lively);
    const [month] = dashboard.spans.months;
    if (month === undefined) throw new Error("There is no month");
    const total = showSpent(dashboard.report(month, []).total.cost);
    const titleOf = (chart: (typeof LEDGER_CHARTS)[number]) =>
      drawLedgerChart(chartedLedger(lively, { chart, by: "tag:team" }), "light").title;
    expect(titleOf("heat")).toContain(`of ${total} (`);
    expect(titleOf("models")).toContain(`of ${total} for `);
    expect(titleOf("bridge")).toContain(`${total} from 1 to 19 Feb, `);
    const split = drawLedgerChart(chartedLedger(lively, { chart: "split", by: "tag:team" }), "light");
    expect(split.table.rows.map(([name]) => name)).toEqual(
      dashboard.spans.months.map(({ from }) => from.slice(0, 7)).reverse(),
    );
    expect(split.table.rows.at(-1)?.at(-1)).toBe(total);
  });

  it("the kinds of a model's tokens add up to its cost, and the models to the month's, as they are shown", () => {
    const { table } = drawLedgerChart(chartedLedger(lively, { chart: "models", by: "model" }), "light");
    const headings = table.columns.map(({ heading }) => heading);
    expect(headings).toEqual([
      ...["Model", "input", "cache reads", "cache writes", "output", "not split", "Cost", "Cache hits"],
    ]);
    for (const row of table.rows) {
      const parts = row.slice(1, 6).filter((text) => text.startsWith("$"));
      expect([row[0], parts.reduce((sum, text) => sum + cents(text), 0)]).toEqual([row[0], cents(row[6])]);
    }
    const sum = table.rows.reduce((all, row) => all + cents(row[6]), 0);
    expect(sum).toBe(cents(showSpent(lively.state.total_spent)));
    const [unpriced, sonnet] = ["unpriced", "claude-sonnet-4-5"].map((name) =>
      table.rows.find(([one]) => one === name),
    );
    expect(unpriced?.slice(1, 5)).toEqual(["–", "–", "–", "–"]);
    expect(sonnet?.[5]).toBe("–");
    expect(sonnet?.[7]).toMatch(/^[3-7]\d\.\d%$/);
  });

  it("the runs are those that the month counts, with what was estimated", () => {
    const { title, table } = drawLedgerChart(chartedLedger(lively, { chart: "runs", by: "model" }), "light");
    expect(title.startsWith(`${lively.state.executions} runs in February 2026: `)).toBe(true);
    expect(table.rows).toHaveLength(lively.state.executions);
    expect(table.rows.some(([, , , estimate]) => estimate !== "–")).toBe(true);
  });

  it("a run that was booked in pieces is one run, with all that was booked for it", () => {
    const charge = {
      ...{ id: "a", at: "2026-02-03T10:00:00Z", month: "2026-02", kind: "charge", cost: nanoOf(1), hold: "h" },
      ...{ predicted: nanoOf(0.5), profile: "review" },
    } as Entry;
    const later = [
      { ...charge, id: "b", kind: "correction", cost: nanoOf(-0.25), replaces: nanoOf(1), result: "success" },
      { ...charge, id: "c", further: true, cost: nanoOf(0.5), predicted: undefined },
      { ...charge, id: "d", kind: "correction", adjustment: "correct", hold: undefined, cost: nanoOf(-9) },
    ] as Entry[];
    const start = startLedger({ chart: "runs", by: "model" }, sampleState({ current_month: "2026-02" }), NOW);
    const { table } = drawLedgerChart([charge, ...later].reduce(addToLedger, start), "light");
    expect(table.rows).toEqual([["2026-02-03T10:00:00Z", "review", "$1.25", "$0.5000", "success"]]);
  });

  it("of another span have its days alone, and the bridge compares with as many days of the span before", () => {
    const january = spanOf("2026-01", "2026-02-19");
    const { title } = drawLedgerChart(chartedLedger(lively, { chart: "heat", by: "model", period: january }), "light");
    const spent = lively.state.history.find(({ month }) => month === "2026-01")?.total_spent;
    expect(title).toContain(`of ${showSpent(spent ?? boundedSum([]))} (`);
    const daysOf = (text: string) => {
      const sums = startLedger(
        { chart: "bridge", by: "model", period: spanOf(text, "2026-02-19") },
        lively.state,
        lively.now,
      );
      return [sums.spans[0], sums.before].map((span) => `${span?.from} ${span?.to}`);
    };
    expect(daysOf("2026-02")).toEqual(["2026-02-01 2026-02-19", "2026-01-01 2026-01-19"]);
    expect(daysOf("2026-01")).toEqual(["2026-01-01 2026-01-31", "2025-12-01 2025-12-31"]);
    expect(daysOf("this-quarter")).toEqual(["2026-01-01 2026-02-19", "2025-10-01 2025-11-19"]);
  });
});

describe("what the ledger doesn't know", () => {
  const state = sampleState({ daily: {}, total_spent: nanoOf(0), executions: 0, history: [], milestones_reached: [] });

  it.each(LEDGER_CHARTS)("%s of empty books is a sentence without a plot", (chart) => {
    const sums = startLedger({ chart, by: "model" }, state, NOW);
    expect(ledgerDays(sums).to >= NOW.slice(0, 10)).toBe(true);
    const { svg } = drawLedgerChart(sums, "light");
    expect(flawsOf(svg)).toEqual([]);
    const { texts, points } = readSvg(svg);
    expect([texts.length, points.length]).toEqual([1, 3]);
    expect(svg).not.toContain("$0");
  });

  it.each(LEDGER_CHARTS)("%s of an imported month has no 0 for what isn't known", (chart) => {
    const imported = {
      ...{ id: "i", at: "2026-02-10T10:00:00Z", month: "2026-02", kind: "import", cost: nanoOf(4) },
      imported: { executions: 3, prs: 0, tokens_used: {}, history: [] },
    } as unknown as Entry;
    const sums = addToLedger(startLedger({ chart, by: "model" }, { ...state, total_spent: nanoOf(4) }, NOW), imported);
    const { svg, description } = drawLedgerChart(sums, "light");
    expect(flawsOf(svg)).toEqual([]);
    expect(description).not.toContain("$0");
    if (chart === "bridge") expect(description).toContain("Nothing to compare");
    if (chart === "split") expect(description).toContain("imported $4.00");
    else expect(ledgerNotes(sums).join(" ")).toContain("What was spent before 10 Feb 2026 was imported");
  });
});

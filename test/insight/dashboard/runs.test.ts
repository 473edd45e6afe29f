import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Entry } from "../../../src/books/entry.ts";
import { calendarOf } from "../../../src/insight/attribution/calendar.ts";
import { piecesOf } from "../../../src/insight/attribution/pieces.ts";
import { COLUMN } from "../../../src/insight/dashboard/run-columns.ts";
import {
  addRun,
  allOf,
  countIn,
  lastOf,
  newestRuns,
  type RunRange,
  type Runs,
  startRuns,
  tableOf,
  takeOlder,
} from "../../../src/insight/dashboard/runs.ts";
import { nanoUsd } from "../../../src/values/money.ts";

const MONTHS = ["2025-01", "2025-02", "2025-03", "2025-04", "2025-05"];
const FIRST = "2025-02";
const placed = calendarOf("UTC");

/** Books run number `number` of a month, by the names that only it has and those that all have. */
function book(runs: Runs, month: string, number: number): void {
  const entry = {
    ...{ id: `${number}`, at: `${month}-10T10:00:00Z`, month, kind: "charge", cost: nanoUsd(number) },
    ...{ profile: `profile ${number}`, tags: { team: `team ${number % 3}` }, budgets: { [`b${number % 2}`]: {} } },
  } as unknown as Entry;
  addRun(runs, placed(entry), piecesOf(entry));
}

const started = () => startRuns({ seenFrom: {}, person: (name) => name });
const numbersIn = (ranges: readonly RunRange[]) => tableOf(ranges).rows.map((row) => row[COLUMN.cost] ?? 0);

describe("the runs of a dashboard", () => {
  it("are each on the page of the newest or on that of their month, however early months are taken out", () => {
    const counts = fc.array(fc.nat(12), { minLength: 5, maxLength: 5 });
    fc.assert(
      fc.property(counts, fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 7 }), (each, most, pause) => {
        const runs = started();
        const pages = new Map<string, number[]>();
        const all: { month: string; number: number }[] = [];
        for (const [index, month] of MONTHS.entries()) {
          for (let run = 0; run < (each[index] ?? 0); run += 1) {
            book(runs, month, all.length);
            all.push({ month, number: all.length });
            if (all.length % pause !== 0) continue;
            for (const taken of takeOlder(runs, FIRST, most)) pages.set(taken.month, numbersIn([allOf(taken)]));
            // What is kept is what may still be shown, and the months that it begins in.
            const kept = runs.months.slice(1).reduce((sum, one) => sum + countIn([allOf(one)]), 0);
            expect(kept).toBeLessThan(most + 12);
          }
        }
        const newest = numbersIn(newestRuns(runs, FIRST, most));
        const expected = all.slice(-most).filter(({ month }) => month >= FIRST);
        expect(newest).toEqual(expected.map(({ number }) => number));
        for (const one of runs.months) pages.set(one.month, numbersIn([allOf(one)]));
        for (const month of MONTHS) {
          const own = all.filter((one) => one.month === month).map(({ number }) => number);
          expect(pages.get(month) ?? []).toEqual(own);
          if (runs.taken.includes(month)) expect(own.filter((number) => newest.includes(number))).toEqual([]);
        }
      }),
    );
  });

  it("keep their names across months, and have only the names they need", () => {
    const runs = started();
    for (const [number, month] of ["2025-01", "2025-01", "2025-02", "2025-03"].entries()) book(runs, month, number);
    const { texts, tags, rows } = tableOf(newestRuns(runs, FIRST));
    expect(rows.map((row) => texts[row[COLUMN.profile] ?? -1])).toEqual(["profile 2", "profile 3"]);
    expect(rows.map((row) => tags[row[COLUMN.tags] ?? -1]?.map((at) => texts[at]))).toEqual([
      ["team", "team 2"],
      ["team", "team 0"],
    ]);
    expect(texts).not.toContain("profile 1");
    const last = lastOf(runs.months.map(allOf), { count: 2, budget: "b1" });
    expect(numbersIn(last)).toEqual([3, 1]);
    expect(lastOf(runs.months.map(allOf), { count: 2, budget: "none" })).toEqual([]);
  });

  it("have room for rows longer than a chunk of them", () => {
    const runs = started();
    for (let number = 0; number < 4_000; number += 1) book(runs, "2025-02", number);
    const usage = Array.from({ length: 9_000 }, (_, index) => ({
      model: `m${index}`,
      input: 1,
      output: 1,
      requests: 1,
    }));
    const entry = { id: "x", at: "2025-02-11T00:00:00Z", month: "2025-02", kind: "charge", cost: nanoUsd(7), usage };
    addRun(runs, placed(entry as unknown as Entry), piecesOf(entry as unknown as Entry));
    book(runs, "2025-02", 8);
    const rows = tableOf(runs.months.map(allOf)).rows;
    expect(rows.map((row) => row[COLUMN.cost])).toEqual([...Array(4_000).keys(), 7, 8]);
    expect(rows.at(-2)?.length).toBeGreaterThan(32_768);
  });
});

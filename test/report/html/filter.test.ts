import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Entry } from "../../../src/books/entry.ts";
import { calendarOf } from "../../../src/insight/attribution/calendar.ts";
import { piecesOf } from "../../../src/insight/attribution/pieces.ts";
import type { Dimension } from "../../../src/insight/attribution/query.ts";
import { isBooking } from "../../../src/insight/attribution/span-part.ts";
import { addRun, allOf, startRuns, tableOf } from "../../../src/insight/dashboard/runs.ts";
import { type Filter, filtered, filterIn, hashOf, NO_FILTER } from "../../../src/report/html/client/filter.ts";
import { anyEntry, query, report, span } from "../../insight/attribution/report-samples.ts";

const PERIOD = span("2026-Q1");
const withWorkflow = ({ run, profile = "", ...entry }: Entry): Entry => ({
  ...{ ...entry, profile },
  run: { ...run, workflow: profile },
});
const entries = fc.array(anyEntry.map(withWorkflow), { maxLength: 30 });

function tableFrom(all: readonly Entry[]) {
  const runs = startRuns({ seenFrom: {}, person: (name) => name });
  const placed = calendarOf("UTC");
  for (const entry of all.filter(isBooking)) addRun(runs, placed(entry), piecesOf(entry));
  return tableOf(runs.months.map(allOf));
}

const within = { ...NO_FILTER, from: PERIOD.from, to: PERIOD.to };

describe("the filter of the runs", () => {
  it.each<[string, Dimension, (value: string) => Partial<Filter>]>([
    ["a model", "model", (model) => ({ model })],
    ["a result", "result", (result) => ({ result })],
    ["a workflow", "workflow", (workflow) => ({ workflow })],
    ["a tag", "tag:team", (value) => ({ tag: `team=${value}` })],
    ["a sub-budget", "budget", (budget) => ({ budget })],
  ])("gives the sum that a report by %s gives", (_, by, filterOf) => {
    fc.assert(
      fc.property(entries, (all) => {
        const table = tableFrom(all.filter(({ kind }) => kind !== "import"));
        const { rows } = report(
          all.filter(({ kind }) => kind !== "import"),
          { ...query({ by: [by] }), period: PERIOD },
        );
        for (const { key, figures } of rows) {
          const value = by === "result" ? (key[0] ?? "unknown") : key[0];
          // An empty text asks for nothing.
          if (value == null || value === "") continue;
          const found = filtered(table, { ...within, ...filterOf(value) });
          expect([value, found.cost, found.executions]).toEqual([value, figures.cost, figures.executions]);
        }
      }),
    );
  });

  it("has all of a span without any other filter", () => {
    fc.assert(
      fc.property(entries, (all) => {
        const own = all.filter(({ kind }) => kind !== "import");
        const { total } = report(own, { ...query(), period: PERIOD });
        expect(filtered(tableFrom(own), within)).toMatchObject({ cost: total.cost, executions: total.executions });
      }),
    );
  });

  it("finds a run by the words of its texts, whatever their case, and by its number", () => {
    const entry = (run_id: number, team: string): Entry => ({
      ...{ id: `e${run_id}`, at: "2026-02-14T10:07:00Z", month: "2026-02", kind: "charge", cost: 1 as never },
      ...{ profile: "Nightly", tags: { team }, run: { repository: "o/r", run_id, workflow: "ai" } },
    });
    const table = tableFrom([entry(71, "infra"), entry(712, "web")]);
    const places = (q: string) => [...filtered(table, { ...NO_FILTER, q }).rows];
    expect(places("nightly")).toEqual([1, 0]);
    expect(places("NIGHT infra")).toEqual([0]);
    expect(places("71")).toEqual([0]);
    expect(places("nowhere")).toEqual([]);
  });

  it("sorts by any column, both ways", () => {
    const entry = (cost: number, profile: string, input: number): Entry => ({
      ...{ id: profile, at: "2026-02-14T10:07:00Z", month: "2026-02", kind: "charge", cost: cost as never, profile },
      usage: [{ model: `m-${profile}`, input, output: 1, requests: 1, cost: cost as never }],
    });
    const table = tableFrom([entry(2, "b", 30), entry(3, "a", 10), entry(1, "c", 20)]);
    const order = (sort: string) => [...filtered(table, { ...NO_FILTER, sort }).rows];
    expect([order("time"), order("-time")]).toEqual([
      [0, 1, 2],
      [2, 1, 0],
    ]);
    expect([order("cost"), order("-cost")]).toEqual([
      [2, 0, 1],
      [1, 0, 2],
    ]);
    expect([order("profile"), order("-model"), order("tokens")]).toEqual([
      [1, 0, 2],
      [2, 0, 1],
      [1, 2, 0],
    ]);
  });

  it("is kept by an address", () => {
    const any = fc.record(Object.fromEntries(Object.keys(NO_FILTER).map((name) => [name, fc.string()])));
    fc.assert(
      fc.property(any, (given) => {
        const filter = { ...NO_FILTER, ...given } as Filter;
        expect(filterIn(hashOf(filter))).toEqual(filter);
      }),
    );
    expect(hashOf(NO_FILTER)).toBe("");
  });
});

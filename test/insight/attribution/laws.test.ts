import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Entry } from "../../../src/books/entry.ts";
import { dayOfEntry, evolve } from "../../../src/books/evolve.ts";
import type { State } from "../../../src/books/state.ts";
import type { ReportQuery } from "../../../src/insight/attribution/query.ts";
import type { GroupFigures } from "../../../src/insight/attribution/report.ts";
import type { DateSpan } from "../../../src/values/date-span.ts";
import { sum } from "../../../src/values/money.ts";
import { freshState } from "../../books/sample-books.ts";
import { anyEntry, anyQuery, query, report } from "./report-samples.ts";

const entries = fc.array(anyEntry, { maxLength: 40 });

/** The months of the books as their own arithmetic has them, each to itself. */
function monthsOf(all: readonly Entry[], timezone: string): State[] {
  const months = [...new Set(all.map(({ month }) => month))];
  return months.map((month) =>
    all
      .filter((entry) => entry.month === month && entry.kind !== "reset" && entry.kind !== "rollover")
      .reduce(evolve, freshState({ current_month: month, timezone })),
  );
}

/** What the ledger has of a span: its days, and what was imported for days that are all in it. */
function ledgerOf(all: readonly Entry[], { from, to }: DateSpan, timezone: string) {
  const days = monthsOf(all, timezone).flatMap(({ daily }) => Object.entries(daily));
  const inside = days.filter(([day]) => from <= day && day <= to).map(([, figures]) => figures);
  const imports = all.filter(({ kind, month, ...entry }) => {
    const until = dayOfEntry({ current_month: month, timezone }, { kind, month, ...entry });
    return kind === "import" && from <= `${month}-01` && until <= to;
  });
  return {
    cost: sum([...inside.map(({ spent }) => spent), ...imports.map(({ cost }) => cost)]),
    executions: inside.reduce((count, day) => count + (day.executions ?? 0), 7 * imports.length),
    prs: inside.reduce((count, day) => count + (day.prs ?? 0), 3 * imports.length),
  };
}

function addedUp(rows: readonly (GroupFigures | undefined)[]) {
  const add = (pick: (figures: GroupFigures) => number | undefined) =>
    rows.reduce((total, figures) => total + ((figures && pick(figures)) ?? 0), 0);
  return {
    cost: add(({ cost }) => cost),
    executions: add(({ executions }) => executions),
    prs: add(({ prs }) => prs),
    estimated: add(({ estimated }) => estimated),
    retry: add(({ retry }) => retry),
    input: add(({ tokens }) => tokens?.input),
  };
}

describe("the laws of reports", () => {
  it("total: the rows of any report add up to what the ledger has", () => {
    fc.assert(
      fc.property(entries, anyQuery, (all, asked) => {
        const { total, rows, isOverlapping } = report(all, asked);
        expect(total).toMatchObject(ledgerOf(all, asked.period, asked.timezone));
        if (isOverlapping) return;
        const { cost, executions, prs, estimated, retry, tokens } = total;
        const whole = { cost, executions, prs, estimated, retry, input: tokens?.input ?? 0 };
        expect(addedUp(rows.map(({ figures }) => figures))).toEqual(whole);
      }),
    );
  });

  it("total: the rows of the compared span add up to it, too", () => {
    fc.assert(
      fc.property(entries, anyQuery, (all, asked) => {
        const { before, rows, isOverlapping } = report(all, asked);
        expect(before === undefined).toBe(asked.compare === undefined);
        if (asked.compare === undefined) return;
        expect(before).toMatchObject(ledgerOf(all, asked.compare, asked.timezone));
        if (isOverlapping || rows.every((row) => row.before === undefined)) return;
        expect(addedUp(rows.map((row) => row.before)).cost).toBe(before?.cost);
      }),
    );
  });

  it("models: a month's rows are the models that the books keep, and as much is estimated", () => {
    fc.assert(
      fc.property(entries, (all) => {
        const booked = all.filter(({ kind }) => kind !== "import");
        const state = monthsOf(booked, "UTC").find(({ current_month }) => current_month === "2026-02");
        const { rows, total } = report(booked, query({ by: ["model"] }));
        const costs = rows.map(({ key: [name], figures: { cost } }) => ({ name, cost }));
        const kept = Object.entries(state?.models ?? {}).map(([name, { cost }]) => ({ name, cost }));
        const charged = (models: typeof costs) => new Set(models.filter(({ cost }) => cost !== 0));
        expect(charged(costs)).toEqual(charged(kept));
        expect(total.estimated).toBe(state?.estimated ?? 0);
      }),
    );
  });

  it("bridge: volume, mix and price are the change", () => {
    fc.assert(
      fc.property(entries, anyQuery, (all, asked) => {
        const { total, before, bridge } = report(all, asked);
        if (bridge === undefined || before === undefined) return;
        expect(bridge.change).toBe(total.cost - before.cost);
        expect(bridge.volume + bridge.mix + bridge.price).toBe(bridge.change);
      }),
    );
  });

  it("order: the order of the entries doesn't matter", () => {
    fc.assert(
      fc.property(entries, anyQuery, (all, asked) => {
        expect(report([...all].reverse(), asked)).toEqual(report(all, asked));
      }),
    );
  });

  it("sub-budgets: an entry counts in each of its own, or in none", () => {
    fc.assert(
      fc.property(entries, anyQuery, (all, asked) => {
        const byBudget: ReportQuery = { ...asked, by: ["budget"], top: undefined };
        const { rows } = report(all, byBudget);
        for (const name of ["dev", "daily"]) {
          const inside = all.filter(({ kind, budgets }) => kind !== "import" && Object.hasOwn(budgets ?? {}, name));
          const row = rows.find(({ kind, key }) => kind === "group" && key[0] === name);
          expect(row?.figures.cost ?? 0).toBe(ledgerOf(inside, asked.period, asked.timezone).cost);
        }
      }),
    );
  });
});

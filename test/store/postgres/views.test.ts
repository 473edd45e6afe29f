import { parse } from "csv-parse/sync";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Request } from "../../../src/books/request.ts";
import { epochOf } from "../../../src/values/month.ts";
import { billed, check, RUN, record, release, unpriced, usageOf } from "../../books/sample-books.ts";
import { terminalIn } from "../../edges/terminal/in-source.ts";
import { NO_POSTGRES } from "../../support/postgres/server.ts";
import { usePostgresWorld } from "./postgres-world.ts";
import { ask } from "./writer.ts";

const OTHER = { ...RUN, repository: "o/other", run_id: 2, workflow: "nightly", actor: "octocat" };
const SECOND = billed(0.2, "gpt-4o-mini");

/** Something of everything: two models, none, a flat fee, a hold that expires and is corrected, a correction by hand. */
const WORK: readonly (readonly [string, Request])[] = [
  ["2026-01-31T23:30:00Z", record({ id: "late", usage: usageOf(billed(0.3)), prs: 1 })],
  ["2026-02-01T10:00:00Z", record({ id: "two", run: OTHER, tags: { team: "a" }, usage: usageOf(billed(0.1), SECOND) })],
  ["2026-02-02T10:00:00Z", check({ id: "hold-1" })],
  ["2026-02-02T10:05:00Z", record({ id: "hold-1:settle", hold: "hold-1", usage: usageOf(billed(0.07)) })],
  ["2026-02-02T11:00:00Z", record({ id: "more", hold: "hold-1", usage: usageOf(billed(0.02)) })],
  ["2026-02-03T23:00:00Z", check({ id: "hold-2", run: OTHER, holdMs: 3_600_000 })],
  ["2026-02-05T08:00:00Z", record({ id: "after", usage: usageOf(unpriced()) })],
  ["2026-02-05T09:00:00Z", record({ id: "corrected", hold: "hold-2", run: OTHER, usage: usageOf(billed(0.01)) })],
  ["2026-02-06T09:00:00Z", record({ id: "flat", billing: "subscription", usage: usageOf(billed(3)) })],
  ["2026-02-07T09:00:00Z", check({ id: "hold-3" })],
  ["2026-02-07T09:01:00Z", release({ id: "release-1", hold: "hold-3" })],
  [
    "2026-02-08T09:00:00Z",
    {
      ...{
        kind: "adjust",
        id: "by-hand",
        adjustment: "correct",
        amount: { unit: "USD", amount: -50_000_000 as never },
      },
      ...{ tags: { team: "a" }, actor: "maintainer", reason: "a refund", run: OTHER },
    },
  ],
];

describe("the views of the database", () => {
  beforeEach(({ skip }) => skip(NO_POSTGRES !== undefined, NO_POSTGRES));
  const world = usePostgresWorld();
  let books: string;

  beforeAll(async () => {
    if (NO_POSTGRES !== undefined) return;
    books = await world().newBooks(null);
    for (const [at, request] of WORK) {
      const { store, connection } = world().open({ books, timeOf: () => epochOf(at) });
      const settings = { timezone: "Europe/Berlin" };
      expect(await ask(store, request, { when: { settings } }), request.id).toMatchObject({ ok: true });
      await connection.close();
    }
  });

  /** What `report` adds up by a dimension. */
  async function reported(by: string): Promise<Record<string, readonly [number, number]>> {
    const env = { TOKEN_BUDGET_DATABASE_URL: world().urlOf({}) };
    const args = [
      "--books",
      books,
      "--period",
      "2026-01-01/2026-02-28",
      "--by",
      by,
      "--format",
      "csv",
      "--top",
      "1000",
    ];
    const { out, err, code } = await terminalIn(env, "report", ...args);
    expect(code, `${out}${err}`).toBe(0);
    const rows = parse(out, { columns: true }) as readonly Record<string, string>[];
    return Object.fromEntries(
      rows
        .filter(({ row }) => row !== "total")
        .map((row) => [row[by] ?? "", [Number(row["cost"]), Number(row["executions"])]]),
    );
  }

  /** The same from a view. */
  async function viewed(sql: string): Promise<Record<string, readonly [number, number]>> {
    const rows = await world().sql(sql);
    return Object.fromEntries(
      rows.map((row) => [String(row["key"] ?? ""), [Number(row["usd"]), Number(row["executions"])]]),
    );
  }

  it.each(["workflow", "repository", "actor", "profile"])("have the report's figures by %s", async (by) => {
    const sql = `select ${by} as key, sum(usd) as usd, sum(executions) as executions from token_budget.charges where books = '${books}' group by 1`;
    expect(await viewed(sql)).toEqual(await reported(by));
  });

  it("have the report's figures by day, in the budget's time zone", async () => {
    const sql = `select day::text as key, usd, executions from token_budget.days where books = '${books}'`;
    const days = await viewed(sql);
    expect(days).toEqual(await reported("day"));
    // Half past eleven in UTC is the next day, and the next month, in Berlin; an expired hold counts when it expired.
    expect(Object.keys(days)).toEqual(expect.arrayContaining(["2026-02-01", "2026-02-04"]));
  });

  it("have the report's figures by model, of which the lines add up to the charges", async () => {
    const sql = `select model as key, sum(usd) as usd, 0 as executions from token_budget.usage_lines where books = '${books}' group by 1`;
    const costs = (found: Record<string, readonly [number, number]>) =>
      Object.fromEntries(Object.entries(found).map(([model, [usd]]) => [model, usd]));
    expect(costs(await viewed(sql))).toEqual(costs(await reported("model")));
  });

  describe("of the running month", () => {
    const now = async () => {
      const rows = await world().sql(`select * from token_budget.budgets_now where books = '${books}' order by budget`);
      return rows.map((row) => {
        const { budget, period, executions } = row;
        return {
          ...row,
          budget,
          period,
          executions,
          limit_usd: Number(row["limit_usd"]),
          spent_usd: Number(row["spent_usd"]),
        };
      });
    };
    /** Writes the state with other keys, and gives it back as it was. */
    async function changed(change: (state: Record<string, unknown>) => object, look: () => Promise<void>) {
      const [row] = await world().sql(`select state from token_budget.books where name = '${books}'`);
      const write = (text: string) =>
        world().sql(`update token_budget.books set state = $state$${text}$state$ where name = '${books}'`);
      const state = JSON.parse(String(row?.["state"]));
      await write(JSON.stringify({ ...state, ...change(state) }));
      try {
        await look();
      } finally {
        await write(String(row?.["state"]));
      }
    }
    const [today, week] = [new Date().toISOString().slice(0, 10), /^\d{4}-W\d\d$/];
    const line = (period: string) => ({ period, spent: 2, tokens: 10, executions: 1, notified: [] });

    it("have its figures, and those of sub-budgets in their periods", async () => {
      const budgets = { day: line(today), month: line(today.slice(0, 7)), none: line("none"), old: line("2026-02-01") };
      await changed(
        () => ({
          current_month: today.slice(0, 7),
          timezone: "UTC",
          top_ups: 3,
          monthly_budget: 20,
          total_spent: 4,
          budgets,
        }),
        async () => {
          const rows = await now();
          expect(rows.find(({ budget }) => budget === null)).toMatchObject({
            ...{ period: today.slice(0, 7), limit_usd: 23, spent_usd: 4, open_holds: 0, policy_repository: null },
          });
          expect(
            rows.flatMap(({ budget, period, spent_usd, executions }) =>
              budget === null ? [] : [[budget, period, spent_usd, executions]],
            ),
          ).toEqual([
            ["day", today, 2, "1"],
            ["month", today.slice(0, 7), 2, "1"],
            ["none", "none", 2, "1"],
            ["old", today, 0, "0"],
          ]);
        },
      );
    });

    it("have no figures of a month, a week or a day that is over", async () => {
      const budgets = { week: line("2026-W05"), month: line("2026-02") };
      await changed(
        () => ({ budgets, top_ups: 3, monthly_budget: 20 }),
        async () => {
          const [month, week_, whole] = await now();
          expect(whole).toMatchObject({
            budget: null,
            period: today.slice(0, 7),
            limit_usd: 20,
            spent_usd: 0,
            executions: "0",
          });
          expect(month).toMatchObject({ budget: "month", period: today.slice(0, 7), spent_usd: 0, tokens: "0" });
          expect(week_).toMatchObject({ budget: "week", period: expect.stringMatching(week), spent_usd: 0 });
          expect(week_?.period).not.toBe("2026-W05");
        },
      );
    });

    it("leave out books that were moved away", async () => {
      await changed(
        () => ({ moved: { to: "~/elsewhere", at: "2026-02-05T10:00:00Z" } }),
        async () => expect(await now()).toEqual([]),
      );
    });
  });
});

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { type Entry, encodeEntry } from "../../src/books/entry.ts";
import { replay } from "../../src/books/verify/replay.ts";
import { focusFile } from "../../src/export/focus/focus.ts";
import type { PricedLine } from "../../src/pricing/unit-prices.ts";
import { usageLine } from "../../src/usage/usage.ts";
import { type NanoUsd, nanoOf, nanoUsd, sum, usdOf } from "../../src/values/money.ts";
import { ledgerHourOf } from "../../src/values/month.ts";
import { Bookkeeper, billed, check, NO_USAGE, record, unpriced, usageOf } from "../books/sample-books.ts";
import { type Cell, openDuckDb } from "../support/duckdb.ts";
import { emptyFolder } from "../support/runner/action.ts";
import { sectionsIn } from "./pages.ts";

/** A line whose every figure matters: a third of a cent, and what a binary fraction would bend. */
function priced(model: string, input: number): PricedLine {
  const counts = { input, cache_read: 1000, output: 333, requests: 1 };
  const prices = { input: 0.1, cache_read: 0.01, output: 0.7 };
  return { ...usageLine({ provider: "anthropic", model, ...counts }), prices, price_source: "genai-prices@0.1.8" };
}

/** Two months of everything that costs something, as the books write it. */
function madeBooks(): Bookkeeper {
  const keeper = new Bookkeeper();
  const days = Array.from({ length: 40 }, (_, day) => new Date(Date.UTC(2026, 1, 1 + day, 23, 30)).toISOString());
  for (const [index, now] of days.entries()) {
    const run = { repository: index % 5 === 0 ? "o/other" : "o/r", run_id: 500 + (index % 7), workflow: "AI" };
    const about = { tags: index % 3 === 0 ? {} : { team: index % 3 === 1 ? "web" : "data" }, run, profile: "ai-pr" };
    const lines = [priced("claude-sonnet-4-5", 3001 + index), billed(0.01, "gpt-5"), unpriced("mystery-1")];
    const usage = index % 8 === 7 ? NO_USAGE : usageOf(...lines.slice(index % 3, (index % 3) + 2));
    const hold = index % 4 === 0 ? `hold-${index - 4}` : `hold-${index}`;
    keeper.do(check({ ...about, id: `hold-${index}` }), { now });
    const billing = index % 6 === 5 ? "subscription" : "metered";
    keeper.do(record({ ...about, id: `record-${index}`, hold, usage, billing, prs: 1 }), { now });
  }
  return keeper;
}

const page = readFileSync("docs/duckdb.md", "utf8");
const duckDb = await openDuckDb();
const keeper = madeBooks();

/** Runs the query of a section. */
function run(anchor: string): Promise<readonly Readonly<Record<string, Cell>>[]> {
  const section = sectionsIn(page).find((one) => one.anchor === anchor);
  return duckDb.query(/^```sql\n(.*?)^```/ms.exec(section?.text ?? "")?.[1] ?? "");
}

const dollars = (amount: NanoUsd): string => usdOf(amount).toFixed(9);

/** The costs and the number of entries by a key, the highest cost first. */
function sumsBy(entries: readonly Entry[], keyOf: (entry: Entry) => string): readonly { key: string; cost: NanoUsd }[] {
  const keys = [...new Set(entries.map(keyOf))];
  const sums = keys.map((key) => ({
    key,
    cost: sum(entries.filter((entry) => keyOf(entry) === key).map(({ cost }) => cost)),
  }));
  return sums.toSorted((a, b) => b.cost - a.cost);
}

describe.skipIf(duckDb.missing !== undefined)(`the queries of docs/duckdb.md ${duckDb.missing ?? ""}`, () => {
  beforeAll(async () => {
    const folder = emptyFolder("duckdb");
    const files = Map.groupBy(keeper.entries, ({ at }) => ledgerHourOf(at));
    for (const [hour, entries] of files) {
      const path = join(folder, "token_budget/ledger", `${hour}.ndjson`);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, entries.map((entry) => `${encodeEntry(entry)}\n`).join(""));
    }
    const account = { id: "github.com/o/r" };
    const focus = focusFile({ version: "1.3", billedCost: "amount", grain: "run", timezone: "UTC", account });
    const text = [focus.head(), ...keeper.entries.map((entry) => focus.add(entry)), focus.end()];
    writeFileSync(join(folder, "focus.csv"), text.join(""));
    await duckDb.query(`SET file_search_path = '${folder.replaceAll("\\", "/")}'`);
    await run("one-view-for-all-queries");
  });

  it("are five, and each is run here", () => {
    expect(page.match(/^```sql$/gm)).toHaveLength(5);
  });

  it("read every entry, in two months and of several kinds", async () => {
    const [ledger] = await duckDb.query("SELECT count(*)::INT AS n, sum(cost)::VARCHAR AS cost FROM ledger");
    expect(ledger).toEqual({ n: keeper.entries.length, cost: dollars(sum(keeper.entries.map(({ cost }) => cost))) });
    expect(new Set(keeper.entries.map(({ kind }) => kind))).toEqual(new Set(["charge", "correction", "rollover"]));
  });

  it("sum each month's models as the state has them", async () => {
    const { history, models, current_month } = replay(keeper.entries, keeper.state);
    const expected = [...history, { month: current_month, models }].flatMap(({ month, models = {} }) =>
      Object.entries(models).map(([model, { cost, input = 0, output = 0 }]) => [
        month,
        model,
        dollars(cost),
        input,
        output,
      ]),
    );
    const rows = (await run("cost-by-month-and-model")).map(({ month, model, cost, input, output }) => [
      ...[month, model, cost],
      ...[Number(input), Number(output)],
    ]);
    expect(rows.toSorted()).toEqual(expected.toSorted());
    expect(expected).toHaveLength(8);
  });

  it("sum each team's costs and executions", async () => {
    const rows = await run("cost-by-tag");
    const expected = sumsBy(keeper.entries, ({ month, tags }) => `${month} ${tags?.["team"] ?? "none"}`);
    expect(rows.map(({ month, team }) => `${month} ${team}`).toSorted()).toEqual(
      expected.map(({ key }) => key).toSorted(),
    );
    for (const { month, team, cost } of rows) {
      expect([month, team, cost]).toEqual([
        month,
        team,
        dollars(expected.find(({ key }) => key === `${month} ${team}`)?.cost ?? nanoOf(9)),
      ]);
    }
    const executions = rows.reduce((all, { executions }) => all + Number(executions), 0);
    const { history, executions: running } = replay(keeper.entries, keeper.state);
    expect(executions).toBe(running + history.reduce((all, line) => all + (line.executions ?? 0), 0));
  });

  it("name February's most expensive runs", async () => {
    const rows = await run("the-most-expensive-runs");
    const february = keeper.entries.filter(({ month, run }) => month === "2026-02" && run?.run_id !== undefined);
    const expected = sumsBy(february, ({ run }) => `${run?.repository} ${run?.run_id}`).slice(0, 10);
    expect(rows.map(({ cost }) => cost)).toEqual(expected.map(({ cost }) => dollars(cost)));
    expect(new Set(rows.slice(0, 3).map(({ repository, run_id }) => `${repository} ${run_id}`))).toEqual(
      new Set(expected.slice(0, 3).map(({ key }) => key)),
    );
  });

  it("sum a FOCUS file to the ledger, to the nano-dollar", async () => {
    const rows = await run("a-focus-file");
    const total = rows.reduce((all, { cost }) => all + Math.round(Number(cost) * 1e9), 0);
    expect(nanoUsd(total)).toBe(sum(keeper.entries.map(({ cost }) => cost)));
    expect(rows.map(({ SkuMeter }) => SkuMeter)).toContain("Cache Read Input Tokens");
  });
});

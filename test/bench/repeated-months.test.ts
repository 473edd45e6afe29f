import { execFileSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { makeBooks, spread, TEAMS } from "../../bench/made-books.ts";
import { monthsBefore, repeatMonth } from "../../bench/repeated-months.ts";
import type { Entry } from "../../src/books/entry.ts";
import { decodeState } from "../../src/books/file/decode.ts";
import { readLedgerLines } from "../../src/books/verify/replay.ts";
import { sum } from "../../src/values/money.ts";
import { openDuckDb } from "../support/duckdb.ts";
import { emptyFolder } from "../support/runner/action.ts";

// Half an hour from one to the next: no hold expires.
const [began, ended] = [Date.parse("2026-02-01T00:00:00Z"), Date.parse("2026-02-02T06:00:00Z")];
const MONTHS = ["2025-12", "2026-01", "2026-02"];

let folder: string;
let entries: readonly Entry[];

beforeAll(async () => {
  folder = emptyFolder("books");
  await makeBooks(folder, began, spread(began, ended, 60));
  repeatMonth(folder, 2);
  const names = globSync("token_budget/ledger/*/*.ndjson", { cwd: folder });
  const parts = names.map((name) => ({ name, text: readFileSync(join(folder, name), "utf8") }));
  const ledger = readLedgerLines(parts);
  expect(ledger.problems).toEqual([]);
  entries = ledger.entries;
});

describe("a month that is repeated before itself", () => {
  it("has its executions and its cost in every month, as the state's history says", () => {
    const decoded = decodeState(readFileSync(join(folder, "token_budget.json"), "utf8"));
    if (decoded.kind !== "state") throw new Error("no state");
    const { history, current_month: month, total_spent, executions } = decoded.state;
    const known = [...history, { month, total_spent, executions }];
    expect(known.map((line) => line.month)).toEqual(MONTHS);
    for (const line of known) {
      const ofMonth = entries.filter((entry) => entry.month === line.month);
      expect(sum(ofMonth.map(({ cost }) => cost))).toBe(line.total_spent);
      expect([ofMonth.length, line.executions]).toEqual([60, 60]);
      expect(ofMonth.every(({ at }) => at.startsWith(line.month))).toBe(true);
    }
  });

  it("comes after those before it, over the turn of a year", () => {
    expect(monthsBefore("2026-02", 13).slice(0, 3)).toEqual(["2025-01", "2025-02", "2025-03"]);
    expect(monthsBefore("2026-02", 0)).toEqual([]);
  });
});

const duckDb = await openDuckDb();

describe.skipIf(duckDb.missing !== undefined)(`what reports are compared with ${duckDb.missing ?? ""}`, () => {
  it.each([
    ["a month", "2026-02", 1],
    ["all months", "2025-12", 3],
  ])("adds up %s by model and team", (_, first, months) => {
    const output = join(folder, "duckdb.json");
    execFileSync(process.execPath, [resolve("bench/duckdb-report.mjs"), output, first, "2026-02"], { cwd: folder });
    const rows: readonly Record<string, number | string>[] = JSON.parse(readFileSync(output, "utf8"));
    const chosen = entries.filter(({ month }) => month >= first);
    const nano = rows.reduce((all, { cost }) => all + Math.round(Number(cost) * 1e9), 0);
    expect(nano).toBe(sum(chosen.map(({ cost }) => cost)));
    const input = chosen.flatMap(({ usage = [] }) => usage).reduce((all, line) => all + line.input, 0);
    expect(rows.reduce((all, row) => all + Number(row["input"]), 0)).toBe(input);
    expect(new Set(rows.map(({ team }) => team)).size).toBe(TEAMS);
    expect(chosen).toHaveLength(60 * months);
  });
});

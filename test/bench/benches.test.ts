import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { benchContention } from "../../bench/contention.ts";
import { madeSeries } from "../../bench/daily-series.ts";
import { benchFleet } from "../../bench/fleet.ts";
import { dayOf, GITHUB_STORE } from "../../bench/fleet-day.ts";
import { benchForecast } from "../../bench/forecast.ts";
import { benchGrowth } from "../../bench/growth.ts";
import { benchPictures } from "../../bench/pictures.ts";
import type { Result } from "../../bench/results.ts";
import { benchStartup } from "../../bench/startup.ts";
import { CHART_NAMES } from "../../src/inputs/options.ts";
import { NO_OWN_POSTGRES } from "../support/postgres/server.ts";

const NUMBER = /^\d[\d,]*(\.\d+)?$/;

/** A table's rows by its headings; a heading that comes again is left to its first column. */
function rowsOf({ tables }: Result, at: number): Readonly<Record<string, string>>[] {
  const [heading = [], ...rows] = tables[at]?.rows ?? [];
  for (const row of rows) expect(row).toHaveLength(heading.length);
  return rows.map((row) => Object.fromEntries(heading.map((name, index) => [name, row[index] ?? ""]).toReversed()));
}

describe("the benches, with very little to do", () => {
  it("compare every command with its floor", async () => {
    const result = await benchStartup(1);
    const rows = rowsOf(result, 0);
    expect(rows.map((row) => row[""])).toEqual([
      "node, an empty script",
      "floor of check",
      "check",
      "floor of record",
      "record, tokens to price",
      "record, a cost",
      "guard's post, tokens to price",
      "status in a folder",
    ]);
    for (const row of rows) expect([row["ms"], row["peak MB"]]).toEqual([row["ms"], row["peak MB"]].map(numeric));
    expect(rows.map((row) => row["at most"] !== "")).toEqual([false, false, true, false, true, false, false, false]);
    expect(Number(rowsOf(result, 1)[0]?.["bytes"])).toBeGreaterThan(100_000);
  });

  // Its writers are held at a named pipe, and those that push are a shell script: Windows has neither.
  const isThere = process.platform !== "win32";
  it.runIf(isThere)("book everything once with three writers, ours and those that push", async () => {
    const result = await benchContention(1, [3]);
    const [both, alone] = [rowsOf(result, 0), rowsOf(result, 1)];
    expect(
      [...both, ...alone].map((row) => [row["writers"], row[""], row["lost"], row["twice"], row["gave up"]]),
    ).toEqual(["token-budget", "checkout, edit, push", "in one process"].map((name) => ["3", name, "0", "0", "0"]));
    for (const row of [...both, ...alone]) expect(Number(row["requests each"])).toBeGreaterThanOrEqual(2);
  });

  it("show books of every size with the two requests of each command", async () => {
    const result = await benchGrowth(1, [0, 40], 2);
    const [weights, costs] = [rowsOf(result, 0), rowsOf(result, 1)];
    const names = ["0 executions", "40 executions", "40, 50 budgets", "40, full lists", "2 closed months"];
    expect(weights.map((row) => row["books after"])).toEqual(names);
    const bytes = weights.map((row) => Number(row["bytes of state"]?.replace(",", "")));
    expect(bytes[1]).toBeGreaterThan(bytes[0] ?? Number.NaN);
    expect(costs.map((row) => [row[""], row["books after"], row["requests"]])).toEqual(
      ["check", "record"].flatMap((command) => names.map((name) => [command, name, "2"])),
    );
    for (const row of costs) expect(row["ms"]).toMatch(NUMBER);
  });

  it("book everything of a fleet once in PostgreSQL, in two round trips", async ({ skip }) => {
    skip(NO_OWN_POSTGRES !== undefined, NO_OWN_POSTGRES);
    const [result, scale] = await benchFleet({ entries: 500, seconds: 0.5, runners: 5, rush: 5, rounds: 1 });
    const [trips, load, rush, entries, bounds, crowd, , days] = result.tables.map((_, at) => rowsOf(result, at));
    const ends = rowsOf(scale ?? result, 0).map((row) => [row["few holds"], row["1,000 holds and values"]]);
    expect(ends).toEqual(Array(7).fill([expect.stringMatching(NUMBER), expect.stringMatching(NUMBER)]));
    expect(trips?.map((row) => [row["check"], row["record"]])).toEqual([
      ["2", "2"],
      ["3", "2"],
    ]);
    expect([...(load ?? []), ...(crowd ?? [])].map((row) => [row["gave up"], row["lost"], row["doubled"]])).toEqual(
      Array(4).fill(["0", "0", "0"]),
    );
    expect(rush?.map((row) => row[""])).toEqual(["check", "record"]);
    expect(entries?.map((row) => row[""])).toEqual(["check", "record", "status"]);
    for (const row of entries ?? []) expect(row["many, ms"]).toMatch(NUMBER);
    expect(bounds?.map((row) => row["holds"])).toEqual(["1", "995"]);
    for (const row of bounds ?? []) expect(row["WAL, bytes"]).toMatch(NUMBER);
    expect(new Set(days?.map((row) => row["books in"]))).toEqual(new Set(["PostgreSQL", "GitHub"]));
  });

  it("live through a day in which nothing waits, and one that GitHub's limits end", () => {
    const fast = { name: "fast", besidesMs: 100, turnMs: () => 10, mostHolds: 1_000_000 };
    const calm = dayOf(fast, { repositories: 200, runsEach: 5 });
    expect(calm.executions).toBeGreaterThan(900);
    expect([calm.checks.length, calm.records.length]).toEqual([calm.executions, calm.executions]);
    expect([calm.unanswered, calm.tooManyHolds, calm.unbooked]).toEqual([0, 0, 0]);
    expect(calm.checks[0]).toBeCloseTo(110, 3);
    const limited = dayOf(GITHUB_STORE, { repositories: 2_000, runsEach: 5 });
    expect(limited.checks.length + limited.records.length).toBeLessThanOrEqual(11 * 500);
    expect(limited.unanswered + limited.unbooked).toBeGreaterThan(limited.executions / 3);
    expect(limited.checks.length + limited.unanswered + limited.tooManyHolds).toBe(limited.executions);
    const full = dayOf({ ...fast, mostHolds: 10 }, { repositories: 200, runsEach: 5 });
    expect([full.mostOpen, full.tooManyHolds > 0]).toEqual([10, true]);
  });

  it("draw every chart within its size", async () => {
    const rows = rowsOf(await benchPictures(resolve("dist/cli.js"), 1, 40), 0);
    expect(rows.map((row) => row[""])).toEqual(CHART_NAMES);
    for (const row of rows) {
      expect([row["SVG, ms"], row["PNG, ms"], row["bytes of the PNG"]]).toEqual([numeric(), numeric(), numeric()]);
      expect(row["at most"]).toBe("200000: met");
    }
  });

  it("compare forecasts and expected ranges with others on every set of series", () => {
    const [seen, heldOut, real] = [1, 2, 3].map((seed) => madeSeries(seed).slice(0, 1));
    const result = benchForecast({ seen: seen ?? [], heldOut: heldOut ?? [], real: real ?? [] });
    const [quality, targets, before, days, , spikes, found] = result.tables.map((_, at) => rowsOf(result, at));
    const sets = ["made, seen", "made, held out", "real", "held out and real"];
    const by = (names: readonly string[]) => sets.flatMap((set) => names.map((name) => [set, name]));
    const methods = by(["forecast", "plain pace", "straight line"]);
    expect(quality?.map(({ series, method }) => [series, method])).toEqual(methods);
    for (const row of quality ?? []) expect([row["error"], row["bias"]]).not.toContain("NaN");
    expect(quality?.map((row) => row["80 % held"] !== "")).toEqual(methods.map(([, name]) => name === "forecast"));
    expect([before?.length, days?.length]).toEqual([4, 5]);
    expect(spikes?.map(({ series }) => series).toSorted()).toEqual(
      sets
        .slice(0, 3)
        .flatMap((set) => [set, set, set])
        .toSorted(),
    );
    for (const row of [...(targets ?? []), ...(found ?? [])])
      expect(`${row["at least"]}${row["at most"]}`).toMatch(/met|missed/);
  });
});

const numeric = (): unknown => expect.stringMatching(NUMBER);

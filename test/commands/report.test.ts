import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { parse } from "csv-parse/sync";
import { beforeEach, describe, expect, it } from "vitest";
import { decodeState } from "../../src/books/file/decode.ts";
import { VERSION_1_TEXT } from "../support/version-1-books.ts";
import { BY_HAND, said, useCommandWorld } from "./command-world.ts";

const world = useCommandWorld();

/** When each run ends, its profile, team and cost. */
const RUNS = [
  ["2025-12-30T08:00:00Z", "review", "web", 0.5],
  ["2026-01-05T08:00:00Z", "review", "web", 1.25],
  ["2026-01-27T08:00:00Z", "nightly", "=1+1", 0.75],
  ["2026-01-31T23:59:00Z", "nightly", "web", 2],
  ["2026-02-01T08:00:00Z", "review", "web", 1],
  ["2026-02-01T09:00:00Z", "nightly", "=1+1", 0.2],
  ["2026-02-09T09:00:00Z", "nightly", "=1+1", 2.3],
  ["2026-02-14T08:00:00Z", "nightly", 'a "b", c', 2.75],
] as const;

/** So much the ledger has in a month, added up by hand: $4.00 and $6.25. */
const spentIn = (month: string) =>
  RUNS.reduce((sum, [at, , , cost]) => (at.startsWith(month) ? sum + cost * 1e9 : sum), 0) / 1e9;

async function seedRuns(): Promise<void> {
  for (const [index, [at, profile, team, cost]] of RUNS.entries()) {
    world.at(at);
    const run = { id: 40 + index, actor: index % 2 === 0 ? "octocat" : "hubot" };
    await world.run("record", { cost: String(cost), profile, tags: `team=${team}`, pr: String(index + 1) }, { run });
  }
  world.at("2026-02-14T12:00:00Z");
  world.discord.clear();
  world.calls();
}

/** A report's step, and its workspace. */
async function reported(inputs: Readonly<Record<string, string>> = {}) {
  const job = world.job();
  const result = await job.run("report", inputs);
  const file = result.outputs["report"];
  return { ...result, job, text: file === undefined ? undefined : readFileSync(join(job.workspace, file), "utf8") };
}

describe("a report", () => {
  beforeEach(seedRuns);

  it("names period, cost, change and what moved it, and writes nothing to the books", async () => {
    const before = world.books();
    const { outputs, failure, notes, job } = await reported({ period: "2026-02", by: "profile", compare: "previous" });
    expect(failure).toBeNull();
    expect(outputs).toMatchObject({ cost: "6.25", change: "2.25" });
    expect(outputs["message"]).toBe(
      "February 2026 so far cost $6.25 on 4 executions, $2.25 (56.3%) more than January 2026: nightly ran 50.0% more often (+$1.38).",
    );
    expect(outputs).not.toHaveProperty("report");
    expect(notes.map(({ text }) => text)).toEqual([
      "February 2026 isn't over: it is compared with the whole of January 2026.",
    ]);
    expect(readdirSync(job.workspace)).toEqual([]);
    expect(world.calls()).toEqual(["read"]);
    expect(world.books()).toEqual(before);
    expect(world.titles()).toEqual([]);
  });

  it("shows rows that add up in the job summary, with the parts of the change and the trend", async () => {
    const { summary } = await reported({ period: "2026-02", by: "profile", compare: "previous" });
    const text = summary.replaceAll("&#36;", "$").replaceAll("&#43;", "+").replaceAll("&#45;", "-");
    expect(text).toContain("| nightly | $5.25 | 84.0% | +$2.50 | 3 | $1.75 |");
    expect(text).toContain("| review | $1.00 | 16.0% | -$0.25 | 1 | $1.00 |");
    expect(text).toMatch(/\| \*\*Total\*\* \| \*\*\$6\.25\*\* \| \*\*100\.0%\*\* \| \*\*\+\$2\.25\*\* \| \*\*4\*\* \|/);
    expect(text).toContain("Change +$2.25: volume +$1.33, mix +$0.04, price +$0.88.");
    expect(text).toContain("A day costs $0.3286 on average over the 7 days up to 13 Feb 2026, $0.2083 over 30 days.");
  });

  it.each(["model", "profile", "tag:team", "run", "actor", "pr", "day", "profile, tag:team,actor", "month\nhour"])(
    "by %s has a CSV that adds up to the ledger",
    async (by) => {
      for (const month of ["2026-01", "2026-02"]) {
        const { text, outputs } = await reported({ period: month, by, format: "csv", top: "2" });
        const rows = parse(text ?? "", { columns: true }) as Record<string, string>[];
        const nanos = rows.reduce((sum, { cost }) => sum + Math.round(Number(cost) * 1e9), 0);
        expect(nanos / 1e9).toBe(spentIn(month));
        expect(outputs).toMatchObject({ cost: String(spentIn(month)), report: `token-budget-report-${month}.csv` });
        const executions = rows.reduce((sum, row) => sum + Number(row["executions"]), 0);
        expect(executions).toBe(RUNS.filter(([at]) => at.startsWith(month)).length);
      }
    },
  );

  it("by tags that look like formulas has them defused in CSV, and any other text as it is", async () => {
    const { text } = await reported({ period: "2026-02", by: "tag:team", format: "csv" });
    const rows = parse(text ?? "", { columns: true }) as Record<string, string>[];
    expect(rows.map((row) => row["tag:team"])).toEqual(['a "b", c', "'=1+1", "web"]);
  });

  it("is JSON as its schema says, at every place", async () => {
    const schema = JSON.parse(readFileSync("token-budget-report.schema.json", "utf8"));
    const validate = new Ajv().compile(schema);
    const { text, json } = await reported({ period: "2026-02", by: "profile", compare: "previous", format: "json" });
    const document = JSON.parse(text ?? "");
    expect({ isValid: validate(document), errors: validate.errors }).toEqual({ isValid: true, errors: null });
    expect(document).toMatchObject({
      period: { name: "2026-02", from: "2026-02-01", to: "2026-02-28" },
      total: { cost: 6.25, executions: 4, tokens: null },
      change: 2.25,
      bridge: { change: 2.25, volume: 1.333333333, mix: 0.041666667, price: 0.875 },
      driver: { key: { profile: "nightly" }, how: "volume", amount: 1.375, share: 0.5 },
      rows: [
        { key: { profile: "nightly" }, cost: 5.25, change: 2.5, before: { cost: 2.75 } },
        { key: { profile: "review" }, cost: 1, change: -0.25, before: { cost: 1.25 } },
      ],
    });
    expect(JSON.parse(json)).toMatchObject({ file: "token-budget-report-2026-02.json", cost: 6.25, report: document });
  });

  it.each(["run", "day"] as const)(
    "splits what the policy shares, by %s: each entity's part as a row",
    async (grain) => {
      const entities = [
        { name: "web", match: { team: "web" }, model: "showback" },
        { name: "data", match: { team: "=1+1" }, model: "showback" },
      ];
      const shared = [{ name: "rest", match: { team: 'a "b", c' }, split: "proportional", by: "cost" }];
      world.policy(JSON.stringify({ statements: { entities, shared } }));
      const { text = "" } = await reported({ period: "2026-02", format: "focus", grain });
      const rows: Record<string, string>[] = parse(text, { columns: true });
      const split = rows.filter((row) => row["AllocatedResourceId"] !== "");
      expect(
        split.map((row) => [row["AllocatedResourceName"], row["AllocatedMethodId"], row["EffectiveCost"]]),
      ).toEqual([
        ["web", "proportional by cost", "0.785714287"],
        ["data", "proportional by cost", "1.964285713"],
      ]);
      const elements = split.map((row) => JSON.parse(row["AllocatedMethodDetails"] ?? "").Elements[0]);
      expect(elements).toEqual([
        { AllocatedRatio: 0.285714286, UsageUnit: "USD", UsageQuantity: 1 },
        { AllocatedRatio: 0.714285714, UsageUnit: "USD", UsageQuantity: 2.5 },
      ]);
      expect(rows.reduce((sum, row) => sum + Math.round(Number(row["EffectiveCost"]) * 1e9), 0)).toBe(6.25e9);
      const older = await reported({ period: "2026-02", format: "focus", grain, "focus-version": "1.2" });
      expect(parse(older.text ?? "", { columns: true })).toHaveLength(4);
    },
  );

  it("splits what the policy shares by who ran it, also in a file without people", async () => {
    const entities = [{ name: "web", match: { team: "web" }, model: "showback" }];
    const shared = [{ name: "bot", match: { actor: "hubot" }, split: "equal" }];
    world.policy(JSON.stringify({ statements: { entities, shared } }));
    for (const people of ["shown", "none"]) {
      const { text = "" } = await reported({ period: "2026-02", format: "focus", people });
      const rows: Record<string, string>[] = parse(text, { columns: true });
      const split = rows.filter((row) => row["AllocatedResourceId"] !== "");
      expect(split.length, people).toBeGreaterThan(0);
      expect(split.length, people).toBeLessThan(rows.length);
    }
  });

  it("by the run's own repository counts no tag of that name", async () => {
    await world.run("record", { cost: "1", tags: "repository=o/forged" });
    const rowsBy = async (by: string) =>
      (
        JSON.parse((await reported({ period: "this-month", by, format: "json" })).text ?? "") as {
          rows: { key: object }[];
        }
      ).rows.map(({ key }) => key);
    expect(await rowsBy("repository")).not.toContainEqual({ repository: "o/forged" });
    expect(await rowsBy("tag:repository")).toContainEqual({ "tag:repository": "o/forged" });
  });

  it("of FOCUS rows adds up to the ledger, in all versions and grains", async () => {
    for (const version of ["1.2", "1.3", "1.4"]) {
      for (const grain of ["run", "day"]) {
        const asked = { period: "2026-02", format: "focus", "focus-version": version, grain };
        const { text, outputs } = await reported(asked);
        expect(outputs["report"]).toBe("token-budget-report-2026-02.focus.csv");
        const rows = parse(text ?? "", { columns: true }) as Record<string, string>[];
        const nanos = rows.reduce((sum, row) => sum + Math.round(Number(row["EffectiveCost"]) * 1e9), 0);
        expect(nanos / 1e9).toBe(6.25);
      }
    }
    const { text } = await reported({ period: "2026-02", format: "focus", "billed-cost": "zero" });
    const rows = parse(text ?? "", { columns: true }) as Record<string, string>[];
    expect(new Set(rows.map((row) => Number(row["BilledCost"])))).toEqual(new Set([0]));
  });

  it("without people has hashes, the same in every report, and nobody's name", async () => {
    for (const format of ["json", "csv", "focus", "markdown"]) {
      const output = `report.${format}`;
      const { text, json, summary } = await reported({
        period: "2026-02",
        by: "actor,pr",
        people: "none",
        format,
        output,
      });
      expect(`${text}${json}${summary}`).not.toMatch(/octocat|hubot/);
    }
    const [one, other] = await Promise.all(
      ["2026-01", "2026-02"].map((period) => reported({ period, by: "actor", people: "none", format: "json" })),
    );
    const names = (text = "") =>
      JSON.parse(text)
        .rows.map(({ key }: { key: { actor: string } }) => key.actor)
        .toSorted();
    expect(names(one?.text)).toEqual(names(other?.text));
    expect(names(one?.text)[0]).toMatch(/^[0-9a-f]{12}$/);
    expect((await reported({ by: "actor", format: "csv" })).text).toMatch(/octocat/);
  });

  it("takes its form from the file's ending, and makes the folders on its way", async () => {
    for (const [output, begins] of [
      ["out/a/report.JSON", "{\n"],
      ["out/report.csv", "model,"],
      ["report.md", "## "],
      ["report.txt", "## "],
    ] as const) {
      const { text, outputs } = await reported({ output });
      expect(outputs["report"]).toBe(output);
      expect(text?.startsWith(begins), output).toBe(true);
    }
    const { text } = await reported({ output: "report.txt", format: "terminal", compare: "previous" });
    expect(text).toMatch(/^AI Orchestration · February 2026\n(.+\n)+\nModel +Cost +Share/);
    expect(text).toContain("! February 2026 isn't over");
  });

  it("that can't be written is an error, and leaves what was there", async () => {
    const job = world.job();
    mkdirSync(join(job.workspace, "folder"));
    writeFileSync(join(job.workspace, "file"), "kept");
    for (const [output, why] of [
      ["folder", "it is a folder"],
      ["file/report.csv", "part of the path is a file"],
      ["/dev/null", "it is no regular file"],
      ["./token_budget.json", "a file of the books"],
      ["token_budget/ledger/2026-02/14T10.ndjson", "a file of the books"],
    ] as const) {
      const { failure, outputs } = await job.run("report", { output });
      expect(failure).toContain(why);
      expect(outputs["reason"]).toBe("bad-input");
    }
    expect(readdirSync(job.workspace).toSorted()).toEqual(["file", "folder"]);
    expect(readFileSync(join(job.workspace, "file"), "utf8")).toBe("kept");
    world.store.put({ lines: [...world.store.lines.slice(0, -1)] });
    const { failure } = await job.run("report", { output: "file" });
    expect(failure).toMatch(/ledger/);
    expect(readFileSync(join(job.workspace, "file"), "utf8")).toBe("kept");
    expect(existsSync(join(job.workspace, "token_budget.json"))).toBe(false);
    world.store.put({ state: null, lines: [] });
  });

  it.each([
    [{ by: "modl" }, "did you mean model?"],
    [{ by: "model, actor, pr, day" }, "up to three of model, provider"],
    [{ by: "tag:" }, "tag:NAME"],
    [{ compare: "last" }, "previous, year-ago or none"],
    [{ top: "0" }, "a whole number of rows from 1"],
    [{ sort: "size" }, "one of cost, executions, tokens, change, name"],
    [{ format: "xlsx" }, "one of terminal, markdown, json, csv, focus"],
  ])("of %j says what to write instead", async (inputs, text) => {
    const { failure } = await reported(inputs);
    expect(failure).toContain(text);
  });
});

describe("a report of what isn't known says so, and never 0", () => {
  it("where there are no books", async () => {
    const { outputs, failure, text, json } = await reported({ format: "json" });
    expect(failure).toBeNull();
    expect(outputs["message"]).toBe("No books yet in o/r@token-budget: the first check or record creates them.");
    expect(outputs).not.toHaveProperty("cost");
    expect(JSON.parse(text ?? "")).toMatchObject({ total: null, change: null, rows: [] });
    expect(JSON.parse(json)).not.toHaveProperty("cost");
  });

  it("where the period is before the books or after today, or nothing was spent in it", async () => {
    await seedRuns();
    const early = await reported({ period: "2025-07", format: "csv" });
    expect(early.outputs["message"]).toBe("The books have nothing of July 2025. They begin on 30 Dec 2025.");
    expect(early.outputs).not.toHaveProperty("cost");
    expect(early.text?.split("\r\n")).toHaveLength(2);
    const late = await reported({ period: "2026-03" });
    expect(late.outputs["message"]).toBe("March 2026 hasn't begun.");
    expect(late.summary).not.toContain("Total");
    const quiet = await reported({ period: "2026-02-10", compare: "previous" });
    expect(quiet.outputs).toMatchObject({ cost: "0", change: "-2.3" });
    expect(quiet.outputs["message"]).toMatch(/^10 Feb 2026 cost nothing, \$2\.30 \(100\.0%\) less than 9 Feb 2026/);
    const cut = await reported({ period: "2025-Q4", compare: "previous" });
    expect(cut.outputs).toMatchObject({ cost: "0.5" });
    expect(cut.outputs).not.toHaveProperty("change");
    expect(said(cut, "notice")).toBe(
      "The books begin on 30 Dec 2025: what was spent before isn't known.\nThe books have nothing of Q3 2025: there is nothing to compare with.",
    );
  });

  it("on books of version 1.0, before and after they are imported", async () => {
    world.store.put({ state: VERSION_1_TEXT });
    const before = await reported();
    expect(before.failure).toBeNull();
    expect(before.outputs["message"]).toMatch(/of version 1\.0, which has no ledger/);
    expect(before.outputs).not.toHaveProperty("cost");
    await world.run("record", { cost: "0.5" });
    const { outputs, summary, notes } = await reported({ period: "2026-Q1", by: "month" });
    expect(outputs).toMatchObject({ cost: "20.55" });
    expect(summary).toMatch(/imported \(2026-01\)/);
    expect(notes.map(({ text }) => text).join()).toContain("was imported: only its sums are known");
  });

  it("where a state of an earlier release is on the default branch", async () => {
    world.store.legacy = { path: "token_budget.json", branch: "main", state: decodeState(VERSION_1_TEXT) };
    expect((await reported()).outputs["message"]).toMatch(/^No books yet/);
  });
});

it("by sub-budget says that its rows overlap", async () => {
  world.policy(`
budgets:
  - { name: web, match: { team: web }, limit: 40 USD }
  - { name: all, match: {}, limit: 50 USD }
`);
  for (const [team, cost] of [
    ["web", "1.5"],
    ["ops", "0.5"],
  ] as const) {
    await world.run("record", { cost, tags: `team=${team}` });
  }
  const { summary, outputs, notes } = await reported({ by: "budget" });
  expect(outputs["cost"]).toBe("2");
  expect(notes.map(({ text }) => text).join()).toContain("the rows overlap");
  const text = summary.replaceAll("&#36;", "$");
  expect(text).toContain("| all | $2.00 | 100.0% |");
  expect(text).toContain("| web | $1.50 | 75.0% |");
});

it("has what a maintainer corrected, and what a run has in tokens", async () => {
  world.roles.set("maintainer", "admin");
  const used = { model: "claude-sonnet-4-5", "input-tokens": "2000000", "output-tokens": "100000" };
  await world.run("record", { ...used, "cached-input-tokens": "1000000", result: "failure" });
  await world.run("adjust", { adjustment: "correct", amount: "-0.50 USD", reason: "Billed twice" }, BY_HAND);
  const { json } = await reported({ by: "model, result" });
  const { report } = JSON.parse(json);
  expect(report.total).toMatchObject({ cost: 4.3, retry: 4.8, cacheHitRate: 0.5, successRate: 0 });
  expect(report.rows).toMatchObject([
    {
      key: { model: "claude-sonnet-4-5", result: "failure" },
      cost: 4.8,
      tokens: { input: 2_000_000, output: 100_000 },
    },
    { cost: -0.5, tokens: null },
  ]);
});

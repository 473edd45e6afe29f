import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { VERSION_1_TEXT } from "../support/version-1-books.ts";
import { said, useCommandWorld } from "./command-world.ts";

const world = useCommandWorld();

async function seedRuns(): Promise<void> {
  for (const [index, [at, team, cost]] of [
    ["2026-01-05T08:00:00Z", "web", 1.25],
    ["2026-02-01T08:00:00Z", "web", 1],
    ["2026-02-09T09:00:00Z", "infra", 2.3],
  ].entries()) {
    world.at(String(at));
    const run = { id: 40 + index, actor: "hubot" };
    await world.run(
      "record",
      { cost: String(cost), profile: "nightly", tags: `team=${team}`, pr: String(index + 1) },
      { run },
    );
  }
  world.at("2026-02-14T12:00:00Z");
  world.discord.clear();
  world.calls();
}

/** A dashboard's step, and what it has written. */
async function written(inputs: Readonly<Record<string, string>> = {}) {
  const job = world.job();
  const result = await job.run("dashboard", inputs);
  const folder = join(job.workspace, result.outputs.dashboard ?? "site");
  const read = (path: string) => readFileSync(join(folder, path), "utf8");
  return { ...result, job, folder, read };
}

describe("a dashboard", () => {
  it("is written into the folder site from one pass over the books, and writes nothing to them", async () => {
    await seedRuns();
    const before = world.books();
    const { outputs, failure, read, folder } = await written();
    expect(failure).toBeNull();
    expect(outputs).toMatchObject({ dashboard: "site", spent: "3.3" });
    expect(outputs.message).toMatch(/^Wrote \d+ files to site: open site\/index\.html\.$/);
    expect(readdirSync(folder).sort()).toEqual([
      ".token-budget-files.json",
      "api",
      "executive.html",
      "index.html",
      "manager.html",
      "runs.html",
    ]);
    expect(read("index.html")).toContain("$3.30 of $15.00 spent");
    expect(JSON.parse(read("api/cost/tag/team/infra/2026-02.json"))).toMatchObject({
      value: "infra",
      row: { cost: 2.3, executions: 1 },
    });
    expect(world.calls().filter((call) => call !== "read" && !call.startsWith("ledger"))).toEqual([]);
    expect(world.books()).toEqual(before);
  });

  it("goes where output says, and again into its own folder, but not into a folder of others", async () => {
    await seedRuns();
    const { job, outputs } = await written({ output: "public/costs" });
    expect(outputs.dashboard).toBe("public/costs");
    const again = await job.run("dashboard", { output: "public/costs" });
    expect(again.failure).toBeNull();
    const refused = await job.run("dashboard", { output: "public" });
    expect(refused.failure).toContain("it has files that this command didn't write: name a new or an empty folder");
    expect(existsSync(join(job.workspace, "public/index.html"))).toBe(false);
  });

  it("shows the policy's sub-budgets, each with a page", async () => {
    world.policy("name: Web and more\nbudgets:\n  - { name: web, match: { team: web }, limit: 4 USD }\n");
    await seedRuns();
    const { read } = await written();
    expect(read("index.html")).toContain('<a href="budgets/web.html">');
    expect(read("budgets/web.html")).toContain("Web and more");
    expect(JSON.parse(read("api/budget/status/team/web/2026-02.json"))).toMatchObject({
      name: "web",
      spent: 1,
      limit: 4,
    });
  });

  it("names nobody with people: none", async () => {
    await seedRuns();
    const [shown, hidden] = [await written(), await written({ people: "none" })];
    expect(shown.read("runs.html")).toContain("hubot");
    for (const path of readdirSync(hidden.folder, { recursive: true, encoding: "utf8" })) {
      if (/\.(html|json)$/.test(path)) expect([path, hidden.read(path).includes("hubot")]).toEqual([path, false]);
    }
  });

  it("has a page for each month whose runs are older than those shown together", async () => {
    world.at("2024-12-05T08:00:00Z");
    await world.run("record", { cost: "0.5", profile: "old", tags: "team=old" });
    await seedRuns();
    const { failure, read } = await written();
    expect(failure).toBeNull();
    expect(read("runs/2024-12.html")).toContain("1 booking of runs");
    expect(read("runs/2024-12.html")).toContain("team=old");
    expect(read("runs.html")).toContain('Older runs: <a href="runs/2024-12.html">December 2024</a>.');
    expect(read("runs.html")).not.toContain("team=old");
  });

  it("says that there are no books yet", async () => {
    const { failure, read } = await written();
    expect(failure).toBeNull();
    expect(read("index.html")).toContain("yet: the first check or record creates them.");
    expect(JSON.parse(read("api/cost/organization/2026-02.json"))).toMatchObject({ total: null, rows: [] });
  });

  it("shows books of version 1.0 as what they are: sums without days", async () => {
    world.store.put({ state: VERSION_1_TEXT, lines: [] });
    const { failure, read, outputs } = await written();
    expect(failure).toBeNull();
    expect(Number(outputs.spent)).toBeGreaterThan(0);
    expect(read("index.html")).toContain("was imported as a sum");
    expect(said(await written())).toBeDefined();
  });
});

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Folder } from "../../e2e/folder-world.ts";
import { emptyFolder } from "../../support/runner/action.ts";

const NOON = "2026-02-14T12:00:00Z";
const SECRET = "hunter2SECRET";
const DATABASE = `postgresql://writer:${SECRET}@db.example:5432/budget`;

/** Two folders in a home, the first with books. */
async function desk(env: Readonly<Record<string, string>> = {}) {
  const home = emptyFolder("home");
  const at = (name: string) => {
    mkdirSync(join(home, name), { recursive: true });
    return new Folder({ inProcess: true, clock: NOON, env: { HOME: home, ...env } }, join(home, name));
  };
  const [here, there] = [at("here"), at("there")];
  expect((await here.run("record", "--cost", "0.5")).exitCode).toBe(0);
  return { home, here, there, at };
}

const stateIn = (folder: Folder) => readFileSync(join(folder.path, "token_budget.json"), "utf8");

describe("move", () => {
  it("says what it did, and what names the books from now on; the old place names the new one", async () => {
    const { here, there } = await desk();
    const before = stateIn(here);
    const moved = await here.run("move", "--from", ".", "--to", "~/there");
    expect(moved.exitCode).toBe(0);
    expect(moved.stdout).toContain("The books are in ~/there now: 1 ledger line written.");
    expect(moved.stdout).toContain("Run token-budget in ~/there.");
    expect(stateIn(there)).toBe(before);
    for (const [command, code] of [
      [["status"], 1],
      [["check"], 75],
      [["record", "--cost", "1"], 1],
      [["verify"], 1],
    ] as const) {
      const refused = await here.run(...command);
      expect(refused.exitCode).toBe(code);
      expect(refused.stdout + refused.stderr).toContain("were moved to ~/there");
    }
    expect(await here.json("status")).toMatchObject({ reason: "books-moved", failed: true });
    expect((await here.run("doctor")).stdout).toContain("were moved to ~/there");
    expect((await there.run("verify")).exitCode).toBe(0);
    const again = await there.json("move", "--from", "../here", "--to", ".");
    expect(again).toMatchObject({ done: "unchanged", from: "~/here", to: "~/there", ledgerLines: 0, failed: false });
    expect(await there.json("move", "--from", ".", "--to", "../here")).toMatchObject({ done: "moved", ledgerLines: 0 });
    expect(stateIn(here)).toBe(before);
  });

  it("copies, and makes books of a copy", async () => {
    const { here, there, at } = await desk();
    expect(await here.json("move", "--copy", "--from", ".", "--to", "../there")).toMatchObject({
      ...{ done: "copied", ledgerLines: 1, holds: [] },
    });
    expect((await there.run("record", "--cost", "1")).stdout).toContain("has a copy of the books in ~/here");
    for (const command of ["status", "verify", "report"]) {
      const shown = await there.run(command);
      expect([command, shown.exitCode]).toEqual([command, 0]);
      expect(shown.stderr.replaceAll(/\s+/g, " ")).toContain("This is a copy of the books in ~/here");
    }
    expect((await there.run("verify", "--repair")).exitCode).toBe(0);
    expect((await there.run("check")).exitCode).toBe(75);
    const restored = await here.json("move", "--restore", "--from", "../there", "--to", "../rescued");
    expect(restored).toMatchObject({ done: "restored", to: "~/rescued" });
    expect(await at("rescued").json("status")).toMatchObject({ spent: 0.5 });
  });

  it("names the holds that move along, if it is forced", async () => {
    const { here } = await desk();
    const { hold = "" } = await here.json("check");
    const refused = await here.run("move", "--from", ".", "--to", "../there");
    expect([refused.exitCode, refused.stdout.replace(/\s+/g, " ")]).toEqual([1, expect.stringContaining(hold)]);
    const { stderr, exitCode } = await here.run("move", "--from", ".", "--to", "../there", "--force");
    expect([exitCode, stderr.replace(/\s+/g, " ")]).toEqual([0, expect.stringContaining(`settles it, ${hold}.`)]);
  });

  it("doesn't move books that differ from their ledger, unless it is forced", async () => {
    const { here, there } = await desk();
    const damaged = stateIn(here).replace('"total_spent": 0.5', '"total_spent": 0.75');
    writeFileSync(join(here.path, "token_budget.json"), damaged);
    const refused = await here.run("move", "--from", ".", "--to", "../there");
    expect(refused.exitCode).toBe(1);
    expect(refused.stdout.replace(/\s+/g, " ")).toContain("total_spent $0.75 → $0.5");
    expect(there.files()).toEqual([]);
    const { exitCode, stderr } = await here.run("move", "--from", ".", "--to", "../there", "--force");
    expect([exitCode, stderr]).toEqual([0, expect.stringContaining("differ from their ledger")]);
    expect(stateIn(there)).toBe(damaged);
  });

  it.each([
    [["--from", "."], "to is missing: name the place that gets them"],
    [["--from", ".", "--to", "."], "are the same place, ~/here"],
    [["--from", "octo-org/budget", "--to", "."], "Write github:octo-org/budget for a repository, or ./octo-org/budget"],
    [["--from", ".", "--to", DATABASE], "it is a URL. Put a database's URL into TOKEN_BUDGET_DATABASE_URL"],
    [["--from", ".", "--to", "github:octo-org"], "write github:OWNER/NAME@BRANCH"],
    [["--from", ".", "--to", "github:o/r@a..b"], "write github:OWNER/NAME@BRANCH"],
    [["--from", ".", "--to", "github:o/r"], "--to needs a token in GITHUB_TOKEN or GH_TOKEN"],
    [["--from", ".", "--to", "postgres"], "name the books, postgres:BOOKS, or give --books"],
    [["--from", ".", "--to", "postgres:a b"], "isn't a name of letters"],
    [["--from", ".", "--to", "postgres:octo-org"], "TOKEN_BUDGET_DATABASE_URL is missing"],
    [["--from", ".", "--to", "postgres:octo-org@OTHER_URL"], "OTHER_URL is missing"],
    [["--from", ".", "--to", "../x#../y.json"], "after # isn't a path inside the repository"],
    [["--from", ".", "--to", "../x", "--copy", "--restore"], "leave one out"],
    [["--from", ".", "--to", "../x", "--copy", "--wait"], "--wait is for a move"],
  ])("is refused before anything is read: %j", async (args, why) => {
    const { here } = await desk();
    const { exitCode, stdout, stderr } = await here.run("move", ...args);
    expect(exitCode).toBe(2);
    expect((stdout + stderr).replace(/\s+/g, " ")).toContain(why);
    expect(stdout + stderr).not.toContain(SECRET);
  });

  it("only copies in a workflow", async () => {
    const { here } = await desk({ GITHUB_ACTIONS: "true" });
    expect((await here.run("move", "--from", ".", "--to", "../there")).stdout).toContain("move only makes copies");
    expect((await here.run("move", "--copy", "--from", ".", "--to", "../there")).exitCode).toBe(0);
  });

  it("says that there is nothing to move", async () => {
    const { there } = await desk();
    const { exitCode, stdout } = await there.run("move", "--from", ".", "--to", "../x");
    expect([exitCode, stdout]).toEqual([1, expect.stringContaining("There are no books in ~/there")]);
  });
});

import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { git } from "../../scripts/git.ts";
import { emptyFolder } from "../support/runner/action.ts";
import { sectionsIn } from "./pages.ts";

/** Lines of a ledger over several hours and months, out of order by file. */
const LEDGER: Readonly<Record<string, readonly object[]>> = {
  "2025-12/31T23.ndjson": [
    { at: "2025-12-31T23:10:00Z", month: "2025-12", kind: "charge", cost: 9, tags: { team: "web" } },
  ],
  "2026-01/05T10.ndjson": [
    {
      at: "2026-01-05T10:00:00Z",
      month: "2026-01",
      kind: "charge",
      cost: 0.1,
      quality: "priced",
      profile: 'night, "long"',
      tags: { team: "web" },
      run: { url: "https://github.com/o/r/actions/runs/1" },
    },
    { at: "2026-01-05T10:01:00Z", month: "2026-01", kind: "charge", cost: 0.2, tags: { team: "web" } },
    { at: "2026-01-05T10:02:00Z", month: "2026-01", kind: "release", amount: 0.055, tags: {} },
  ],
  "2026-02/01T00.ndjson": [{ at: "2026-02-01T00:00:00Z", month: "2026-02", kind: "rollover", cost: 0, amount: 0.3 }],
  "2026-03/31T12.ndjson": [
    { at: "2026-03-31T12:00:00Z", month: "2026-03", kind: "correction", cost: -0.05, tags: { team: "web" } },
    { at: "2026-03-31T12:01:00Z", month: "2026-03", kind: "charge", cost: 1.5, tags: { team: "data" } },
  ],
  "2026-04/01T00.ndjson": [
    { at: "2026-04-01T00:00:00Z", month: "2026-04", kind: "charge", cost: 7, tags: { team: "data" } },
  ],
};

let clone: string;

beforeAll(() => {
  const remote = emptyFolder("remote");
  clone = emptyFolder("clone");
  git(remote, "init", "--quiet", "--bare");
  git(clone, "clone", "--quiet", remote, ".");
  git(clone, "config", "user.name", "Somebody");
  git(clone, "config", "user.email", "somebody@localhost");
  git(clone, "checkout", "--quiet", "--orphan", "token-budget");
  for (const [name, entries] of Object.entries(LEDGER)) {
    const path = join(clone, "token_budget/ledger", name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
  }
  git(clone, "add", "--all");
  git(clone, "commit", "--quiet", "--message", "Books");
  git(clone, "push", "--quiet", "origin", "token-budget");
});

/** Runs the commands of a recipe, and hands back what they print. */
function run(anchor: string): string {
  const section = sectionsIn(readFileSync("docs/how-to.md", "utf8")).find((one) => one.anchor === anchor);
  const scripts = [...(section?.text ?? "").matchAll(/^```sh\n(.*?)^```/gms)].map(([, script = ""]) => script);
  const script = scripts.find((one) => one.includes("jq ")) ?? "";
  return execFileSync("bash", ["-e", "-o", "pipefail", "-c", script], { cwd: clone, encoding: "utf8", stdio: "pipe" });
}

describe.skipIf(process.platform === "win32")("the recipes over the ledger (bash and jq are needed)", () => {
  it("sum a quarter by team, to the cent and without other months", () => {
    expect(JSON.parse(run("show-what-each-team-spent-in-a-quarter"))).toEqual([
      { team: "data", dollars: 1.5 },
      { team: "none", dollars: 0 },
      { team: "web", dollars: 0.25 },
    ]);
  });

  it("make a table of every line, in the order of booking", () => {
    run("open-the-ledger-in-a-spreadsheet");
    const [head, ...rows] = readFileSync(join(clone, "budget.csv"), "utf8").trimEnd().split("\n");
    expect(head).toBe('"day","month","kind","dollars","quality","profile","team","run"');
    expect(rows).toHaveLength(Object.values(LEDGER).flat().length);
    expect(rows[1]).toBe(
      '"2026-01-05","2026-01","charge",0.1,"priced","night, ""long""","web","https://github.com/o/r/actions/runs/1"',
    );
    expect(rows[3]).toBe('"2026-01-05","2026-01","release",0,,,,');
  });
});

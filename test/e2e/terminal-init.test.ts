import { execFile } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { AGENTS } from "../../src/inputs/options.ts";
import { CLI, Folder } from "./folder-world.ts";

const WORKFLOW = ".github/workflows/codex.yml";
const POLICY = ".github/token-budget.yml";

/** A folder that git takes for a repository's root. */
function repository(origin = "", inProcess = true): Folder {
  const folder = new Folder({ inProcess });
  mkdirSync(join(folder.path, ".git"));
  folder.write(".git/config", origin);
  return folder;
}

/** What is there besides git's own, with slashes on every system. */
const written = (folder: Folder) =>
  folder
    .files()
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => !path.startsWith(".git/"));

describe("init, told everything by options", () => {
  it("writes the workflow and the policy file, and says what to do next", async () => {
    const folder = repository('[remote "origin"]\n\turl = git@github.com:octo-org/octo-repo.git\n');
    const ended = await folder.run(
      ...["init", "--agent", "codex", "--monthly-budget", "20", "--run-cost", "0.3"],
      ...["--timezone", "Europe/Berlin", "--discord"],
    );
    expect(ended).toMatchObject({ exitCode: 0, stderr: "" });
    expect(written(folder)).toEqual([POLICY, WORKFLOW]);
    expect(folder.read(POLICY)).toContain("\nmonthly-budget: 20 ");
    expect(folder.read(POLICY)).toContain("\ntimezone: Europe/Berlin ");
    expect(folder.read(POLICY)).toContain("\ndefault-estimate: 0.3 ");
    expect(folder.read(WORKFLOW)).toMatch(/discord-webhook: .* secrets\.DISCORD_WEBHOOK /);
    expect(folder.read(WORKFLOW)).not.toContain("monthly-budget");
    for (const step of [
      `Wrote ${WORKFLOW}\nWrote ${POLICY}`,
      "gh secret set OPENAI_API_KEY\n     gh secret set DISCORD_WEBHOOK",
      `git add ${WORKFLOW} ${POLICY}`,
      "starts with the next event: pull_request",
      "token-budget doctor --repository octo-org/octo-repo",
    ]) {
      expect(ended.stdout).toContain(step);
    }
  });

  it.each(AGENTS)("has a workflow for %s that the budget goes by", async (agent) => {
    const folder = repository();
    expect(await folder.run("init", "--agent", agent, "--yes")).toMatchObject({ exitCode: 0, stderr: "" });
    expect(written(folder)).toHaveLength(2);
    expect(folder.read(POLICY)).toContain("\nmonthly-budget: 15 ");
    expect(await folder.json("status")).toMatchObject({ health: "green", remaining: 15 });
    const doctor = await folder.run("doctor");
    expect(doctor).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining("✔ Policy     .github/token-budget.yml"),
    });
  });

  it("finds the repository's root from a folder inside", async () => {
    const folder = repository();
    mkdirSync(join(folder.path, "a", "b"), { recursive: true });
    const inside = new Folder({ inProcess: true }, join(folder.path, "a", "b"));
    expect(await inside.run("init", "--agent", "codex", "--yes")).toMatchObject({ exitCode: 0 });
    expect(written(folder)).toEqual([POLICY, WORKFLOW]);
  });

  it("shows what it would write, and writes nothing, with --dry-run", async () => {
    const folder = repository();
    const ended = await folder.run("init", "--agent", "codex", "--yes", "--dry-run");
    expect(ended).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("    monthly-budget: 15 ") });
    expect(written(folder)).toEqual([]);
  });
});

describe("a second init", () => {
  const again = ["init", "--agent", "codex", "--yes"];

  it("leaves alone what is the same, whatever its line ends", async () => {
    const folder = repository();
    await folder.run(...again);
    folder.write(POLICY, folder.read(POLICY).replaceAll("\n", "\r\n"));
    const before = folder.contents();
    const ended = await folder.run(...again);
    expect(ended).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(`Unchanged ${POLICY}`) });
    expect(folder.contents()).toEqual(before);
  });

  it("says what differs and writes nothing of it, and overwrites with --force", async () => {
    const folder = repository();
    await folder.run(...again);
    const before = folder.contents();
    const refused = await folder.run(...again, "--monthly-budget", "30");
    expect(refused).toMatchObject({ exitCode: 1, stderr: "" });
    expect(refused.stdout).toContain("- monthly-budget: 15 ");
    expect(refused.stdout).toContain("+ monthly-budget: 30 ");
    expect(refused.stdout).toContain("--force overwrites");
    expect(folder.contents()).toEqual(before);
    expect(await folder.run(...again, "--monthly-budget", "30", "--force")).toMatchObject({ exitCode: 0 });
    expect(folder.read(POLICY)).toContain("monthly-budget: 30 ");
    expect(folder.read(WORKFLOW)).toBe(before[WORKFLOW]);
  });

  it("keeps to a policy file of the other ending", async () => {
    const folder = repository();
    mkdirSync(join(folder.path, ".github"));
    folder.write(".github/token-budget.yaml", "monthly-budget: 3\n");
    expect(await folder.run(...again)).toMatchObject({ exitCode: 1 });
    expect(written(folder)).toEqual([".github/token-budget.yaml"]);
  });

  it("of two at once writes each file once, whole", async () => {
    const folder = repository("", false);
    const both = await Promise.all([folder.run(...again), folder.run(...again)]);
    expect(both.map(({ exitCode }) => exitCode)).toContain(0);
    expect(written(folder)).toEqual([POLICY, WORKFLOW]);
    expect(await folder.run(...again)).toMatchObject({ exitCode: 0 });
  });
});

describe("what init refuses", () => {
  it.each([
    [[], "--agent, --monthly-budget, --run-cost, --discord missing"],
    [["--yes"], "--agent missing"],
    [["--agent", "codex", "--run-cost", "1"], "--monthly-budget, --discord missing"],
    [["--agent", "codx"], '--agent is "codx": write one of claude-code, codex,'],
    [["--agent", "codex", "--yes", "--monthly-budget", "fifty"], '--monthly-budget is "fifty": write a plain decimal'],
    [["--agent", "codex", "--yes", "--timezone", "Berlin"], '--timezone is "Berlin": write an IANA time zone'],
    [["--agent", "codex", "--yes", "--run-cost", "16"], "--run-cost is more than --monthly-budget"],
    [["--agent", "codex", "--estimate", "1"], "unknown option '--estimate'"],
  ])("%j, at once and with nobody to ask", async (args, said) => {
    const folder = repository();
    const { exitCode, stdout, stderr } = await folder.run("init", ...args);
    expect(exitCode).toBe(2);
    expect((stdout + stderr).replace(/\s+/g, " ")).toContain(said);
    expect(written(folder)).toEqual([]);
  });

  it("a folder that lies in no repository, and a place that can't be written", async () => {
    const nowhere = await new Folder({ inProcess: true }).run("init", "--agent", "codex", "--yes");
    expect(nowhere).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("There is no git repository in ") });
    const folder = repository();
    folder.write(".github", "a file");
    const blocked = await folder.run("init", "--agent", "codex", "--yes");
    expect(blocked).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/could not be (read|written): \w+/) });
  });
});

// The one program that gives a test a terminal; where it is missing, nobody can be asked.
const SCRIPT = "/usr/bin/script";
describe("init at a terminal", () => {
  const isThere = process.platform === "linux" && existsSync(SCRIPT);
  beforeEach(({ skip }) => skip(!isThere, `this machine has no ${SCRIPT}`));

  type Typed = { readonly first: string; readonly at?: string; readonly next?: string };
  function answered(folder: Folder, { first, at, next }: Typed): Promise<{ exitCode: number; shown: string }> {
    return new Promise((resolve) => {
      const command = `${process.execPath} ${CLI} init`;
      const child = execFile(SCRIPT, ["-qec", command, "/dev/null"], { cwd: folder.path }, (_, stdout) =>
        resolve({ exitCode: child.exitCode ?? -1, shown: stdout }),
      );
      child.stdin?.write(first);
      let shown = "";
      let isTyped = false;
      child.stdout?.on("data", (chunk: string) => {
        shown += chunk;
        if (at === undefined || isTyped || !shown.includes(at)) return;
        isTyped = true;
        child.stdin?.write(next ?? "");
      });
    });
  }

  it("asks five questions, each until it can be used", async () => {
    const folder = repository();
    const { exitCode, shown } = await answered(folder, { first: "codx\ncodex\nfifty\n20\n\nEurope/Berlin\nyes\n" });
    expect(exitCode).toBe(0);
    expect(shown).toContain('"codx" can\'t be used: write one of claude-code');
    expect(shown).toContain('"fifty" can\'t be used: write a plain decimal of US dollars');
    expect(folder.read(POLICY)).toMatch(/monthly-budget: 20 .*timezone: Europe\/Berlin .*default-estimate: 0\.055 /s);
    expect(folder.read(WORKFLOW)).toContain("discord-webhook");
  });

  it("writes nothing when whoever is asked goes away", async () => {
    const folder = repository();
    const { exitCode, shown } = await answered(folder, { first: "codex\n", at: "in a month?", next: "\u0004" });
    expect(exitCode).toBe(1);
    expect(shown).toContain("Nothing was written.");
    expect(written(folder)).toEqual([]);
  });
});

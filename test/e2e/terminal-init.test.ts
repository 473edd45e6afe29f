import { execFile } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { METERED_AGENTS } from "../../src/edges/terminal/init/template.ts";
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

  it.each(METERED_AGENTS)("has a workflow for %s with a meter, and its cap", async (agent) => {
    const folder = repository();
    const ended = await folder.run("init", "--agent", agent, "--yes", "--meter", "--max-cost", "0.75");
    expect(ended).toMatchObject({ exitCode: 0, stderr: "" });
    expect(folder.read(`.github/workflows/${agent}.yml`)).toMatch(/^ +meter: true\n +max-cost: 0\.75$/m);
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
    for (const path of [POLICY, WORKFLOW]) folder.write(path, folder.read(path).replaceAll("\n", "\r\n"));
    const before = folder.contents();
    const ended = await folder.run(...again, "--monthly-budget", "15");
    expect(ended).toMatchObject({ exitCode: 0 });
    expect(ended.stdout).toContain(`Unchanged ${WORKFLOW}\nUnchanged ${POLICY}\n`);
    expect(folder.contents()).toEqual(before);
  });

  it("says what differs and writes nothing of it, and overwrites with --force", async () => {
    const folder = repository();
    await folder.run(...again, "--monthly-budget", "15");
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

  it("for a second agent keeps the policy file as it is, says so, and writes only the workflow", async () => {
    const folder = repository();
    await folder.run(...again);
    folder.write(POLICY, "monthly-budget: 40 # by hand\n");
    const ended = await folder.run("init", "--agent", "gemini", "--discord", "true");
    expect(ended).toMatchObject({ exitCode: 0, stderr: "" });
    expect(ended.stdout).toContain(
      `Wrote .github/workflows/gemini.yml\nKept ${POLICY}: it applies to every workflow\n`,
    );
    expect(ended.stdout).toContain("git add .github/workflows/gemini.yml\n");
    expect(folder.read(POLICY)).toBe("monthly-budget: 40 # by hand\n");
    expect(written(folder)).toEqual([POLICY, WORKFLOW, ".github/workflows/gemini.yml"]);
  });

  it("keeps a policy file of the other ending", async () => {
    const folder = repository();
    mkdirSync(join(folder.path, ".github"));
    folder.write(".github/token-budget.yaml", "monthly-budget: 3\n");
    expect(await folder.run(...again)).toMatchObject({ exitCode: 0 });
    expect(written(folder)).toEqual([".github/token-budget.yaml", WORKFLOW]);
    const refused = await folder.run(...again, "--monthly-budget", "4");
    expect(refused).toMatchObject({ exitCode: 1 });
    expect(refused.stdout).toContain("Without --monthly-budget, .github/token-budget.yaml is kept.");
  });

  it.each([
    [
      ["--workflows", "top-up,reset"],
      ["adjust", "codex", "reset"],
    ],
    [
      ["--workflows", "all", "--discord"],
      ["adjust", "alerts", "codex", "monthly-recap", "pause", "reset"],
    ],
    [["--workflows", "none"], ["codex"]],
  ])("%j writes the workflows for maintainers too", async (options, names) => {
    const folder = repository();
    expect(await folder.run(...again, ...options, "--dry-run")).toMatchObject({ exitCode: 0 });
    expect(written(folder)).toEqual([]);
    expect(await folder.run(...again, ...options)).toMatchObject({ exitCode: 0, stderr: "" });
    expect(written(folder)).toEqual([POLICY, ...names.map((name) => `.github/workflows/${name}.yml`)]);
    expect(folder.read(WORKFLOW).includes("discord-webhook")).toBe(options.includes("--discord"));
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
    [
      ["--agent", "codex", "--yes", "--monthly-budget", "0.1"],
      "what one run usually costs is more than --monthly-budget",
    ],
    [
      ["--agent", "codex", "--yes", "--workflows", "recap"],
      "the workflow recap posts to a Discord channel: add --discord",
    ],
    [
      ["--agent", "codex", "--yes", "--workflows", "topup"],
      '--workflows is "topup": write all, none, or some of top-up,',
    ],
    [["--agent", "gh-aw", "--yes", "--meter"], "gh-aw can't be pointed at a meter"],
    [["--agent", "codex", "--yes", "--max-cost", "1"], "--max-cost is kept by a meter: add --meter"],
    [["--agent", "codex", "--yes", "--meter", "--max-cost", "0"], '--max-cost is "0"'],
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

  type Typed = readonly (readonly [at: string, keys: string])[];
  /** Types each text once its question is there, as a person does. */
  function answered(folder: Folder, typed: Typed, options = ""): Promise<{ exitCode: number; shown: string }> {
    return new Promise((resolve) => {
      // The terminal of a test has no width until it is given one, and prompts fit the width.
      const command = `stty rows 50 cols 100 && ${process.execPath} ${CLI} init ${options}`;
      const child = execFile(SCRIPT, ["-qec", command, "/dev/null"], { cwd: folder.path }, (_, stdout) =>
        resolve({ exitCode: child.exitCode ?? -1, shown: stdout }),
      );
      const left = [...typed];
      let unread = "";
      child.stdout?.on("data", (chunk: string) => {
        unread += chunk;
        const [at, keys] = left[0] ?? [];
        if (at === undefined || keys === undefined || !unread.includes(at)) return;
        left.shift();
        unread = "";
        child.stdin?.write(keys);
      });
    });
  }
  const DOWN = "\u001b[B";
  const ENTER = "\r";

  it("asks its questions, with arrow keys for what can be chosen, each until it can be used", async () => {
    const folder = repository();
    const { exitCode, shown } = await answered(folder, [
      ["Which agent runs?", DOWN],
      ["Codex", ENTER],
      ["in a month?", `fifty${ENTER}`],
      ["can't be used", `${"\u007f".repeat(5)}20${ENTER}`],
      ["usually cost?", ENTER],
      ["Which time zone", `Europe/Berlin${ENTER}`],
      ["Put a meter between", "y"],
      ["is a run stopped?", ENTER],
      ["Discord channel?", "y"],
      ["Which workflows", ` ${ENTER}`],
    ]);
    expect(shown).toContain('"fifty" can\'t be used: write a plain decimal of US dollars');
    expect(shown).toContain("0.2 is a guess for codex");
    expect(exitCode).toBe(0);
    expect(folder.read(POLICY)).toMatch(/monthly-budget: 20 .*timezone: Europe\/Berlin .*default-estimate: 0\.2 /s);
    expect(folder.read(WORKFLOW)).toContain("discord-webhook");
    expect(folder.read(WORKFLOW)).toMatch(/^ +max-cost: 0\.8$/m);
    // The first of the five was taken off.
    expect(written(folder)).toEqual([
      POLICY,
      ".github/workflows/alerts.yml",
      WORKFLOW,
      ".github/workflows/monthly-recap.yml",
      ".github/workflows/pause.yml",
      ".github/workflows/reset.yml",
    ]);
  });

  it("asks nothing that only the policy file says if there is one", async () => {
    const folder = repository();
    await folder.run("init", "--agent", "codex", "--yes");
    const { exitCode, shown } = await answered(
      folder,
      [
        ["Put a meter between", ENTER],
        ["Discord channel?", "n"],
        ["Which workflows", ENTER],
      ],
      "--agent gemini",
    );
    expect(shown).toContain(`${POLICY} is there already and is kept.`);
    expect(shown).not.toContain("in a month?");
    expect(exitCode).toBe(0);
    expect(written(folder)).toContain(".github/workflows/gemini.yml");
    expect(written(folder)).not.toContain(".github/workflows/monthly-recap.yml");
  });

  it("asks nothing about a meter for an agent that can't have one", async () => {
    const folder = repository();
    await folder.run("init", "--agent", "codex", "--yes");
    const { exitCode, shown } = await answered(folder, [["Which workflows", ENTER]], "--agent gh-aw --discord");
    expect(shown).not.toContain("meter");
    expect(exitCode).toBe(0);
  });

  it("writes nothing when a question is cancelled", async () => {
    const folder = repository();
    const { exitCode, shown } = await answered(folder, [["in a month?", "\u0003"]], "--agent codex");
    expect(exitCode).toBe(1);
    expect(shown).toContain("Nothing was written.");
    expect(written(folder)).toEqual([]);
  });
});

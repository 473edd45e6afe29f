import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Discord, startDiscord } from "../support/discord/server.ts";
import type { Repository } from "../support/github/repository.ts";
import { type GitHub, startGitHub } from "../support/github/server.ts";
import { SharedTime } from "../support/runner/shared-time.ts";
import { seedBooks } from "./books-on-branch.ts";
import { Folder } from "./folder-world.ts";

type Check = { check: string; status: "ok" | "warning" | "problem"; text: string; fix?: string; code?: string };

let github: GitHub;
let discord: Discord;
let repo: Repository;
let count = 0;
beforeAll(async () => {
  [github, discord] = await Promise.all([startGitHub({ repositories: {} }), startDiscord()]);
});
beforeEach(async () => {
  count += 1;
  repo = await github.createRepository(`o/r${count}`);
});
afterEach(() => {
  discord.clear();
  github.clock.set(new Date().toISOString());
});
afterAll(async () => {
  await Promise.all([github.stop(), discord.stop()]);
});

const examined = (env: Readonly<Record<string, string>> = {}, ...args: readonly string[]) =>
  examinedAt(0, env, ...args);

/** Examines on a machine whose clock is so many milliseconds ahead of GitHub's. */
async function examinedAt(clock: number, env: Readonly<Record<string, string>> = {}, ...args: readonly string[]) {
  // What never answers is waited for, which only a process of its own does in the test's time.
  const own = "GITHUB_API_URL" in env ? { time: new SharedTime(github.clock) } : { inProcess: true };
  const folder = new Folder({
    ...{ clock, ...own },
    env: { GITHUB_TOKEN: "ghs_write", GITHUB_API_URL: github.apiUrl, ...env },
  });
  const { exitCode, stdout, stderr } = await folder.run(
    "doctor",
    "--repository",
    repo.nameWithOwner,
    ...args,
    "--json",
  );
  for (const secret of ["ghs_write", "ghs_read", discord.webhookToken]) expect(stdout + stderr).not.toContain(secret);
  const checks = (JSON.parse(stdout) as { checks: Check[] }).checks;
  return {
    exitCode,
    checks,
    of: (name: string) => checks.filter(({ check }) => check === name),
    wrong: checks.filter(({ status }) => status !== "ok").map(({ check, status }) => `${check}: ${status}`),
  };
}

const now = () => new Date().toISOString();

describe("doctor on GitHub", () => {
  it("finds nothing to fix before the first run, and writes nothing", async () => {
    const { exitCode, wrong, of } = await examined();
    expect({ exitCode, wrong }).toEqual({ exitCode: 0, wrong: [] });
    expect(of("books")[0]?.text).toContain("none yet");
    expect(of("token")[0]?.text).toBe("accepted: the token of a workflow or an app.");
    expect(await repo.branches()).toEqual(["main"]);
  });

  it("finds sound books under a ruleset sound, and writes nothing", async () => {
    await seedBooks(repo, { at: now(), spent: 5.23 });
    repo.rulesets.push({ name: "books", branch: "token-budget", rules: ["deletion", "non_fast_forward"] });
    const head = await repo.head("token-budget");
    const { exitCode, wrong, of } = await examined();
    expect({ exitCode, wrong }).toEqual({ exitCode: 0, wrong: [] });
    expect(of("books")[0]?.text).toContain("$5.23 of $15.00 spent");
    expect(of("ledger")[0]?.status).toBe("ok");
    expect(await repo.head("token-budget")).toBe(head);
  });

  it("recommends a ruleset where nothing keeps the branch from being lost", async () => {
    await seedBooks(repo, { at: now() });
    const { exitCode, of } = await examined();
    expect(exitCode).toBe(0);
    const warning = of("branch rules").find(({ status }) => status === "warning");
    expect(warning?.text).toContain("nothing keeps token-budget from being deleted or overwritten by a force push");
    expect(warning?.code).toContain('"refs/heads/token-budget"');
  });

  it.each([
    ["no token", { GITHUB_TOKEN: "" }, "token", "needs a token in GITHUB_TOKEN or GH_TOKEN"],
    ["a token that isn't one", { GITHUB_TOKEN: "two words" }, "token", "characters that a token can't have"],
    ["a token nobody knows", { GITHUB_TOKEN: "ghs_unknown" }, "token", "GitHub doesn't accept the token (401"],
    ["a token that may only read", { GITHUB_TOKEN: "ghs_read" }, "permission", "isn't allowed to write to"],
    [
      "a webhook of another host",
      { DISCORD_WEBHOOK: "https://evil.test/api/webhooks/1/abcdefgh" },
      "discord",
      "not a Discord URL",
    ],
    ["a GitHub that isn't there", { GITHUB_API_URL: "http://127.0.0.1:9" }, "github", "GitHub gave no answer"],
  ])("says what is wrong with %s, and goes on", async (_, env, check, said) => {
    const { exitCode, of, checks } = await examined(env);
    expect(exitCode).toBe(1);
    expect(of(check)).toMatchObject([{ status: "problem", text: expect.stringContaining(said) }]);
    expect(checks.at(-1)).toMatchObject({ check: "prices" });
    expect(JSON.stringify(checks)).not.toContain("abcdefgh");
  });

  it("shows the two lines that let a workflow's token write", async () => {
    const { of } = await examined({ GITHUB_TOKEN: "ghs_read" });
    expect(of("permission")[0]?.code).toBe("permissions:\n  contents: write");
  });

  it.each([
    ["never", "problem", 1],
    [undefined, "warning", 0],
    ["always", "ok", 0],
  ] as const)(
    "tells a rule that refuses the commits by whether the token may pass it (%s)",
    async (bypass, status, exitCode) => {
      const rules = ["pull_request", "deletion", "non_fast_forward"];
      repo.rulesets.push({ name: "reviews", branch: "token-budget", rules, ...(bypass !== undefined && { bypass }) });
      const found = await examined();
      expect(found.exitCode).toBe(exitCode);
      expect(found.of("branch rules")[0]).toMatchObject({ status });
    },
  );

  it("says that only a write shows what an older branch protection does", async () => {
    await seedBooks(repo, { at: now() });
    repo.guardedBranches.add("token-budget");
    const { exitCode, wrong, of } = await examined();
    expect({ exitCode, wrong }).toEqual({ exitCode: 0, wrong: ["branch rules: warning"] });
    expect(of("branch rules")[0]?.text).toContain("only a write shows");
  });

  it("names an archived repository, one that isn't there, and a clock that is off", async () => {
    repo.archived = true;
    expect((await examined()).of("repository")[0]).toMatchObject({ status: "problem" });
    expect((await examinedAt(-300_000)).of("clock")[0]).toMatchObject({ status: "warning" });
    const nowhere = await new Folder({ env: { GITHUB_TOKEN: "ghs_write", GITHUB_API_URL: github.apiUrl } }).run(
      ...["doctor", "--repository", "o/nowhere"],
    );
    expect(nowhere.exitCode).toBe(1);
    expect(nowhere.stdout.replace(/\s+/g, " ")).toContain("✖ Token The repository o/nowhere doesn't exist");
  });

  it("finds damaged books and a ledger that lost its last entry", async () => {
    await repo.writeFile("token-budget", "token_budget.json", "{");
    expect((await examined()).of("books")).toMatchObject([{ status: "problem" }]);
    const other = await github.createRepository(`o/other${count}`);
    repo = other;
    await seedBooks(repo, { at: now(), spent: 1 });
    const [ledger = ""] = (await repo.files("token-budget")).filter((path) => path.endsWith(".ndjson"));
    await repo.writeFile("token-budget", ledger, "");
    const { exitCode, of } = await examined();
    expect(exitCode).toBe(1);
    expect(of("ledger")).toMatchObject([{ status: "problem", code: "token-budget verify" }]);
  });

  it("names every problem of the policy file, and limits that make no sense", async () => {
    await repo.writeFile("main", ".github/token-budget.yml", "monthly-budgett: 3\nalerts: [90, 75]\n");
    const broken = (await examined()).of("policy");
    expect(broken.map(({ status }) => status)).toEqual(["problem", "problem"]);
    expect(broken.map(({ text }) => text).join()).toContain("did you mean monthly-budget?");
    await repo.writeFile(
      "main",
      ".github/token-budget.yml",
      "monthly-budget: 3\r\nestimate: 4\r\nmilestone-interval: 5\r\non-error: allow\r\nhold-minutes: 1\r\n",
    );
    const odd = await examined();
    expect(odd.exitCode).toBe(0);
    expect(odd.of("policy").map(({ status }) => status)).toEqual(["ok", "warning", "warning", "warning", "warning"]);
  });

  it("names the models of the month that have no price, with the lines that would give them one", async () => {
    const models = {
      "my-finetune": { cost: 0.5, input: 1000, output: 10 },
      "claude-sonnet-4-5": { cost: 0.5, input: 1000 },
    };
    await seedBooks(repo, { at: now(), spent: 1, state: { models } });
    const warnings = (await examined()).of("prices").filter(({ status }) => status === "warning");
    expect(warnings).toMatchObject([
      { text: expect.stringContaining("my-finetune"), code: expect.stringContaining("prices:\n  my-finetune:") },
    ]);
  });

  it("names the model whose price the formula of estimates lacks", async () => {
    const policy = (model: string) => `estimate: { base: { "*": 1000 tokens }, price-as: ${model} }\n`;
    await repo.writeFile("main", ".github/token-budget.yml", policy("my-finetune"));
    expect((await examined()).of("prices")).toMatchObject([
      {
        status: "warning",
        text: expect.stringMatching(/^my-finetune.*price-as/),
        code: expect.stringMatching(/^prices:/),
      },
      { status: "ok" },
    ]);
    await repo.writeFile("main", ".github/token-budget.yml", policy("claude-sonnet-4-5"));
    expect((await examined()).of("prices")).toMatchObject([{ status: "ok" }]);
  });

  it("posts a test message only where that is asked for", async () => {
    const env = { DISCORD_WEBHOOK: discord.webhookUrl(), TOKEN_BUDGET_TEST_DISCORD: discord.origin };
    expect((await examined(env)).of("discord")).toMatchObject([{ status: "ok" }]);
    expect(discord.messages).toEqual([]);
    expect((await examined(env, "--test-message")).of("discord")[0]?.text).toContain("arrived");
    expect(discord.messages.flatMap(({ payload }) => payload.embeds ?? [])).toMatchObject([
      { title: "🩺 AI Orchestration - Test Message" },
    ]);
    expect((await examined({}, "--test-message")).of("discord")).toMatchObject([{ status: "problem" }]);
  });
});

describe("doctor in a folder", () => {
  it("looks at what there is, and prints a line for each", async () => {
    const folder = new Folder({ inProcess: true });
    await folder.run("record", "--model", "claude-sonnet-4-5", "--input-tokens", "2000", "--output-tokens", "1500");
    const before = folder.contents();
    const { exitCode, stdout, stderr } = await folder.run("doctor");
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toMatch(/^✔ Books {6}readable, version 2\.0,/);
    expect(stdout).toMatch(/^✔ Ledger /m);
    expect(stdout).toContain("checks are fine.");
    for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
    expect(folder.contents()).toEqual(before);
  });

  it("finds what is to be mended", async () => {
    const folder = new Folder({ inProcess: true });
    folder.write("token_budget.json", "<<<<<<< HEAD\n{}");
    const ended = await folder.run("doctor");
    expect(ended).toMatchObject({ exitCode: 1, stdout: expect.stringMatching(/^✖ Books /) });
    expect(ended.stdout).toContain("1 problem to fix");
  });
});

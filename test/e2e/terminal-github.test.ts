import { afterAll, beforeAll, expect, it } from "vitest";
import { type Discord, startDiscord } from "../support/discord/server.ts";
import { type GitHub, startGitHub } from "../support/github/server.ts";
import { SharedTime } from "../support/runner/shared-time.ts";
import { booksOn, expectSoundBooks, seedBooks } from "./books-on-branch.ts";
import { Folder, USAGE } from "./folder-world.ts";

let github: GitHub;
let discord: Discord;
let time: SharedTime;
beforeAll(async () => {
  [github, discord] = await Promise.all([startGitHub(), startDiscord()]);
  time = new SharedTime(github.clock);
});
afterAll(async () => {
  await Promise.all([github.stop(), discord.stop()]);
});

const terminal = (env: Readonly<Record<string, string>> = {}) =>
  new Folder({ time, env: { GITHUB_TOKEN: "ghs_write", GITHUB_API_URL: github.apiUrl, ...env } });

it("keeps the books on their branch in GitHub, and nothing in the folder", async () => {
  const { repo } = { repo: github.repo() };
  const folder = terminal();
  const there = ["--repository", "o/r"];
  expect(await folder.json("status", ...there)).toMatchObject({ spent: 0, health: "green" });
  const checked = await folder.json("check", ...there, "--estimate", "0.06");
  expect(checked).toMatchObject({ held: 0.06 });
  github.clearLog();
  const recorded = await folder.run("record", ...there, "--usage-file", USAGE);
  expect(recorded.exitCode).toBe(0);
  expect(recorded.stdout).toContain("Booked $0.0500; $0.0500 of $15.00 spent");
  expect(github.requests()).toBe(2);
  const ran = await folder.run("run", ...there, "--", "node", "-p", "'hello'");
  expect(ran).toMatchObject({ exitCode: 0, stdout: "hello\n" });
  expect(await folder.json("verify", ...there)).toMatchObject({ failed: false, spent: 0.10495, executions: 2 });
  expect(await folder.json("reset", ...there, "--reason", "a new contract")).toMatchObject({ spent: 0 });
  expect((await booksOn(repo)).state.history).toMatchObject([{ total_spent: 0.10495, reason: "a new contract" }]);
  expect(folder.files()).toEqual([]);
  await expectSoundBooks(repo, ["ghs_write"]);
});

it("takes GH_TOKEN as well, an Enterprise server's addresses, another branch and another path", async () => {
  const repo = await github.createRepository("o/second");
  const folder = new Folder({
    time,
    env: {
      GH_TOKEN: "ghs_write",
      GITHUB_API_URL: github.enterprise.apiUrl,
      GITHUB_GRAPHQL_URL: github.enterprise.graphqlUrl,
    },
  });
  const there = ["--repository", "o/second", "--branch", "money", "--path", "ai/team.json"];
  expect(await folder.json("record", ...there, "--cost", "0.5")).toMatchObject({ spent: 0.5 });
  expect((await booksOn(repo, { branch: "money", path: "ai/team.json" })).state).toMatchObject({ total_spent: 0.5 });
});

it.each([
  ["no token", { GITHUB_TOKEN: "" }, 2, "needs a token in GITHUB_TOKEN or GH_TOKEN"],
  ["a token that isn't known", { GITHUB_TOKEN: "ghs_unknown" }, 75, "GitHub doesn't accept the token"],
  ["a token that may only read", { GITHUB_TOKEN: "ghs_read" }, 75, "contents: write"],
])("says what to do about %s", async (_, env, exitCode, said) => {
  const repo = await github.createRepository(`o/none${exitCode}${said.length}`);
  const ended = await terminal(env).run("check", "--repository", repo.nameWithOwner);
  expect(ended.exitCode).toBe(exitCode);
  expect(ended.stdout.replace(/\s+/g, " ")).toContain(said);
  expect(await repo.branches()).toEqual(["main"]);
});

it("reports a repository that isn't there", async () => {
  const ended = await terminal().run("status", "--repository", "o/nowhere");
  expect(ended.exitCode).toBe(1);
  expect(ended.stdout.replace(/\s+/g, " ")).toContain("The repository o/nowhere doesn't exist");
});

it("tells the channel of DISCORD_WEBHOOK, from a folder and from GitHub", async () => {
  const repo = await github.createRepository("o/told");
  await seedBooks(repo, { at: new Date().toISOString(), spent: 4.98 });
  const env = { DISCORD_WEBHOOK: discord.webhookUrl(), TOKEN_BUDGET_TEST_DISCORD: discord.origin };
  const online = await terminal(env).run("record", "--repository", "o/told", "--cost", "0.05");
  expect(online.exitCode).toBe(0);
  await new Folder({ time, env }).run("record", "--cost", "10");
  const titles = discord.messages.flatMap(({ payload }) => payload.embeds ?? []).map(({ title }) => title);
  expect(titles).toEqual(["🚀 $5 Milestone Reached!", "🚀 $5 and $10 Milestones Reached!"]);
  expect((await booksOn(repo)).state.outbox).toEqual([]);

  const wrong = await new Folder({ env: { DISCORD_WEBHOOK: "https://evil.test/api/webhooks/1/some-secret-part" } }).run(
    "record",
    "--cost",
    "1",
  );
  expect(wrong.exitCode).toBe(0);
  expect(wrong.stdout + wrong.stderr).toContain("not a Discord URL");
  expect(wrong.stdout + wrong.stderr).not.toContain("some-secret-part");
});

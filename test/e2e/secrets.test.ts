import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Discord, startDiscord } from "../support/discord/server.ts";
import type { Repository } from "../support/github/repository.ts";
import { ARCHIVE_TOKEN } from "../support/github/rest.ts";
import { type GitHub, startGitHub } from "../support/github/server.ts";
import { type ActionOptions, type ActionResult, createJob, emptyFolder, runAction } from "../support/runner/action.ts";
import { sharedHosts as hosts } from "../support/runner/hosts.ts";
import { SharedTime } from "../support/runner/shared-time.ts";
import { type Slack, slackSays, startSlack } from "../support/slack/server.ts";
import { seedBooks } from "./books-on-branch.ts";
import { Folder, USAGE } from "./folder-world.ts";

const TOKEN = "ghs_S3cret+Token/with=odd%chars_0123456789";
const PROXY_PASSWORD = "proxy-pa55word-0123456789";
const git = promisify(execFile);

let github: GitHub;
let discord: Discord;
let slack: Slack;
let repo: Repository;
let time: SharedTime;
/** Everything that anybody can see of the programs that ran, by what they did. */
const seen: { readonly what: string; readonly text: string }[] = [];

/** Repositories whose policy has secrets in it. */
const others: Repository[] = [];

beforeAll(async () => {
  [github, discord, slack] = await Promise.all([
    startGitHub({
      // The address of a private repository's archive is a secret, too.
      repositories: { "o/r": { private: true } },
      tokens: { [TOKEN]: { permission: "write" }, [`${TOKEN}-read`]: { permission: "read" } },
    }),
    startDiscord(),
    startSlack(),
  ]);
  time = new SharedTime(github.clock);
  repo = github.repo();
  repo.setRole("octocat", "admin");
  await seedBooks(repo, { at: new Date().toISOString(), spent: 4.98 });
});
afterAll(async () => {
  await Promise.all([github.stop(), discord.stop(), slack.stop()]);
});

function look(what: string, result: ActionResult): ActionResult {
  const { outputs, state, env, path, summary, log, annotations } = result;
  seen.push({ what, text: JSON.stringify({ outputs, state, env, path, summary, annotations }) });
  // As it stands in the log and in the files, not only as JSON writes it.
  seen.push({ what, text: [log, summary, ...Object.values(outputs), ...Object.values(state)].join("\n") });
  return result;
}

const step = async (
  command: string,
  inputs: Readonly<Record<string, string>> = {},
  options: Partial<ActionOptions> = {},
) =>
  look(
    `${command} ${JSON.stringify(options.env ?? {})}`,
    await runAction({ github, discord, time, hosts, token: TOKEN, inputs: { command, ...inputs }, ...options }),
  );

/** The secrets as they are, and as addresses and base64 write them. */
function formsOf(secret: string): string[] {
  const base64 = [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)]).toString("base64");
    // The outer letters also hold bits of what stands beside it.
    return text.slice(before === 0 ? 0 : before + 2, -4);
  });
  return [secret, encodeURIComponent(secret), encodeURIComponent(secret).toLowerCase(), ...base64];
}

it("runs every command, with secrets where none belong", async () => {
  const everywhere = { tags: `team=${TOKEN}`, profile: `p ${discord.webhookUrl()}`, name: TOKEN, notify: "all" };
  const job = createJob({ github, discord, time, hosts, token: TOKEN, inputs: { command: "guard", ...everywhere } });
  look("guard", await job.step());
  look("guard's post", await job.post({ inputs: { "usage-file": USAGE } }));
  const check = await step("check", { ...everywhere, model: encodeURIComponent(TOKEN) }, { run: { id: 2 } });
  expect(check.exitCode).toBe(0);
  await step("release", { id: "mine" }, { run: { id: 2 } });
  const record = await step("record", { ...everywhere, cost: "0.05", pr: "17", outcomes: "lines=2" });
  expect(record.exitCode).toBe(0);
  await step("record", { model: TOKEN, "input-tokens": "5", "output-tokens": "5", id: TOKEN });
  await step("record", { model: discord.webhookToken, "input-tokens": "5", "output-tokens": "5" });
  await step("status");
  await step("report", { by: `tag:${TOKEN}`, output: `${TOKEN}.md` });
  await step("recap");
  const reset = await step(
    "reset",
    { reason: `because ${TOKEN} and ${discord.webhookUrl()}` },
    { event: { name: "workflow_dispatch" } },
  );
  expect(reset.exitCode).toBe(0);
  await step("verify");
  await step("verify", { repair: "true" });
  await step("check", { estimate: TOKEN, path: discord.webhookUrl(), month: TOKEN });
});

/** Of a provider, which nobody told the step. */
const PROVIDER_KEY = "sk-ant-api03-Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4";

it("reads usage files that have secrets in every field", async () => {
  const texts = [TOKEN, discord.webhookUrl(), `x-${discord.webhookToken}-y`, PROVIDER_KEY];
  for (const [index, text] of texts.entries()) {
    const folder = emptyFolder("secrets");
    const write = (name: string, content: unknown): string => {
      const path = join(folder, name);
      writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
      return path;
    };
    const own = { model: text, provider: text, session: text, input: 5, output: 5, tier: text, region: text };
    const claude = {
      ...{ type: "result", subtype: text, session_id: text, uuid: text, result: text, total_cost_usd: 0.01 },
      usage: { input_tokens: 5, output_tokens: 5, service_tier: text },
      modelUsage: { [text]: { inputTokens: 5, outputTokens: 5, costUSD: 0.01 } },
    };
    const openai = { id: text, model: text, service_tier: text, usage: { prompt_tokens: 5, completion_tokens: 5 } };
    const files = [
      write("own.json", { token_budget_usage: 1, usage: [own, { ...own, cost: 0.01, billed: true }] }),
      write("claude.json", [{ type: "system", session_id: text, model: text }, claude]),
      write("openai.json", openai),
      write(`${encodeURIComponent(text).slice(0, 100)}.json`, { what: text }),
    ];
    for (const [at, path] of files.entries()) {
      const run = { id: 1000 + index * 10 + at };
      const record = await step("record", { "usage-file": path }, { run });
      expect(record.exitCode).toBe(0);
      await step("usage", { "usage-file": path }, { run });
    }
    const guard = createJob({ github, discord, time, hosts, token: TOKEN, run: { id: 2000 + index } });
    look("guard", await guard.step());
    look("guard's post", await guard.post({ inputs: { "usage-file": files.join("\n") } }));
  }
  await step("status");
});

it("goes by a policy, a workflow and people whose names are secrets", async () => {
  const policy = (text: string) =>
    JSON.stringify({
      ...{ name: text, alerts: [1, 2, 3], notify: { discord: "all" }, "required-tags": [] },
      budgets: [{ name: text, match: { [`team ${text}`.slice(0, 60)]: text }, limit: "1 USD", alerts: [1] }],
      prices: { [text]: { input: 1, output: 1 } },
    });
  for (const [index, text] of [TOKEN, discord.webhookUrl(), PROVIDER_KEY].entries()) {
    const branched = await github.createRepository(`o/named${index}`);
    await branched.writeFile("main", ".github/token-budget.yml", policy(text));
    const named = { id: 3, workflow: text, job: text, actor: text, triggeringActor: text };
    const inputs = { tags: `${`team ${text}`.slice(0, 60)}=${text}`, profile: text, notify: "all" };
    const at = { repository: branched.nameWithOwner, run: named };
    await step("check", { ...inputs, estimate: "0.02" }, at);
    await step("record", { ...inputs, cost: "0.9" }, at);
    await step("record", { ...inputs, model: text, "input-tokens": "5", "output-tokens": "5" }, at);
    await step("status", inputs, at);
    await step("report", { by: "actor, profile", format: "csv" }, at);
    await step("recap", {}, at);
    expect(await branched.branches()).toContain("token-budget");
    others.push(branched);
  }
});

it("meets refusals and faults that quote the secrets", async () => {
  const echo = { message: `who sent ${TOKEN} to ${discord.webhookUrl()}?`, status: "422" };
  github.faults.next("any", { kind: "status", status: 502, body: echo }, { kind: "status", status: 422, body: echo });
  await step("check");
  github.faults.next("any", { kind: "drop-before" }, { kind: "html" }, { kind: "status", status: 401, body: echo });
  await step("record", { cost: "0.01" });
  github.faults.next("mutation", {
    kind: "status",
    status: 403,
    body: { ...echo, message: `Resource not accessible by integration ${TOKEN}` },
  });
  await step("record", { cost: "0.01" });
  await step("check", {}, { token: `${TOKEN}-unknown` });
  await step("check", {}, { token: `${TOKEN}-read` });
  for (const fault of [
    { kind: "status", status: 404, body: { message: `Unknown Webhook ${discord.webhookUrl()}`, code: 10015 } },
    { kind: "status", status: 401, body: { message: `Invalid ${discord.webhookToken}`, code: 50027 } },
    { kind: "status", status: 400, body: { message: `No ${discord.webhookToken}`, code: 50035 } },
    { kind: "status", status: 429, body: { message: discord.webhookUrl(), retry_after: 600 } },
    { kind: "drop-before" },
    { kind: "status", status: 503, body: discord.webhookUrl() },
  ] as const) {
    discord.faults.next("any", fault);
    await step("record", { cost: "0.01", notify: "all" });
  }
  await step("check", {}, { env: { HTTPS_PROXY: `http://me:${PROXY_PASSWORD}@proxy:not-a-port` } });
  await step("check", { "discord-webhook": discord.webhookUrl().replace("127.0.0.1", "evil.test") });
  expect(github.faults.pending() + discord.faults.pending()).toBe(0);
});

/** The key of a host that gets signed JSON; the path of its URL. */
const CHANNEL_KEY = "k3y-c3VwZXJzZWNyZXQ-0123456789";
const CHANNEL_PATH = "hook-d2Vic2VjcmV0LTAxMjM0NTY3ODk";

it("has channels whose addresses and keys are secrets", async () => {
  const lines = [`ops=${slack.webhookUrl}`, `pager=https://hooks.example.com/${CHANNEL_PATH} ${CHANNEL_KEY}`];
  const env = { TOKEN_BUDGET_TEST_SLACK: slack.origin };
  const tags = `team=${CHANNEL_KEY}\nhook=${slack.webhookToken}`;
  const channels = { channels: lines.join("\n"), notify: "all", tags, profile: `p ${slack.webhookUrl}` };
  slack.faults.next("any", slackSays(500, "rollup_error"), slackSays(404, `no ${slack.webhookUrl}`));
  const record = await step("record", { ...channels, cost: "5" }, { env });
  expect(record.exitCode).toBe(0);
  expect(record.log).toContain("The channel pager gets nothing");
  await step("check", { ...channels, channels: `${lines.join("\n")}\nops=${lines[1]}` }, { env });
  await step("record", { ...channels, channels: lines.join(" "), cost: "0.1" }, { env });
  await step("doctor", { channels: channels.channels, "test-message": "true" }, { env });
  expect(slack.messages.length).toBeGreaterThan(0);
});

it("meets damaged books, a damaged state of its own, and a bug", async () => {
  const damaged = await github.createRepository("o/damaged");
  await damaged.writeFile("token-budget", "token_budget.json", `{"a": ${TOKEN}, "b": "${discord.webhookUrl()}"`);
  for (const command of ["check", "record", "status", "verify"])
    await step(command, { cost: "1" }, { repository: "o/damaged" });
  const common = { github, discord, time, hosts, token: TOKEN };
  const forged = { STATE_gate: `${TOKEN} ${discord.webhookUrl()}` };
  look("a forged state", await runAction({ ...common, phase: "post", state: {}, env: forged }));
  const bug = look("a bug", await runAction({ ...common, env: { GITHUB_STATE: `/nowhere/${TOKEN}` } }));
  expect(bug.log).toContain("This is a bug in token-budget");
});

it("works at a terminal, with secrets where none belong", async () => {
  const env = {
    GITHUB_TOKEN: TOKEN,
    GITHUB_API_URL: github.apiUrl,
    DISCORD_WEBHOOK: discord.webhookUrl(),
    TOKEN_BUDGET_TEST_DISCORD: discord.origin,
  };
  const folder = new Folder({ env });
  const commands = [
    ["check", "--repository", "o/r", "--tags", `team=${TOKEN}`],
    ["record", "--cost", "0.1", "--profile", discord.webhookUrl()],
    ["record", "--cost", "5", "--repository", "o/r", "--json"],
    ["status", "--estimate", TOKEN],
    ["status", "--repository", "o/damaged"],
    ["verify", "--repository", "o/r"],
    ["reset", "--reason", TOKEN],
    ["run", "--tags", `a=${encodeURIComponent(TOKEN)}`, "--", "true"],
  ];
  // Its errors would name the address.
  github.faults.next({ path: "/legacy.tar.gz/" }, { kind: "drop-before" });
  for (const args of commands) {
    const { stdout, stderr } = await folder.run(...args);
    seen.push({ what: `terminal ${args[0]}`, text: stdout + stderr });
  }
  for (const [name, text] of Object.entries(folder.contents())) seen.push({ what: name, text });
});

it("left no secret in anything printed, put out, kept, committed or posted", async () => {
  for (const { sent } of [...discord.log, ...slack.calls]) seen.push({ what: "a message", text: sent });
  // Every object git has, whether a branch still leads to it or not.
  const objects = async ({ dir }: Repository) => {
    const listing = ["-C", dir, "cat-file", "--batch-all-objects", "--batch", "--buffer"];
    return (await git("git", listing, { maxBuffer: 256 * 1024 * 1024, encoding: "latin1" })).stdout;
  };
  const kept = await objects(repo);
  expect(kept.length).toBeGreaterThan(10_000);
  seen.push({ what: "git", text: kept });
  // Their policy is in them with the secret; what is on the books' branch isn't.
  for (const other of others) {
    for (const file of await other.files("token-budget")) {
      seen.push({ what: file, text: `${file}\n${await other.readFile("token-budget", file)}` });
    }
    const { stdout } = await git("git", ["-C", other.dir, "log", "--format=%B", "token-budget"]);
    seen.push({ what: "commit messages", text: stdout });
  }
  expect(seen.length).toBeGreaterThan(60);

  const secrets = [TOKEN, discord.webhookToken, discord.webhookUrl(), PROXY_PASSWORD, PROVIDER_KEY];
  secrets.push(slack.webhookToken, slack.webhookUrl, CHANNEL_KEY, CHANNEL_PATH, ARCHIVE_TOKEN);
  const forms = [...new Set(secrets.flatMap(formsOf))];
  for (const { what, text } of seen) {
    for (const form of forms) {
      const at = text.indexOf(form);
      if (at >= 0) expect.fail(`${form} shows in ${what}: …${text.slice(Math.max(0, at - 200), at + 60)}…`);
    }
  }
});

import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { createClock } from "./github/clock.ts";
import { createJob, emptyFolder, runAction, startAction } from "./runner/action.ts";
import { commandsIn, decodeFileCommands } from "./runner/file-commands.ts";
import { SharedTime } from "./runner/shared-time.ts";
import { startNode } from "./runner/spawn.ts";
import { runTerminal } from "./runner/terminal.ts";

const github = { url: "http://127.0.0.1:1", apiUrl: "http://127.0.0.1:1", graphqlUrl: "http://127.0.0.1:1/graphql" };
const discord = { origin: "http://127.0.0.1:2", webhookUrl: () => "http://127.0.0.1:2/api/webhooks/1/t" };

const ACTION = `
inputs:
  command: { default: guard }
  github-token: { default: "\${{ github.token }}" }
  result: { default: "\${{ job.status }}" }
  agent-outcome: { default: unknown }
  job-index: { default: "\${{ strategy.job-index }}/\${{strategy.job-total}}" }
  check-run: { default: "\${{ job.check_run_id }}" }
  discord-webhook: { description: none }
  two words: {}
runs: { using: node24, main: dist/main.js, post: dist/main.js }
`;
const SCRIPT = `
import { appendFileSync as add, readFileSync as read } from "node:fs";
const { env } = process;
console.log(JSON.stringify({ env, cwd: process.cwd(), now: new Date().toISOString(), event: JSON.parse(read(env.GITHUB_EVENT_PATH)) }));
console.log("::add-mask::s3cret%0Aline");
console.log("::error title=A%2C b::went%0Awrong: badly");
console.log("::warning::hm");
console.error("to stderr");
if (env["INPUT_COMMAND"] === "hang") setInterval(() => {}, 1000);
else {
  add(env.GITHUB_OUTPUT, "a<<END\\none\\ntwo\\nEND\\nb=c=d\\n");
  add(env.GITHUB_STATE, "hold=h1\\n");
  add(env.GITHUB_ENV, "SHARED=yes\\n");
  add(env.GITHUB_PATH, "/x/bin\\n");
  add(env.GITHUB_STEP_SUMMARY, "# Budget\\n");
  process.exitCode = 3;
}
`;

let action: string;
beforeAll(() => {
  action = emptyFolder("action");
  mkdirSync(join(action, "dist"));
  writeFileSync(join(action, "action.yml"), ACTION);
  writeFileSync(join(action, "package.json"), '{"type":"module"}');
  writeFileSync(join(action, "dist/main.js"), SCRIPT);
});
const said = (stdout: string) => JSON.parse(stdout.split("\n")[0] ?? "");

it("gives a step what the runner gives it, and nothing else", async () => {
  process.env["STRANGER"] = "must not be seen";
  const result = await runAction({
    action,
    github,
    discord,
    inputs: { result: "failure" },
    run: { id: 7, attempt: 2, index: 3, total: 4 },
  });
  const { env, event } = said(result.stdout);
  expect(env).toMatchObject({
    INPUT_COMMAND: "guard",
    "INPUT_GITHUB-TOKEN": "ghs_write",
    INPUT_RESULT: "failure",
    "INPUT_JOB-INDEX": "3/4",
    "INPUT_CHECK-RUN": "1001",
    "INPUT_DISCORD-WEBHOOK": discord.webhookUrl(),
    INPUT_TWO_WORDS: "",
    GITHUB_ACTIONS: "true",
    GITHUB_RUN_ID: "7",
    GITHUB_RUN_ATTEMPT: "2",
    GITHUB_REPOSITORY: "o/r",
    GITHUB_GRAPHQL_URL: github.graphqlUrl,
    TOKEN_BUDGET_TEST_DISCORD: discord.origin,
  });
  expect(
    Object.keys(env).filter(
      (name) => !/^(INPUT|GITHUB|RUNNER)_|^(CI|PATH|HOME|TZ|TOKEN_BUDGET_TEST_DISCORD)$/.test(name),
    ),
  ).toEqual([]);
  expect(event.repository).toMatchObject({ full_name: "o/r", default_branch: "main" });
});

it("reads back everything a step leaves", async () => {
  const result = await runAction({ action, github });
  expect(result).toMatchObject({
    exitCode: 3,
    outputs: { a: "one\ntwo", b: "c=d" },
    state: { hold: "h1" },
    env: { SHARED: "yes" },
    path: ["/x/bin"],
    summary: "# Budget\n",
    masks: ["s3cret\nline"],
    annotations: [
      { level: "error", message: "went\nwrong: badly", properties: { title: "A, b" } },
      { level: "warning", message: "hm", properties: {} },
    ],
    stderr: "to stderr\n",
  });
  expect(result.log).not.toContain("s3cret");
});

it("hands state and variables on within a job, inputs evaluated again before post", async () => {
  const job = createJob({ action, github, inputs: { command: "guard" } });
  const main = await job.step();
  expect(said(main.stdout).env.STATE_hold).toBeUndefined();
  const post = said((await job.post({ inputs: { "usage-file": "x.json" }, run: { status: "failure" } })).stdout);
  expect(post.env).toMatchObject({
    STATE_hold: "h1",
    SHARED: "yes",
    INPUT_RESULT: "failure",
    "INPUT_USAGE-FILE": "x.json",
    RUNNER_TEMP: job.temp,
  });
  expect(post.cwd).toBe(job.workspace);
});

it("gives an input its default only where it isn't given: one that is given and empty is empty", async () => {
  const inputOf = async (inputs: Record<string, string>) =>
    said((await runAction({ action, github, inputs })).stdout).env["INPUT_AGENT-OUTCOME"];
  expect(await inputOf({})).toBe("unknown");
  expect(await inputOf({ "agent-outcome": "" })).toBe("");
  expect(await inputOf({ "agent-outcome": "skipped" })).toBe("skipped");
});

it("writes the event again for every step, into the folder it made when the job began", async () => {
  const job = createJob({ action, github });
  const eventOf = async () => {
    const path = said((await job.step()).stdout).env.GITHUB_EVENT_PATH as string;
    return { path, folderMs: statSync(dirname(path)).mtimeMs, fileMs: statSync(path).mtimeMs };
  };
  const first = await eventOf();
  const second = await eventOf();
  expect(first.path).toBe(join(job.temp, "_github_workflow", "event.json"));
  expect(second).toMatchObject({ path: first.path, folderMs: first.folderMs });
  expect(second.fileMs).toBeGreaterThan(first.fileMs);
});

it("shifts the clock of the program it starts", async () => {
  const { stdout, stderr } = await runAction({ action, github, clock: "2027-03-01T00:00:00Z" });
  expect(said(stdout).now).toMatch(/^2027-03-01T00:0/);
  expect(stderr).toBe("to stderr\n");
});

it("lets time pass for processes that share it once all of them wait", async () => {
  const clock = createClock();
  clock.set("2026-02-14T12:00:00Z");
  const time = new SharedTime(clock);
  const cwd = emptyFolder("shared-time");
  const script = join(cwd, "waits.mjs");
  writeFileSync(
    script,
    `import { setTimeout } from "node:timers/promises";
    await setTimeout(Number(process.argv[2]));
    process.stdout.write(new Date().toISOString());`,
  );
  const wait = (ms: number, shift: number) =>
    startNode(script, [String(ms)], { cwd, env: {}, time, clock: shift }).ended;
  const [minute, hour] = await Promise.all([wait(60_000, 0), wait(3_600_000, -1000)]);
  expect(minute.stdout).toBe("2026-02-14T12:01:00.000Z");
  expect(hour.stdout).toBe("2026-02-14T12:59:59.000Z");
  expect(time.nowMs()).toBe(Date.parse("2026-02-14T13:00:00Z"));
});

it("kills a step on the way", async () => {
  const step = startAction({ action, github, inputs: { command: "hang" } });
  step.kill("SIGKILL");
  expect(await step.ended).toMatchObject({ exitCode: null, signal: "SIGKILL", outputs: {} });
});

it("runs the terminal program with its input", async () => {
  const cwd = emptyFolder("terminal");
  const script = join(cwd, "cli.mjs");
  writeFileSync(
    script,
    "for await (const c of process.stdin) process.stdout.write(process.argv.slice(2) + c + process.env.X); process.exitCode = 75;",
  );
  expect(await runTerminal(["a", "b"], { cwd, script, input: "in", env: { X: "y" } })).toMatchObject({
    exitCode: 75,
    stdout: "a,biny",
    stderr: "",
  });
});

it("refuses what the runner can't read", () => {
  expect(() => decodeFileCommands("a<<END\nx")).toThrow(/no end/);
  expect(() => decodeFileCommands("nonsense")).toThrow(/can't read/);
  expect(commandsIn("text ::error::not at the start\n::notice file=a:b.ts::x")).toEqual([
    { name: "notice", properties: { file: "a:b.ts" }, message: "x" },
  ]);
});

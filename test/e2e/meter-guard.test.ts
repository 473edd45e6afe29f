import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { MODELS, type Providers, startProviders } from "../support/providers/server.ts";
import { type ActionResult, createJob, type Job } from "../support/runner/action.ts";
import { booksOn, useWorld } from "./action-world.ts";

// A meter is a separate process in the machine's time: so are the steps here.
const world = useWorld({ ownProcesses: true });
const POLICY = ".github/token-budget.yml";
/** By list price: claude-sonnet-4-5 $3 and $15 a million tokens, gpt-5 $1.25 and $10, gemini-2.5-pro $1.25 and $10. */
const COST = { messages: 0.0045, chat: 0.00225, gemini: 0.00225 };

let providers: Providers;
let jobs: Running[] = [];

/** A job whose agent talks to loopback stand-ins of its providers. */
type Running = {
  readonly job: Job;
  readonly variables: Record<string, string>;
  state: Readonly<Record<string, string>>;
  isOver: boolean;
};

beforeAll(async () => {
  providers = await startProviders();
});
afterAll(() => providers.stop());
beforeEach(async () => {
  jobs = [];
  providers.asked.length = 0;
  providers.tokens = { input: 1000, output: 100 };
  providers.beforeEnd = async () => {};
  await policy();
});
afterEach(async () => {
  // No meter outlives its test.
  for (const one of jobs) if (!one.isOver) await post(one);
});

const policy = (more = "") => world.repo.writeFile("main", POLICY, `meter-hosts: ["${providers.origin}"]\n${more}`);

function start(env: Readonly<Record<string, string>> = {}): Running {
  const bases = {
    ANTHROPIC_BASE_URL: providers.origin,
    OPENAI_BASE_URL: `${providers.origin}/v1`,
    GOOGLE_GEMINI_BASE_URL: providers.origin,
  };
  const { github, repo, discord } = world;
  const { TEST_ACTION: action } = process.env;
  const common = {
    ...(action !== undefined && { action }),
    github,
    discord,
    repository: repo.nameWithOwner,
    env: { ...bases, ...env },
  };
  const running = { job: createJob(common), variables: {}, state: {}, isOver: false };
  jobs.push(running);
  return running;
}

async function main(running: Running, inputs: Readonly<Record<string, string>> = {}): Promise<ActionResult> {
  const result = await running.job.step({ inputs: { meter: "true", ...inputs } });
  Object.assign(running.variables, result.env);
  running.state = result.state;
  return result;
}

function post(running: Running, inputs: Readonly<Record<string, string>> = {}): Promise<ActionResult> {
  running.isOver = true;
  return running.job.post({ inputs, state: running.state });
}

const KEY = { "x-api-key": "sk-ant-not-a-key", authorization: "Bearer not-a-key", "content-type": "application/json" };

async function messages({ variables }: Running, isStream = false): Promise<{ status: number; body: string }> {
  const body = JSON.stringify({ model: MODELS.anthropic, max_tokens: 100, stream: isStream, messages: [] });
  const response = await fetch(`${variables["ANTHROPIC_BASE_URL"]}/v1/messages`, {
    method: "POST",
    headers: KEY,
    body,
  });
  return { status: response.status, body: await response.text() };
}

async function chat({ variables }: Running, isStream = false) {
  const body = JSON.stringify({
    model: MODELS.openai,
    messages: [],
    ...(isStream && { stream: true, stream_options: { include_usage: true } }),
  });
  const response = await fetch(`${variables["OPENAI_BASE_URL"]}/chat/completions`, {
    method: "POST",
    headers: KEY,
    body,
  });
  return { status: response.status, body: await response.text() };
}

async function gemini({ variables }: Running) {
  const path = `v1beta/models/${MODELS.gemini}:generateContent`;
  const url = `${variables["GOOGLE_GEMINI_BASE_URL"]}/${path}`;
  const response = await fetch(url, { method: "POST", headers: KEY, body: JSON.stringify({ contents: [] }) });
  return { status: response.status, body: await response.text() };
}

const said = ({ annotations }: ActionResult, wanted: string): string =>
  annotations.flatMap(({ level, message }) => (level === wanted ? [message] : [])).join("\n");

/** Ten calls of three providers, half of them streamed. */
async function tenCalls(running: Running): Promise<void> {
  for (const isStream of [true, false, true, false]) await messages(running, isStream);
  for (const isStream of [true, false, true]) await chat(running, isStream);
  for (let calls = 0; calls < 3; calls += 1) await gemini(running);
}
const TEN_CALLS = 4 * COST.messages + 3 * COST.chat + 3 * COST.gemini;

/** What Claude Code Action writes at the end of a run; with the ids of its answers, which each have 1000 and 100 tokens. */
function executionFile(
  { job }: Running,
  model: string,
  tokens: { input: number; output: number },
  ids: readonly string[] = [],
): void {
  const messages = ids.map((id) => ({
    type: "assistant",
    session_id: "s-1",
    message: { id, model, role: "assistant", usage: { input_tokens: 1000, output_tokens: 100 } },
  }));
  const usage = { input_tokens: tokens.input, output_tokens: tokens.output };
  const result = {
    type: "result",
    subtype: "success",
    session_id: "s-1",
    num_turns: 1,
    total_cost_usd: 0,
    usage,
    modelUsage: {
      [model]: {
        inputTokens: tokens.input,
        outputTokens: tokens.output,
        cacheReadInputTokens: 0,
        cacheCreationInputTokens: 0,
        webSearchRequests: 0,
        costUSD: 0,
      },
    },
  };
  writeFileSync(join(job.temp, "claude-execution-output.json"), JSON.stringify([...messages, result]));
}

describe("guard with a meter", () => {
  it("books the exact sum of an agent that wrote no file and was killed, with what spent it in the summary", async () => {
    const running = start();
    const before = await main(running);
    expect(before).toMatchObject({ exitCode: 0, outputs: { allowed: "true" } });
    await tenCalls(running);
    const after = await post(running);
    expect(said(after, "warning")).toBe("");
    const { state, entries } = await booksOn(world.repo);
    expect(entries).toMatchObject([{ kind: "charge", quality: "priced", source: "meter" }]);
    expect(entries[0]?.cost).toBeCloseTo(TEN_CALLS, 9);
    expect(state).toMatchObject({ holds: [], executions: 1 });
    expect(after.summary).toMatch(/10 requests/);
    expect(after.summary).toContain(MODELS.gemini);
  });

  it("points every client, and takes what it put into files out again", async () => {
    const running = start({ NO_PROXY: "example.com" });
    const { env, outputs, masks, log } = await main(running);
    const base = /^http:\/\/127\.0\.0\.1:\d+\/([\w-]{32})\/anthropic$/.exec(env["ANTHROPIC_BASE_URL"] ?? "");
    const secret = base?.[1] ?? "";
    expect(masks).toContain(secret);
    expect(log).not.toContain(secret);
    expect(env).toMatchObject({ ENABLE_TOOL_SEARCH: "true", NO_PROXY: "example.com,127.0.0.1,localhost" });
    expect(env["OPENAI_BASE_URL"]).toBe(env["ANTHROPIC_BASE_URL"]?.replace(/anthropic$/, "openai/v1"));
    expect(outputs["openai-responses-endpoint"]).toBe(`${env["OPENAI_BASE_URL"]}/responses`);
    const config = join(running.job.home, ".codex", "config.toml");
    expect(readFileSync(config, "utf8")).toContain(`openai_base_url = "${env["OPENAI_BASE_URL"]}"`);
    const gemini = JSON.parse(readFileSync(env["GEMINI_CLI_SYSTEM_DEFAULTS_PATH"] ?? "", "utf8"));
    expect(gemini.security.auth.selectedType).toBe("gemini-api-key");
    await post(running);
    expect(existsSync(config)).toBe(false);
    await expect(messages(running)).rejects.toThrow();
  });

  it("books a run once whose agent left a file of the same calls", async () => {
    const running = start();
    await main(running);
    for (let calls = 0; calls < 4; calls += 1) await messages(running);
    executionFile(running, `${MODELS.anthropic}-20250929`, { input: 4000, output: 400 });
    const after = await post(running);
    expect(said(after, "warning")).toBe("");
    expect((await booksOn(world.repo)).entries).toMatchObject([{ cost: 0.018, source: "meter" }]);
  });

  it("warns with both figures where the agent's file reports more", async () => {
    const running = start();
    await main(running);
    await messages(running);
    executionFile(running, MODELS.anthropic, { input: 2000, output: 200 });
    const after = await post(running);
    expect(said(after, "warning")).toMatch(/meter counted \$0\.0045 and the usage files report \$0\.0090/);
    expect((await booksOn(world.repo)).entries).toMatchObject([{ cost: 0.0045 }]);
  });

  it("books each answer of an agent once that went round it with half of its requests", async () => {
    const running = start();
    await main(running);
    await messages(running);
    await messages(running);
    executionFile(running, MODELS.anthropic, { input: 4000, output: 400 }, ["msg_1", "msg_2", "msg_8", "msg_9"]);
    const after = await post(running);
    expect(said(after, "warning")).toMatch(/show 2 requests to claude-sonnet-4-5 that the meter did not see/);
    expect(said(after, "warning")).not.toMatch(/meter counted/);
    expect((await booksOn(world.repo)).entries).toMatchObject([{ cost: 0.018, source: "meter, claude-code" }]);
  });

  it("books an agent that went round it from its file, and says so with the likely cause", async () => {
    const running = start();
    await main(running);
    executionFile(running, MODELS.anthropic, { input: 4000, output: 400 });
    const after = await post(running);
    expect(said(after, "warning")).toMatch(/without its meter seeing a request.*ANTHROPIC_BASE_URL/s);
    expect((await booksOn(world.repo)).entries).toMatchObject([{ cost: 0.018, source: "claude-code" }]);
  });

  it("charges the estimate of a run that it saw nothing of, and that left no file", async () => {
    const running = start();
    await main(running);
    const after = await post(running);
    expect(said(after, "warning")).toMatch(/saw no request of this run/);
    expect((await booksOn(world.repo)).entries).toMatchObject([{ cost: 0.055, quality: "estimated" }]);
  });

  it("books what a step recorded and what came after it, each once", async () => {
    const running = start();
    await main(running);
    await messages(running);
    const record = await running.job.step({ inputs: { command: "record" } });
    expect(record.outputs).toMatchObject({ cost: "0.0045" });
    await messages(running);
    await post(running);
    const { entries } = await booksOn(world.repo);
    expect(entries.map(({ cost }) => cost)).toEqual([0.0045, 0.0045]);
  });

  it("books all of it, whatever a step claims to have booked", async () => {
    const running = start();
    const { state } = await main(running);
    await messages(running);
    const record = join(running.job.temp, "token-budget", `meter-${JSON.parse(state["meter"] ?? "{}").hold}.jsonl`);
    const books = `${world.repo.nameWithOwner}@token-budget:token_budget.json`;
    const claimed = JSON.stringify([1_000_000, record, books]);
    const hold = running.variables["TOKEN_BUDGET_HOLD"] ?? "";
    const env = { TOKEN_BUDGET_METERED: claimed, TOKEN_BUDGET_SETTLED: hold, TOKEN_BUDGET_BOOKED: `, ${books}` };
    running.isOver = true;
    await running.job.post({ state: running.state, env });
    expect((await booksOn(world.repo)).entries).toMatchObject([{ cost: 0.0045, source: "meter" }]);
  });

  it("never books $0 for a meter that was killed", async () => {
    const running = start();
    const { state } = await main(running);
    await messages(running);
    // Both of its processes are in one group.
    process.kill(-JSON.parse(state["meter"] ?? "{}").pid, "SIGKILL");
    const after = await post(running);
    expect(said(after, "warning")).toMatch(/meter ended before the run did/);
    const { entries } = await booksOn(world.repo);
    expect(entries).toMatchObject([{ quality: "estimated", cost: 0.055 }]);
  });

  it("denies a run whose meter can't be started, or continues without one by on-error: allow", async () => {
    const denied = start();
    writeFileSync(join(denied.job.temp, "token-budget"), "a file where the meter's folder would be");
    const result = await main(denied);
    expect(result).toMatchObject({ exitCode: 1, outputs: { allowed: "false", reason: "meter-unavailable" } });
    expect(result.outputs["message"]).toContain("The meter could not be started.");
    expect((await booksOn(world.repo)).state.holds).toEqual([]);
    const allowed = start();
    writeFileSync(join(allowed.job.temp, "token-budget"), "a file where the meter's folder would be");
    const second = await main(allowed, { "on-error": "allow" });
    expect(second).toMatchObject({ exitCode: 0, outputs: { allowed: "true" } });
    expect(said(second, "warning")).toContain("The run continues without its meter (on-error: allow).");
  });

  it("fails with the line to add if requests go to a host that the policy doesn't have, and releases its hold", async () => {
    const running = start({ ANTHROPIC_BASE_URL: "https://gateway.example.com/anthropic" });
    const result = await main(running);
    expect(result).toMatchObject({ exitCode: 1, outputs: { allowed: "false", reason: "bad-input" } });
    expect(result.outputs["message"]).toContain("meter-hosts: [gateway.example.com]");
    expect((await booksOn(world.repo)).state.holds).toEqual([]);
    await post(running);
    expect((await booksOn(world.repo)).state.total_spent).toBe(0);
  });

  it("keeps nothing of requests and no secret in its files", async () => {
    const running = start();
    const { env } = await main(running);
    await tenCalls(running);
    const folder = join(running.job.temp, "token-budget");
    const texts = readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));
    await post(running);
    const secret = new URL(env["ANTHROPIC_BASE_URL"] ?? "").pathname.split("/")[1] ?? "";
    for (const word of ["not-a-key", "Hello", secret, "ghs_write"]) expect(texts.join("\n")).not.toContain(word);
  });
});

describe("a metered run's cap", () => {
  /** A call costs $0.03. */
  beforeEach(() => {
    providers.tokens = { input: 5000, output: 1000 };
  });

  it("ends eight calls at once at max-cost: some are refused, what passed is within the bound", async () => {
    const running = start();
    await main(running, { "max-cost": "0.10", overrun: "extend" });
    const answers = await Promise.all(Array.from({ length: 8 }, () => messages(running)));
    const later = await messages(running);
    const refused = [...answers, later].filter(({ status }) => status !== 200);
    const passed = 9 - refused.length;
    expect(refused.length).toBeGreaterThan(0);
    for (const { body } of refused) expect(body).toMatch(/token-budget ends this run/);
    const after = await post(running);
    const { entries } = await booksOn(world.repo);
    expect(entries[0]?.cost).toBeCloseTo(passed * 0.03, 9);
    // The bound: max-cost and what the requests that were open cost above their least.
    expect(entries[0]?.cost).toBeLessThanOrEqual(0.1 + 8 * 0.03);
    expect(after.summary).toMatch(/refused/i);
    expect(after.summary).toMatch(/max-cost/);
  });

  it("grows while the budget has room, and stops when another run has taken it", async () => {
    await policy("monthly-budget: 0.30\n");
    const running = start();
    await main(running);
    for (let calls = 0; calls < 4; calls += 1) expect((await messages(running)).status).toBe(200);
    const { state } = await booksOn(world.repo);
    expect(state.holds[0]?.amount).toBeGreaterThanOrEqual(0.12);
    expect(state.total_spent + (state.holds[0]?.amount ?? 0)).toBeLessThanOrEqual(0.3);
    const left = Number((0.3 - (state.holds[0]?.amount ?? 0)).toFixed(9));
    await world.step("check", { estimate: String(left) }, { run: { id: 2 } });
    let last = await messages(running);
    for (let calls = 0; calls < 8 && last.status === 200; calls += 1) last = await messages(running);
    expect(last.status).not.toBe(200);
    expect(last.body).toMatch(/other runs hold|used up/);
    await post(running);
    const after = await booksOn(world.repo);
    expect(after.state.holds).toHaveLength(1);
    expect(after.state.total_spent).toBe(after.entries.reduce((sum, { cost }) => sum + cost, 0));
  });

  it("is announced to the channel once while the run goes on", async () => {
    const running = start();
    await main(running, { "default-estimate": "0.05", "overrun-alert": "110", "monthly-budget": "15" });
    for (let calls = 0; calls < 3; calls += 1) await messages(running);
    await post(running);
    expect(world.titles().filter((title) => title === "⚠️ A run costs more than expected")).toHaveLength(1);
  });
});

describe("guard with a meter in a job's container", () => {
  it("needs no home that can be written, says that Codex isn't pointed there, and meters the rest", async () => {
    // A runner's own containers have one, those of others may not.
    const running = start({ HOME: "/dev/null/home" });
    const before = await main(running);
    expect(before).toMatchObject({ exitCode: 0, outputs: { allowed: "true" } });
    expect(said(before, "warning")).toMatch(/Codex could not be pointed at the meter: .*can't be written/);
    expect(await messages(running)).toMatchObject({ status: 200 });
    expect(await post(running)).toMatchObject({ exitCode: 0 });
    const { state, entries } = await booksOn(world.repo);
    expect(entries).toMatchObject([{ kind: "charge", cost: COST.messages, source: "meter" }]);
    expect(state).toMatchObject({ holds: [] });
  });
});

describe("an action that is a container beside the job", () => {
  /** A process with a network of its own, in which 127.0.0.1 is another machine. */
  const apart = (script: string, env: Readonly<Record<string, string>>) =>
    spawnSync("unshare", ["--net", "sh", "-c", `ip link set lo up; exec "$0" -e "$1"`, process.execPath, script], {
      ...{ env: { PATH: process.env["PATH"], ...env }, encoding: "utf8" as const },
    });
  beforeEach(({ skip }) => {
    const isThere = process.platform === "linux" && apart("", {}).status === 0;
    skip(!isThere, "this machine has no unshare of util-linux, or the user may not make a network");
  });

  it("can't reach the meter, and a run of it that leaves no file is charged its estimate", async () => {
    const running = start();
    const before = await main(running, { estimate: "0.07" });
    expect(before.log).toContain("container can't reach the meter");
    const script = `fetch(process.env.ANTHROPIC_BASE_URL + "/v1/messages", { method: "POST", body: "{}" }).then(
      () => process.stdout.write("reached"), (error) => process.stdout.write(error.cause.code))`;
    expect(apart(script, running.variables).stdout).toBe("ECONNREFUSED");
    await post(running, { estimate: "0.07" });
    expect(providers.asked).toHaveLength(0);
    const { entries } = await booksOn(world.repo);
    expect(entries).toMatchObject([{ kind: "charge", cost: 0.07 }]);
  });
});

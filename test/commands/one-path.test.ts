import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { claudeLine, claudeTranscript, geminiAnswer, geminiRecording } from "../usage/session-log-samples.ts";
import { type Job, said, useCommandWorld } from "./command-world.ts";

const world = useCommandWorld();
const FIXTURES = new URL("../fixtures/usage/", import.meta.url);
const EXECUTION_FILE = new URL("claude-code/execution-file.json", FIXTURES).pathname;
/** What the agent of the execution file cost by list price. */
const COST = 0.04995;

/** The execution file of an agent's session, at the one path where every agent of the job leaves its own. */
function leaves(job: Job, session = "5f0c1d52-7a41-4c0e-9d1b-3f2a6c8e4b10"): string {
  const path = join(job.temp, "claude-execution-output.json");
  const text = readFileSync(EXECUTION_FILE, "utf8");
  const known = /"session_id": ?"([^"]+)"/.exec(text)?.[1] ?? "";
  writeFileSync(path, text.replaceAll(known, session));
  return path;
}

describe("a file that was there before the gate", () => {
  it("is the agent's once it was written over", async () => {
    const job = world.job();
    leaves(job);
    await job.run("guard");
    const file = leaves(job, "another");
    await job.post({ "usage-file": file });
    expect(world.books().entries).toMatchObject([{ cost: COST, quality: "priced" }]);
  });

  it("is of the first agent of two, where the second gate's agent left none", async () => {
    const job = world.job();
    const first = await job.run("guard");
    leaves(job);
    const second = await job.run("guard", { estimate: "0.08" });
    await job.post({ estimate: "0.08" }, { of: second });
    await job.post({}, { of: first });
    expect(world.books().entries).toMatchObject([
      { hold: second.outputs["hold"], cost: 0.08, quality: "estimated" },
      { hold: first.outputs["hold"], cost: COST, quality: "priced" },
    ]);
  });

  it("isn't taken for what a denied run used", async () => {
    const job = world.job();
    leaves(job);
    await job.run("guard", { "monthly-budget": "0.01", "on-deny": "continue" });
    const post = await job.post();
    expect(said(post)).toBe("");
    expect(world.books().entries).toEqual([]);
  });
});

describe("an execution file in a folder of its own run", () => {
  it("is booked also where the workflow names the older place", async () => {
    const job = world.job();
    await job.run("guard");
    mkdirSync(join(job.temp, "claude-execution-1"));
    copyFileSync(EXECUTION_FILE, join(job.temp, "claude-execution-1", "claude-execution-output.json"));
    const post = await job.post({ "usage-file": join(job.temp, "claude-execution-output.json") });
    expect(said(post)).toBe("");
    expect(world.books().entries).toMatchObject([{ cost: COST, quality: "priced" }]);
  });
});

/** What Claude Code keeps of a session in the home folder: 100,000 input and 20,000 output tokens, $0.60 by list price. */
function logs(job: Job, session: string, at = "2026-02-14T12:10:00Z"): void {
  const folder = join(job.home, ".claude", "projects", "-work-r-r");
  mkdirSync(folder, { recursive: true });
  const half = (id: string) => claudeLine(session, { id, at, output: 10_000, usage: { input_tokens: 50_000 } });
  writeFileSync(
    join(folder, `${session}.jsonl`),
    claudeTranscript(session, half(`${session}-1`), half(`${session}-2`)),
  );
}

const spent = () => world.books().state.total_spent;

describe("two agents at one path", () => {
  it("are both booked: the first by its session's log, as it left no file of its own", async () => {
    const job = world.job();
    await job.run("guard");
    for (const session of ["one", "two"]) {
      leaves(job, session);
      logs(job, session);
    }
    const post = await job.post();
    expect(said(post)).toMatch(/Claude Code .* 1 session /);
    // What the log shows is a minimum: a request more of the average size is charged for what it may leave out.
    expect(world.books().entries).toMatchObject([
      { quality: "estimated", cost: 0.8124375, usage: [{ cost: COST }, { cost: 0.6, requests: 2 }] },
    ]);
  });

  it("are told of by what ran, where no log is on the runner", async () => {
    const job = world.job();
    await job.run("guard");
    leaves(job, "two");
    const post = await job.post({ "agent-outcome": "success\nsuccess" });
    expect(said(post)).toMatch(/2 agents .* 1 session/);
    expect(spent()).toBe(0.10495);
  });

  it("are no warning where the second went on in the first one's session", async () => {
    const job = world.job();
    await job.run("guard");
    leaves(job, "one");
    logs(job, "one");
    const post = await job.post({ "agent-outcome": "success\nsuccess" });
    expect(said(post)).toBe("");
    expect(spent()).toBe(COST);
  });

  it("of run-gemini-cli are both booked", async () => {
    const job = world.job();
    await job.run("guard");
    mkdirSync(join(job.workspace, "gemini-artifacts"));
    copyFileSync(new URL("gemini-cli/stdout.log", FIXTURES), join(job.workspace, "gemini-artifacts", "stdout.log"));
    const folder = join(job.home, ".gemini", "tmp", "r", "chats");
    mkdirSync(folder, { recursive: true });
    const at = (minute: number) => `2026-02-14T12:${minute}:00Z`;
    const one = geminiRecording("one", geminiAnswer("m1", { input: 80_000, total: 80_150 }, at(10)));
    writeFileSync(join(folder, "session-1.jsonl"), one);
    const two = "a1b2c3d4-0000-4000-8000-000000000001"; // the session of the artifact
    writeFileSync(join(folder, "session-2.jsonl"), geminiRecording(two, geminiAnswer("m2", {}, at(20))));
    const post = await job.post();
    expect(said(post)).toMatch(/Gemini CLI .* 1 session /);
    const { entries } = world.books();
    expect(entries[0]?.usage?.at(-1)).toMatchObject({ model: "gemini-2.5-pro", input: 80_000, output: 150 });
  });
});

describe("an agent that was cancelled before it wrote its file", () => {
  it("is booked by its session's log", async () => {
    const job = world.job();
    await job.run("guard");
    logs(job, "one");
    const file = join(job.temp, "claude-execution-output.json");
    const post = await job.post({ "usage-file": file }, { run: { status: "cancelled" } });
    expect(said(post)).toMatch(/Claude Code .* 1 session .* minimum/);
    expect(world.books().entries).toMatchObject([
      { cost: 0.9, quality: "estimated", result: "cancelled", source: "claude-code" },
    ]);
  });

  it("is booked by it also after a denial, and not by what ran before the gate", async () => {
    const job = world.job();
    logs(job, "before", "2026-02-14T11:00:00Z");
    await job.run("guard", { "monthly-budget": "0.01", "on-deny": "continue" });
    expect(await job.post()).toBeNull();
    logs(job, "after");
    expect(said(await job.post())).toContain("denied");
    expect(spent()).toBe(0.9);
  });

  it("costs the estimate on top where its log makes no sense", async () => {
    const job = world.job();
    await job.run("guard");
    logs(job, "one");
    const folder = join(job.home, ".claude", "projects", "p");
    mkdirSync(folder);
    const absurd = claudeLine("two", { id: "m", usage: { input_tokens: -1 } });
    writeFileSync(join(folder, "two.jsonl"), claudeTranscript("two", absurd));
    await job.post();
    expect(spent()).toBe(0.655);
  });
});

describe("logs of sessions", () => {
  it("say nothing beside figures that were given, or a file that may count their calls", async () => {
    const job = world.job();
    await job.run("guard");
    logs(job, "one");
    await job.post({ cost: "0.02" });
    expect(spent()).toBe(0.02);

    const other = world.job({ run: { id: 2 } });
    await other.run("guard");
    logs(other, "one");
    const own = { token_budget_usage: 1, usage: [{ model: "claude-sonnet-4-5", input: 10_000, output: 0 }] };
    writeFileSync(join(other.workspace, "own.json"), JSON.stringify(own));
    await other.post({ "usage-file": "own.json" });
    expect(spent()).toBe(0.05);
  });
});

describe("a record behind each agent", () => {
  it("books each of two, after which the gate's post part books nothing", async () => {
    const job = world.job();
    const main = await job.run("guard");
    for (const session of ["one", "two"]) {
      leaves(job, session);
      logs(job, session);
      expect(said(await job.run("record"))).toBe("");
    }
    const post = await job.post({}, { of: main });
    expect(post?.outputs["message"]).toContain("Nothing to book");
    expect(said(post)).toBe("");
    expect(world.books().entries).toMatchObject([{ cost: COST }, { cost: COST, further: true }]);
  });

  it.each([
    ["with logs", true],
    ["without logs", false],
  ])("that is there for the first alone leaves the second to the post part, %s", async (_, hasLogs) => {
    const job = world.job();
    const main = await job.run("guard");
    leaves(job, "one");
    if (hasLogs) logs(job, "one");
    await job.run("record");
    leaves(job, "two");
    if (hasLogs) logs(job, "two");
    const post = await job.post({}, { of: main });
    expect(post?.failure).toBeNull();
    const hold = main.outputs["hold"];
    expect(world.books().entries).toMatchObject([
      { hold, cost: COST, quality: "priced" },
      { id: `${hold}:settle`, hold, cost: COST, quality: "priced", further: true },
    ]);
    await job.post({}, { of: main });
    expect(world.books().entries).toHaveLength(2);
  });

  it("leaves the second to its log where it was cancelled before it wrote over the file", async () => {
    const job = world.job();
    const main = await job.run("guard");
    leaves(job, "one");
    logs(job, "one");
    await job.run("record");
    logs(job, "two");
    await job.post({}, { of: main });
    expect(world.books().entries).toMatchObject([{ cost: COST }, { cost: 0.9, quality: "estimated" }]);
  });

  it("books a cancelled agent by its log, and not by the file of the one before", async () => {
    const job = world.job();
    const main = await job.run("guard");
    const file = leaves(job, "one");
    logs(job, "one");
    await job.run("record", { "usage-file": file });
    logs(job, "two");
    const second = await job.run("record", { "usage-file": file });
    expect(second.outputs).toMatchObject({ cost: "0.9", "cost-quality": "estimated" });
    await job.post({}, { of: main });
    expect(spent()).toBe(0.94995);
  });

  it.each([
    ["charges nothing more where its log shows that it used nothing", true, "0"],
    ["charges the estimate where nobody knows whether it used something", false, "0.055"],
  ])("of an agent that failed before it began %s", async (_, hasLogs, cost) => {
    const job = world.job();
    await job.run("guard");
    const file = leaves(job, "one");
    if (hasLogs) logs(job, "one");
    await job.run("record", { "usage-file": file });
    const second = await job.run("record", { "usage-file": file });
    expect(second.outputs["cost"]).toBe(cost);
  });

  it("books a session that goes on by what it grew", async () => {
    const job = world.job();
    const main = await job.run("guard");
    leaves(job, "one");
    await job.run("record");
    const file = leaves(job, "one");
    // A run that resumes a session writes its own messages, and the session's figures so far.
    const grown = JSON.parse(readFileSync(file, "utf8")).slice(-1);
    const [model = ""] = Object.keys(grown.at(-1).modelUsage);
    grown.at(-1).modelUsage[model].outputTokens += 10_000;
    grown.at(-1).usage = { input_tokens: 0, output_tokens: 10_000 };
    grown.at(-1).total_cost_usd += 0.15;
    writeFileSync(file, JSON.stringify(grown));
    await job.post({}, { of: main });
    expect(spent()).toBe(COST + 0.15);
  });

  it("of figures without a session covers all that began before it", async () => {
    const job = world.job();
    const main = await job.run("guard");
    leaves(job, "one");
    logs(job, "one", "2026-02-14T12:00:01Z");
    await job.run("record", { cost: "0.02" }, { clock: "2026-02-14T12:30:00Z" });
    await job.post({}, { of: main });
    expect(spent()).toBe(0.02);
    logs(job, "two", "2026-02-14T12:40:00Z");
    await job.post({}, { of: main });
    expect(spent()).toBe(0.92);
  });
});

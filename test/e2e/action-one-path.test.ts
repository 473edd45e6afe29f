import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ActionResult, Job } from "../support/runner/action.ts";
import { claudeLine, claudeTranscript } from "../usage/session-log-samples.ts";
import { booksOn, useWorld } from "./action-world.ts";

const world = useWorld();
const FIXTURES = new URL("../fixtures/usage/", import.meta.url);
const EXECUTION_FILE = new URL("claude-code/execution-file.json", FIXTURES).pathname;
/** What the agent of the execution file cost by list price. */
const COST = 0.04995;
const warnings = ({ annotations }: ActionResult): string =>
  annotations.flatMap(({ level, message }) => (level === "warning" ? [message] : [])).join("\n");
const GUARD = { command: "guard", cost: "", "usage-file": "" };

/** The execution file of an agent's session, at the one path where every agent of the job leaves its own. */
function leaves(job: Job, session = "5f0c1d52-7a41-4c0e-9d1b-3f2a6c8e4b10"): string {
  const path = join(job.temp, "claude-execution-output.json");
  const text = readFileSync(EXECUTION_FILE, "utf8");
  const known = /"session_id": ?"([^"]+)"/.exec(text)?.[1] ?? "";
  writeFileSync(path, text.replaceAll(known, session));
  return path;
}

describe("a file that was there before the gate", () => {
  it("isn't the agent's, whose cost nobody knows then", async () => {
    const job = world.job();
    const file = leaves(job);
    await job.step();
    const post = await job.post({ inputs: { "usage-file": file } });
    expect(warnings(post)).toMatch(/claude-execution-output\.json" is from before this run/);
    expect((await booksOn(world.repo)).entries).toMatchObject([{ cost: 0.055, quality: "estimated" }]);
  });

  it("counts where what main kept can't be read", async () => {
    const job = world.job();
    const file = leaves(job);
    const { state } = await job.step();
    await job.post({ state: { ...state, before: '{"atMs":"now"}' }, inputs: { "usage-file": file } });
    expect((await booksOn(world.repo)).entries).toMatchObject([{ cost: COST }]);
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

describe("two agents at one path", () => {
  it("are both booked: the first by its session's log, as it left no file of its own", async () => {
    const job = world.job();
    await job.step();
    for (const session of ["one", "two"]) {
      leaves(job, session);
      logs(job, session);
    }
    const post = await job.post();
    expect(warnings(post)).toMatch(/Claude Code left no usage for 1 session of this job apart from the 1 in its file/);
    // What the log shows is a minimum: a request more of the average size is charged for what it may leave out.
    expect((await booksOn(world.repo)).entries).toMatchObject([
      { quality: "estimated", cost: 0.8124375, usage: [{ cost: COST }, { cost: 0.6, requests: 2 }] },
    ]);
  });
});

describe("a record behind each agent", () => {
  const record = { command: "record" };

  it("books each of two, after which the gate's post part books nothing", async () => {
    const job = world.job();
    const main = await job.step();
    for (const session of ["one", "two"]) {
      leaves(job, session);
      logs(job, session);
      expect(warnings(await job.step({ inputs: record }))).toBe("");
    }
    const post = await job.post({ state: main.state, inputs: GUARD });
    expect(post.log).toContain("Nothing to book");
    expect(warnings(post)).toBe("");
    expect((await booksOn(world.repo)).entries).toMatchObject([{ cost: COST }, { cost: COST, further: true }]);
  });
});

describe("two gates in one job", () => {
  it("book each the agent behind it, once", async () => {
    const job = world.job();
    const first = await job.step();
    leaves(job, "one");
    logs(job, "one", "2026-02-14T12:00:10Z");
    const second = await job.step({ clock: "2026-02-14T12:20:00Z" });
    leaves(job, "two");
    logs(job, "two", "2026-02-14T12:30:00Z");
    await job.post({ state: second.state });
    await job.post({ state: first.state });
    expect((await booksOn(world.repo)).entries).toMatchObject([
      { hold: second.outputs["hold"], cost: COST, quality: "priced" },
      { hold: first.outputs["hold"], cost: 0.9, quality: "estimated" },
    ]);
  });
});

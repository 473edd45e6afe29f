import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ActionResult, Job } from "../support/runner/action.ts";
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

  it("is the agent's once it was written over", async () => {
    const job = world.job();
    leaves(job);
    await job.step();
    const file = leaves(job, "another");
    await job.post({ inputs: { "usage-file": file } });
    expect((await booksOn(world.repo)).entries).toMatchObject([{ cost: COST, quality: "priced" }]);
  });

  it("is of the first agent of two, where the second gate's agent left none", async () => {
    const job = world.job();
    const first = await job.step();
    leaves(job);
    const second = await job.step({ inputs: { estimate: "0.08" } });
    await job.post({ state: second.state, inputs: { ...GUARD, estimate: "0.08" } });
    await job.post({ state: first.state, inputs: GUARD });
    expect((await booksOn(world.repo)).entries).toMatchObject([
      { hold: second.outputs["hold"], cost: 0.08, quality: "estimated" },
      { hold: first.outputs["hold"], cost: COST, quality: "priced" },
    ]);
  });

  it("isn't taken for what a denied run used", async () => {
    const job = world.job();
    leaves(job);
    await job.step({ inputs: { "monthly-budget": "0.01", "on-deny": "continue" } });
    const post = await job.post();
    expect(warnings(post)).toBe("");
    expect((await booksOn(world.repo)).entries).toEqual([]);
  });

  it("counts where what main kept can't be read", async () => {
    const job = world.job();
    const file = leaves(job);
    const { state } = await job.step();
    await job.post({ state: { ...state, before: '{"atMs":"now"}' }, inputs: { "usage-file": file } });
    expect((await booksOn(world.repo)).entries).toMatchObject([{ cost: COST }]);
  });
});

describe("an execution file in a folder of its own run", () => {
  it("is booked also where the workflow names the older place", async () => {
    const job = world.job();
    await job.step();
    mkdirSync(join(job.temp, "claude-execution-1"));
    copyFileSync(EXECUTION_FILE, join(job.temp, "claude-execution-1", "claude-execution-output.json"));
    const post = await job.post({ inputs: { "usage-file": join(job.temp, "claude-execution-output.json") } });
    expect(warnings(post)).toBe("");
    expect((await booksOn(world.repo)).entries).toMatchObject([{ cost: COST, quality: "priced" }]);
  });
});

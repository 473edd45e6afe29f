import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { said, useCommandWorld } from "./command-world.ts";

const world = useCommandWorld();
const EXECUTION = readFileSync(new URL("../fixtures/usage/claude-code/execution-file.json", import.meta.url), "utf8");
/** What the agent of the execution file cost by list price. */
const COST = "0.04995";
const TOKENS = { model: "claude-sonnet-4-5", "input-tokens": "2000", "output-tokens": "1500" };

describe("guard", () => {
  it.each(["failure", "cancelled"] as const)("books a job whose status is %s", async (status) => {
    const job = world.job();
    await job.run("guard");
    job.leave("claude-execution-output.json", EXECUTION);
    const post = await job.post({}, { run: { status } });
    expect(post?.failure).toBeNull();
    expect(world.books().entries).toMatchObject([{ result: status, cost: Number(COST) }]);
  });

  it("charges the estimate and says so where no file is there", async () => {
    const job = world.job();
    await job.run("guard", { estimate: "0.08" });
    const post = await job.post();
    expect(post?.failure).toBeNull();
    expect(said(post)).toContain("the estimate");
    expect(post?.summary).toContain("0.0800 booked");
    const { state, entries } = world.books();
    expect(entries).toMatchObject([{ cost: 0.08, quality: "estimated", source: "none" }]);
    expect(state).toMatchObject({ total_spent: 0.08, estimated: 0.08, holds: [] });
  });

  it("lets the hold go where no file is there and unsettled: release says so", async () => {
    const job = world.job();
    const main = await job.run("guard", { unsettled: "release" });
    await job.post();
    const { state, entries } = world.books();
    expect(entries).toMatchObject([{ kind: "release", cost: 0, amount: 0.055, hold: main.outputs["hold"] }]);
    expect(state).toMatchObject({ total_spent: 0, executions: 0, holds: [] });
  });

  it("never takes a file that names no usage for nothing", async () => {
    const job = world.job();
    await job.run("guard");
    writeFileSync(join(job.workspace, "agent.json"), "Killed\n");
    const post = await job.post({ "usage-file": "agent.json", unsettled: "release" });
    expect(said(post)).toMatch(/says nothing about usage/);
    expect(world.books().entries).toMatchObject([{ kind: "charge", cost: 0.055, quality: "estimated" }]);
  });

  it("doesn't book it again either where the books have forgotten its hold by then", async () => {
    const job = world.job();
    await job.run("guard");
    await job.run("record", TOKENS);
    const { state } = world.books();
    world.store.put({ state: JSON.stringify({ ...state, closed_holds: [] }) });
    const post = await job.post(TOKENS);
    expect(post?.failure).toBeNull();
    expect(world.books().state).toMatchObject({ total_spent: 0.0285, executions: 1 });
  });

  it("books its post part once, however often it runs", async () => {
    const job = world.job();
    const main = await job.run("guard");
    job.leave("claude-execution-output.json", EXECUTION);
    await job.post();
    const again = await job.post();
    expect(again?.failure).toBeNull();
    expect(world.books().entries).toMatchObject([{ id: `${main.outputs["hold"]}:settle` }]);
  });
});

describe("guard after a denial", () => {
  const none = { "monthly-budget": "0.01" };

  it("books with a warning what a job used all the same with on-deny: continue", async () => {
    const job = world.job();
    const main = await job.run("guard", { ...none, "on-deny": "continue" });
    expect(main).toMatchObject({ failure: null, outputs: { allowed: "false" } });
    job.leave("claude-execution-output.json", EXECUTION);
    const post = await job.post();
    expect(post?.failure).toBeNull();
    expect(said(post)).toContain("was denied");
    expect(world.books().state).toMatchObject({ total_spent: Number(COST), executions: 1 });
  });
});

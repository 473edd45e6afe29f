import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ActionResult } from "../support/runner/action.ts";
import { booksOn, READ_AND_COMMIT, useWorld } from "./action-world.ts";

const world = useWorld();
const EXECUTION_FILE = new URL("../fixtures/usage/claude-code/execution-file.json", import.meta.url).pathname;
const said = ({ annotations }: ActionResult, wanted = "warning"): string =>
  annotations.flatMap(({ level, message }) => (level === wanted ? [message] : [])).join("\n");
const leaves = ({ temp }: { readonly temp: string }) =>
  copyFileSync(EXECUTION_FILE, join(temp, "claude-execution-output.json"));

const RELEASED = { kind: "release", cost: 0, amount: 0.055, reason: "no agent started" };
const ESTIMATED = { kind: "charge", cost: 0.055, quality: "estimated" };

describe("guard, whose job ended before an agent began", () => {
  it.each([
    ["", "cancelled"],
    ["skipped\n\nskipped", "success"],
  ] as const)("releases the hold after the outcomes %j in a job with status %s", async (outcome, status) => {
    await world.step("status");
    const job = world.job({ inputs: { "agent-outcome": "" } });
    const main = await job.step();
    world.requests();
    const post = await job.post({ inputs: { "agent-outcome": outcome }, run: { status } });
    expect(post.exitCode).toBe(0);
    expect(world.requests()).toEqual(READ_AND_COMMIT);
    expect(said(post)).toBe("");
    expect(main.summary).not.toContain("if: cancelled()");
    expect(post.summary).toContain("No agent started");
    const { state, entries } = await booksOn(world.repo);
    expect(entries).toMatchObject([{ ...RELEASED, id: `${main.outputs["hold"]}:settle`, hold: main.outputs["hold"] }]);
    expect(state).toMatchObject({ total_spent: 0, executions: 0, holds: [] });
  });

  it("releases it though a usage file is named that no agent wrote", async () => {
    const job = world.job({ inputs: { "usage-file": "agent.json" } });
    await job.step();
    const post = await job.post({ inputs: { "agent-outcome": "skipped" }, run: { status: "cancelled" } });
    expect(said(post)).toBe("");
    expect((await booksOn(world.repo)).entries).toMatchObject([RELEASED]);
  });

  it("asks for the id of the agent's step where the outcome is empty", async () => {
    const job = world.job();
    await job.step();
    const post = await job.post({ inputs: { "agent-outcome": "" }, run: { status: "cancelled" } });
    expect(said(post, "notice")).toMatch(/agent-outcome is empty, so no agent started/);
  });

  it("charges the estimate as ever where nothing says how the agent ended", async () => {
    const job = world.job();
    await job.step();
    await job.post({ run: { status: "cancelled" } });
    expect((await booksOn(world.repo)).entries).toMatchObject([ESTIMATED]);
  });

  it.each(["cancelled", "skipped\ncancelled"])(
    "charges the estimate where an agent ran and left nothing: %j",
    async (outcome) => {
      const job = world.job();
      await job.step();
      const post = await job.post({ inputs: { "agent-outcome": outcome }, run: { status: "cancelled" } });
      expect(said(post)).toMatch(/estimate was charged/);
      expect((await booksOn(world.repo)).entries).toMatchObject([ESTIMATED]);
    },
  );

  it("charges the estimate where the job went well and no step has that id: then nobody knows", async () => {
    const job = world.job();
    await job.step();
    const post = await job.post({ inputs: { "agent-outcome": "" }, run: { status: "success" } });
    expect(said(post)).toMatch(/agent-outcome is empty although the job succeeded/);
    expect((await booksOn(world.repo)).entries).toMatchObject([ESTIMATED]);
  });

  it("books what was used all the same, with a warning", async () => {
    const job = world.job();
    await job.step();
    leaves(job);
    const post = await job.post({ inputs: { "agent-outcome": "skipped" } });
    expect(said(post)).toMatch(/agent-outcome says that no agent started, but usage was found/);
    expect((await booksOn(world.repo)).entries).toMatchObject([{ kind: "charge", cost: 0.04995, quality: "priced" }]);
  });

  it("leaves alone what an explicit record has settled", async () => {
    const job = world.job();
    const main = await job.step();
    await job.step({ inputs: { command: "record", cost: "0.02" } });
    const post = await job.post({
      state: main.state,
      inputs: { command: "guard", cost: "", "agent-outcome": "skipped" },
    });
    expect(said(post)).toBe("");
    expect((await booksOn(world.repo)).entries).toMatchObject([{ kind: "charge", cost: 0.02 }]);
  });

  it("books nothing where the run was let in without a hold", async () => {
    await world.step("check", {}, { run: { id: 99 } });
    const job = world.job({ inputs: { "on-error": "allow" } });
    await job.step({ token: "ghs_read" });
    const post = await job.post({ token: "ghs_write", inputs: { "agent-outcome": "skipped" } });
    expect(post.exitCode).toBe(0);
    const { state, entries } = await booksOn(world.repo);
    expect(state).toMatchObject({ total_spent: 0, executions: 0 });
    expect(entries).toEqual([]);
  });

  it("warns and doesn't fail where its token can't release the hold, which expires as a charge", async () => {
    const job = world.job();
    const main = await job.step();
    const post = await job.post({ token: "ghs_read", inputs: { "agent-outcome": "skipped", "on-error": "allow" } });
    expect(post.exitCode).toBe(0);
    expect(said(post)).toMatch(/hold .* could not be released; it expires as a charge.*contents: write/s);
    expect((await booksOn(world.repo)).state.holds).toMatchObject([{ id: main.outputs["hold"] }]);
  });

  it("leaves out a word that no step ends with, and says so at once in main", async () => {
    const job = world.job();
    await job.step();
    const post = await job.post({ inputs: { "agent-outcome": "done" } });
    expect(said(post)).toMatch(/The input agent-outcome is "done": write one of success.*It was ignored/s);
    expect((await booksOn(world.repo)).entries).toMatchObject([ESTIMATED]);
    const main = await world.step("guard", { "agent-outcome": "done" });
    expect(main.exitCode).toBe(1);
    expect(said(main, "error")).toMatch(/agent-outcome is "done"/);
  });
});

describe("record, whose agent never began", () => {
  it("releases the hold, and says that nothing was booked", async () => {
    const job = world.job();
    const check = await job.step({ inputs: { command: "check" } });
    const record = await job.step({
      inputs: { command: "record", "agent-outcome": "skipped" },
      run: { status: "cancelled" },
    });
    expect(check.summary).toContain("if: cancelled()");
    expect(record).toMatchObject({ exitCode: 0, outputs: { cost: "0", held: "0", hold: check.outputs["hold"] } });
    expect((await booksOn(world.repo)).entries).toMatchObject([RELEASED]);
  });

  it("charges nothing where the hold was settled before", async () => {
    const job = world.job();
    await job.step({ inputs: { command: "check" } });
    await job.step({ inputs: { command: "record", cost: "0.02", "agent-outcome": "success" } });
    const second = await job.step({ inputs: { command: "record", "agent-outcome": "skipped" } });
    expect(second).toMatchObject({ exitCode: 0, outputs: { cost: "0", spent: "0.02" } });
    expect((await booksOn(world.repo)).entries).toHaveLength(1);
  });

  it("books what was used all the same", async () => {
    const job = world.job();
    await job.step({ inputs: { command: "check" } });
    leaves(job);
    const record = await job.step({ inputs: { command: "record", "agent-outcome": "skipped" } });
    expect(record.outputs).toMatchObject({ cost: "0.04995", "cost-quality": "priced" });
    expect(said(record)).toMatch(/but usage was found/);
  });
});

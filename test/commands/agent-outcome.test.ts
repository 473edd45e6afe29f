import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { READ_AND_COMMIT, said, useCommandWorld } from "./command-world.ts";

const world = useCommandWorld();
const EXECUTION = readFileSync(new URL("../fixtures/usage/claude-code/execution-file.json", import.meta.url), "utf8");

const RELEASED = { kind: "release", cost: 0, amount: 0.055, reason: "no agent started" };
const ESTIMATED = { kind: "charge", cost: 0.055, quality: "estimated" };

describe("guard, whose job ended before an agent began", () => {
  it.each([
    ["", "cancelled"],
    ["skipped\n\nskipped", "success"],
  ] as const)("releases the hold after the outcomes %j in a job with status %s", async (outcome, status) => {
    await world.run("status");
    const job = world.job({ inputs: { "agent-outcome": "" } });
    const main = await job.run("guard");
    world.calls();
    const post = await job.post({ "agent-outcome": outcome }, { run: { status } });
    expect(post?.failure).toBeNull();
    expect(world.calls()).toEqual(READ_AND_COMMIT);
    expect(said(post)).toBe("");
    expect(main.summary).not.toContain("if: cancelled()");
    expect(post?.summary).toContain("No agent started");
    const { state, entries } = world.books();
    expect(entries).toMatchObject([{ ...RELEASED, id: `${main.outputs["hold"]}:settle`, hold: main.outputs["hold"] }]);
    expect(state).toMatchObject({ total_spent: 0, executions: 0, holds: [] });
  });

  it("releases it though a usage file is named that no agent wrote", async () => {
    const job = world.job({ inputs: { "usage-file": "agent.json" } });
    await job.run("guard");
    const post = await job.post({ "agent-outcome": "skipped" }, { run: { status: "cancelled" } });
    expect(said(post)).toBe("");
    expect(world.books().entries).toMatchObject([RELEASED]);
  });

  it("asks for the id of the agent's step where the outcome is empty", async () => {
    const job = world.job();
    await job.run("guard");
    const post = await job.post({ "agent-outcome": "" }, { run: { status: "cancelled" } });
    expect(said(post, "notice")).toMatch(/agent-outcome/);
  });

  it("charges the estimate as ever where nothing says how the agent ended", async () => {
    const job = world.job();
    await job.run("guard");
    await job.post({}, { run: { status: "cancelled" } });
    expect(world.books().entries).toMatchObject([ESTIMATED]);
  });

  it.each(["cancelled", "skipped\ncancelled"])(
    "charges the estimate where an agent ran and left nothing: %j",
    async (outcome) => {
      const job = world.job();
      await job.run("guard");
      const post = await job.post({ "agent-outcome": outcome }, { run: { status: "cancelled" } });
      expect(said(post)).toMatch(/estimate was charged/);
      expect(world.books().entries).toMatchObject([ESTIMATED]);
    },
  );

  it("charges the estimate where the job went well and no step has that id: then nobody knows", async () => {
    const job = world.job();
    await job.run("guard");
    const post = await job.post({ "agent-outcome": "" }, { run: { status: "success" } });
    expect(said(post)).toMatch(/agent-outcome is empty/);
    expect(world.books().entries).toMatchObject([ESTIMATED]);
  });

  it("books what was used all the same, with a warning", async () => {
    const job = world.job();
    await job.run("guard");
    job.leave("claude-execution-output.json", EXECUTION);
    const post = await job.post({ "agent-outcome": "skipped" });
    expect(said(post)).toMatch(/agent-outcome says that no agent started/);
    expect(world.books().entries).toMatchObject([{ kind: "charge", cost: 0.04995, quality: "priced" }]);
  });

  it("leaves alone what an explicit record has settled", async () => {
    const job = world.job();
    await job.run("guard");
    await job.run("record", { cost: "0.02" });
    const post = await job.post({ "agent-outcome": "skipped" });
    expect(said(post)).toBe("");
    expect(world.books().entries).toMatchObject([{ kind: "charge", cost: 0.02 }]);
  });
});

describe("record, whose agent never began", () => {
  it("releases the hold, and says that nothing was booked", async () => {
    const job = world.job();
    const check = await job.run("check");
    const record = await job.run("record", { "agent-outcome": "skipped" }, { run: { status: "cancelled" } });
    expect(check.summary).toContain("if: cancelled()");
    expect(record).toMatchObject({ failure: null, outputs: { cost: "0", held: "0", hold: check.outputs["hold"] } });
    expect(world.books().entries).toMatchObject([RELEASED]);
  });

  it("charges nothing where the hold was settled before", async () => {
    const job = world.job();
    await job.run("check");
    await job.run("record", { cost: "0.02", "agent-outcome": "success" });
    const second = await job.run("record", { "agent-outcome": "skipped" });
    expect(second).toMatchObject({ failure: null, outputs: { cost: "0", spent: "0.02" } });
    expect(world.books().entries).toHaveLength(1);
  });

  it("books what was used all the same", async () => {
    const job = world.job();
    await job.run("check");
    job.leave("claude-execution-output.json", EXECUTION);
    const record = await job.run("record", { "agent-outcome": "skipped" });
    expect(record.outputs).toMatchObject({ cost: "0.04995", "cost-quality": "priced" });
    expect(said(record)).toMatch(/agent-outcome says that no agent started/);
  });
});

import { describe, expect, it } from "vitest";
import type { ActionResult } from "../support/runner/action.ts";
import { booksOn, READ_AND_COMMIT, useWorld } from "./action-world.ts";

const world = useWorld();
const said = ({ annotations }: ActionResult, wanted = "warning"): string =>
  annotations.flatMap(({ level, message }) => (level === wanted ? [message] : [])).join("\n");

const RELEASED = { kind: "release", cost: 0, amount: 0.055, reason: "no agent started" };
const ESTIMATED = { kind: "charge", cost: 0.055, quality: "estimated" };

describe("guard, whose job ended before an agent began", () => {
  it("releases the hold where the agent's step has no outcome and the job was cancelled", async () => {
    await world.step("status");
    const job = world.job({ inputs: { "agent-outcome": "" } });
    const main = await job.step();
    world.requests();
    const post = await job.post({ inputs: { "agent-outcome": "" }, run: { status: "cancelled" } });
    expect(post.exitCode).toBe(0);
    expect(world.requests()).toEqual(READ_AND_COMMIT);
    expect(said(post)).toBe("");
    expect(main.summary).not.toContain("if: cancelled()");
    expect(post.summary).toContain("No agent started");
    const { state, entries } = await booksOn(world.repo);
    expect(entries).toMatchObject([{ ...RELEASED, id: `${main.outputs["hold"]}:settle`, hold: main.outputs["hold"] }]);
    expect(state).toMatchObject({ total_spent: 0, executions: 0, holds: [] });
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
});

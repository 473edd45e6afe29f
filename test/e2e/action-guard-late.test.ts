import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ActionResult } from "../support/runner/action.ts";
import { booksOn, useWorld } from "./action-world.ts";

const world = useWorld();
const EXECUTION_FILE = new URL("../fixtures/usage/claude-code/execution-file.json", import.meta.url).pathname;
const said = ({ annotations }: ActionResult, wanted = "warning"): string =>
  annotations.flatMap(({ level, message }) => (level === wanted ? [message] : [])).join("\n");

describe("a post part that can't do its work", () => {
  it("warns and doesn't fail where its token has expired, and leaves the line to be booked in the log", async () => {
    world.github.setToken("ghs_short", { permission: "write" });
    const job = world.job({ token: "ghs_short" });
    const main = await job.step();
    world.github.revokeToken("ghs_short");
    copyFileSync(EXECUTION_FILE, join(job.temp, "claude-execution-output.json"));
    const post = await job.post();
    expect(post.exitCode).toBe(0);
    expect(said(post, "error")).toBe("");
    expect(said(post)).toMatch(/Not booked: .*401/s);
    const line = /\{"id".*\}/.exec(said(post))?.[0] ?? "{}";
    expect(JSON.parse(line)).toMatchObject({
      id: `${main.outputs["hold"]}:settle`,
      cost: 0.04995,
      hold: main.outputs["hold"],
    });
    const { state } = await booksOn(world.repo);
    expect(state).toMatchObject({ total_spent: 0, holds: [{ id: main.outputs["hold"] }] });
  });

  it("warns and doesn't fail where its token may only read", async () => {
    const job = world.job();
    await job.step();
    const post = await job.post({ token: "ghs_read" });
    expect(post.exitCode).toBe(0);
    expect(said(post, "error")).toBe("");
    expect(said(post)).toMatch(/Not booked: .*permissions:\n {2}contents: write/s);
    // What isn't known is never nothing, not even in the line that a person may book by hand.
    expect(said(post)).toContain('"kind":"charge","cost":0.055,"quality":"estimated"');
    expect((await booksOn(world.repo)).state.holds).toHaveLength(1);
  });

  // It reads for some seconds before it believes it: a read can be older than the branch.
  it("begins no new books where those it was let in by are gone", async () => {
    const job = world.job();
    await job.step();
    await world.repo.deleteBranch("token-budget");
    const post = await job.post();
    expect(post.exitCode).toBe(0);
    expect(said(post)).toMatch(/Not booked: The books in .* are gone/);
    expect(await world.repo.branches()).toEqual(["main"]);
  });

  it("leaves bad inputs out with a warning and books all the same", async () => {
    const job = world.job();
    await job.step();
    copyFileSync(EXECUTION_FILE, join(job.temp, "claude-execution-output.json"));
    const post = await job.post({ inputs: { prs: "many" } });
    expect(post.exitCode).toBe(0);
    expect(said(post)).toMatch(/The input prs .* It was ignored/);
    expect((await booksOn(world.repo)).state).toMatchObject({ total_spent: 0.04995, holds: [] });
  });
});

describe("a main part that was cut short before it had its answer", () => {
  const cutShort = ({ state }: ActionResult) =>
    Object.fromEntries(Object.entries(state).filter(([name]) => name !== "answer"));

  it("has its hold let go by post where nothing was used", async () => {
    const job = world.job();
    const main = await job.step();
    const post = await job.post({ state: cutShort(main), run: { status: "cancelled" } });
    expect(post.exitCode).toBe(0);
    const { state, entries } = await booksOn(world.repo);
    expect(state).toMatchObject({ total_spent: 0, executions: 0, holds: [] });
    expect(entries).toMatchObject([{ kind: "release", hold: main.outputs["hold"] }]);
  });
});

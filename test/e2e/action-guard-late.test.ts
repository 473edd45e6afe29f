import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ActionResult } from "../support/runner/action.ts";
import { booksOn, READ_AND_COMMIT, useWorld } from "./action-world.ts";

const world = useWorld();
const EXECUTION_FILE = new URL("../fixtures/usage/claude-code/execution-file.json", import.meta.url).pathname;
const said = ({ annotations }: ActionResult, wanted = "warning"): string =>
  annotations.flatMap(({ level, message }) => (level === wanted ? [message] : [])).join("\n");

describe("a re-run of failed jobs, which repeats the work without its gate", () => {
  it("is booked in full with a warning where it names the hold that its first attempt settled", async () => {
    const gate = await world.step("check", {}, { run: { job: "gate", id: 7 } });
    const hold = gate.outputs["hold"] ?? "";
    const work = { command: "record", hold, cost: "0.04" };
    const first = await world.job({ run: { job: "work", id: 7, status: "failure" } }).step({ inputs: work });
    expect(first.outputs).toMatchObject({ spent: "0.04", held: "0", hold });
    expect(said(first)).toBe("");

    const again = await world.job({ run: { job: "work", id: 7, attempt: 2 } }).step({ inputs: work });
    expect(again).toMatchObject({ exitCode: 0, outputs: { cost: "0.04", spent: "0.08" } });
    expect(said(again)).toMatch(/without a check that the budget covers it/);
    expect((await booksOn(world.repo)).entries).toMatchObject([
      { cost: 0.04, hold, result: "failure", run: { attempt: 1 } },
      { cost: 0.04, hold, result: "success", run: { attempt: 2 } },
    ]);
  });

  it("is booked in full with a warning where it names no hold, and leaves the first attempt's hold alone", async () => {
    const gate = await world.step("check", {}, { run: { job: "gate", id: 7 } });
    const again = await world.step("record", { cost: "0.04" }, { run: { job: "work", id: 7, attempt: 2 } });
    expect(again).toMatchObject({ exitCode: 0, outputs: { cost: "0.04", spent: "0.04", held: "0.055" } });
    expect(said(again)).toMatch(/This run has no open hold: charged in full/);
    expect((await booksOn(world.repo)).state.holds).toMatchObject([{ id: gate.outputs["hold"] }]);
  });

  it("settles the hold where the first attempt died before it could", async () => {
    const gate = await world.step("check", {}, { run: { job: "gate", id: 7 } });
    const inputs = { hold: gate.outputs["hold"] ?? "", cost: "0.04" };
    const again = await world.step("record", inputs, { run: { job: "work", id: 7, attempt: 2 } });
    expect(again.outputs).toMatchObject({ spent: "0.04", held: "0", hold: gate.outputs["hold"] });
    expect(said(again)).toBe("");
  });

  it("charges a released hold in full with a warning", async () => {
    const gate = await world.step("check");
    const hold = gate.outputs["hold"] ?? "";
    const released = await world.step("release", { hold });
    expect(released.outputs).toMatchObject({ held: "0", hold });
    const late = await world.step("record", { hold, cost: "0.04" }, { run: { attempt: 2 } });
    expect(late).toMatchObject({ exitCode: 0, outputs: { spent: "0.04" } });
    expect(said(late)).toMatch(/is not open .* charged in full, without a check/);
  });
});

describe("a hold whose time ran out", () => {
  it("is charged at its estimate by the next writer, and corrected by the late post", async () => {
    world.at("2026-02-14T10:00:00Z");
    const job = world.job();
    const main = await job.step({ inputs: { "hold-minutes": "30", estimate: "0.08" } });
    world.at("2026-02-14T10:31:00Z");
    const other = await world.step("check", {}, { run: { id: 2 } });
    expect(other.outputs).toMatchObject({ spent: "0.08", executions: "1" });

    world.at("2026-02-14T11:05:00Z");
    copyFileSync(EXECUTION_FILE, join(job.temp, "claude-execution-output.json"));
    const post = await job.post();
    expect(post.exitCode).toBe(0);
    expect(post.log).toContain("Corrected by -$0.0301");
    const { state, entries } = await booksOn(world.repo);
    expect(state).toMatchObject({ total_spent: 0.04995, executions: 1, corrections: { count: 1, amount: -0.03005 } });
    expect(entries).toMatchObject([
      { id: `${main.outputs["hold"]}:expire`, cost: 0.08, quality: "estimated" },
      { id: `${main.outputs["hold"]}:settle`, kind: "correction", cost: -0.03005, replaces: 0.08 },
    ]);
  });
});

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

  it("has what was used booked by post", async () => {
    const job = world.job();
    const main = await job.step();
    copyFileSync(EXECUTION_FILE, join(job.temp, "claude-execution-output.json"));
    world.requests();
    const post = await job.post({ state: cutShort(main) });
    expect(world.requests()).toEqual(READ_AND_COMMIT);
    expect(said(post)).toMatch(/This run got no answer from the budget/);
    expect((await booksOn(world.repo)).state).toMatchObject({ total_spent: 0.04995, holds: [] });
  });
});

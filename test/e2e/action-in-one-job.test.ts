import { copyFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { booksOn, READ_AND_COMMIT, useWorld } from "./action-world.ts";

const world = useWorld();
const EXECUTION_FILE = new URL("../fixtures/usage/claude-code/execution-file.json", import.meta.url).pathname;
const warningsOf = ({
  annotations,
}: {
  annotations: readonly { level: string; message: string }[];
}): readonly string[] => annotations.flatMap(({ level, message }) => (level === "warning" ? [message] : []));

describe("several steps in one job", () => {
  it("settle the hold of the check right before them", async () => {
    const job = world.job();
    const first = await job.step({ inputs: { command: "check" } });
    const one = await job.step({ inputs: { command: "record", cost: "0.02" } });
    const second = await job.step({ inputs: { command: "check" } });
    const two = await job.step({ inputs: { command: "record", cost: "0.03" } });
    expect([one.outputs["hold"], two.outputs["hold"]]).toEqual([first.outputs["hold"], second.outputs["hold"]]);
    expect([...warningsOf(one), ...warningsOf(two)]).toEqual([]);
    expect((await booksOn(world.repo)).state).toMatchObject({ total_spent: 0.05, executions: 2, holds: [] });
  });

  it("find what was left since the job began, though the hold is settled and all that the runner keeps was touched", async () => {
    const leftMs = Date.now();
    const at = (ms: number) => world.at(new Date(ms).toISOString());
    at(leftMs);
    const job = world.job();
    await job.step({ inputs: { command: "check" } });
    await job.step({ inputs: { command: "record", cost: "0.02" } });
    const left = join(job.workspace, "result.json");
    copyFileSync(EXECUTION_FILE, left);
    utimesSync(left, leftMs / 1000, leftMs / 1000);
    // An hour later the agent has made something beside the event's file, which the runner then writes again.
    at(leftMs + 3_600_000);
    const touched = join(job.temp, "_github_workflow");
    writeFileSync(join(touched, "mine"), "");
    utimesSync(touched, leftMs / 1000 + 3_600, leftMs / 1000 + 3_600);
    const record = await job.step({ inputs: { command: "record", "usage-file": "*.json" } });
    expect(warningsOf(record)).toEqual([]);
    expect(record.outputs).toMatchObject({ cost: "0.04995", "cost-quality": "priced" });
  });

  it("leave a gate's hold alone that belongs to other books", async () => {
    const shared = await world.createRepository();
    const elsewhere = { repository: shared.nameWithOwner };
    const job = world.job();
    const gate = await job.step();
    const record = await job.step({ inputs: { command: "record", cost: "0.03", ...elsewhere } });
    expect(record).toMatchObject({ exitCode: 0, outputs: { spent: "0.03" } });
    expect((await booksOn(world.repo)).state.holds).toMatchObject([{ id: gate.outputs["hold"] }]);
    expect((await booksOn(shared)).state).toMatchObject({ total_spent: 0.03 });
  });
});

describe("a gate that let a run in without an answer", () => {
  it("charges the estimate in post where the books are there again, for nobody knows what was used", async () => {
    const job = world.job();
    const main = await job.step({ inputs: { "on-error": "allow" }, token: "ghs_read" });
    expect(main).toMatchObject({ exitCode: 0, outputs: { allowed: "true", reason: "missing-permission" } });
    const post = await job.post({ token: "ghs_write" });
    expect(post.exitCode).toBe(0);
    expect((await booksOn(world.repo)).state).toMatchObject({ total_spent: 0.055, executions: 1, holds: [] });
    expect(warningsOf(post).join()).not.toMatch(/denied/);
  });
});

describe("four runs at once", () => {
  it("all hold and all book", async () => {
    await world.step("check", {}, { run: { id: 99 } });
    world.requests();
    const jobs = [1, 2, 3, 4].map((id) => world.job({ run: { id } }));
    await Promise.all(jobs.map((job) => job.step({ inputs: { command: "check" } })));
    expect((await booksOn(world.repo)).state.holds).toHaveLength(5);
    const records = await Promise.all(jobs.map((job) => job.step({ inputs: { command: "record", cost: "0.01" } })));
    expect(records.map(({ exitCode, outputs }) => [exitCode, outputs["cost"]])).toEqual(jobs.map(() => [0, "0.01"]));
    const { state } = await booksOn(world.repo);
    expect(state).toMatchObject({ total_spent: 0.04, executions: 4 });
    expect(state.holds).toHaveLength(1);
    expect(await world.repo.log("token-budget")).toHaveLength(9);
  });
});

describe("verify", () => {
  it("finds books that were kept by the Action as their ledger says, and mends what a hand has changed", async () => {
    world.at("2026-02-14T10:00:00Z");
    const job = world.job();
    await job.step({ inputs: { command: "check" } });
    await job.step({ inputs: { command: "record", cost: "0.03" } });
    expect(await world.step("verify")).toMatchObject({ exitCode: 0 });
    const state = (await world.repo.readFile("token-budget", "token_budget.json")) ?? "";
    await world.repo.writeFile(
      "token-budget",
      "token_budget.json",
      state.replace('"total_spent": 0.03', '"total_spent": 0.01'),
    );
    const found = await world.step("verify");
    expect(found.exitCode).toBe(1);
    expect(found.summary).toMatch(/total&#95;spent.*0\.03.*0\.01/);
    world.requests();
    const mended = await world.step("verify", { repair: "true" });
    expect(mended.exitCode).toBe(0);
    expect(world.requests().at(-1)).toBe(READ_AND_COMMIT[1]);
    expect((await booksOn(world.repo)).state.total_spent).toBe(0.03);
    expect(await world.step("verify")).toMatchObject({ exitCode: 0 });
  });
});

describe("a step without a token", () => {
  it("fails with a sentence and outputs, and asks nobody", async () => {
    const { exitCode, annotations, outputs } = await world.step("check", { "github-token": "" });
    expect(exitCode).toBe(1);
    expect(annotations).toMatchObject([{ level: "error", message: expect.stringMatching(/token/) }]);
    expect(annotations[0]?.message).not.toMatch(/bug in token-budget/);
    expect(outputs).toMatchObject({ allowed: "false", decision: "deny" });
    expect(world.requests()).toEqual([]);
  });
});

import { copyFileSync, readFileSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { booksOn, READ_AND_COMMIT, useWorld } from "./action-world.ts";

const world = useWorld();
const AT = "2026-02-14T10:00:00Z";
const EXECUTION_FILE = new URL("../fixtures/usage/claude-code/execution-file.json", import.meta.url).pathname;
/** What the agent of the execution file cost by list price. */
const COST = "0.04995";
const TOKENS = { model: "claude-sonnet-4-5", "input-tokens": "2000", "output-tokens": "1500" };
const warnings = (result: { annotations: readonly { level: string; message: string }[] }): string =>
  result.annotations.flatMap(({ level, message }) => (level === "warning" ? [message] : [])).join("\n");

describe("guard", () => {
  it("holds in main and books from the execution file in post, where the input is filled in", async () => {
    world.at(AT);
    await world.step("status");
    const job = world.job();
    const main = await job.step({ inputs: { "usage-file": "" } });
    expect(main.exitCode).toBe(0);
    expect(main.outputs).toMatchObject({ allowed: "true", held: "0.055", reason: "ok" });
    expect(main.env["TOKEN_BUDGET_HOLD"]).toContain(main.outputs["hold"]);
    expect((await booksOn(world.repo)).state.holds).toMatchObject([
      { id: main.outputs["hold"], run: { job: "agent" } },
    ]);

    const file = join(job.workspace, "agent.json");
    copyFileSync(EXECUTION_FILE, file);
    world.requests();
    const post = await job.post({ inputs: { "usage-file": file } });
    expect(post.exitCode).toBe(0);
    expect(world.requests()).toEqual(READ_AND_COMMIT);
    expect(post.summary).toContain("0.0500 booked");
    expect(warnings(post)).toBe("");
    const { state, entries } = await booksOn(world.repo);
    expect(state).toMatchObject({ total_spent: Number(COST), executions: 1, holds: [] });
    expect(entries).toMatchObject([
      {
        id: `${main.outputs["hold"]}:settle`,
        cost: Number(COST),
        quality: "priced",
        predicted: 0.055,
        hold: main.outputs["hold"],
        started_at: AT,
        result: "success",
        usage: [{ model: "claude-sonnet-4-5", input: 16420, output: 1066 }],
      },
    ]);
  });

  it("finds the file where the tool leaves it, and not an old one of another job", async () => {
    const job = world.job();
    const left = join(job.temp, "claude-execution-output.json");
    copyFileSync(EXECUTION_FILE, left);
    const lastYear = new Date("2025-06-01");
    utimesSync(left, lastYear, lastYear);
    await job.step();
    const post = await job.post();
    expect(warnings(post)).toMatch(/estimate was charged/);
    expect((await booksOn(world.repo)).entries).toMatchObject([{ cost: 0.055, quality: "estimated" }]);
  });

  it("doesn't book again in post what an explicit record booked", async () => {
    const job = world.job();
    const main = await job.step();
    const record = await job.step({ inputs: { command: "record", ...TOKENS } });
    expect(record.outputs).toMatchObject({ cost: "0.0285", hold: main.outputs["hold"], spent: "0.0285" });
    copyFileSync(EXECUTION_FILE, join(job.temp, "claude-execution-output.json"));
    world.requests();
    const post = await job.post({ state: main.state, inputs: { command: "guard" } });
    expect(post.exitCode).toBe(0);
    expect(world.requests()).toEqual(["TokenBudgetRead"]);
    expect(post.log).toContain("Nothing to book");
    expect((await booksOn(world.repo)).state).toMatchObject({ total_spent: 0.0285, executions: 1 });
  });

  it("keeps the profile, tags and place of main for post", async () => {
    const job = world.job();
    await job.step({
      inputs: { branch: "ai/books", path: "ai/token_budget.json", profile: "reviews", tags: "agent=reviewer" },
    });
    await job.post({ inputs: { branch: "", path: "", profile: "", tags: "" } });
    const { entries } = await booksOn(world.repo, { branch: "ai/books", path: "ai/token_budget.json" });
    expect(entries).toMatchObject([{ profile: "reviews", tags: { agent: "reviewer" } }]);
    expect(await world.repo.branches()).toEqual(["ai/books", "main"]);
  });

  it("has no post part for other commands", async () => {
    const job = world.job();
    await job.step({ inputs: { command: "check" } });
    world.requests();
    const post = await job.post();
    expect(post).toMatchObject({ exitCode: 0, stdout: expect.not.stringContaining("Booked") });
    expect(world.requests()).toEqual([]);
  });
});

describe("guard after a denial", () => {
  const none = { "monthly-budget": "0.01" };

  it("fails the step and books nothing in post", async () => {
    const job = world.job();
    const main = await job.step({ inputs: none });
    expect(main.exitCode).toBe(1);
    expect(main.outputs["reason"]).toBe("exhausted");
    world.requests();
    const post = await job.post({ run: { status: "failure" } });
    expect(post).toMatchObject({ exitCode: 0, annotations: [] });
    expect(world.requests()).toEqual([]);
    expect((await booksOn(world.repo)).entries).toEqual([]);
  });
});

it("has an execution file to go by", () => {
  expect(JSON.parse(readFileSync(EXECUTION_FILE, "utf8")).at(-1).total_cost_usd).toBe(Number(COST));
});

import { describe, expect, it } from "vitest";
import type { ActionResult } from "../support/runner/action.ts";
import { booksOn, NOON, useWorld } from "./action-world.ts";
import { seedBooks } from "./books-on-branch.ts";

const world = useWorld();
const POLICY = ".github/token-budget.yml";
const said = ({ annotations }: ActionResult, wanted: string): string =>
  annotations.flatMap(({ level, message }) => (level === wanted ? [message] : [])).join("\n");

describe("the policy file", () => {
  it("is that of the default branch, which a pull request's own can't change, read with the books in one request", async () => {
    await world.repo.writeFile("main", POLICY, "monthly-budget: 10\ndefault-estimate: 0.07\nname: Robots\n");
    await world.repo.writeFile("feature", POLICY, "monthly-budget: 1000\n");
    const job = world.job({
      event: {
        name: "pull_request",
        payload: {
          pull_request: {
            number: 7,
            head: { ref: "feature", repo: { full_name: world.repo.nameWithOwner } },
            base: { ref: "main", repo: { full_name: world.repo.nameWithOwner } },
          },
        },
      },
      run: { ref: "refs/pull/7/merge" },
    });
    await world.step("status");
    world.requests();
    const { outputs } = await job.step({ inputs: { command: "check" } });
    expect(outputs).toMatchObject({ allowed: "true", budget: "10", held: "0.07" });
    expect(world.requests()[0]).toBe("TokenBudgetRead");
    expect(world.requests()).toEqual([]);
    expect((await booksOn(world.repo)).state.monthly_budget).toBe(10);
    expect(await world.repo.readFile("token-budget", "README.md")).toMatch(/^# Robots/);
  });

  it("that is bad stops a check and names what is wrong, and never a booking", async () => {
    await seedBooks(world.repo, { at: NOON, spent: 4 });
    await world.repo.writeFile("main", POLICY, "monthly-budgt: 10\n");
    const head = await world.repo.head("token-budget");
    const check = await world.step("check");
    expect(check).toMatchObject({ exitCode: 1, outputs: { allowed: "false", reason: "bad-policy" } });
    expect(check.outputs["message"]).toMatch(/token-budget\.yml.*monthly-budgt/s);
    expect(await world.repo.head("token-budget")).toBe(head);

    const record = await world.step("record", { cost: "0.05" });
    expect(record).toMatchObject({ exitCode: 0, outputs: { spent: "4.05", budget: "15" } });
    expect(said(record, "warning")).toMatch(/monthly-budgt.*Bookings use the rest of it/s);
  });
});

describe("the input monthly-budget without a policy file", () => {
  it("is kept by no run of a pull request", async () => {
    const own = { full_name: world.repo.nameWithOwner };
    const payload = {
      pull_request: { number: 7, head: { ref: "feature", repo: own }, base: { ref: "main", repo: own } },
    };
    const change = { event: { name: "pull_request", payload }, run: { ref: "refs/pull/7/merge" } };
    const large = { "monthly-budget": "5000", timezone: "Asia/Tokyo", estimate: "100" };
    const denied = await world.step("check", { ...large, "on-deny": "continue" }, change);
    expect(denied.outputs).toMatchObject({ allowed: "false", budget: "15" });
    expect(said(denied, "notice")).toContain("can't change the budget");
    const booked = await world.step("record", { ...large, cost: "0.01" }, change);
    expect(booked.outputs).toMatchObject({ cost: "0.01", budget: "15" });
    const state = (await booksOn(world.repo)).state;
    expect(state).toMatchObject({ monthly_budget: 15, timezone: "UTC" });
    expect(state.budget_set).toBeUndefined();

    // A smaller one holds for its own decision alone.
    const small = { "monthly-budget": "0.02", "on-deny": "continue" };
    expect((await world.step("check", small, change)).outputs).toMatchObject({ allowed: "false", budget: "0.02" });
    const later = await world.step("check", { estimate: "14" });
    expect(later.outputs).toMatchObject({ allowed: "true", budget: "15" });
  });

  it("is kept by a run of the default branch", async () => {
    await world.step("check", { "monthly-budget": "20" });
    expect((await booksOn(world.repo)).state).toMatchObject({ monthly_budget: 20 });
  });
});

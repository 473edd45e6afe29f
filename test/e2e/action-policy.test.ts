import { describe, expect, it } from "vitest";
import type { ActionResult } from "../support/runner/action.ts";
import { booksOn, NOON, READ_AND_COMMIT, useWorld } from "./action-world.ts";
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

  it("holds over the input, which may make the budget smaller for one decision and never larger", async () => {
    await world.repo.writeFile("main", POLICY, "monthly-budget: 10\n");
    await seedBooks(world.repo, { at: NOON, spent: 4, state: { monthly_budget: 10 } });
    const smaller = await world.step("check", { "monthly-budget": "4.01", "on-deny": "continue" });
    expect(smaller.outputs).toMatchObject({ allowed: "false", reason: "exhausted", budget: "4.01" });
    const larger = await world.step("check", { "monthly-budget": "100" });
    expect(larger.outputs).toMatchObject({ allowed: "true", budget: "10" });
    expect(said(larger, "notice")).toMatch(/the policy file's \$10\.00 applies/);
    // A smaller budget for one decision neither is stored nor exhausts the month.
    expect((await booksOn(world.repo)).state).toMatchObject({ monthly_budget: 10, exhausted_at: null });
  });

  it.each([
    ["billing", "subscription", { cost: "1" }, 1],
    ["unsettled", "release", {}, 0.055],
  ])("says alone whether a run is charged, where it does: %s", async (name, value, inputs, charged) => {
    await world.repo.writeFile("main", POLICY, "billing: metered\nunsettled: charge\n");
    const result = await world.step("record", { ...inputs, [name]: value });
    expect(said(result, "notice")).toContain(`The input ${name} asks for ${value}; the policy file's`);
    expect((await booksOn(world.repo)).state.total_spent).toBe(charged);
  });

  it("says alone what is set aside, where it does", async () => {
    await world.repo.writeFile("main", POLICY, "estimate: 2\n");
    const { outputs } = await world.step("check", { estimate: "0.000001" });
    expect(outputs).toMatchObject({ allowed: "true", held: "2" });
  });

  it("changes the budget of the books, which the channel is told", async () => {
    await seedBooks(world.repo, { at: NOON, spent: 4 });
    await world.repo.writeFile("main", POLICY, "monthly-budget: 30\n");
    const { outputs } = await world.step("check");
    expect(outputs).toMatchObject({ budget: "30", remaining: "25.945" });
    expect(world.discord.messages[0]?.payload.embeds?.[0]?.description).toContain("changed from $15.00 to $30.00");
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

  it("gives a price where none is known; without it the estimate is charged and the line is shown", async () => {
    const used = { model: "house-model-7", "input-tokens": "1000000", "output-tokens": "100000" };
    const unknown = await world.step("record", used);
    expect(unknown.outputs).toMatchObject({ cost: "0.055", "cost-quality": "estimated" });
    expect(said(unknown, "warning")).toMatch(/No price is known for house-model-7.*prices:/s);
    await world.repo.writeFile("main", POLICY, "prices:\n  house-model-7: { input: 1.2, output: 4.8 }\n");
    const known = await world.step("record", used);
    expect(known.outputs).toMatchObject({ cost: "1.68", "cost-quality": "priced", spent: "1.735" });
    expect(said(known, "warning")).not.toMatch(/No price/);
  });

  it("may keep the channel silent", async () => {
    await seedBooks(world.repo, { at: NOON, spent: 4.98 });
    await world.repo.writeFile("main", POLICY, "notify: { discord: none }\n");
    const { outputs } = await world.step("record", { cost: "0.05" });
    expect(outputs["milestones"]).toBe("5");
    expect(world.requests()).toEqual(READ_AND_COMMIT);
    expect(world.titles()).toEqual([]);
  });
});

describe("the input monthly-budget without a policy file", () => {
  const OF_CHANGES = [
    ["a pull request", "pull_request", "refs/pull/7/merge"],
    ["a pull request, with the base's workflow", "pull_request_target", "refs/heads/main"],
    ["a review", "pull_request_review", "refs/pull/7/merge"],
    ["a merge group", "merge_group", "refs/heads/gh-readonly-queue/main/pr-7"],
    ["a push to another branch", "push", "refs/heads/feature"],
    ["a tag", "push", "refs/tags/v1"],
    ["a dispatch on another branch", "workflow_dispatch", "refs/heads/feature"],
  ] as const;

  it.each(OF_CHANGES)("is kept by no run of a pull request or of another branch: %s", async (_, name, ref) => {
    const own = { full_name: world.repo.nameWithOwner };
    const payload = {
      pull_request: { number: 7, head: { ref: "feature", repo: own }, base: { ref: "main", repo: own } },
    };
    const change = { event: { name, payload }, run: { ref } };
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

  it.each(["push", "schedule", "workflow_dispatch", "issue_comment", "workflow_run"])(
    "is kept by a run of the default branch: %s",
    async (name) => {
      await world.step("check", { "monthly-budget": "20" }, { event: { name } });
      expect((await booksOn(world.repo)).state).toMatchObject({ monthly_budget: 20 });
    },
  );
});

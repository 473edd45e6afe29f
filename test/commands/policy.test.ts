import { describe, expect, it } from "vitest";
import { NOON, READ_AND_COMMIT, REPOSITORY, said, useCommandWorld } from "./command-world.ts";

const world = useCommandWorld();

describe("the policy file", () => {
  it("holds over the input, which may make the budget smaller for one decision and never larger", async () => {
    world.policy("monthly-budget: 10\n");
    world.seed({ at: NOON, spent: 4, state: { monthly_budget: 10 } });
    const smaller = await world.run("check", { "monthly-budget": "4.01", "on-deny": "continue" });
    expect(smaller.outputs).toMatchObject({ allowed: "false", reason: "exhausted", budget: "4.01" });
    const larger = await world.run("check", { "monthly-budget": "100" });
    expect(larger.outputs).toMatchObject({ allowed: "true", budget: "10" });
    expect(said(larger, "notice")).toContain("$10.00");
    // A smaller budget for one decision neither is stored nor exhausts the month.
    expect(world.books().state).toMatchObject({ monthly_budget: 10, exhausted_at: null });
  });

  it.each([
    ["billing", "subscription", { cost: "1" }, 1],
    ["unsettled", "release", {}, 0.055],
  ])("says alone whether a run is charged, where it does: %s", async (name, value, inputs, charged) => {
    world.policy("billing: metered\nunsettled: charge\n");
    const result = await world.run("record", { ...inputs, [name]: value });
    expect(said(result, "notice")).toContain(`The input ${name} asks for ${value}`);
    expect(world.books().state.total_spent).toBe(charged);
  });

  it("says alone what is set aside, where it does", async () => {
    world.policy("estimate: 2\n");
    const { outputs } = await world.run("check", { estimate: "0.000001" });
    expect(outputs).toMatchObject({ allowed: "true", held: "2" });
  });

  it("changes the budget of the books, which the channel is told", async () => {
    world.seed({ at: NOON, spent: 4 });
    world.policy("monthly-budget: 30\n");
    const { outputs } = await world.run("check");
    expect(outputs).toMatchObject({ budget: "30", remaining: "25.945" });
    expect(world.messages()[0]?.payload.embeds?.[0]?.description).toContain("changed from $15.00 to $30.00");
  });

  it("that is bad stops a check and names what is wrong, and never a booking", async () => {
    world.seed({ at: NOON, spent: 4 });
    world.policy("monthly-budgt: 10\n");
    const head = world.commits().length;
    const check = await world.run("check");
    expect(check.outputs).toMatchObject({ allowed: "false", reason: "bad-policy" });
    expect(check.failure).toBe(check.outputs["message"]);
    expect(check.outputs["message"]).toMatch(/token-budget\.yml.*monthly-budgt/s);
    expect(world.commits().length).toBe(head);

    const record = await world.run("record", { cost: "0.05" });
    expect(record).toMatchObject({ failure: null, outputs: { spent: "4.05", budget: "15" } });
    expect(said(record, "warning")).toMatch(/monthly-budgt.*the rest of it/s);
  });

  it("gives a price where none is known; without it the estimate is charged and the line is shown", async () => {
    const used = { model: "house-model-7", "input-tokens": "1000000", "output-tokens": "100000" };
    const unknown = await world.run("record", used);
    expect(unknown.outputs).toMatchObject({ cost: "0.055", "cost-quality": "estimated" });
    expect(said(unknown, "warning")).toMatch(/house-model-7.*prices:/s);
    world.policy("prices:\n  house-model-7: { input: 1.2, output: 4.8 }\n");
    const known = await world.run("record", used);
    expect(known.outputs).toMatchObject({ cost: "1.68", "cost-quality": "priced", spent: "1.735" });
    expect(said(known, "warning")).not.toContain("house-model-7");
  });

  it("may keep the channel silent", async () => {
    world.seed({ at: NOON, spent: 4.98 });
    world.policy("notify: { discord: none }\n");
    const { outputs } = await world.run("record", { cost: "0.05" });
    expect(outputs["milestones"]).toBe("5");
    expect(world.calls()).toEqual(READ_AND_COMMIT);
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
    const own = { full_name: REPOSITORY };
    const payload = {
      pull_request: { number: 7, head: { ref: "feature", repo: own }, base: { ref: "main", repo: own } },
    };
    const change = { event: { name, payload }, run: { ref } };
    const large = { "monthly-budget": "5000", timezone: "Asia/Tokyo", estimate: "100" };
    const denied = await world.run("check", { ...large, "on-deny": "continue" }, change);
    expect(denied.outputs).toMatchObject({ allowed: "false", budget: "15" });
    expect(said(denied, "notice")).toContain("monthly-budget");
    const booked = await world.run("record", { ...large, cost: "0.01" }, change);
    expect(booked.outputs).toMatchObject({ cost: "0.01", budget: "15" });
    const state = world.books().state;
    expect(state).toMatchObject({ monthly_budget: 15, timezone: "UTC" });
    expect(state.budget_set).toBeUndefined();

    // A smaller one holds for its own decision alone.
    const small = { "monthly-budget": "0.02", "on-deny": "continue" };
    expect((await world.run("check", small, change)).outputs).toMatchObject({ allowed: "false", budget: "0.02" });
    const later = await world.run("check", { estimate: "14" });
    expect(later.outputs).toMatchObject({ allowed: "true", budget: "15" });
  });

  it.each(["push", "schedule", "workflow_dispatch", "issue_comment", "workflow_run"])(
    "is kept by a run of the default branch: %s",
    async (name) => {
      await world.run("check", { "monthly-budget": "20" }, { event: { name } });
      expect(world.books().state).toMatchObject({ monthly_budget: 20 });
    },
  );
});

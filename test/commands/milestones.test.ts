import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { useCommandWorld } from "./command-world.ts";

const world = useCommandWorld();
const EXAMPLE = new URL("../../token_budget.example.json", import.meta.url);
const AT = "2026-02-14T10:00:00Z";
const TWO_MODELS = {
  model: "claude-sonnet-4-5\ngpt-4o-mini",
  "input-tokens": "2000\n2500",
  "output-tokens": "1500\n4000",
};

describe("a month of 95 executions at $5.23", () => {
  it("books one more on two models at exactly $0.031275", async () => {
    world.at(AT);
    const { tokens_used, models, daily, total_spent } = JSON.parse(readFileSync(EXAMPLE, "utf8"));
    world.seed({
      at: "2026-02-14T09:30:00Z",
      spent: total_spent,
      executions: 95,
      prs: 95,
      milestones: [5],
      state: { tokens_used, models, daily },
    });
    const job = world.job({ run: { id: 123 } });
    const check = await job.run("check");
    expect(check.outputs).toMatchObject({ allowed: "true", spent: "5.23", held: "0.055", remaining: "9.715" });
    const { outputs, summary } = await job.run("record", { ...TWO_MODELS, pr: "96" });

    expect(outputs).toMatchObject({
      cost: "0.031275",
      "cost-quality": "priced",
      spent: "5.261275",
      held: "0",
      remaining: "9.738725",
      "percent-used": "35.08",
      executions: "96",
      hold: check.outputs["hold"],
      milestones: "",
    });
    expect(summary).toContain("0.0313 booked");
    const { state, entries } = world.books();
    expect(state).toMatchObject({
      total_spent: 5.261275,
      executions: 96,
      prs_generated: 96,
      tokens_used: { claude_input: 192000, claude_output: 144000, openai_input: 240000, openai_output: 384000 },
      daily: { ...daily, "2026-02-14": { spent: 0.031275, executions: 1, prs: 1 } },
    });
    expect(state.models["claude-sonnet-4-5"]).toMatchObject({
      input: 192000,
      output: 144000,
      requests: 96,
      cost: 2.736,
    });
    expect(state.models["gpt-4o-mini"]).toMatchObject({ requests: 96, cost: 0.2664 });
    expect(entries.at(-1)).toMatchObject({
      kind: "charge",
      cost: 0.031275,
      predicted: 0.055,
      pr: "96",
      usage: [
        { provider: "anthropic", model: "claude-sonnet-4-5", input: 2000, output: 1500, cost: 0.0285 },
        { provider: "openai", model: "gpt-4o-mini", input: 2500, output: 4000, cost: 0.002775 },
      ],
    });
    expect(world.commits().at(-1)).toBe("budget: +$0.0313 ai-pr, $9.73 left (run 123)");
    expect(world.messages()).toHaveLength(0);
  });
});

describe("a booking that crosses milestones", () => {
  it("names $5 and $10 in one message, from $4 by a run of $7", async () => {
    world.at(AT);
    world.seed({ at: "2026-02-14T09:30:00Z", spent: 4, executions: 60, prs: 60 });
    const { outputs } = await world.run("record", { cost: "7" });
    expect(outputs).toMatchObject({ spent: "11", milestones: "5,10" });
    expect(world.titles()).toEqual(["🚀 $5 and $10 Milestones Reached!"]);
    expect(world.books().state.milestones_reached).toEqual([5, 10]);
  });

  it("tells an alert beside the milestone in the same post", async () => {
    world.at(AT);
    world.seed({ at: "2026-02-14T09:30:00Z", spent: 9.9, executions: 99, prs: 99, milestones: [5] });
    await world.run("record", { cost: "1.5" });
    expect(world.messages()).toHaveLength(1);
    expect(world.titles()).toEqual(["⚡ $10 Milestone Reached!", "⚠️ 75% of the budget is spent"]);
  });
});

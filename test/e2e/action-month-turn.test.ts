import { describe, expect, it } from "vitest";
import { booksOn, fieldsOf, READ_AND_COMMIT, useWorld } from "./action-world.ts";
import { seedBooks } from "./books-on-branch.ts";

const world = useWorld();
const LATE = "2026-01-31T23:40:00Z";
const january = { at: LATE, spent: 14.82, executions: 270, prs: 269, milestones: [5, 10], holds: [0.055] };
const JANUARY = {
  month: "2026-01",
  budget: 15,
  total_spent: 14.82,
  executions: 270,
  prs_generated: 269,
  closed: "rollover",
};

describe("the first writer of February", () => {
  it("closes January to the cent, tells its recap once, begins at zero and leaves open holds open", async () => {
    await seedBooks(world.repo, january);
    world.at("2026-02-01T00:00:10Z");
    const { outputs } = await world.step("check");

    expect(outputs).toMatchObject({
      allowed: "true",
      month: "2026-02",
      spent: "0",
      executions: "0",
      held: "0.11",
      "resets-at": "2026-03-01T00:00:00Z",
    });
    expect(world.requests()).toEqual([...READ_AND_COMMIT, "TokenBudgetCommit"]);
    expect(world.titles()).toEqual(["📊 Monthly Recap - AI Orchestration"]);
    expect(world.discord.messages[0]?.payload.embeds?.[0]?.description).toMatch(/^Summary for January 2026\n/);
    expect(fieldsOf(world.discord.messages[0])).toMatchObject({
      "💰 Total Spent": "$14.82 / $15.00",
      "📊 PRs Generated": "269",
      "🔄 Executions": "270",
      "💵 Avg Cost per PR": "$0.0551",
      "🎯 Milestones Reached": "2",
    });
    const { state, entries } = await booksOn(world.repo);
    expect(state).toMatchObject({
      current_month: "2026-02",
      total_spent: 0,
      milestones_reached: [],
      alerts_sent: [],
      daily: {},
      outbox: [],
      history: [JANUARY],
    });
    expect(state.holds.map((hold: { id: string }) => hold.id)).toEqual(["seeded-hold-1", outputs["hold"]]);
    expect(entries.at(-1)).toMatchObject({ id: "rollover-2026-01", month: "2026-01", kind: "rollover", amount: 14.82 });
    expect((await world.repo.log("token-budget"))[1]?.message).toMatch(/^budget: hold .*; close 2026-01 \(\$14\.82\)/);

    await world.step("recap");
    expect(world.discord.messages).toHaveLength(1);
  });
});

describe("a runner whose clock is wrong", () => {
  it("changes nothing, ten minutes ahead and past midnight", async () => {
    world.at("2026-01-31T23:50:00Z");
    await seedBooks(world.repo, january);
    const job = world.job({ clock: "2026-02-01T00:05:00Z" });
    const check = await job.step({ inputs: { command: "check" } });
    expect(check.outputs).toMatchObject({ allowed: "true", month: "2026-01", "resets-at": "2026-02-01T00:00:00Z" });
    const record = await job.step({ inputs: { command: "record", cost: "0.01" } });
    expect(record.outputs).toMatchObject({ month: "2026-01", spent: "14.83", hold: check.outputs["hold"] });
    const { state, entries } = await booksOn(world.repo);
    expect(state).toMatchObject({ current_month: "2026-01", history: [], holds: [{ id: "seeded-hold-1" }] });
    expect(state.closed_holds).toMatchObject([{ charged: 0.01, at: "2026-01-31T23:50:00Z" }]);
    expect(entries.at(-1)).toMatchObject({ at: "2026-01-31T23:50:00Z", month: "2026-01" });
    expect(await world.repo.files("token-budget")).toContain("token_budget/ledger/2026-01/31T23.ndjson");
    expect(world.titles()).toEqual([]);
  });
});

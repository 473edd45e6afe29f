import { describe, expect, it } from "vitest";
import { booksOn, fieldsOf, NOON, READ_AND_COMMIT, useWorld } from "./action-world.ts";
import { seedBooks } from "./books-on-branch.ts";

const world = useWorld();
const BEFORE = "2026-02-14T09:30:00Z";

describe("at $14.96 of $15 with an estimate of $0.055", () => {
  it("denies as exhausted, and tells the channel once however many more are denied", async () => {
    world.at("2026-02-14T10:00:00Z");
    await seedBooks(world.repo, { at: BEFORE, spent: 14.96, executions: 275, prs: 275, milestones: [5, 10] });
    const first = await world.step("check", { estimate: "0.055" });

    expect(first.exitCode).toBe(1);
    expect(first.outputs).toMatchObject({
      allowed: "false",
      decision: "deny",
      reason: "exhausted",
      remaining: "0.04",
      health: "blocked",
      estimate: "0.055",
      "resets-at": "2026-03-01T00:00:00Z",
    });
    expect(first.outputs["hold"]).toBeUndefined();
    expect(first.annotations).toContainEqual(
      expect.objectContaining({
        level: "error",
        properties: { title: "AI run denied" },
        message: expect.stringContaining("Denied: a run of $0.0550"),
      }),
    );
    expect(first.summary).toContain("AI run denied");
    expect(first.summary).toContain("monthly-budget: 20");
    expect(first.summary).toContain("command: reset");
    expect(world.titles()).toEqual(["⛔ Monthly Budget Exhausted"]);
    expect(fieldsOf(world.discord.messages[0])).toMatchObject({
      "💰 Total Spent": "$14.96",
      "📊 PRs Generated": "275",
      "⏳ Next Reset": `1 Mar (<t:${Date.parse("2026-03-01T00:00:00Z") / 1000}:R>)`,
    });
    expect((await booksOn(world.repo)).state).toMatchObject({
      exhausted_at: "2026-02-14T10:00:00Z",
      holds: [],
      outbox: [],
    });
    expect(await world.repo.readFile("token-budget", "README.md")).toContain("The budget has been exhausted since");

    world.requests();
    const more = await Promise.all([2, 3].map((id) => world.step("check", { estimate: "0.055" }, { run: { id } })));
    for (const { exitCode, outputs } of more) {
      expect(exitCode).toBe(1);
      expect(outputs).toMatchObject({ reason: "exhausted", allowed: "false" });
    }
    expect(world.discord.messages).toHaveLength(1);
    // A denial that changes nothing is not committed, and the books are read once more, in case the first read was old.
    expect(world.requests()).toEqual(Array(4).fill("TokenBudgetRead"));
  });

  it("only sets the outputs with on-deny: continue", async () => {
    await seedBooks(world.repo, { at: NOON, spent: 14.96 });
    const { exitCode, outputs, annotations } = await world.step("check", { estimate: "0.055", "on-deny": "continue" });
    expect(exitCode).toBe(0);
    expect(outputs).toMatchObject({ allowed: "false", reason: "exhausted" });
    expect(annotations.filter(({ level }) => level === "error")).toEqual([]);
  });
});

describe("with $0.10 left and two holds of $0.04 open", () => {
  it("denies as insufficient, for the holds are in the way, and says nothing of exhaustion", async () => {
    world.at("2026-02-14T10:00:00Z");
    await seedBooks(world.repo, {
      at: BEFORE,
      spent: 14.9,
      milestones: [5, 10],
      holds: [0.04, 0.04],
    });
    const { exitCode, outputs, summary } = await world.step("check", { estimate: "0.055" });
    expect(exitCode).toBe(1);
    expect(outputs).toMatchObject({
      reason: "insufficient",
      decision: "deny",
      held: "0.08",
      remaining: "0.02",
      health: "red",
    });
    expect(outputs["message"]).toContain("Try again when open runs are booked");
    expect(summary).toContain("their holds tie up the money");
    expect((await booksOn(world.repo)).state.exhausted_at).toBeNull();
    expect(world.titles().join()).not.toContain("Exhausted");
  });

  it("lets in what fits beside them", async () => {
    world.at("2026-02-14T10:00:00Z");
    await seedBooks(world.repo, {
      at: BEFORE,
      spent: 14.9,
      milestones: [5, 10],
      holds: [0.04, 0.04],
    });
    const { outputs } = await world.step("check", { estimate: "0.02" });
    expect(outputs).toMatchObject({ allowed: "true", remaining: "0", held: "0.1" });
    expect(world.requests()).toEqual(READ_AND_COMMIT);
  });
});

describe("two runs after the last dollars", () => {
  it("don't both get them", async () => {
    await seedBooks(world.repo, { at: NOON, spent: 14.9, milestones: [5, 10] });
    const both = await Promise.all(
      [1, 2].map((id) => world.step("check", { estimate: "0.08", "on-deny": "continue" }, { run: { id } })),
    );
    expect(both.map(({ outputs }) => outputs["reason"]).sort()).toEqual(["insufficient", "ok"]);
    expect((await booksOn(world.repo)).state.holds).toHaveLength(1);
  });
});

describe("a booking that reaches the budget", () => {
  it("tells the milestone, the alerts and that the money is gone in one post", async () => {
    world.at("2026-02-14T10:00:00Z");
    await seedBooks(world.repo, {
      at: BEFORE,
      spent: 14.9,
      executions: 270,
      prs: 270,
      milestones: [5, 10],
    });
    const { exitCode, outputs } = await world.step("record", { cost: "0.2" });
    expect(exitCode).toBe(0);
    expect(outputs).toMatchObject({
      spent: "15.1",
      remaining: "-0.1",
      health: "blocked",
      milestones: "15",
      allowed: "false",
    });
    expect(world.titles()).toEqual(["✅ $15 Milestone Reached!", "⛔ Monthly Budget Exhausted"]);
    expect(world.discord.messages).toHaveLength(1);
  });
});

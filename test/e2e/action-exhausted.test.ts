import { describe, expect, it } from "vitest";
import { booksOn, fieldsOf, useWorld } from "./action-world.ts";
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
});

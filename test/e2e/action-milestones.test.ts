import { describe, expect, it } from "vitest";
import { booksOn, fieldsOf, READ_AND_COMMIT, useWorld } from "./action-world.ts";
import { seedBooks } from "./books-on-branch.ts";

const world = useWorld();
const AT = "2026-02-14T10:00:00Z";

describe("a booking that crosses milestones", () => {
  it("tells $5 once, from $4.98 by a run of $0.05, with three requests", async () => {
    world.at(AT);
    await seedBooks(world.repo, { at: "2026-02-14T09:30:00Z", spent: 4.98, executions: 90, prs: 90 });
    const { outputs } = await world.step("record", { cost: "0.05", pr: "91" });

    expect(outputs).toMatchObject({ cost: "0.05", spent: "5.03", milestones: "5" });
    expect(world.requests()).toEqual([...READ_AND_COMMIT, "TokenBudgetCommit"]);
    expect(world.discord.messages).toHaveLength(1);
    const page = `${world.github.url}/${world.repo.owner}/${world.repo.name}/blob/token-budget/README.md`;
    expect(world.discord.messages[0]?.payload.embeds).toMatchObject([
      { title: "🚀 $5 Milestone Reached!", description: `91 PRs Generated - 1/3 Complete!\n[Books](${page})` },
    ]);
    expect(fieldsOf(world.discord.messages[0])).toEqual({
      "💰 Total Spent": "$5.03",
      "📊 PRs Generated": "91",
      "🔄 Executions": "91",
      "💵 Cost per PR": "$0.0553",
      "📈 Progress": "`[███████░░░░░░░░░░░░░] 33.5%`",
    });
    const [taken, booked] = await world.repo.log("token-budget");
    expect(booked?.message).toMatch(/^budget: \+\$0\.0500 ai-pr, \$9\.97 left/);
    expect(taken?.message).toMatch(/^budget: 1 message sent/);
    // The outputs name the booking, not the housekeeping after it.
    expect(outputs["commit"]).toBe(booked?.oid);
    expect((await booksOn(world.repo)).state).toMatchObject({ milestones_reached: [5], outbox: [] });

    await world.step("record", { cost: "0.05" });
    expect(world.requests()).toEqual(READ_AND_COMMIT);
    expect(world.discord.messages).toHaveLength(1);
  });
});

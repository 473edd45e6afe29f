import { describe, expect, it } from "vitest";
import { booksOn, fieldsOf, useWorld } from "./action-world.ts";
import { seedBooks } from "./books-on-branch.ts";

const world = useWorld();
const AT = "2026-02-20T12:00:00Z";
const BY_HAND = { event: { name: "workflow_dispatch" }, run: { actor: "maintainer" } } as const;
const spentBooks = {
  at: "2026-02-20T11:00:00Z",
  spent: 12.4,
  executions: 220,
  prs: 200,
  milestones: [5, 10],
  holds: [0.055],
};

describe("a reset by a maintainer", () => {
  it.each(["maintain", "admin"] as const)(
    "with role %s archives the month with reason and actor and starts it at zero",
    async (role) => {
      world.at(AT);
      await seedBooks(world.repo, spentBooks);
      world.repo.setRole("maintainer", role);
      const { exitCode, outputs, summary } = await world.step(
        "reset",
        { reason: "A runaway loop in March's trial" },
        BY_HAND,
      );

      expect(exitCode).toBe(0);
      expect(outputs).toMatchObject({
        spent: "0",
        executions: "0",
        held: "0.055",
        remaining: "14.945",
        month: "2026-02",
      });
      expect(outputs["message"]).toContain("$12.40 of 2026-02 archived by maintainer");
      expect(summary).toContain("Budget reset");
      const { state, entries } = await booksOn(world.repo);
      expect(state).toMatchObject({
        total_spent: 0,
        milestones_reached: [],
        alerts_sent: [],
        holds: [{ id: "seeded-hold-1" }],
        history: [
          {
            month: "2026-02",
            total_spent: 12.4,
            executions: 220,
            prs_generated: 200,
            milestones_reached: [5, 10],
            closed: "reset",
            reason: "A runaway loop in March's trial",
            actor: "maintainer",
            at: AT,
          },
        ],
      });
      expect(entries.at(-1)).toMatchObject({
        kind: "reset",
        actor: "maintainer",
        reason: "A runaway loop in March's trial",
      });
      expect((await world.repo.log("token-budget"))[1]?.message).toBe(
        "budget: reset 2026-02 ($12.40) by maintainer (run 1)",
      );
      expect(world.titles()).toEqual(["🔄 Budget Reset by maintainer"]);
      expect(world.discord.messages[0]?.payload.embeds?.[0]?.description).toMatch(/^A runaway loop in March's trial\n/);
      expect(fieldsOf(world.discord.messages[0])).toMatchObject({ Archived: "$12.40, 220 executions" });
    },
  );
});

describe("a reset by anyone else", () => {
  const reason = "I want more";
  it("whose role is write is refused and changes nothing", async () => {
    await seedBooks(world.repo, spentBooks);
    world.repo.setRole("writer", "write");
    const before = await world.repo.head("token-budget");
    const { exitCode, annotations } = await world.step(
      "reset",
      { reason },
      {
        event: { name: "workflow_dispatch" },
        run: { actor: "writer" },
      },
    );
    expect(exitCode).toBe(1);
    expect(annotations).toMatchObject([{ level: "error", message: expect.stringMatching(/role write/) }]);
    expect(await world.repo.head("token-budget")).toBe(before);
    expect(world.titles()).toEqual([]);
  });

  it("who re-runs a maintainer's run is refused", async () => {
    await seedBooks(world.repo, spentBooks);
    world.repo.setRole("maintainer", "maintain");
    world.repo.setRole("writer", "write");
    const before = await world.repo.head("token-budget");
    const run = { actor: "maintainer", triggeringActor: "writer", attempt: 2 };
    const { exitCode } = await world.step("reset", { reason }, { ...BY_HAND, run });
    expect(exitCode).toBe(1);
    expect(await world.repo.head("token-budget")).toBe(before);
  });
});

describe("a reset that was started under an app's account", () => {
  const by = (actor: string) => ({ event: { name: "workflow_dispatch" }, run: { actor } });

  it.each([
    ["my-app[bot]", "my-app%5Bbot%5D"],
    ["mona_acme", "mona_acme"],
    ["../../o/r?x=y#z", "..%2F..%2Fo%2Fr%3Fx%3Dy%23z"],
  ])("asks for the role of %s by that name and no other path", async (actor, asked) => {
    world.requests();
    await world.step("reset", { reason: "I may" }, by(actor));
    expect(world.requests()).toEqual([`GET /repos/${world.repo.nameWithOwner}/collaborators/${asked}/permission`]);
  });
});

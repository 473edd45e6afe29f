import { describe, expect, it } from "vitest";
import { BY_HAND, fieldsOf, useCommandWorld } from "./command-world.ts";

const world = useCommandWorld();
const AT = "2026-02-20T12:00:00Z";
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
      world.seed(spentBooks);
      world.roles.set("maintainer", role);
      const { failure, outputs, summary } = await world.run(
        "reset",
        { reason: "A runaway loop in March's trial" },
        BY_HAND,
      );

      expect(failure).toBeNull();
      expect(outputs).toMatchObject({
        spent: "0",
        executions: "0",
        held: "0.055",
        remaining: "14.945",
        month: "2026-02",
      });
      expect(outputs["message"]).toContain("$12.40 of 2026-02 archived by maintainer");
      expect(summary).toContain("Budget reset");
      const { state, entries } = world.books();
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
      expect(world.commits()[0]).toBe("budget: reset 2026-02 ($12.40) by maintainer (run 1)");
      expect(world.titles()).toEqual(["🔄 Budget Reset by maintainer"]);
      expect(world.messages()[0]?.payload.embeds?.[0]?.description).toMatch(/^A runaway loop in March's trial\n/);
      expect(fieldsOf(world.messages()[0])).toMatchObject({ Archived: "$12.40, 220 executions" });
    },
  );

  it("lets runs in again where the budget was exhausted, and the month's recap adds both parts up", async () => {
    world.at(AT);
    world.seed({ ...spentBooks, spent: 14.97, holds: [] });
    world.roles.set("maintainer", "admin");
    expect((await world.run("check")).outputs["reason"]).toBe("exhausted");
    await world.run("reset", { reason: "Agreed with finance" }, BY_HAND);
    const job = world.job();
    expect((await job.run("check")).outputs["allowed"]).toBe("true");
    await job.run("record", { cost: "1.03" });
    world.discord.clear();
    world.at("2026-03-01T00:00:01Z");
    await world.run("recap", {}, { event: { name: "schedule" } });
    expect(fieldsOf(world.messages()[0])["💰 Total Spent"]).toBe("$16.00 / $15.00");
    expect(world.books().state.history).toMatchObject([
      { month: "2026-02", closed: "reset", total_spent: 14.97 },
      { month: "2026-02", closed: "rollover", total_spent: 1.03 },
    ]);
  });
});

describe("a reset by anyone else", () => {
  const reason = "I want more";
  it.each([
    ["whose role is write", {}, /role write/],
    ["from another event", { event: { name: "push" } }, /workflow_dispatch/],
    ["from another branch", { run: { actor: "writer", ref: "refs/heads/feature" } }, /default branch/],
    [
      "from a pull request",
      { event: { name: "pull_request" }, run: { actor: "writer", ref: "refs/pull/7/merge" } },
      /workflow_dispatch/,
    ],
    ["from a pull_request_target", { event: { name: "pull_request_target" } }, /workflow_dispatch/],
  ])("%s is refused and changes nothing", async (_, told, why) => {
    world.seed(spentBooks);
    world.roles.set("writer", "write");
    const before = world.commits().length;
    const { failure, notes } = await world.run(
      "reset",
      { reason },
      {
        event: { name: "workflow_dispatch" },
        run: { actor: "writer" },
        ...told,
      },
    );
    expect(failure).toMatch(why);
    expect(notes).toEqual([]);
    expect(world.commits().length).toBe(before);
    expect(world.titles()).toEqual([]);
  });

  it("who re-runs a maintainer's run is refused", async () => {
    world.seed(spentBooks);
    world.roles.set("maintainer", "maintain");
    world.roles.set("writer", "write");
    const before = world.commits().length;
    const run = { actor: "maintainer", triggeringActor: "writer", attempt: 2 };
    const { failure } = await world.run("reset", { reason }, { ...BY_HAND, run });
    expect(failure).not.toBeNull();
    expect(world.commits().length).toBe(before);
  });

  it("without a reason is refused before anything is asked", async () => {
    const { failure, outputs } = await world.run("reset", {}, BY_HAND);
    expect(failure).toMatch(/reason/);
    expect(outputs["reason"]).toBe("bad-input");
    expect(world.calls()).toEqual([]);
  });
});

describe("a reset that was started under an app's account", () => {
  const by = (actor: string) => ({ event: { name: "workflow_dispatch" }, run: { actor } });

  it.each([
    ["github-actions[bot]", "none"],
    ["github-actions[bot]", "write"],
    ["dependabot[bot]", undefined],
    ["my-app[bot]", "read"],
  ] as const)("%s, whose role is %s, is refused with what to do", async (actor, role) => {
    world.seed(spentBooks);
    if (role !== undefined) world.roles.set(actor, role);
    const before = world.commits().length;
    const { failure } = await world.run("reset", { reason: "I may" }, by(actor));
    expect(failure).toContain(`${actor} has the role ${role ?? "none"}`);
    expect(failure).toContain("a person with such a role must start it manually");
    expect(world.commits().length).toBe(before);
  });

  it("is told of no app where the account is a person's, or has no ending", async () => {
    for (const actor of ["Copilot", "writer"]) {
      const { failure } = await world.run("reset", { reason: "I may" }, by(actor));
      expect(failure).toContain("has the role none");
      expect(failure).not.toContain("app");
    }
  });

  it("is done where GitHub says that the app has the role", async () => {
    world.at(AT);
    world.seed(spentBooks);
    world.roles.set("ops[bot]", "maintain");
    expect((await world.run("reset", { reason: "Every quarter" }, by("ops[bot]"))).failure).toBeNull();
    expect(world.books().entries.at(-1)).toMatchObject({ kind: "reset", actor: "ops[bot]" });
  });
});

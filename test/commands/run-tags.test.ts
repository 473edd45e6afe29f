import { describe, expect, it } from "vitest";
import { BY_HAND, said, useCommandWorld } from "./command-world.ts";

const world = useCommandWorld();

const REAL = {
  repository: "o/r",
  workflow: "ai-pr",
  actor: "octocat",
  event: "pull_request",
  ref: "refs/pull/12/merge",
} as const;
const FORGED = {
  repository: "o/rich",
  workflow: "release",
  actor: "maintainer",
  event: "schedule",
  ref: "refs/heads/main",
} as const;
const NAMES = Object.keys(REAL) as (keyof typeof REAL)[];
const RUN = { run: { ref: REAL.ref }, event: { name: REAL.event } };
const tagsOf = (tags: Readonly<Record<string, string>>) =>
  Object.entries(tags)
    .map(([name, value]) => `${name}=${value}`)
    .join("\n");

/** One sub-budget for each value of each name. */
const POLICY = `budgets:\n${NAMES.map((name) => `  - { name: by-${name}, for-each: [${name}], limit: 4 USD }\n`).join("")}`;

/** What the sub-budgets of the run itself have, and that there are no others. */
function expectOnlyReal(spent: number): void {
  const { budgets } = world.books().state;
  expect(Object.keys(budgets).sort()).toEqual(NAMES.map((name) => `by-${name}/${REAL[name]}`).sort());
  expect(Object.values(budgets)).toEqual(NAMES.map(() => expect.objectContaining({ spent })));
}

describe("sub-budgets that match the run itself", () => {
  const tags = tagsOf(FORGED);

  it.each([
    [
      "check and record",
      async () => {
        const job = world.job(RUN);
        await job.run("check", { estimate: "0.01", tags });
        return job.run("record", { cost: "0.05", tags });
      },
    ],
    ["record without a check", () => world.run("record", { cost: "0.05", tags }, RUN)],
    [
      "record of a released hold",
      async () => {
        const job = world.job(RUN);
        const { outputs } = await job.run("check", { estimate: "0.01", tags });
        await job.run("release");
        return job.run("record", { cost: "0.05", tags, hold: outputs["hold"] ?? "" });
      },
    ],
    [
      "record of an unknown hold",
      async () => {
        world.policy(null);
        await world.run("record", { cost: "0.01" });
        world.policy(POLICY);
        return world.run("record", { cost: "0.05", tags, hold: "no-such-hold-1" }, RUN);
      },
    ],
    [
      "guard and its post part",
      async () => {
        const job = world.job(RUN);
        await job.run("guard", { estimate: "0.01", tags });
        return job.post({ cost: "0.05" });
      },
    ],
    [
      "guard that was denied, and its post part",
      async () => {
        const job = world.job(RUN);
        await job.run("guard", { estimate: "20", "on-deny": "continue", tags });
        return job.post({ cost: "0.05" });
      },
    ],
  ])("count where the run is, whatever its tags say: %s", async (_, book) => {
    world.policy(POLICY);
    await book();
    expectOnlyReal(0.05);
    const { state, entries } = world.books();
    expect(state.requires).toEqual(["budgets", "budgets-by-run"]);
    expect(state.holds).toEqual([]);
    // What the step said stays in the books.
    expect(entries.at(-1)).toMatchObject({ kind: "charge", tags: FORGED, run: REAL });
    expect((await world.run("verify")).failure).toBeNull();
  });

  it("say in a notice which tags match nothing, and nothing of tags that say what the run is", async () => {
    world.policy(POLICY);
    const told = await world.run("check", { tags }, RUN);
    expect(said(told, "notice")).toContain(
      "matches sub-budgets by repository and workflow and actor and event and ref, which the run itself says",
    );
    const honest = await world.run("check", { tags: tagsOf(REAL) }, RUN);
    expect(said(honest, "notice")).not.toContain("the run itself");
    world.policy("budgets:\n  - { name: qa, match: { agent: qa }, limit: 4 USD }\n");
    const unused = await world.run("check", { tags }, RUN);
    expect(said(unused, "notice")).not.toContain("the run itself");
  });

  it("deny a run beyond its repository's part, though its tags name another", async () => {
    world.policy("budgets:\n  - { name: mine, match: { repository: o/*, event: [push, pull_*] }, limit: 0.05 USD }\n");
    const inputs = { estimate: "0.06", "on-deny": "continue", tags };
    expect((await world.run("check", inputs, RUN)).outputs).toMatchObject({
      decision: "deny",
      reason: "budget-exceeded",
      "limited-by": "mine",
    });
    const scheduled = await world.run("check", inputs, { event: { name: "schedule" } });
    expect(scheduled.outputs).toMatchObject({ decision: "allow" });
  });

  it("choose the model of a run by what it is", async () => {
    world.policy("models:\n  - { use: dear, match: { actor: maintainer } }\n  - { use: cheap }\n");
    expect((await world.run("check", { tags }, RUN)).outputs["model"]).toBe("cheap");
    expect((await world.run("check", {}, { run: { actor: "maintainer" } })).outputs["model"]).toBe("dear");
  });

  it("bound what an admitted run may cost at most", async () => {
    world.policy("budgets:\n  - { name: mine, match: { event: pull_request }, limit: 0.05 USD }\n");
    const { outputs } = await world.run("check", { estimate: "0.01", tags }, RUN);
    expect(outputs["max-cost"]).toBe("0.05");
  });

  it("take a maintainer's word for where a correction counts", async () => {
    world.roles.set("maintainer", "admin");
    world.policy(POLICY);
    await world.run(
      "adjust",
      { adjustment: "correct", amount: "1 USD", reason: "missed", tags: "repository=o/other" },
      BY_HAND,
    );
    expect(world.books().state.budgets).toMatchObject({ "by-repository/o/other": { spent: 1 } });
    expect(Object.keys(world.books().state.budgets)).toEqual(["by-repository/o/other"]);
  });

  it("no longer bind the books to newer releases once the policy matches no run that way", async () => {
    world.policy(POLICY);
    await world.run("record", { cost: "0.05" }, RUN);
    world.policy("budgets:\n  - { name: qa, match: { agent: qa }, limit: 4 USD }\n");
    await world.run("record", { cost: "0.05", tags: "agent=qa" }, RUN);
    expect(world.books().state.requires).toEqual(["budgets", "budgets-by-run"]);
    world.at("2026-03-01T12:00:00Z");
    await world.run("record", { cost: "0.05", tags: "agent=qa" }, RUN);
    expect(world.books().state.requires).toEqual(["budgets"]);
  });
});

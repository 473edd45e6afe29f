import { describe, expect, it } from "vitest";
import { BY_HAND, useCommandWorld } from "./command-world.ts";

// Every step of the commands' tests compares its JSON with the schema; here is what only some answers have.

const world = useCommandWorld();
const answer = async (...step: Parameters<typeof world.run>) => JSON.parse((await world.run(...step)).json);

const POLICY = `
budgets:
  - { name: dev, match: { agent: dev }, limit: 4 USD, target: { pr: 0.05 USD, execution: 2000 tokens } }
  - { name: each, match: {}, for-each: [agent], limit: 50000 tokens, period: day }
`;

describe("--json", () => {
  it("of a check says whether the run may start, and no other answer does", async () => {
    expect(await answer("check")).toMatchObject({ allowed: true, decision: "allow", hold: expect.any(String) });
    expect(await answer("check", { estimate: "99" })).toMatchObject({ allowed: false, decision: "deny", failed: true });
    expect(await answer("check", { estimate: "much" })).toMatchObject({ allowed: false, reason: "bad-input" });
    world.roles.set("maintainer", "admin");
    for (const [command, inputs] of [
      ["status", {}],
      ["record", { cost: "0.1" }],
      ["release", { hold: "none" }],
      ["verify", {}],
      ["recap", { month: "2026-02" }],
      ["reset", { reason: "why not" }],
      ["reset", {}],
      ["adjust", { adjustment: "top-up", amount: "5 USD", reason: "more" }],
    ] as const) {
      const said = await answer(command, inputs, BY_HAND);
      expect(said).toMatchObject({ command });
      expect(said).not.toHaveProperty("allowed");
      expect(said).not.toHaveProperty("decision");
    }
  });

  it("of status has every key in camel case and no binary tails, with sub-budgets and predictions", async () => {
    world.policy(POLICY);
    world.at("2026-02-14T13:37:11Z");
    for (const cost of ["0.1", "0.2", "0.11", "0.07"]) {
      await world.run("record", { cost, tags: "agent=dev", prs: "1", outcomes: "lines=7" });
    }
    const said = await answer("status");
    expect(said).toMatchObject({ spent: 0.48, percentUsed: 3.2, forecast: { averageCost: 0.12 } });
    expect(said.budgets.map(({ name }: { name: string }) => name)).toEqual(["dev", "each/dev"]);
    expect(said.budgets[0]).toMatchObject({
      limit: 4,
      percentHeld: 0,
      efficiency: [{ per: "execution" }, { isMet: false }],
    });
    expect(said.predictions).toHaveLength(1);
    for (const key of keysIn(said)) expect(key).toMatch(/^[a-z][A-Za-z0-9]*$/);
  });

  it("of a recap has the month that was asked for", async () => {
    world.at("2026-01-20T12:00:00Z");
    await world.run("record", { cost: "2.5" });
    await world.run("record", { cost: "1.5" }, { run: { id: 7 } });
    world.at("2026-02-14T12:00:00Z");
    expect(await answer("recap", { month: "2026-01" })).toMatchObject({
      month: "2026-02",
      recap: {
        ...{ month: "2026-01", spent: 4, budget: 15, topUps: 0, running: false, exhaustedAt: null },
        topRuns: [
          { profile: "ai-pr", run: 1, url: expect.stringMatching(/\/o\/r\/actions\/runs\/1$/), cost: 2.5 },
          { profile: "ai-pr", run: 7, url: expect.stringMatching(/\/o\/r\/actions\/runs\/7$/), cost: 1.5 },
        ],
      },
    });
    expect(await answer("recap", { month: "2020-01" })).not.toHaveProperty("recap");
  });
});

function keysIn(value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  const own = Array.isArray(value) ? [] : Object.keys(value);
  return [...own, ...Object.values(value).flatMap(keysIn)];
}

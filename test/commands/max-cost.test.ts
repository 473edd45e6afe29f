import { describe, expect, it } from "vitest";
import { useCommandWorld } from "./command-world.ts";

const world = useCommandWorld();
const AT = "2026-02-14T11:00:00Z";

async function mostOf(inputs: Readonly<Record<string, string>> = {}): Promise<string | undefined> {
  const { outputs } = await world.run("check", { estimate: "1", "on-deny": "continue", ...inputs });
  return outputs["max-cost"];
}

describe("what a run may cost at most", () => {
  it.each([
    ["all that is left of the month", {}, "", {}, "15"],
    ["less what is spent", { spent: 4 }, "", {}, "11"],
    ["less what other runs hold", { spent: 4, holds: [2, 0.5] }, "", {}, "8.5"],
    ["its hold, where nothing else is left", { spent: 14 }, "", {}, "1"],
    ["nothing where it is denied", { spent: 14.5 }, "", {}, undefined],
    ["what a smaller budget of this decision has", { spent: 4 }, "", { "monthly-budget": "6" }, "2"],
    ["what is left beside the reserve", { spent: 4 }, "reserve: 20%", {}, "8"],
    ["the policy file's max-cost", { spent: 4 }, "max-cost: 0.5", {}, "0.5"],
    ["all that is left, where that is less than max-cost", { spent: 4 }, "max-cost: 20", {}, "11"],
    [
      "what its sub-budget has left",
      { spent: 4 },
      "budgets: [{ name: qa, match: { agent: qa }, limit: 3 }]",
      { tags: "agent=qa" },
      "3",
    ],
    [
      "what the month has, for a run that the sub-budget doesn't match",
      { spent: 4 },
      "budgets: [{ name: qa, match: { agent: qa }, limit: 3 }]",
      { tags: "agent=dev" },
      "11",
    ],
    [
      "what the month has, where a sub-budget only warns",
      { spent: 4 },
      "budgets: [{ name: qa, match: {}, limit: 3, on-exceed: warn }]",
      {},
      "11",
    ],
    [
      "what the month has, where a sub-budget counts tokens",
      { spent: 4 },
      "budgets: [{ name: qa, match: {}, limit: 900000 tokens }]",
      {},
      "11",
    ],
    [
      "its hold, in the overage of a sub-budget",
      { spent: 4 },
      "budgets: [{ name: qa, match: {}, limit: 0.5, overage: 200% }]",
      {},
      "1",
    ],
  ] as const)("is %s", async (_, books, policy, inputs, most) => {
    world.seed({ at: AT, spent: 0, executions: 0, prs: 0, milestones: [], holds: [], ...books });
    if (policy !== "") world.policy(policy);
    expect(await mostOf(inputs)).toBe(most);
  });

  it("is only the hold of a run that an approval has opened the reserve to", async () => {
    world.policy("monthly-budget: 10\nreserve: 50%\napproval-environment: ai-budget\n");
    const approver = { login: "boss", inBooks: { repository: "owners/books", role: "admin" } };
    world.approvers.set("ai-budget", [approver]);
    expect(await mostOf({ estimate: "6", approval: "ai-budget" })).toBe("6");
  });

  it.each([
    ["", "0.3"],
    ["max-cost: 0.2", "0.2"],
    ["max-cost: 0.4", "0.3"],
  ])("is no more than guard's input max-cost beside %j in the policy file", async (policy, most) => {
    world.policy(`monthly-budget: 15\n${policy}\n`);
    const { outputs } = await world.run("guard", { estimate: "0.1", "max-cost": "0.3" });
    expect(outputs["max-cost"]).toBe(most);
  });

  it("is an output of guard, too, and a number in JSON", async () => {
    expect((await world.run("guard", { estimate: "1" })).outputs["max-cost"]).toBe("15");
    expect(JSON.parse((await world.run("check", { estimate: "1" })).json)).toMatchObject({ maxCost: 14 });
  });
});

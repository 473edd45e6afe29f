import { describe, expect, it } from "vitest";
import { booksOn, READ_AND_COMMIT, useWorld } from "./action-world.ts";

const world = useWorld();
const POLICY = ".github/token-budget.yml";
const TAGS = { tags: "division=infrastructure" };
const BY_HAND = { event: { name: "workflow_dispatch" }, run: { actor: "maintainer" } } as const;
const part = (keys: string) =>
  `approval-environment: ai-budget\nbudgets:\n  - { name: infrastructure, match: { division: infrastructure }, limit: 4 USD, ${keys} }\n`;

/** Books in which infrastructure has spent so many dollars by a policy with this part. */
async function spentBooks(dollars: string, policy: string): Promise<void> {
  await world.repo.writeFile("main", POLICY, policy);
  await world.step("record", { cost: dollars, ...TAGS });
  world.requests();
}

const check = (inputs: Readonly<Record<string, string>> = {}, id = 1) =>
  world.step("check", { estimate: "0.01", "on-deny": "continue", ...TAGS, ...inputs }, { run: { id } });

describe("a sub-budget", () => {
  it("is one of fifty for as few requests as there are without", async () => {
    const budgets = Array.from({ length: 50 }, (_, at) => ({
      name: `b${at}`,
      match: { division: at % 2 === 0 ? "infrastructure" : "*" },
      limit: at % 3 === 0 ? "50000 tokens" : "4 USD",
      period: ["day", "week", "month", "none"][at % 4],
    }));
    await world.repo.writeFile("main", POLICY, JSON.stringify({ budgets }));
    await check();
    world.requests();
    const { outputs } = await check();
    expect(world.requests()).toEqual(READ_AND_COMMIT);
    await world.step("record", { cost: "0.02", hold: outputs["hold"] ?? "" });
    expect(world.requests()).toEqual(READ_AND_COMMIT);
    await world.step("status");
    expect(world.requests()).toEqual(["TokenBudgetRead"]);
    expect(Object.keys((await booksOn(world.repo)).state.budgets)).toHaveLength(50);
  });

  it("at 104 % warns inside its overage, at 111 % asks for a human; an approval lets one hold in", async () => {
    await spentBooks("4.16", part("overage: 10%, on-exceed: approve"));
    const warned = await check();
    expect(warned.outputs).toMatchObject({
      allowed: "true",
      decision: "warn",
      reason: "budget-exceeded",
      "limited-by": "infrastructure",
      limit: "4",
      "limit-unit": "USD",
      "limit-spent": "4.16",
      "limit-remaining": "-0.16",
      "limit-resets-at": "2026-03-01T00:00:00Z",
    });
    expect(world.requests()).toEqual(READ_AND_COMMIT);
    await world.step("record", { cost: "0.28", hold: warned.outputs["hold"] ?? "" });
    world.requests();

    const asked = await check();
    expect(asked.exitCode).toBe(0);
    expect(asked.outputs).toMatchObject({ allowed: "false", decision: "approve", reason: "approval-needed" });
    expect(asked.outputs["hold"]).toBeUndefined();
    expect(asked.summary).toContain("waits for approval");
    // The waiting is announced once, and the sent message taken off the queue.
    expect(world.requests()).toEqual([...READ_AND_COMMIT, "TokenBudgetCommit"]);

    const approval = { approval: "ai-budget" };
    const asks = `GET /repos/${world.repo.nameWithOwner}/actions/runs/1/approvals`;
    expect((await check(approval)).outputs["decision"]).toBe("approve");
    // Somebody may have approved since.
    expect(world.requests()).toEqual([asks, "TokenBudgetRead", "TokenBudgetRead", asks]);
    world.repo.setApprovals(1, [
      { environments: ["production"], user: "reviewer" },
      { environments: ["ai-budget"], user: "stranger", state: "rejected" },
    ]);
    expect((await check(approval)).outputs["decision"]).toBe("approve");
    world.repo.setApprovals(1, [{ environments: ["ai-budget"], user: "octocat" }]);
    world.requests();
    const approved = await check(approval);
    expect(approved.outputs).toMatchObject({
      allowed: "true",
      decision: "warn",
      reason: "approved",
      "approved-by": "octocat",
    });
    expect(world.requests()).toEqual([asks, ...READ_AND_COMMIT]);
    expect((await check(approval)).outputs["decision"]).toBe("approve");

    await world.step("record", { cost: "0.02", hold: approved.outputs["hold"] ?? "" });
    expect((await check(approval)).outputs["decision"]).toBe("approve");
    const { state, entries } = await booksOn(world.repo);
    expect(entries.at(-1)).toMatchObject({
      approved_by: "octocat",
      budgets: { infrastructure: { period: "2026-02" } },
    });
    expect(state).toMatchObject({ requires: ["budgets"], holds: [], budgets: { infrastructure: { spent: 4.46 } } });
  });

  it("is told which permission an approval needs", async () => {
    world.github.setToken("ghs_blind", { permission: "write", actions: false });
    await world.repo.writeFile("main", POLICY, part("on-exceed: approve"));
    const { outputs } = await world.step(
      "check",
      { approval: "ai-budget", "on-deny": "continue" },
      { token: "ghs_blind" },
    );
    expect(outputs).toMatchObject({ allowed: "false", reason: "missing-permission" });
    expect(outputs["message"]).toContain("actions: read");
  });
});

describe("adjust", () => {
  const policy = `${part("alerts: [90]")}  - { name: qa, match: { division: qa }, limit: 3 USD }\n`;
  const transfer = (inputs: Readonly<Record<string, string>> = {}) =>
    world.step(
      "adjust",
      { adjustment: "transfer", from: "qa", to: "infrastructure", amount: "1 USD", reason: "an outage", ...inputs },
      BY_HAND,
    );

  it("moves $1 until tomorrow: there today, back tomorrow, both in the ledger, told once", async () => {
    world.repo.setRole("maintainer", "maintain");
    await spentBooks("3.30", policy);
    const { exitCode, outputs, summary } = await transfer({ until: "2026-02-15" });
    expect(exitCode).toBe(0);
    expect(outputs["message"]).toMatch(
      /^Transfer of \$1\.00 from qa to infrastructure until 2026-02-15 by maintainer; \$3\.30 of \$15\.00 spent/,
    );
    expect(summary).toContain("Budget adjusted");
    expect(world.requests()).toEqual([
      `GET /repos/${world.repo.nameWithOwner}/collaborators/maintainer/permission`,
      ...READ_AND_COMMIT,
      "TokenBudgetCommit",
    ]);
    expect(world.titles()).toEqual(["🔧 Budget Adjusted by maintainer"]);
    expect((await world.repo.log("token-budget"))[1]?.message).toMatch(
      /^budget: transfer of 1\.00 from qa to .* by maintainer \(run 1\)$/,
    );
    expect((await check({ estimate: "1.2" })).outputs["decision"]).toBe("allow");
    await world.step("release", {});
    world.at("2026-02-15T08:00:00Z");
    expect((await check({ estimate: "1.2" })).outputs).toMatchObject({ decision: "deny", limit: "4" });
    const { entries, state } = await booksOn(world.repo);
    expect(entries.filter((entry) => entry.kind === "adjust")).toMatchObject([
      { adjustment: "transfer", actor: "maintainer", reason: "an outage", amount: 1, until: "2026-02-15" },
      { adjustment: "return", amount: 1, from: "infrastructure", to: "qa" },
    ]);
    expect(state.loans).toBeUndefined();
    expect((await world.step("verify")).exitCode).toBe(0);
  });

  it("is refused by another role", async () => {
    world.repo.setRole("writer", "write");
    await spentBooks("1", policy);
    const asked = { adjustment: "transfer", from: "qa", to: "infrastructure", amount: "1 USD", reason: "x" };
    const { exitCode, annotations } = await world.step("adjust", asked, { ...BY_HAND, run: { actor: "writer" } });
    expect(exitCode).toBe(1);
    expect(annotations).toMatchObject([{ level: "error", message: expect.stringMatching(/role write/) }]);
  });
});

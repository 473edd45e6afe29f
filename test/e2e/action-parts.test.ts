import { describe, expect, it } from "vitest";
import { booksOn, fieldsOf, NOON, READ_AND_COMMIT, useWorld } from "./action-world.ts";

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

  it("at 76 % tells its alerts of 50 and 75 in one message, and never again this month", async () => {
    await spentBooks("3.04", part("alerts: [50, 75, 90]"));
    expect(world.titles()).toEqual(["⚠️ 75% of infrastructure is spent"]);
    expect(world.discord.messages[0]?.payload.embeds?.[0]?.description).toMatch(/^50% and 75% were passed at once\./);
    expect(fieldsOf(world.discord.messages[0])["💰 Total Spent"]).toBe("$3.04 of $4.00");
    await world.step("record", { cost: "0.05", ...TAGS });
    expect(world.titles()).toHaveLength(1);
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
    expect(world.requests()).toEqual(["TokenBudgetRead", "TokenBudgetRead"]);

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

  it("lets 7 of 20 runs at once in where it has room for 7", async () => {
    await world.repo.writeFile("main", POLICY, part("period: day").replace("4 USD", "0.079 USD"));
    const runs = await Promise.all(Array.from({ length: 20 }, (_, index) => check({}, index + 1)));
    const decisions = runs.map(({ outputs }) => outputs["decision"]);
    expect(decisions.filter((decision) => decision === "allow")).toHaveLength(7);
    expect(decisions.filter((decision) => decision === "deny")).toHaveLength(13);
    const reasons = runs.map(({ outputs }) => outputs["reason"]);
    expect(new Set(reasons)).toEqual(new Set(["ok", "budget-exceeded"]));
    expect((await booksOn(world.repo)).state.holds).toHaveLength(7);
  });

  it("denies a run that lacks a required tag, and names it", async () => {
    await world.repo.writeFile("main", POLICY, "required-tags: [project, division]\n");
    const { outputs, summary } = await check();
    expect(outputs).toMatchObject({ allowed: "false", decision: "deny", reason: "tags-missing" });
    expect(outputs["message"]).toContain("project");
    expect(summary).toContain("project=…");
  });

  it("is booked where the hold says, though the policy can't be read any more", async () => {
    await world.repo.writeFile("main", POLICY, part("period: day"));
    const job = world.job();
    await job.step({ inputs: { command: "check", estimate: "0.01", ...TAGS } });
    await world.repo.writeFile("main", POLICY, "budgets: oops\n");
    const { exitCode } = await job.step({ inputs: { command: "record", cost: "0.05" } });
    expect(exitCode).toBe(0);
    expect((await booksOn(world.repo)).state.budgets).toMatchObject({
      infrastructure: { period: "2026-02-14", spent: 0.05 },
    });
    const verified = await world.step("verify");
    expect(verified.exitCode).toBe(0);
  });
});

describe("an estimate by the policy's formula", () => {
  const formula = `estimate:
  base: { dev-lead: 20000 tokens, "*": 3000 tokens }
  phase: { development: 3 }
  complexity: { complex: 1.5 }
  price-as: claude-sonnet-4-5
models:
  - { use: claude-opus-4-5, until: 60% }
  - { use: claude-sonnet-4-5, until: 85% }
  - { use: claude-haiku-4-5 }
large-run: 1 USD
`;
  const tags = "agent=dev-lead\nphase=development\ncomplexity=complex\ndivision=infrastructure";

  it("is set aside, with the ladder's model, and told by status in one request", async () => {
    await world.repo.writeFile("main", POLICY, `${part("alerts: [50]")}${formula}`);
    const { outputs } = await world.step("check", { tags });
    // 90,000 tokens, half of them at $3 and half at $15 a million.
    expect(outputs).toMatchObject({ decision: "allow", estimate: "0.81", model: "claude-opus-4-5" });
    expect(world.requests().filter((request) => request === "TokenBudgetRead")).toHaveLength(1);
    const booked = await world.step("record", { cost: "9.15", hold: outputs["hold"] ?? "" });
    const large = { level: "notice", message: expect.stringMatching(/^A large run: \$9\.15/) };
    expect(booked.annotations).toMatchObject([large]);
    const next = await world.step("check", { "on-deny": "continue" });
    expect(next.outputs["model"]).toBe("claude-sonnet-4-5");
    world.requests();
    const status = await world.step("status", { tags });
    expect(world.requests()).toEqual(["TokenBudgetRead"]);
    expect(status.outputs["model"]).toBe("claude-sonnet-4-5");
    expect(status.summary).toContain("infrastructure");
    expect(status.summary).toContain("⛔ blocked");
    expect(status.summary).toContain("used up");
    expect((await booksOn(world.repo)).entries.at(-1)).toMatchObject({
      formula_tokens: 90_000,
      predicted: 0.81,
      large: true,
    });
  });

  it("is left out, with a warning, where nobody knows its price", async () => {
    await world.repo.writeFile("main", POLICY, formula.replace("price-as: claude-sonnet-4-5", "price-as: mystery-1"));
    const { outputs, annotations } = await world.step("check", { tags });
    expect(outputs["estimate"]).toBe("0.055");
    expect(annotations.map(({ message }) => message).join()).toContain("No price is known for mystery-1");
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

  it("refuses what is spent and held, with the figure that would be possible", async () => {
    world.repo.setRole("maintainer", "admin");
    await spentBooks("3.30", policy);
    const head = await world.repo.head("token-budget");
    const { exitCode, annotations } = await transfer({ from: "infrastructure", to: "qa" });
    expect(exitCode).toBe(1);
    expect(annotations).toMatchObject([{ level: "error", message: expect.stringContaining("at most 0.7 USD") }]);
    expect(await world.repo.head("token-budget")).toBe(head);
  });

  it.each([
    ["by another role", { event: { name: "workflow_dispatch" }, run: { actor: "writer" } }, {}, /role write/],
    ["from another event", { event: { name: "push" }, run: { actor: "maintainer" } }, {}, /workflow_dispatch/],
    ["without a reason", BY_HAND, { reason: "" }, /reason is missing/],
    ["without its budgets", BY_HAND, { from: "" }, /from is missing/],
    ["of an amount without a unit", BY_HAND, { amount: "1" }, /amount is "1".*4 USD or 50000 tokens/],
  ])("is refused %s", async (_, told, inputs, why) => {
    world.repo.setRole("writer", "write");
    world.repo.setRole("maintainer", "admin");
    await spentBooks("1", policy);
    const asked = { adjustment: "transfer", from: "qa", to: "infrastructure", amount: "1 USD", reason: "x", ...inputs };
    const { exitCode, annotations } = await world.step("adjust", asked, told);
    expect(exitCode).toBe(1);
    expect(annotations).toMatchObject([{ level: "error", message: expect.stringMatching(why) }]);
  });

  it("tops the month up at once", async () => {
    world.repo.setRole("maintainer", "admin");
    world.at(NOON);
    await world.step("record", { cost: "14.99" });
    expect((await check({ estimate: "0.05" })).outputs["reason"]).toBe("exhausted");
    await world.step("adjust", { adjustment: "top-up", amount: "5 USD", reason: "release" }, BY_HAND);
    expect((await check({ estimate: "0.05" })).outputs).toMatchObject({ decision: "allow", budget: "20" });
  });
});

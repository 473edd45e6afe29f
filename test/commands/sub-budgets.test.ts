import { describe, expect, it } from "vitest";
import { BY_HAND, fieldsOf, NOON, said, useCommandWorld } from "./command-world.ts";

const world = useCommandWorld();
const TAGS = { tags: "division=infrastructure" };
const part = (keys: string) =>
  `approval-environment: ai-budget\nbudgets:\n  - { name: infrastructure, match: { division: infrastructure }, limit: 4 USD, ${keys} }\n`;

/** Books in which infrastructure has spent so many dollars by a policy with this part. */
async function spentBooks(dollars: string, policy: string): Promise<void> {
  world.policy(policy);
  await world.run("record", { cost: dollars, ...TAGS });
  world.calls();
}

const check = (inputs: Readonly<Record<string, string>> = {}, id = 1) =>
  world.run("check", { estimate: "0.01", "on-deny": "continue", ...TAGS, ...inputs }, { run: { id } });

describe("a sub-budget", () => {
  it("at 76 % tells its alerts of 50 and 75 in one message, and never again this month", async () => {
    await spentBooks("3.04", part("alerts: [50, 75, 90]"));
    expect(world.titles()).toEqual(["⚠️ 75% of infrastructure is spent"]);
    expect(world.messages()[0]?.payload.embeds?.[0]?.description).toMatch(/^50% and 75% /);
    expect(fieldsOf(world.messages()[0])["💰 Total Spent"]).toBe("$3.04 of $4.00");
    await world.run("record", { cost: "0.05", ...TAGS });
    expect(world.titles()).toHaveLength(1);
  });

  it("lets 7 of 20 runs at once in where it has room for 7", async () => {
    world.policy(part("period: day").replace("4 USD", "0.079 USD"));
    const runs = await Promise.all(Array.from({ length: 20 }, (_, index) => check({}, index + 1)));
    const decisions = runs.map(({ outputs }) => outputs["decision"]);
    expect(decisions.filter((decision) => decision === "allow")).toHaveLength(7);
    expect(decisions.filter((decision) => decision === "deny")).toHaveLength(13);
    const reasons = runs.map(({ outputs }) => outputs["reason"]);
    expect(new Set(reasons)).toEqual(new Set(["ok", "budget-exceeded"]));
    expect(world.books().state.holds).toHaveLength(7);
  });

  it("denies a run that lacks a required tag, and names it", async () => {
    world.policy("required-tags: [project, division]\n");
    const { outputs, summary } = await check();
    expect(outputs).toMatchObject({ allowed: "false", decision: "deny", reason: "tags-missing" });
    expect(outputs["message"]).toContain("project");
    expect(summary).toContain("project=…");
  });

  it("is booked where the hold says, though the policy can't be read any more", async () => {
    world.policy(part("period: day"));
    const job = world.job();
    await job.run("check", { estimate: "0.01", ...TAGS });
    world.policy("budgets: oops\n");
    const { failure } = await job.run("record", { cost: "0.05" });
    expect(failure).toBeNull();
    expect(world.books().state.budgets).toMatchObject({
      infrastructure: { period: "2026-02-14", spent: 0.05 },
    });
    const verified = await world.run("verify");
    expect(verified.failure).toBeNull();
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
    world.policy(`${part("alerts: [50]")}${formula}`);
    const { outputs } = await world.run("check", { tags });
    // 90,000 tokens, half of them at $3 and half at $15 a million.
    expect(outputs).toMatchObject({ decision: "allow", estimate: "0.81", model: "claude-opus-4-5" });
    expect(world.calls().filter((call) => call === "read")).toHaveLength(1);
    const booked = await world.run("record", { cost: "9.15", hold: outputs["hold"] ?? "" });
    expect(booked.notes).toMatchObject([{ level: "notice", text: expect.stringContaining("$9.15") }]);
    const next = await world.run("check", { "on-deny": "continue" });
    expect(next.outputs["model"]).toBe("claude-sonnet-4-5");
    world.calls();
    const status = await world.run("status", { tags });
    expect(world.calls()).toEqual(["read"]);
    expect(status.outputs["model"]).toBe("claude-sonnet-4-5");
    expect(status.summary).toContain("infrastructure");
    expect(status.summary).toContain("⛔ blocked");
    expect(status.summary).toContain("used up");
    expect(world.books().entries.findLast(({ kind }) => kind === "charge")).toMatchObject({
      formula_tokens: 90_000,
      predicted: 0.81,
      large: true,
    });
  });

  it("is left out, with a warning, where nobody knows its price", async () => {
    world.policy(formula.replace("price-as: claude-sonnet-4-5", "price-as: mystery-1"));
    const result = await world.run("check", { tags });
    expect(result.outputs["estimate"]).toBe("0.055");
    expect(said(result)).toContain("mystery-1");
  });
});

describe("adjust", () => {
  const policy = `${part("alerts: [90]")}  - { name: qa, match: { division: qa }, limit: 3 USD }\n`;
  const transfer = (inputs: Readonly<Record<string, string>> = {}) =>
    world.run(
      "adjust",
      { adjustment: "transfer", from: "qa", to: "infrastructure", amount: "1 USD", reason: "an outage", ...inputs },
      BY_HAND,
    );

  it("refuses what is spent and held, with the figure that would be possible", async () => {
    world.roles.set("maintainer", "admin");
    await spentBooks("3.30", policy);
    const head = world.commits().length;
    const { failure, notes } = await transfer({ from: "infrastructure", to: "qa" });
    expect(failure).toContain("at most 0.7 USD");
    expect(notes).toEqual([]);
    expect(world.commits().length).toBe(head);
  });

  it.each([
    ["by another role", { event: { name: "workflow_dispatch" }, run: { actor: "writer" } }, {}, /role write/],
    ["from another event", { event: { name: "push" }, run: { actor: "maintainer" } }, {}, /workflow_dispatch/],
    ["without a reason", BY_HAND, { reason: "" }, /reason is missing/],
    ["without its budgets", BY_HAND, { from: "" }, /from is missing/],
    ["of an amount of an unknown unit", BY_HAND, { amount: "1 EUR" }, /amount is "1 EUR"/],
  ])("is refused %s", async (_, told, inputs, why) => {
    world.roles.set("writer", "write");
    world.roles.set("maintainer", "admin");
    await spentBooks("1", policy);
    const asked = { adjustment: "transfer", from: "qa", to: "infrastructure", amount: "1 USD", reason: "x", ...inputs };
    const { failure, notes } = await world.run("adjust", asked, told);
    expect(failure).toMatch(why);
    expect(notes).toEqual([]);
  });

  it("tops the month up at once", async () => {
    world.roles.set("maintainer", "admin");
    world.at(NOON);
    await world.run("record", { cost: "14.99" });
    expect((await check({ estimate: "0.05" })).outputs["reason"]).toBe("exhausted");
    await world.run("adjust", { adjustment: "top-up", amount: "5 USD", reason: "release" }, BY_HAND);
    expect((await check({ estimate: "0.05" })).outputs).toMatchObject({ decision: "allow", budget: "20" });
  });
});

it("says whose forecast is a share of the month's, and whose is its own pace", async () => {
  world.policy(`
budgets:
  - { name: web, match: { team: web }, limit: 8 USD }
  - { name: daily, match: { team: web }, limit: 50000 tokens, period: day }
`);
  for (const day of ["10", "11", "12", "13", "14"]) {
    world.at(`2026-02-${day}T10:00:00Z`);
    await world.run("record", { cost: "0.4", tags: "team=web" });
  }
  const { json, screen } = await world.run("status");
  expect(JSON.parse(json).budgets).toMatchObject([
    { name: "web", projectedBy: "share", forecast: { spent: 2 } },
    { name: "daily", projectedBy: "pace", forecast: null },
  ]);
  expect(screen).toContain("each one's share of the month's forecast");
  world.policy("budgets: [{ name: daily, match: { team: web }, limit: 50000 tokens, period: day }]");
  expect((await world.run("status")).screen).not.toContain("share of the month");
});

import { describe, expect, it } from "vitest";
import { NOON, READ_AND_COMMIT, useCommandWorld } from "./command-world.ts";

const world = useCommandWorld();
const BEFORE = "2026-02-14T09:30:00Z";

describe("at $14.96 of $15 with an estimate of $0.055", () => {
  it("only sets the outputs with on-deny: continue", async () => {
    world.seed({ at: NOON, spent: 14.96 });
    const { failure, outputs } = await world.run("check", { estimate: "0.055", "on-deny": "continue" });
    expect(failure).toBeNull();
    expect(outputs).toMatchObject({ allowed: "false", reason: "exhausted" });
  });
});

describe("with $0.10 left and two holds of $0.04 open", () => {
  it("denies as insufficient, for the holds are in the way, and says nothing of exhaustion", async () => {
    world.at("2026-02-14T10:00:00Z");
    world.seed({
      at: BEFORE,
      spent: 14.9,
      milestones: [5, 10],
      holds: [0.04, 0.04],
    });
    const { failure, outputs, summary } = await world.run("check", { estimate: "0.055" });
    expect(failure).not.toBeNull();
    expect(outputs).toMatchObject({
      reason: "insufficient",
      decision: "deny",
      held: "0.08",
      remaining: "0.02",
      health: "red",
    });
    expect(outputs["message"]).toContain("Try again");
    expect(summary).toContain("holds");
    expect(world.books().state.exhausted_at).toBeNull();
    expect(world.titles().join()).not.toContain("Exhausted");
  });

  it("lets in what fits beside them", async () => {
    world.at("2026-02-14T10:00:00Z");
    world.seed({
      at: BEFORE,
      spent: 14.9,
      milestones: [5, 10],
      holds: [0.04, 0.04],
    });
    const { outputs } = await world.run("check", { estimate: "0.02" });
    expect(outputs).toMatchObject({ allowed: "true", remaining: "0", held: "0.1" });
    expect(world.calls()).toEqual(READ_AND_COMMIT);
  });
});

describe("two runs after the last dollars", () => {
  it("don't both get them", async () => {
    world.seed({ at: NOON, spent: 14.9, milestones: [5, 10] });
    const both = await Promise.all(
      [1, 2].map((id) => world.run("check", { estimate: "0.08", "on-deny": "continue" }, { run: { id } })),
    );
    expect(both.map(({ outputs }) => outputs["reason"]).sort()).toEqual(["insufficient", "ok"]);
    expect(world.books().state.holds).toHaveLength(1);
  });
});

describe("a booking that reaches the budget", () => {
  it("tells the milestone, the alerts and that the money is gone in one post", async () => {
    world.at("2026-02-14T10:00:00Z");
    world.seed({
      at: BEFORE,
      spent: 14.9,
      executions: 270,
      prs: 270,
      milestones: [5, 10],
    });
    const { failure, outputs } = await world.run("record", { cost: "0.2" });
    expect(failure).toBeNull();
    expect(outputs).toMatchObject({
      spent: "15.1",
      remaining: "-0.1",
      health: "blocked",
      milestones: "15",
      allowed: "false",
    });
    expect(world.titles()).toEqual(["✅ $15 Milestone Reached!", "⛔ Monthly Budget Exhausted"]);
    expect(world.messages()).toHaveLength(1);
  });
});

describe("a role that the policy mentions", () => {
  const ROLE = "123456789012345678";

  it("is pinged by the message that the money is used up, and by no other", async () => {
    world.policy(`notify: { discord: all, mention: "${ROLE}" }`);
    world.seed({ at: NOON, spent: 4.98 });
    await world.run("record", { cost: "0.05" });
    await world.run("record", { cost: "9.97" });
    const pings = world.messages().map(({ payload }) => [payload.content, payload.allowed_mentions]);
    expect(pings).toEqual([
      [undefined, { parse: [] }],
      [`<@&${ROLE}>`, { roles: [ROLE] }],
    ]);
    expect(world.titles().at(-1)).toBe("⛔ Monthly Budget Exhausted");
  });

  it("is pinged by a digest that has the message", async () => {
    const facts = { percents: [75], spent: 11.3, remaining: 3.7, held: 0, burn_rate: 0.8, gone_on: null };
    const waiting = Array.from({ length: 12 }, (_, index) => ({
      ...{ id: `m${index}`, kind: index === 0 ? "exhausted" : "alert", facts, queued_at: NOON },
    }));
    world.policy(`notify: { mention: "${ROLE}" }`);
    world.seed({ at: NOON, spent: 11.3, milestones: [5, 10], state: { outbox: waiting } });
    await world.run("check");
    expect(world.titles()[0]).toBe("📬 3 earlier messages");
    expect(world.messages().map(({ payload }) => payload.content)).toEqual([`<@&${ROLE}>`]);
  });

  it("is nobody whose id was written as a number: checks are denied, bookings continue without a ping", async () => {
    world.policy(`notify: { mention: ${ROLE} }`);
    world.seed({ at: NOON, spent: 14.98, milestones: [5, 10], state: { alerts_sent: [75, 90] } });
    const { outputs } = await world.run("check", { "on-deny": "continue" });
    expect(outputs).toMatchObject({ reason: "bad-policy", message: expect.stringContaining("quotation marks") });
    await world.run("record", { cost: "0.05" });
    const post = world.messages().find(({ payload }) => payload.embeds?.[0]?.title?.includes("Exhausted"));
    expect(post?.payload).toMatchObject({ allowed_mentions: { parse: [] } });
    expect(post?.payload).not.toHaveProperty("content");
  });
});

import { describe, expect, it } from "vitest";
import { BY_HAND, fieldsOf, READ_AND_COMMIT, said, useCommandWorld } from "./command-world.ts";

const world = useCommandWorld();
const LATE = "2026-02-20T10:00:00Z";
const SCHEDULED = { event: { name: "schedule" }, run: { actor: "github-actions[bot]" } } as const;
const by = (actor: string) => ({ event: { name: "workflow_dispatch" }, run: { actor } });

/** Books with $10.00 of $15.00 spent, in which a run now costs so much more. */
async function spend(cost: string, inputs: Readonly<Record<string, string>> = {}) {
  world.at(LATE);
  world.seed({ at: "2026-02-20T09:00:00Z", spent: 10 });
  return world.run("record", { cost, ...inputs });
}

const alertsIn = () => world.books().state.alerts ?? [];
const alertLines = () => world.books().entries.filter(({ kind }) => kind === "alert");

describe("an alert", () => {
  it("is kept, queued and sent, acknowledged by a named person, and resolved with its month", async () => {
    await spend("1.5");
    const raised = {
      id: "A-0220-1",
      kind: "threshold",
      severity: "warning",
      period: "2026-02",
      at: expect.any(String),
    };
    expect(alertsIn()).toEqual([
      {
        ...raised,
        facts: expect.objectContaining({ usage: 11.5, limit: 15, percent: 76.7, projected_end: expect.any(Number) }),
      },
    ]);
    expect(alertLines()).toMatchObject([{ cost: 0, alert: { id: "A-0220-1", change: "raised", severity: "warning" } }]);
    expect(fieldsOf(world.messages()[1])["🔔 Alert"] ?? fieldsOf(world.messages()[0], 1)["🔔 Alert"]).toBe(
      "A-0220-1 (warning): [acknowledge it with the workflow alerts](https://github.com/o/r/actions/workflows/alerts.yml)",
    );

    world.roles.set("octocat", "write");
    world.at("2026-02-20T10:30:00Z");
    world.calls();
    const { outputs, failure } = await world.run(
      "alerts",
      { acknowledge: "a-0220-1", note: "The crawler is off" },
      { ...by("octocat"), discord: null },
    );
    expect(failure).toBeNull();
    expect(world.calls()).toEqual(READ_AND_COMMIT);
    expect(outputs["message"]).toBe(
      "A-0220-1 acknowledged by octocat: 76.7% of the budget is spent: $11.50 of $15.00.",
    );
    expect(alertsIn()[0].acknowledged).toEqual({
      by: "octocat",
      at: "2026-02-20T10:30:00Z",
      note: "The crawler is off",
    });
    expect(alertLines().at(-1)).toMatchObject({ actor: "octocat", reason: "The crawler is off", cost: 0 });
    expect(world.commits().at(-1)).toBe("budget: acknowledge A-0220-1 by octocat (run 1)");

    world.at("2026-03-01T00:10:00Z");
    await world.run("alerts", {}, SCHEDULED);
    expect(alertsIn()).toMatchObject([{ id: "A-0220-1", resolved_at: "2026-03-01T00:10:00Z" }]);
    expect(alertsIn()[0]).not.toHaveProperty("escalated_at");
    expect((await world.run("verify")).failure).toBeNull();
  });

  it("is as severe as its percentage, unless the policy says otherwise; one booking raises one for each budget", async () => {
    world.policy(`
alerts: [50, { at: 60, severity: critical }, 90]
budgets:
  - { name: dev, match: { agent: dev }, limit: 2000 tokens, period: day, alerts: [{ at: 70, severity: info }, 100] }
`);
    await spend("0.5");
    expect(alertsIn()).toMatchObject([{ severity: "critical", id: "A-0220-1" }]);
    const usage = { model: "claude-sonnet-4-5", "input-tokens": "1400", "output-tokens": "100" };
    await world.run("record", { ...usage, tags: "agent=dev" });
    expect(alertsIn()[1]).toMatchObject({
      ...{ id: "A-0220-2", severity: "info", budget: "dev", unit: "tokens", period: "2026-02-20" },
      facts: { usage: 1500, limit: 2000, percent: 75, time_left: 3.3, projected_end: 3600 },
    });
    await world.run("record", { ...usage, tags: "agent=dev" });
    expect(alertsIn()[2]).toMatchObject({ severity: "emergency", facts: { usage: 3000, overage: 1000 } });
    world.at("2026-02-21T00:00:10Z");
    const { screen, json } = await world.run("status");
    expect(screen).toMatch(/A-0220-1 +critical +14 h +nobody\n +70% of the budget is spent: \$10\.50 of \$15\.00\./);
    expect(screen).not.toContain("A-0220-2");
    expect(JSON.parse(json).alerts).toMatchObject([{ id: "A-0220-1", open: true, acknowledged: null }]);
  });

  it("is resolved by more money, and of a reset month", async () => {
    await spend("4");
    expect(alertsIn()).toMatchObject([{ severity: "critical" }]);
    world.roles.set("maintainer", "admin");
    await world.run("adjust", { adjustment: "top-up", amount: "5 USD", reason: "more" }, BY_HAND);
    expect(alertsIn()).toMatchObject([{ resolved_at: LATE }]);
    await world.run("record", { cost: "2" });
    expect(alertsIn()[1]).toMatchObject({ severity: "warning", facts: { limit: 20, usage: 16 } });
    await world.run("reset", { reason: "new contract" }, BY_HAND);
    expect(alertsIn()[1]).toMatchObject({ resolved_at: LATE });
    expect((await world.run("verify")).failure).toBeNull();
  });

  it("is one of an exhausted month, whichever run finds it, with its message", async () => {
    await spend("4.96");
    const { outputs } = await world.run("check");
    expect(outputs["reason"]).toBe("exhausted");
    expect(alertsIn()).toMatchObject([
      { kind: "threshold", severity: "critical" },
      { kind: "exhausted", severity: "emergency", facts: { usage: 14.96, limit: 15, percent: 99.7 } },
    ]);
    expect(fieldsOf(world.messages().at(-1))["🔔 Alert"]).toContain("A-0220-2 (emergency)");
    await world.run("check");
    expect(alertsIn()).toHaveLength(2);
  });

  it("is left to the next writer while the policy can't be read", async () => {
    world.policy("alerts: soon");
    await spend("1.5");
    expect(alertsIn()).toEqual([]);
    world.policy(null);
    await world.run("check");
    expect(alertsIn()).toMatchObject([{ severity: "warning" }]);
  });
});

describe("an acknowledgement", () => {
  it.each([
    ["whose role is read", {}, /writer has the role read, but needs write, maintain or admin/],
    ["from another event", { event: { name: "push" } }, /workflow_dispatch/],
    ["from another branch", { run: { actor: "writer", ref: "refs/heads/feature" } }, /default branch/],
    ["from a pull_request_target", { event: { name: "pull_request_target" } }, /workflow_dispatch/],
  ])("by someone %s is refused and changes nothing", async (_, told, why) => {
    await spend("1.5");
    world.roles.set("writer", "read");
    const before = world.commits().length;
    const { failure, outputs } = await world.run("alerts", { acknowledge: "A-0220-1" }, { ...by("writer"), ...told });
    expect(failure).toMatch(why);
    expect(outputs["reason"]).toBe("not-allowed");
    expect(world.commits()).toHaveLength(before);
  });

  it("that comes second is answered with who was first, and two at once end as one", async () => {
    await spend("1.5");
    for (const name of ["octocat", "hubot"]) world.roles.set(name, "write");
    const both = ["octocat", "hubot"].map((name) =>
      world.run("alerts", { acknowledge: "A-0220-1", note: name }, { ...by(name), discord: null }),
    );
    const results = await Promise.all(both);
    const messages = results.map(({ outputs }) => outputs["message"] ?? "");
    const first = alertsIn()[0].acknowledged.by;
    expect(results.map(({ failure }) => failure)).toEqual([null, null]);
    expect(messages.filter((text) => text.startsWith(`A-0220-1 acknowledged by ${first}`))).toHaveLength(1);
    expect(messages.filter((text) => text.includes(`was already acknowledged by ${first}`))).toHaveLength(1);
    expect(alertLines().filter(({ alert }) => alert.change === "acknowledged")).toHaveLength(1);
  });

  it("of what isn't there or is resolved names what is open", async () => {
    await spend("1.5");
    world.roles.set("octocat", "maintain");
    const unknown = await world.run("alerts", { acknowledge: "A-0219-7" }, by("octocat"));
    expect(unknown.failure).toContain("there is no alert A-0219-7; open are A-0220-1");
    expect((await world.run("alerts", { acknowledge: "7" }, by("octocat"))).failure).toContain("such as A-0214-3");
    expect((await world.run("alerts", { note: "x" }, by("octocat"))).failure).toContain("name it in acknowledge");
    world.at("2026-03-02T10:00:00Z");
    const late = await world.run("alerts", { acknowledge: "A-0220-1" }, by("octocat"));
    expect(late.failure).toBeNull();
    expect(late.outputs["message"]).toBe("A-0220-1 is resolved, nothing was changed; no alert is open.");
  });
});

describe("what nobody acknowledges in time", () => {
  it("is announced once more, by whoever writes next: a warning after two hours", async () => {
    await spend("1.5");
    world.at("2026-02-20T11:59:00Z");
    await world.run("alerts", {}, SCHEDULED);
    expect(world.titles()).not.toContain("🚨 Nobody has acknowledged A-0220-1");
    world.at("2026-02-20T12:00:00Z");
    await world.run("check");
    expect(world.titles().at(-1)).toBe("🚨 Nobody has acknowledged A-0220-1");
    expect(fieldsOf(world.messages().at(-1))["🔔 Alert"]).toContain("workflows/alerts.yml");
    expect(alertsIn()).toMatchObject([{ escalated_at: "2026-02-20T12:00:00Z" }]);
    const sent = world.messages().length;
    await world.run("alerts", {}, SCHEDULED);
    expect(world.messages()).toHaveLength(sent);
  });

  it.each([
    ["critical, after half an hour", "4", "", "2026-02-20T10:30:00Z", true],
    ["critical, not before", "4", "", "2026-02-20T10:29:00Z", false],
    [
      "critical, when the policy says so",
      "4",
      "notify: { escalate: { critical: 1 h } }",
      "2026-02-20T10:59:00Z",
      false,
    ],
    ["a warning, sooner", "1.5", "notify: { escalate: { warning: 5 min } }", "2026-02-20T10:05:00Z", true],
    ["for information, never", "0.1", "alerts: [60]", "2026-02-27T10:00:00Z", false],
    ["an emergency, whose own message was enough", "5", "alerts: [100]", "2026-02-27T10:00:00Z", false],
    ["an emergency, at once to the channel for it", "5", "notify: { escalate-to: ops }\nalerts: [100]", LATE, true],
    ["critical, unless its kind is off", "4", "notify: { discord: [alert] }", "2026-02-27T10:00:00Z", false],
  ])("%s", async (_, cost, policy, at, isEscalated) => {
    if (policy !== "") world.policy(policy);
    await spend(cost);
    world.at(at);
    await world.run("alerts", {}, SCHEDULED);
    expect(alertsIn().some(({ escalated_at }: { escalated_at?: string }) => escalated_at !== undefined)).toBe(
      isEscalated,
    );
  });
});

describe("the list of alerts", () => {
  it.each([
    [{ alerts_sent: [75, 90] }, 14, "An earlier release kept no alerts: 90% of this month's budget was passed."],
    [
      { alerts_sent: [75, 90], exhausted_at: "2026-02-19T10:00:00Z" },
      14,
      "An earlier release kept no alerts: this month's budget was used up.",
    ],
    [{}, 4, "No alert is open."],
  ])("says what was announced before alerts were kept: %j", async (change, spent, message) => {
    world.at(LATE);
    world.seed({ at: "2026-02-20T09:00:00Z", spent });
    const books = JSON.parse(world.store.state ?? "");
    world.store.put({ state: JSON.stringify({ ...books, alerts_sent: [], ...change }), lines: world.store.lines });
    const { outputs, screen } = await world.run("alerts");
    expect(outputs).toMatchObject({ message, alerts: "0" });
    expect(screen).toContain(message.startsWith("No") ? "No alert is open" : "No alert is known");
  });

  it("has age, severity and who has acknowledged; resolved ones on demand, forgotten ones from the ledger", async () => {
    world.at("2026-01-30T10:00:00Z");
    world.seed({ at: "2026-01-30T09:00:00Z", spent: 10 });
    await world.run("record", { cost: "1.5" });
    world.roles.set("octocat", "write");
    world.at("2026-01-30T11:00:00Z");
    await world.run("alerts", { acknowledge: "A-0130-1" }, by("octocat"));
    await world.run("record", { cost: "3" });
    world.at(LATE);
    expect((await world.run("alerts", {}, SCHEDULED)).outputs).toMatchObject({ alerts: "0" });
    await world.run("record", { cost: "11.5" });
    world.at("2026-02-20T10:42:00Z");
    const { outputs, screen, summary, json } = await world.run("alerts", {}, SCHEDULED);
    expect(outputs).toMatchObject({
      alerts: "1",
      message: "1 alert open, none acknowledged. In January 2026, 1 of 2 were acknowledged in time.",
    });
    expect(screen).toMatch(/A-0220-1 +warning +42 min +nobody/);
    expect(summary).toContain("| A-0220-1 | 🟡 warning | 42 min | nobody | 76.7% of the budget is spent");
    expect(JSON.parse(json)).toMatchObject({
      alerts: [{ id: "A-0220-1", facts: { usage: 11.5, projectedEnd: expect.any(Number) } }],
      acknowledgedInTime: { month: "2026-01", count: 1, of: 2 },
    });
    const all = await world.run("alerts", { all: "true" }, SCHEDULED);
    expect(all.screen).toMatch(/A-0130-1 +warning +21 days +octocat +20 Feb 2026, 10:00 \(UTC\)/);
    const books = JSON.parse(world.store.state ?? "");
    world.store.put({ state: JSON.stringify({ ...books, alerts: books.alerts.slice(-1) }), lines: world.store.lines });
    const since = await world.run("alerts", { since: "2026-01-01" }, SCHEDULED);
    const listed = JSON.parse(since.json).alerts;
    expect(listed.map(({ id, open }: { id: string; open: boolean }) => [id, open])).toEqual([
      ["A-0130-1", false],
      ["A-0130-2", false],
      ["A-0220-1", true],
    ]);
    expect(listed[0]).toMatchObject({ acknowledged: { by: "octocat" } });
    expect(said(since)).toBe("");
  });

  it("of books without any says so", async () => {
    const { outputs, failure } = await world.run("alerts", {}, SCHEDULED);
    expect(failure).toBeNull();
    expect(outputs).toMatchObject({ alerts: "0", message: expect.stringContaining("No books yet") });
    expect(world.commits()).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";
import { PLACE } from "../store/memory-store.ts";
import { cloudflareLimited, rateLimited, unknownWebhook } from "../support/discord/faults.ts";
import type { Fault } from "../support/github/faults.ts";
import { embedsOf, fieldsOf, NOON, REPOSITORY, said, useCommandWorld } from "./command-world.ts";

const world = useCommandWorld();
const QUEUED = {
  kind: "alert",
  facts: { percents: [75], spent: 11.3, remaining: 3.7, held: 0, burn_rate: 0.8, gone_on: null },
};

const outbox = (): readonly { kind: string; lease_until?: string }[] => world.books().state.outbox;
const lastEmbed = () => world.messages().flatMap(embedsOf).at(-1);
const later = (minutes: number) => new Date(Date.parse(NOON) + minutes * 60_000).toISOString();

describe("each kind of message reaches the channel once, with its wording", () => {
  it.each([
    {
      kind: "milestone",
      seed: { spent: 4.98, executions: 90, prs: 90 },
      command: ["record", { cost: "0.04", pr: "91" }],
      title: "🚀 $5 Milestone Reached!",
      description: "91 PRs Generated - 1/3 Complete!",
      fields: {
        "💰 Total Spent": "$5.02",
        "📊 PRs Generated": "91",
        "🔄 Executions": "91",
        "💵 Cost per PR": "$0.0552",
        "📈 Progress": "`[███████░░░░░░░░░░░░░] 33.5%`",
      },
    },
    {
      kind: "alert",
      seed: { spent: 11.24, milestones: [5, 10] },
      command: ["record", { cost: "0.05" }],
      title: "⚠️ 75% of the budget is spent",
      fields: { "💰 Total Spent": "$11.29", "💵 Remaining": "$3.71" },
    },
    {
      kind: "exhausted",
      seed: { spent: 14.96, prs: 275, milestones: [5, 10] },
      command: ["check", { "on-deny": "continue" }],
      title: "⛔ Monthly Budget Exhausted",
      description: expect.stringContaining("The $15.00 monthly budget has been exhausted."),
      fields: { "💰 Total Spent": "$14.96", "📊 PRs Generated": "275" },
    },
    {
      kind: "reset",
      seed: { spent: 12.4, executions: 220, milestones: [5, 10] },
      command: ["reset", { reason: "new contract" }],
      title: "🔄 Budget Reset by octocat",
      description: "new contract",
      fields: { Archived: "$12.40, 220 executions" },
    },
    {
      kind: "warning",
      seed: { spent: 1 },
      command: ["record", { model: "my-finetune", "input-tokens": "10", "output-tokens": "10" }],
      title: expect.stringMatching(/^⚠️ /),
      description: expect.stringContaining("my-finetune"),
      fields: {},
    },
  ] as const)("$kind", async ({ seed, command: [command, inputs], title, description, fields }) => {
    world.seed({ at: NOON, ...seed });
    world.roles.set("octocat", "admin");
    const first = await world.run(command, inputs, { event: { name: "workflow_dispatch" } });
    expect(first.failure).toBeNull();
    expect(world.titles()).toEqual([title]);
    const [books, ...text] = (lastEmbed()?.description ?? "").split("\n").reverse();
    expect(books).toBe(`[Books](${PLACE.page})`);
    if (description !== undefined) expect(text.reverse().join("\n")).toEqual(description);
    expect(fieldsOf(world.messages()[0])).toMatchObject(fields);
    expect(lastEmbed()).toMatchObject({
      footer: { text: `${REPOSITORY} · run 1` },
      timestamp: "2026-02-14T12:00:00.000Z",
    });
    expect(outbox()).toEqual([]);

    await world.run("check", { "on-deny": "continue" });
    expect(world.messages()).toHaveLength(1);
  });

  it("recap, also where the run at the turn had no webhook", async () => {
    world.at("2026-01-20T12:00:00Z");
    world.seed({
      at: "2026-01-20T12:00:00Z",
      spent: 14.89,
      executions: 271,
      prs: 271,
      milestones: [5, 10],
    });
    world.at("2026-02-01T00:05:00Z");
    await world.run("check", {}, { discord: null });
    expect(outbox()).toMatchObject([{ kind: "recap" }]);
    await world.run("recap");
    expect(world.titles()).toEqual(["📊 Monthly Recap - AI Orchestration"]);
    expect(lastEmbed()?.description).toBe(`Summary for January 2026\n[Books](${PLACE.page})`);
    expect(fieldsOf(world.messages()[0])).toMatchObject({
      "💰 Total Spent": "$14.89 / $15.00",
      "📊 PRs Generated": "271",
      "🔄 Executions": "271",
      "💵 Avg Cost per PR": "$0.0549",
      "🎯 Milestones Reached": "2",
    });
    await world.run("recap");
    expect(world.messages()).toHaveLength(1);
    await world.run("recap", { force: "true" });
    expect(world.messages()).toHaveLength(2);
  });
});

describe("start and complete", () => {
  it("are said once where they are wanted, and never queued", async () => {
    world.seed({ at: NOON, spent: 5.2232, executions: 95, prs: 95, milestones: [5] });
    const job = world.job({ inputs: { notify: "all", name: "Nightly" } });
    await job.run("check", { estimate: "0.055" });
    await job.run("record", { cost: "0.0532", pr: "95" });
    expect(world.titles()).toEqual(["🚀 Nightly - Execution Started", "✅ Nightly - Execution Complete"]);
    expect(lastEmbed()?.description).toBe(`[Books](${PLACE.page})`);
    expect(fieldsOf(world.messages()[0])).toEqual({
      "Execution #": "96",
      Estimate: "$0.0550",
      "Budget Remaining": "$9.72",
    });
    expect(fieldsOf(world.messages()[1])).toEqual({
      "Execution #": "96",
      Cost: "$0.0532",
      "PR Status": "PR #95",
      "Budget Remaining": "$9.72",
    });
    const down = world.discord.faults.always("any", rateLimited(60));
    const lost = await world.run("record", { cost: "0.01", notify: "all" });
    down();
    expect(lost).toMatchObject({ failure: null, outputs: { cost: "0.01" } });
    expect(outbox()).toEqual([]);
    await world.run("check", { notify: "all" });
    expect(world.titles().slice(2)).toEqual(["🚀 AI Orchestration - Execution Started"]);
  });

  it("go out in the same post as what is queued", async () => {
    world.seed({ at: NOON, spent: 4.99 });
    await world.run("record", { cost: "0.05", notify: "all" });
    expect(world.messages()).toHaveLength(1);
    expect(world.titles()).toEqual(["✅ AI Orchestration - Execution Complete", "🚀 $5 Milestone Reached!"]);
  });
});

describe("a queued message", () => {
  it("waits for a run that has the webhook, and arrives once", async () => {
    world.seed({ at: NOON, spent: 4.98 });
    const mute = await world.run("record", { cost: "0.05" }, { discord: null });
    expect(mute.outputs["milestones"]).toBe("5");
    const [waiting] = outbox();
    expect(waiting).toMatchObject({ kind: "milestone" });
    expect(waiting?.lease_until).toBeUndefined();
    world.at(later(60 * 24 * 3));
    await world.run("record", { cost: "0.01" });
    await world.run("record", { cost: "0.01" });
    expect(world.titles()).toEqual(["🚀 $5 Milestone Reached!"]);
    expect(lastEmbed()?.timestamp).toBe("2026-02-14T12:00:00.000Z");
    expect(outbox()).toEqual([]);
  });

  it.each<readonly [string, readonly Fault[], number]>([
    ["says to wait", [rateLimited(0.2), rateLimited(0.3, { global: true })], 1],
    ["is shielded by a proxy that says nothing", [cloudflareLimited()], 1],
    ["fails", [{ kind: "html" }, { kind: "status", status: 500 }], 1],
    ["breaks the connection before it posts", [{ kind: "drop-before" }], 1],
    ["breaks the connection after it has posted", [{ kind: "drop-after" }], 2],
    ["answers with half an answer", [{ kind: "truncate", bytes: 5 }], 2],
  ])("arrives though Discord %s", async (_, faults, times) => {
    world.seed({ at: NOON, spent: 4.98 });
    world.discord.faults.next("any", ...faults);
    const ended = await world.run("record", { cost: "0.05" });
    expect(ended).toMatchObject({ failure: null, outputs: { cost: "0.05", spent: "5.03", milestones: "5" } });
    expect(world.titles()).toEqual(Array(times).fill("🚀 $5 Milestone Reached!"));
    expect(outbox()).toEqual([]);
    expect(said(ended)).not.toContain("Discord");
  });

  it("stays queued where Discord doesn't take it, and the booking is as if nothing had been", async () => {
    world.seed({ at: NOON, spent: 4.98 });
    const down = world.discord.faults.always("any", rateLimited(120));
    const ended = await world.run("record", { cost: "0.05" });
    down();
    expect(ended).toMatchObject({ failure: null, outputs: { cost: "0.05", spent: "5.03", milestones: "5" } });
    expect(ended.summary).toContain("🚀 &#36;5 milestone reached");
    expect(said(ended)).toContain("stay queued");
    expect(outbox()).toMatchObject([{ kind: "milestone" }]);
    world.at(later(11));
    await world.run("check");
    expect(world.titles()).toEqual(["🚀 $5 Milestone Reached!"]);
  });

  it("survives a deleted webhook; of many that waited the channel gets one digest", async () => {
    const waiting = Array.from({ length: 14 }, (_, index) => ({
      ...QUEUED,
      id: `alert-2026-02-${index}`,
      queued_at: `2026-02-${String(index + 1).padStart(2, "0")}T08:00:00Z`,
      lease_until: "2026-02-10T00:00:00Z",
      lease_by: "an-earlier-run",
    }));
    world.seed({ at: NOON, spent: 11.3, milestones: [5, 10], state: { outbox: waiting } });
    const gone = world.discord.faults.always("any", unknownWebhook());
    const ended = await world.run("record", { cost: "0.05" });
    gone();
    expect(ended).toMatchObject({ failure: null, outputs: { cost: "0.05" } });
    expect(world.discord.requests()).toBe(1);
    expect(said(ended)).toMatch(/Discord.*webhook was deleted/s);
    expect(outbox()).toHaveLength(14);

    world.at(later(11));
    await world.run("record", { cost: "0.05" });
    expect(world.messages()).toHaveLength(1);
    expect(world.titles()).toHaveLength(10);
    expect(world.titles()[0]).toBe("📬 5 earlier messages");
    expect(world.messages().flatMap(embedsOf)[0]?.description).toContain("1 Feb · ⚠️ 75% of the budget is spent");
    expect(outbox()).toEqual([]);
  });
});

it("pings nobody and breaks out of nothing, whatever a reason, a name or a tag says", async () => {
  world.at(NOON);
  world.seed({ at: NOON, spent: 1 });
  world.roles.set("octocat", "admin");
  const evil = "@everyone @here <@123> <@&456> [free](https://evil.test) **bold** `code` https://evil.test";
  const inputs = { reason: evil, name: evil, tags: `team=${evil}`, notify: "all" };
  expect(await world.run("reset", inputs, { event: { name: "workflow_dispatch" } })).toMatchObject({ failure: null });
  await world.run("record", { ...inputs, reason: "", cost: "0.1", pr: "7" });
  expect(world.messages().length).toBeGreaterThan(1);
  for (const { payload } of world.messages()) {
    expect(payload.allowed_mentions).toEqual({ parse: [] });
    const text = JSON.stringify(payload);
    for (const live of ["@everyone", "@here", "<@123>", "<@&456>", "[free](https", " **bold**"])
      expect(text).not.toContain(live);
  }
});

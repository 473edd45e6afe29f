import { createHash } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { rateLimited } from "../support/discord/faults.ts";
import { type Receiver, startReceiver } from "../support/receiver/server.ts";
import { type Slack, slackLimited, slackSays, startSlack } from "../support/slack/server.ts";
import { BY_HAND, NOON, READ_AND_COMMIT, said, useCommandWorld } from "./command-world.ts";

const world = useCommandWorld();
let slack: Slack;
let receiver: Receiver;
beforeAll(async () => {
  [slack, receiver] = await Promise.all([startSlack(), startReceiver()]);
});
afterEach(() => {
  const { state, lines, messages } = world.store;
  const kept = JSON.stringify([state, lines, messages]);
  for (const secret of [slack.webhookToken, receiver.key, "9f8e7d6c5b4a"]) expect(kept).not.toContain(secret);
  slack.clear();
  receiver.clear();
});
afterAll(async () => {
  await Promise.all([slack.stop(), receiver.stop()]);
});

/** Runs that have these lines in their input `channels`. */
const having = (...lines: string[]) => ({
  channels: {
    text: lines.join("\n"),
    origins: { discord: world.discord.origin, slack: slack.origin, receiver: receiver.origin },
  },
});
const ops = () => `ops=${slack.webhookUrl}`;
const hook = (name = "hook") => `${name}=${receiver.url} ${receiver.key}`;
const digestOf = (url: string) => createHash("sha256").update(url).digest("hex").slice(0, 16);
const laterBy = (minutes: number) => new Date(Date.parse(NOON) + minutes * 60_000).toISOString().replace(".000Z", "Z");
const state = () => world.books().state;
const slackTitles = () => slack.messages.map(({ blocks = [] }) => blocks[0]?.text?.text);
const hookKinds = () => receiver.messages.map(({ kind }) => kind);

describe("three channels, one of them dead and one limiting its rate", () => {
  it("each get every message once; one commit takes off what was sent, and the dead one's waits for it", async () => {
    world.seed({ at: NOON, spent: 4.98 });
    world.discord.faults.next("any", rateLimited(5));
    const back = slack.faults.always("any", slackSays(404, "no_service"));
    receiver.faults.next("any", slackLimited(3));
    const ended = await world.run("record", { cost: "0.05" }, having(ops(), hook()));
    expect(ended).toMatchObject({ failure: null, outputs: { spent: "5.03", milestones: "5" } });
    expect(world.calls()).toEqual([...READ_AND_COMMIT, "commit"]);
    expect(world.titles()).toEqual(["🚀 $5 Milestone Reached!"]);
    expect(hookKinds()).toEqual(["milestone"]);
    expect(said(ended)).toMatch(/could not be delivered to the channel ops: it answered 404 \(no_service\)/);
    expect(said(ended)).not.toMatch(/Discord|channel hook/);
    expect(state().outbox).toEqual([]);
    expect(state().deliveries).toMatchObject([{ id: "milestone-2026-02-5", to: { ops: {} } }]);

    back();
    world.at(laterBy(11));
    await world.run("record", { cost: "0.01" }, having(ops(), hook()));
    await world.run("record", { cost: "0.01" }, having(ops(), hook()));
    expect(slackTitles()).toEqual(["🚀 $5 Milestone Reached!"]);
    expect([world.titles().length, hookKinds().length]).toEqual([1, 1]);
    expect(state()).not.toHaveProperty("deliveries");
  });

  it("keep the state bounded and tell nothing of any URL, however long they are dead", async () => {
    world.policy("monthly-budget: 1000");
    world.seed({ at: NOON, spent: 0 });
    slack.faults.always("any", slackSays(500, "rollup_error"));
    const options = { ...having(ops()), discord: null } as const;
    const results = [];
    for (let number = 1; number <= 12; number++) results.push(await world.run("record", { cost: "5" }, options));
    expect(state().deliveries?.length).toBeLessThanOrEqual(40);
    expect(JSON.stringify(results)).not.toMatch(/services\/|hTk8Xs/);
  });
});

it("a run without the other channels writes as it did before there were any", async () => {
  world.seed({ at: NOON, spent: 4.98 });
  await world.run("record", { cost: "0.05" });
  expect(state()).not.toHaveProperty("channels");
  expect(state()).not.toHaveProperty("deliveries");
});

describe("routes", () => {
  it("send a channel what they name, by kind, and leave the default one what kinds says", async () => {
    world.policy("notify:\n  kinds: [milestone]\n  routes: [{ to: ops, kinds: [reset, complete] }]\n");
    world.seed({ at: NOON, spent: 4.98 });
    world.roles.set("maintainer", "admin");
    await world.run("record", { cost: "0.05" }, having(ops(), hook()));
    await world.run("reset", { reason: "new contract" }, { ...BY_HAND, ...having(ops(), hook()) });
    expect(world.titles()).toEqual(["🚀 $5 Milestone Reached!"]);
    expect(slackTitles()).toEqual(["✅ AI Orchestration - Execution Complete", "🔄 Budget Reset by maintainer"]);
    // Without a route: what the default channel gets.
    expect(hookKinds()).toEqual(["milestone"]);
  });

  it("send a channel what is about its sub-budgets, those of a for-each included, and nothing about the month", async () => {
    world.policy(
      [
        "monthly-budget: 10",
        "budgets: [{ name: team, for-each: [team], limit: 1 USD, alerts: [50] }]",
        "notify: { routes: [{ to: ops, budgets: [team] }] }",
      ].join("\n"),
    );
    world.seed({ at: NOON, spent: 1 });
    await world.run("record", { cost: "7" }, having(ops()));
    expect(slackTitles()).toEqual([]);
    await world.run("record", { cost: "0.6", tags: "team=qa" }, having(ops()));
    expect(slackTitles()).toEqual([expect.stringContaining("team/qa")]);
  });

  it("send a channel what is about its sub-budgets where the same booking crosses a percentage of the month", async () => {
    world.policy(
      [
        "budgets: [{ name: dev, match: { agent: dev }, limit: 1 USD, period: day, alerts: [50, 75, 90] }]",
        "notify: { routes: [{ to: ops, budgets: [dev] }] }",
      ].join("\n"),
    );
    world.seed({ at: NOON, spent: 10.9 });
    await world.run("record", { cost: "0.6", tags: "agent=dev" }, having(ops()));
    expect(state().alerts).toMatchObject([{ severity: "warning" }, { budget: "dev" }]);
    expect(slackTitles()).toEqual(["⚠️ 75% of the budget is spent"]);
    expect(JSON.stringify(slack.messages)).toContain("50% of dev");
  });

  it("that lead to a channel which no run has for seven days drop its messages with a warning", async () => {
    world.policy("notify: { routes: [{ to: pager, kinds: [milestone] }] }");
    world.seed({ at: NOON, spent: 4.98 });
    await world.run("record", { cost: "0.05" });
    expect(state().deliveries).toMatchObject([{ to: { pager: {} } }]);
    world.at(laterBy(7 * 24 * 60));
    const ended = await world.run("record", { cost: "0.01" });
    expect(said(ended)).toContain("No run had the channel pager for 7 days: 1 message dropped.");
    expect(state()).not.toHaveProperty("deliveries");
  });
});

describe("another address under a channel's name", () => {
  it("gets nothing and is warned of, in the run and on the old one; the messages wait for the old one", async () => {
    world.seed({ at: NOON, spent: 4.9 });
    await world.run("record", { cost: "0.01" }, having(ops()));
    expect(state().channels).toMatchObject({ ops: { address: digestOf(slack.webhookUrl), seen: "2026-02-14" } });
    const thief = await world.run("record", { cost: "0.1" }, having(hook("ops")));
    expect(thief.failure).toBeNull();
    expect(said(thief)).toMatch(/channel ops has another address than the books know/);
    expect(receiver.messages).toEqual([]);
    expect(slackTitles()).toEqual([]);
    await world.run("record", { cost: "0.01" }, having(hook("ops")));
    await world.run("record", { cost: "0.01" }, having(ops()));
    expect(slackTitles()).toEqual(["🚀 $5 Milestone Reached!", "⚠️ A channel has another address"]);
    expect(receiver.messages).toEqual([]);
    expect(state()).not.toHaveProperty("deliveries");
  });

  it("is the right one where the policy says so, from the first run on", async () => {
    world.policy(`notify: { addresses: { ops: ${digestOf(receiver.url)}, default: "0000000000000000" } }`);
    world.seed({ at: NOON, spent: 4.98 });
    const thief = await world.run("record", { cost: "0.05" }, having(ops()));
    expect(said(thief)).toMatch(/channel ops has another.*channel default has another|default.*ops/s);
    expect([slackTitles(), world.titles()]).toEqual([[], []]);
    await world.run("record", { cost: "0.01" }, having(hook("ops")));
    expect(hookKinds()).toEqual(["milestone", "warning"]);
    expect(state().channels).toMatchObject({ ops: { address: digestOf(receiver.url) } });
  });
});

it("a host that the policy doesn't name gets nothing", async () => {
  world.policy("notify: { hosts: [hooks.example.com] }");
  world.seed({ at: NOON, spent: 4.98 });
  const elsewhere = `hook=https://hooks.example.org/in-0123456789 ${receiver.key}`;
  const ended = await world.run("record", { cost: "0.05" }, having(elsewhere, ops()));
  expect(said(ended)).toContain("The channel hook gets nothing: its host isn't among `notify: hosts:`");
  expect(said(ended)).not.toContain("example.org");
  expect(state()).not.toHaveProperty("deliveries");
  expect(slackTitles()).toHaveLength(1);
});

it("books that can't be read alarm every channel of the run", async () => {
  world.store.put({ state: "{", lines: [] });
  await world.run("check", {}, having(ops()));
  expect([world.titles(), slackTitles()]).toEqual([["⚠️ The books can't be read"], ["⚠️ The books can't be read"]]);
});

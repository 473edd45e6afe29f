import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { type Slack, slackSays, startSlack } from "../../support/slack/server.ts";
import { BY_HAND, NOON, type Result, useCommandWorld } from "../command-world.ts";

const world = useCommandWorld();
let slack: Slack;
beforeAll(async () => {
  slack = await startSlack();
});
afterEach(() => slack.clear());
afterAll(() => slack.stop());

const KEY = "k3y-0123456789abcdef";
const having = (...lines: string[]) => ({ channels: { text: lines.join("\n"), origins: { slack: slack.origin } } });
const ops = () => `ops=${slack.webhookUrl}`;
const other = (name: string) => `${name}=https://hooks.example.com/in-0123456789 ${KEY}`;
const address = () => world.books().state.channels?.["ops"]?.address;

/** What doctor found about channels, without the finding of the default one. */
function found(result: Result): readonly string[] {
  const findings = "findings" in result.view ? (result.view.findings ?? []) : [];
  return findings
    .filter(({ about }) => /^(?:Channel|Routes)/.test(about))
    .map(({ tone, about, text, fix }) => [tone, about, text, fix?.text, fix?.code].filter(Boolean).join(" | "));
}

it("shows each channel with its digest, and posts a test message on demand", async () => {
  world.policy("notify: { hosts: [hooks.example.com] }");
  world.seed({ at: NOON, spent: 1 });
  const looked = await world.run("doctor", {}, having(ops(), other("pager")));
  expect(found(looked)).toEqual([
    expect.stringMatching(/^good \| Channel ops \| Slack, address digest [0-9a-f]{16}; a test message shows/),
    expect.stringMatching(/^good \| Channel pager \| signed JSON, address digest [0-9a-f]{16}; /),
  ]);
  expect(slack.messages).toEqual([]);
  const tested = await world.run("doctor", { "test-message": "true" }, having(ops()));
  expect(found(tested)).toEqual([
    expect.stringMatching(/^good \| Channel ops \| Slack, .*; the test message arrived\.$/),
  ]);
  expect(slack.messages).toHaveLength(1);
  slack.faults.always("any", slackSays(404, "no_service"));
  const gone = await world.run("doctor", { "test-message": "true" }, having(ops()));
  expect(found(gone)).toEqual([expect.stringMatching(/^bad \| Channel ops \| .*no_service/)]);
  expect(JSON.stringify([looked, tested, gone])).not.toMatch(new RegExp(`${slack.webhookToken}|${KEY}|in-0123456789`));
});

it("warns of a route that leads nowhere, and reports a host that the policy doesn't name", async () => {
  world.policy("notify: { routes: [{ to: ops }, { to: pager }], escalate-to: boss }");
  world.seed({ at: NOON, spent: 1 });
  expect(found(await world.run("doctor", {}, having(other("ops"))))).toEqual([
    expect.stringMatching(/^bad \| Channel ops \| The channel ops gets nothing: its host isn't among/),
    expect.stringMatching(
      /^warn \| Routes \| .* sends messages to pager, but the input channels names no channel pager/,
    ),
    expect.stringMatching(/^warn \| Routes \| .* sends messages to boss/),
  ]);
});

it("lets another address in for maintainers alone, and says what it has done", async () => {
  world.policy("notify: { hosts: [hooks.example.com] }");
  world.seed({ at: NOON, spent: 1 });
  await world.run("record", { cost: "0.01" }, having(ops()));
  const before = address();
  const wrong = await world.run("doctor", {}, having(other("ops")));
  expect(found(wrong)).toEqual([
    expect.stringMatching(
      /^bad \| Channel ops \| its address has the digest .*, but the books know .* doctor --reset-channel ops$/,
    ),
  ]);

  const asked = { "reset-channel": "ops" };
  for (const options of [{}, { event: { name: "pull_request" } }, BY_HAND]) {
    const refused = await world.run("doctor", asked, { ...options, ...having(other("ops")) });
    expect(found(refused)[0]).toMatch(/^bad \| Channel ops \| .*for maintainers/);
    expect(address()).toBe(before);
  }
  world.roles.set("maintainer", "maintain");
  const typo = await world.run("doctor", { "reset-channel": "opss" }, { ...BY_HAND, ...having(ops()) });
  expect(found(typo)[0]).toMatch(
    /^bad \| Channel opss \| Bad input: the books know no channel opss; they know .*ops.*\. Nothing was changed\./,
  );
  expect(address()).toBe(before);
  const changed = await world.run("doctor", asked, { ...BY_HAND, ...having(other("ops")) });
  expect(found(changed)).toEqual([
    expect.stringMatching(/^good \| Channel ops \| its address is now the one of this run, digest [0-9a-f]{16}\.$/),
    expect.stringMatching(/^good \| Channel ops \| signed JSON/),
  ]);
  expect(address()).not.toBe(before);
  expect(world.commits().at(-1)).toContain("new address for channel ops by maintainer");
});

it("has nothing against books whose messages go to other channels alone", async () => {
  world.seed({ at: NOON, spent: 4.98 });
  await world.run("record", { cost: "0.05" }, { ...having(ops()), discord: null });
  expect(world.books().state.outbox).toEqual([]);
  const { view } = await world.run("doctor", {}, { ...having(ops()), discord: null });
  const findings = "findings" in view ? (view.findings ?? []) : [];
  expect(findings.filter(({ about }) => about === "Discord").map(({ text }) => text)).toEqual([
    expect.stringMatching(/^no webhook in .*: the default channel gets no messages\.$/),
  ]);
});

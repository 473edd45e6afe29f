import * as fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { ALL_KINDS } from "../../src/books/notify-keys.ts";
import type { Address } from "../../src/notify/channel.ts";
import { type Chatter, sendMessages, sendTest } from "../../src/notify/send.ts";
import type { Fetch } from "../../src/notify/sending.ts";
import { slackBody } from "../../src/notify/slack/blocks.ts";
import { payload } from "../../src/notify/webhook/payload.ts";
import { signatureOf } from "../../src/notify/webhook/target.ts";
import type { Fault } from "../support/github/faults.ts";
import { countOf } from "../support/pace/pace.ts";
import { isSigned, type Receiver, startReceiver } from "../support/receiver/server.ts";
import { breachesOf } from "../support/slack/limits.ts";
import { type Slack, slackLimited, slackSays, startSlack } from "../support/slack/server.ts";
import { FACTS } from "./facts.ts";

const AT = "2026-02-14T10:07:31Z";
const START: Chatter = {
  kind: "start",
  facts: { health: "green", execution: 96, estimate: 0.055, remaining: 9.72 },
};

let slack: Slack;
let receiver: Receiver;
beforeAll(async () => {
  [slack, receiver] = await Promise.all([startSlack(), startReceiver()]);
});
afterEach(() => {
  slack.clear();
  receiver.clear();
});
afterAll(async () => {
  await Promise.all([slack.stop(), receiver.stop()]);
});

const toSlack = (): Address => ({ kind: "slack", url: slack.webhookUrl });
const toReceiver = (): Address => ({
  ...{ kind: "json", url: receiver.url, host: new URL(receiver.url).host, key: receiver.key, isTest: true },
});

function queued(id: string, kind: (typeof ALL_KINDS)[number] = "milestone", facts: object = FACTS[kind]) {
  return { id, kind, facts: { ...facts }, queued_at: AT };
}

async function send(
  address: Address,
  messages: readonly ReturnType<typeof queued>[],
  { chatter, fetch: through = fetch }: { readonly chatter?: Chatter; readonly fetch?: Fetch } = {},
) {
  const slept: number[] = [];
  let nowMs = Date.parse(AT);
  const channel = {
    ...{ address, label: "the channel ops", fetch: through, clean: <T>(data: T) => data, now: () => nowMs },
    sleep: async (ms: number) => {
      slept.push(ms);
      nowMs += ms;
    },
  };
  const delivery = await sendMessages(channel, { name: "AI Orchestration", messages, chatter });
  expect(JSON.stringify(delivery)).not.toMatch(new RegExp(`${slack.webhookToken}|${receiver.key}|9f8e7d6c5b4a`));
  return { delivery, slept, test: () => sendTest(channel, { name: "x", origin: {} }) };
}

/** Text as an enemy writes it, for Slack above all. */
const hostile = fc.oneof(
  fc.string({ unit: "binary", maxLength: 300 }),
  fc.constantFrom(
    ...["<!channel>", "<@U0123>", "<#C0123|x>", "@here @channel", "&lt;!here&gt;", "*b* _i_ ~s~ `c`", "> quote"],
    ...["[x](https://evil.example|<!here>)", "<t:1:R><!everyone>", "\\<!channel\\>", "**<!here>**", "<>".repeat(5_000)],
    ...["&".repeat(4_000), "👩‍💻".repeat(3_000)],
  ),
);

const message = fc.constantFrom(...ALL_KINDS).chain((kind) => {
  const facts = FACTS[kind] as unknown as Record<string, unknown>;
  const replaced = fc.dictionary(fc.constantFrom(...Object.keys(facts)), hostile, { maxKeys: 4 });
  return replaced.map((others) => queued("id", kind, { ...facts, ...others }));
});

it("every kind of message, whatever its texts say, fits Slack's limits, mentions nobody, and has the published form", async () => {
  await fc.assert(
    fc.asyncProperty(message, hostile, async (one, name) => {
      const bodies: string[] = [];
      const answer = { status: 200, headers: { get: () => null }, text: async () => "ok" };
      const taking: Fetch = async (_, { body }) => {
        bodies.push(String(body));
        return answer;
      };
      const messages = [{ ...one, facts: { ...one.facts, actor: name } }];
      expect((await send(toSlack(), messages, { fetch: taking })).delivery.delivered).toEqual(["id"]);
      expect(breachesOf(JSON.parse(bodies[0] ?? ""))).toEqual([]);
      expect((await send(toReceiver(), messages, { fetch: taking })).delivery.delivered).toEqual(["id"]);
      expect(payload.safeParse(JSON.parse(bodies[1] ?? "")).error).toBeUndefined();
    }),
    { numRuns: countOf("manyCases") },
  );
});

it.each([
  ["a Slack", toSlack, () => slack.messages.length],
  ["a host that checks schema and signature", toReceiver, () => receiver.messages.length],
])("%s gets every kind of message, the run's own one and doctor's", async (_, address, count) => {
  const evil = "<!channel> <@U1> **x** [a](https://evil.example) & `".repeat(300);
  const wide = { ...FACTS.reset, actor: evil, reason: evil, repository: evil };
  const messages = [...ALL_KINDS.map((kind) => queued(kind, kind)), queued("wide/✨", "reset", wide)];
  // Slack's readers get a digest of many.
  for (const few of [messages.slice(0, 6), messages.slice(6)]) {
    const { delivery, test } = await send(address(), few, { chatter: START });
    expect(delivery).toMatchObject({ delivered: few.map(({ id }) => id), refused: [], kept: [], warnings: [] });
    expect((await test()).kept).toEqual([]);
  }
  // The host knows repeats by their ids.
  expect(count()).toBe(address === toSlack ? messages.length + 4 : messages.length + 2);
});

it("Slack shows bold names, links, times and code in its own markup", () => {
  const fields = [
    { name: "💰 Total Spent", value: "`[███░] 75%`", inline: true },
    { name: "Next *Reset*", value: "1 Mar, <t:1772323200:R>", inline: true },
    { name: "🔧 Top Up", value: "[For maintainers & co](https://github.com/o/r?a=1&b=2)", inline: false },
  ];
  const embed = { title: "⛔ R\\&D \\<x\\>", description: "a\\_b **bold** c_d \\*e\\*", color: 0, fields };
  const { text, blocks } = slackBody({ ...embed, url: "https://github.com/o/r", footer: { text: "o/r · run 1" } });
  const markup = (text: string) => ({ type: "mrkdwn", text, verbatim: true });
  expect(text).toBe("⛔ R&amp;D &lt;x&gt;\na_b bold c_d ∗e∗");
  expect(blocks).toEqual([
    { type: "header", text: { type: "plain_text", text: "⛔ R&amp;D &lt;x&gt;", emoji: true } },
    { type: "section", text: markup("a_b *bold* c_d ∗e∗") },
    {
      type: "section",
      fields: [
        markup("*💰 Total Spent*\n`[███░] 75%`"),
        markup("*Next ∗Reset∗*\n1 Mar, <!date^1772323200^{date_short_pretty} at {time}|2026-03-01 00:00 UTC>"),
      ],
    },
    {
      type: "section",
      text: markup("*🔧 Top Up*\n<https://github.com/o/r?a=1&amp;b=2|For maintainers &amp; co>"),
    },
    { type: "context", elements: [markup("o/r · run 1"), markup("<https://github.com/o/r|Open>")] },
  ]);
});

it("a message for programs has its facts, and texts without markup", async () => {
  await send(toReceiver(), [{ ...queued("milestone-2026-02-5"), severity: "info" } as ReturnType<typeof queued>]);
  expect(receiver.messages).toEqual([
    {
      ...{ id: "milestone-2026-02-5", kind: "milestone", severity: "info", at: AT, repository: "octo/app" },
      ...{ budget: "AI Orchestration", title: "🚀 $5 Milestone Reached!", text: expect.any(String) },
      fields: expect.arrayContaining([{ name: "📈 Progress", value: expect.stringMatching(/^\[[█░]{20}\] [\d.]+%$/) }]),
      ...{ facts: FACTS.milestone, url: FACTS.milestone.url },
    },
  ]);
});

it("a signature is worth nothing for another body, time or key", () => {
  const nowMs = Date.parse(AT);
  const signed = (sent: string, signature: string) =>
    isSigned({ path: "/", sent, headers: { "x-token-budget-signature": signature } }, "key");
  const right = signatureOf('{"a":1}', { key: "key", nowMs });
  // echo -n '1771063651.{"a":1}' | openssl dgst -sha256 -hmac key
  expect(right).toBe("t=1771063651,v1=afba805e1c8c66f2c4b7a3c604a2bf967c21c71d7824b526b42c202de15ca4fc");
  expect(signed('{"a":1}', right)).toBe(true);
  expect(signed('{"a":2}', right)).toBe(false);
  expect(signed('{"a":1}', right.replace("t=1", "t=2"))).toBe(false);
  expect(signed('{"a":1}', signatureOf('{"a":1}', { key: "other", nowMs }))).toBe(false);
});

describe("what Slack answers", () => {
  it.each<readonly [string, Fault, object, RegExp | undefined]>([
    ["a rate limit", slackLimited(2), { delivered: ["a"] }, undefined],
    ["an error of its own", slackSays(500, "rollup_error"), { delivered: ["a"] }, undefined],
    ["a dropped connection", { kind: "drop-before" }, { delivered: ["a"] }, undefined],
    ["a page instead of ok", slackSays(200, "<html>"), { delivered: ["a"] }, undefined],
    ["that it can't read it", slackSays(400, "invalid_payload"), { refused: ["a"] }, /dropped.*invalid_payload/],
    ["that the webhook is gone", slackSays(404, "no_service"), { kept: ["a"], webhookGone: true }, /no_service/],
    ["that the webhook's token is", slackSays(403, "invalid_token"), { kept: ["a"], webhookGone: true }, /channels/],
    ["that the channel is archived", slackSays(410, "channel_is_archived"), { kept: ["a"] }, /channel_is_archived/],
    ["that a rule forbids it", slackSays(403, "action_prohibited"), { kept: ["a"] }, /action_prohibited/],
    ["a redirect", slackSays(302, "moved"), { kept: ["a"] }, /302/],
    ["a page of a proxy", slackSays(404, "<html>no</html>"), { kept: ["a"], webhookGone: true }, /answered 404\./],
  ])("%s", async (_, fault, outcome, warning) => {
    slack.faults.next("any", fault);
    const { delivery } = await send(toSlack(), [queued("a")]);
    expect(delivery).toMatchObject(outcome);
    if (warning === undefined) expect(delivery.warnings).toEqual([]);
    else expect(delivery.warnings.join()).toMatch(warning);
  });
});

describe("what another host answers", () => {
  it.each<readonly [number, object]>([
    [429, { delivered: ["a"] }],
    [503, { delivered: ["a"] }],
    [422, { refused: ["a"] }],
    [410, { kept: ["a"], webhookGone: true }],
    [401, { kept: ["a"], webhookGone: false }],
    [302, { kept: ["a"], webhookGone: false }],
  ])("%d", async (status, outcome) => {
    const said = `no: ${receiver.key}`;
    receiver.faults.next("any", { kind: "status", status, body: said, headers: { location: `${slack.origin}/x` } });
    const { delivery } = await send(toReceiver(), [queued("a")]);
    expect(delivery).toMatchObject(outcome);
    expect(delivery.warnings.join()).not.toContain("no:");
    expect(slack.calls).toEqual([]);
  });

  it("a message whose answer was lost comes again with the same id", async () => {
    receiver.faults.next("any", { kind: "drop-after" });
    expect((await send(toReceiver(), [queued("a")])).delivery.delivered).toEqual(["a"]);
    expect(receiver.calls.map(({ headers }) => headers["x-token-budget-id"])).toEqual(["a", "a"]);
    expect(receiver.messages).toHaveLength(1);
  });
});

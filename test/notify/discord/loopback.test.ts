import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { OutgoingMessage } from "../../../src/books/messages/leases.ts";
import { ALL_KINDS } from "../../../src/books/notify-keys.ts";
import { type Deliverable, packPosts } from "../../../src/notify/discord/posts.ts";
import { discordTarget } from "../../../src/notify/discord/target.ts";
import { parseWebhook } from "../../../src/notify/discord/webhook.ts";
import { renderComplete, renderStart } from "../../../src/notify/messages/chatter.ts";
import { deliverablesOf } from "../../../src/notify/messages/digest.ts";
import { type Delivery, deliver } from "../../../src/notify/sending.ts";
import { cloudflareLimited, invalidToken, rateLimited, unknownWebhook } from "../../support/discord/faults.ts";
import { type Discord, startDiscord } from "../../support/discord/server.ts";
import { patient } from "../../support/pace/pace.ts";
import { FACTS } from "../facts.ts";

const WORDING = { name: "AI Orchestration" };
const AT = "2026-02-14T10:07:31Z";
const WIDE = "*@everyone* 👩‍💻 ".repeat(1000);

let discord: Discord;
let slept: number[];
let requestTimeoutMs: number;

beforeEach(async () => {
  discord = await startDiscord();
  slept = [];
  requestTimeoutMs = patient(10_000);
});

afterEach(async () => {
  await discord.stop();
});

async function send(items: readonly Deliverable[], thread?: string): Promise<Delivery> {
  let nowMs = 0;
  const delivery = await deliver({
    target: discordTarget(parseWebhook(discord.webhookUrl(thread), { testOrigin: discord.origin })),
    posts: packPosts(items),
    fetch,
    sleep: async (ms) => {
      slept.push(ms);
      nowMs += ms;
    },
    now: () => nowMs,
    requestTimeoutMs,
  });
  expect(JSON.stringify(delivery)).not.toContain(discord.webhookToken);
  return delivery;
}

function queued(id: string, kind: OutgoingMessage["kind"] = "milestone", facts: object = FACTS[kind]) {
  return { id, kind, facts: { ...facts }, queued_at: AT };
}

const one = () => deliverablesOf([queued("a")], WORDING);

describe("on a Discord that enforces its limits", () => {
  it("every kind of message is taken", async () => {
    const chatter = [
      renderStart({ health: "green", execution: 96, estimate: 0.055, remaining: 9.72 }, { ...WORDING, at: AT }),
      renderComplete({ health: "red", execution: 96, cost: 1, pr: null, remaining: 8 }, { ...WORDING, at: AT }),
    ].map((embed) => ({ ids: [], embed }));
    // One by one: more than ten at once would become a digest.
    const messages = ALL_KINDS.flatMap((kind) => deliverablesOf([queued(kind, kind)], WORDING));
    const delivery = await send([...messages, ...chatter]);
    expect(delivery).toMatchObject({ delivered: ALL_KINDS, refused: [], kept: [], warnings: [] });
    expect(discord.messages.map(({ payload }) => payload.embeds?.length)).toEqual([10, 3]);
  });

  it("so are hostile texts of ten thousand characters, and a hundred messages at once", async () => {
    const kinds = [
      queued("reset", "reset", { ...FACTS.reset, actor: WIDE, reason: WIDE, repository: WIDE, url: WIDE }),
      queued("recap", "recap", { ...FACTS.recap, models: Array(8).fill({ model: WIDE, cost: 1 }) }),
      queued("warning", "warning", { ...FACTS.warning, about: WIDE, text: WIDE }),
    ];
    const hundred = Array.from({ length: 100 }, (_, index) =>
      queued(`m${index}`, "reset", { ...FACTS.reset, reason: WIDE }),
    );
    const delivery = await send(deliverablesOf([...hundred, ...kinds], { name: WIDE }));
    expect(delivery.delivered).toHaveLength(103);
    expect(delivery.warnings).toEqual([]);
    expect(JSON.stringify(discord.messages)).not.toContain("@everyone");
  });

  it("a thread gets its message", async () => {
    expect((await send(one(), "42")).delivered).toEqual(["a"]);
    expect(discord.messages[0]?.threadId).toBe("42");
  });

  it.each([
    ["a rate limit", [rateLimited(0.75)], [750]],
    ["a rate limit for all", [rateLimited(2, { global: true })], [2000]],
    ["the limit of the proxy in front", [cloudflareLimited()], [500]],
    ["a server error, twice", [{ kind: "status", status: 500 } as const, { kind: "html" } as const], [500, 1000]],
    ["a connection dropped before the work", [{ kind: "drop-before" } as const], [500]],
  ])("after %s it is delivered once", async (_, faults, waits) => {
    discord.faults.next("any", ...faults);
    expect(await send(one())).toMatchObject({ delivered: ["a"], kept: [], warnings: [] });
    expect(discord.messages).toHaveLength(1);
    expect(slept).toEqual(waits);
  });

  it("after no answer in time it is tried again", async () => {
    requestTimeoutMs = patient(500);
    discord.faults.next("any", { kind: "hang" });
    expect((await send(one())).delivered).toEqual(["a"]);
    expect(discord.requests()).toBeGreaterThan(1);
  });

  it.each([
    ["a connection dropped after the work", { kind: "drop-after" } as const],
    ["an answer cut short", { kind: "truncate", bytes: 20 } as const],
  ])("after %s it may be there twice, never not at all", async (_, fault) => {
    discord.faults.next("any", fault);
    expect(await send(one())).toMatchObject({ delivered: ["a"], kept: [] });
    expect(discord.messages).toHaveLength(2);
  });

  it.each([
    ["deleted", unknownWebhook()],
    ["called with a wrong token", invalidToken()],
  ])("a webhook that is %s is asked once", async (_, fault) => {
    discord.faults.always("any", fault);
    expect(await send(one())).toMatchObject({ delivered: [], refused: [], kept: ["a"], webhookGone: true });
    expect(discord.requests()).toBe(1);
  });

  it("one message it refuses goes alone", async () => {
    const bad = { ids: ["bad"], embed: { title: "t".repeat(300), color: 0 } };
    const delivery = await send([...one(), bad]);
    expect(delivery).toMatchObject({ delivered: ["a"], refused: ["bad"], kept: [] });
    expect(delivery.warnings[0]).toContain("embeds.0.title Must be 256 or fewer in length.");
    discord.violations.length = 0;
  });

  it("a server that is gone is told by its error's name", async () => {
    const webhook = parseWebhook(discord.webhookUrl(), { testOrigin: discord.origin });
    await discord.stop();
    const posts = packPosts(one());
    const delivery = await deliver({
      target: discordTarget(webhook),
      posts,
      fetch,
      sleep: async () => {},
      now: () => 0,
    });
    expect(delivery.kept).toEqual(["a"]);
    expect(delivery.warnings[0]).toContain("the connection failed (ECONNREFUSED)");
    discord = await startDiscord();
  });
});

describe("in a forum without a thread", () => {
  it("the message is kept, for it is the address that is incomplete", async () => {
    await discord.stop();
    discord = await startDiscord({ forum: true });
    expect(await send(one())).toMatchObject({ delivered: [], refused: [], kept: ["a"], webhookGone: false });
  });
});

import { afterEach, beforeEach, expect, it } from "vitest";
import { cloudflareLimited, invalidToken, rateLimited, unknownWebhook } from "./discord/faults.ts";
import { type Discord, startDiscord } from "./discord/server.ts";
import { patient } from "./pace/pace.ts";

let discord: Discord;
beforeEach(async () => {
  discord = await startDiscord();
});
afterEach(() => discord.stop());

const quiet = { allowed_mentions: { parse: [] } };
const pinging = { content: "<@&1>", allowed_mentions: { roles: ["1"] } };
const exhausted = { title: "⛔ Monthly Budget Exhausted" };
async function post(
  body: unknown,
  options: { thread?: string; wait?: boolean; headers?: Record<string, string> } = {},
) {
  const url = new URL(discord.webhookUrl(options.thread));
  if (options.wait !== false) url.searchParams.set("wait", "true");
  const response = await fetch(url, {
    method: "POST",
    signal: AbortSignal.timeout(patient(10_000)),
    headers: { "content-type": "application/json", "user-agent": "test", ...options.headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text.startsWith("{") ? JSON.parse(text) : text };
}

it("keeps a message and answers it when told to wait, 204 otherwise", async () => {
  const embed = {
    title: "🚀 $5 Milestone Reached!",
    fields: [{ name: "a", value: "b" }],
    color: 3,
    timestamp: "2026-02-14T10:00:00Z",
  };
  const { status, body } = await post({ ...quiet, embeds: [embed] }, { thread: "77" });
  expect([status, body.channel_id, body.embeds[0].title]).toEqual([200, "77", embed.title]);
  expect(discord.messages).toMatchObject([{ threadId: "77", payload: { embeds: [embed] } }]);
  expect(await post({ ...quiet, content: "hi" }, { wait: false })).toMatchObject({ status: 204, body: "" });
  expect([discord.messages.length, discord.requests()]).toEqual([2, 2]);
});

const x = (count: number) => "x".repeat(count);
const embeds = (...list: object[]) => ({ ...quiet, embeds: list });
const fields = (count: number, field: object) => embeds({ fields: Array.from({ length: count }, () => field) });

it.each([
  ["2,000 of content", { ...quiet, content: x(2000) }],
  ["the mention of a role for the end of the money", { ...pinging, embeds: [exhausted] }],
  ["10 embeds", embeds(...Array.from({ length: 10 }, () => ({ title: "x" })))],
  ["256 of title, counted in characters", embeds({ title: "🚀".repeat(256) })],
  ["4,096 of description", embeds({ description: x(4096) })],
  ["25 fields", fields(25, { name: "x", value: "y" })],
  ["256 and 1,024 of field", fields(1, { name: x(256), value: x(1024) })],
  ["6,000 in all", embeds({ description: x(3000) }, { description: x(2900), footer: { text: x(100) } })],
])("takes %s", async (_, body) => {
  expect((await post(body)).status).toBe(200);
});

it.each([
  ["2,001 of content", { ...quiet, content: x(2001) }, ["content"]],
  ["11 embeds", embeds(...Array.from({ length: 11 }, () => ({ title: "x" }))), ["embeds"]],
  ["257 of title", embeds({ title: x(257) }), ["embeds", "0", "title"]],
  ["4,097 of description", embeds({ description: x(4097) }), ["embeds", "0", "description"]],
  ["2,049 of footer", embeds({ title: "t", footer: { text: x(2049) } }), ["embeds", "0", "footer", "text"]],
  ["26 fields", fields(26, { name: "x", value: "y" }), ["embeds", "0", "fields"]],
  ["257 of field name", fields(1, { name: x(257), value: "y" }), ["embeds", "0", "fields", "0", "name"]],
  ["1,025 of field value", fields(1, { name: "x", value: x(1025) }), ["embeds", "0", "fields", "0", "value"]],
  ["an empty field name", fields(1, { name: "", value: "y" }), ["embeds", "0", "fields", "0", "name"]],
  ["a blank field value", fields(1, { name: "x", value: " " }), ["embeds", "0", "fields", "0", "value"]],
  ["6,001 in all", embeds({ description: x(3000) }, { description: x(3001) }), ["embeds"]],
])("refuses %s, saying where, and fails the test", async (_, body, path) => {
  const refused = await post(body);
  expect([refused.status, refused.body.code, refused.body.message]).toEqual([400, 50035, "Invalid Form Body"]);
  const at = path.reduce((value, key) => value[key], refused.body.errors);
  expect(at._errors[0].code).toMatch(/^(BASE_TYPE|MAX_EMBED)/);
  expect(discord.messages).toEqual([]);
  await expect(discord.stop()).rejects.toThrow(/broken/);
  discord = await startDiscord();
});

it.each([
  ["mentions left open", { content: "@everyone" }, {}, 400],
  ["a mention that isn't allowed", { ...quiet, content: "<@&1>" }, {}, 400],
  ["a role for any other message", { ...pinging, embeds: [{ title: "🚀 $5 Milestone Reached!" }] }, {}, 400],
  ["another role than the allowed one", { ...pinging, content: "<@&2>", embeds: [exhausted] }, {}, 400],
  ["two roles", { ...pinging, allowed_mentions: { roles: ["1", "2"] }, embeds: [exhausted] }, {}, 400],
  [
    "a role and everyone",
    { ...pinging, allowed_mentions: { roles: ["1"], parse: ["everyone"] }, embeds: [exhausted] },
    {},
    400,
  ],
  ["an unknown key", { ...quiet, content: "x", contents: "y" }, {}, 400],
  ["nothing to say", quiet, {}, 400],
  ["no JSON", "{", {}, 400],
  ["another content type", { ...quiet, content: "x" }, { "content-type": "text/plain" }, 400],
  ["no User-Agent", { ...quiet, content: "x" }, { "user-agent": "" }, 403],
])("refuses %s", async (_, body, headers, status) => {
  expect((await post(body, { headers })).status).toBe(status);
  expect(discord.violations.splice(0)).toHaveLength(1);
});

it("answers for limits, a gone webhook and a broken server as Discord does", async () => {
  const hi = { ...quiet, content: "hi" };
  discord.faults.next("any", rateLimited(0.25), cloudflareLimited(), unknownWebhook(), invalidToken(), {
    kind: "status",
    status: 503,
    after: true,
  });
  const limited = await post(hi);
  expect([limited.status, limited.body, limited.headers.get("retry-after")]).toEqual([
    429,
    expect.objectContaining({ retry_after: 0.25, global: false }),
    "1",
  ]);
  const page = await post(hi);
  expect([page.status, page.headers.get("content-type"), page.headers.get("retry-after")]).toEqual([
    429,
    "text/html; charset=UTF-8",
    null,
  ]);
  expect(await post(hi)).toMatchObject({ status: 404, body: { code: 10015 } });
  expect(await post(hi)).toMatchObject({ status: 401, body: { code: 50027 } });
  expect(discord.messages).toHaveLength(0);
  expect((await post(hi)).status).toBe(503);
  expect(discord.messages).toHaveLength(1);
  discord.faults.next("any", { kind: "drop-before" }, { kind: "drop-after" });
  await expect(post(hi)).rejects.toThrow();
  await expect(post(hi)).rejects.toThrow();
  expect(discord.messages).toHaveLength(2);
  discord.deleteWebhook();
  expect(await post(hi)).toMatchObject({ status: 404, body: { code: 10015 } });
});

it("has a bucket and a forum when told", async () => {
  const forum = await startDiscord({ forum: true, bucket: { limit: 1, perMs: 60_000 } });
  await discord.stop();
  discord = forum;
  expect((await post({ ...quiet, content: "x" })).body.code).toBe(220001);
  const { status, body } = await post({ ...quiet, content: "x" }, { thread: "1" });
  expect([status, body.retry_after > 59]).toEqual([429, true]);
});

import { get, request } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { hashedId } from "../../src/meter/record.ts";
import type { MeterSetup } from "../../src/meter/setup.ts";
import { upstreamsOf } from "../../src/meter/upstreams.ts";
import { ask, post } from "./support/asking.ts";
import { CONTROL, startTestMeter, type TestMeter } from "./support/meter.ts";
import { type Plan, type Provider, startProvider } from "./support/provider.ts";
import { until } from "./support/running.ts";

let provider: Provider | undefined;
let meter: TestMeter | undefined;
afterEach(async () => {
  await meter?.stop();
  await provider?.stop();
  meter = undefined;
});

async function start(plan: Plan, facts: Partial<MeterSetup> = {}) {
  provider = await startProvider(() => plan);
  meter = await startTestMeter({ origin: provider.origin, ...facts });
  return { provider, meter };
}

const chunk = (facts: object) => `data: ${JSON.stringify({ id: "chatcmpl-1", model: "gpt-4.1-mini", ...facts })}\n\n`;
const text = (content: string, usage: object) =>
  chunk({
    object: "chat.completion.chunk",
    choices: [{ index: 0, delta: { content }, finish_reason: null }],
    ...usage,
  });
const DONE = "data: [DONE]\n\n";
const FIGURES = { prompt_tokens: 900, completion_tokens: 80, total_tokens: 980 };
const CHAT = { model: "gpt-4.1-mini", stream: true, messages: [{ role: "user", content: "Say 🙂" }] };
const SSE = { "content-type": "text/event-stream" };

/** What a provider answers that was asked for usage, and what it answers otherwise. */
const ASKED = [
  text("Hello ", { usage: null }),
  text("wörld", { usage: null }),
  chunk({ choices: [], usage: FIGURES }),
  DONE,
];
const UNASKED = [text("Hello ", {}), text("wörld", {}), DONE];

describe("a Chat Completions stream that wasn't asked for usage", () => {
  it("is, and the client sees no chunk that it didn't ask for", async () => {
    // All in pieces of a few bytes.
    const pieces = [...Buffer.from(ASKED.join(""))].map((byte) => Buffer.from([byte]));
    const { provider: asked, meter: running } = await start({ headers: SSE, pieces });
    const answer = await post(`${running.base}/openai/v1/chat/completions`, CHAT, { "accept-encoding": "gzip" });
    expect(answer.body.toString()).toBe(UNASKED.join(""));
    expect(asked.got[0]?.body.toString()).toBe(
      `${JSON.stringify(CHAT).slice(0, -1)},"stream_options":{"include_usage":true}}`,
    );
    expect(asked.got[0]?.headers["accept-encoding"]).toBe("identity");
    expect(running.recorded()).toEqual([
      {
        provider: "openai",
        model: "gpt-4.1-mini",
        input: 900,
        output: 80,
        requests: 1,
        id: hashedId(CONTROL, "chatcmpl-1"),
      },
    ]);
  });

  it.each([
    ["with meter-usage: passive", "passive"],
    ["at a host that isn't known to understand it", "known"],
  ] as const)("is counted by length %s, and never as nothing", async (_, usage) => {
    const pieces = UNASKED.map((one) => Buffer.from(one));
    const { provider: asked, meter: running } = await start({ headers: SSE, pieces }, { usage });
    const answer = await post(`${running.base}/openai/v1/chat/completions`, CHAT);
    expect(answer.body.toString()).toBe(UNASKED.join(""));
    expect(asked.got[0]?.body.toString()).toBe(JSON.stringify(CHAT));
    expect(running.recorded()).toMatchObject([{ model: "gpt-4.1-mini", estimated: true }]);
    await until(() => running.meter.figures().requests === 1);
    expect(running.meter.figures()).toMatchObject({ requests: 1, estimated: 1 });
    expect(running.meter.figures().cost).toBeGreaterThan(0);
  });

  it.each([
    ["https://api.openai.com/v1", true],
    ["https://eu.api.openai.com/v1", true],
    ["https://openrouter.ai/api/v1", true],
    ["http://api.openai.com/v1", false],
    ["https://api.openai.com.example/v1", false],
    ["https://api.openai.com:8443/v1", false],
    ["https://generativelanguage.googleapis.com/v1beta/openai", false],
  ])("is asked without a word about it at %s: %s", (openai, tellsUsage) => {
    const hosts = [new URL(openai).host];
    expect(upstreamsOf({ forward: { openai }, hosts }).get("openai")).toMatchObject({ tellsUsage });
  });

  it("keeps what the client said about it", async () => {
    const pieces = UNASKED.map((one) => Buffer.from(one));
    const { provider: asked, meter: running } = await start({ headers: SSE, pieces });
    const said = { ...CHAT, stream_options: { include_usage: false } };
    await post(`${running.base}/openai/v1/chat/completions`, said);
    expect(asked.got[0]?.body.toString()).toBe(JSON.stringify(said));
    expect(running.recorded()).toMatchObject([{ estimated: true }]);
  });
});

it("writes the record before the last event passes", async () => {
  const event = (type: string, facts: object) =>
    Buffer.from(`event: ${type}\ndata: ${JSON.stringify({ type, ...facts })}\n\n`);
  const usage = { input_tokens: 100, output_tokens: 50 };
  const message = { id: "msg_1", type: "message", role: "assistant", model: "claude-sonnet-4-5", content: [], usage };
  const pieces = [
    event("message_start", { message }),
    event("message_delta", { delta: {}, usage }),
    event("message_stop", {}),
  ];
  const { meter: running } = await start({ headers: SSE, pieces });
  let atLast = -1;
  await new Promise<void>((resolve, reject) => {
    const sent = request(`${running.base}/anthropic/v1/messages`, { method: "POST" }, (answer) => {
      answer.on("data", (bytes: Buffer) => {
        if (bytes.includes("message_stop")) atLast = running.recorded().length;
      });
      answer.once("end", resolve);
    });
    sent.once("error", reject);
    sent.end(JSON.stringify({ model: "claude-sonnet-4-5", stream: true, messages: [] }));
  });
  expect(atLast).toBe(1);
});

it("reads no faster than its client", async () => {
  const piece = Buffer.alloc(1024 * 1024, "x");
  const { provider: sender, meter: running } = await start({
    headers: { "content-type": "application/octet-stream" },
    pieces: Array(64).fill(piece),
  });
  const before = process.memoryUsage().arrayBuffers;
  let bytes = 0;
  await new Promise<void>((resolve, reject) => {
    get(`${running.base}/openai/v1/files/file-1/content`, (answer) => {
      answer.pause();
      // What isn't read stays with the provider.
      setTimeout(() => {
        expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(40 * piece.length);
        answer.on("data", (chunk: Buffer) => {
          bytes += chunk.length;
        });
        answer.once("end", resolve).resume();
      }, 300);
    }).once("error", reject);
  });
  expect(bytes).toBe(64 * piece.length);
  expect(sender.seen.closed).toBe(0);
});

it("closes the provider's side when the client goes, before and while it answers", async () => {
  const held = new Promise<void>(() => {});
  const { provider: asked, meter: running } = await start({
    headers: SSE,
    pieces: [Buffer.from(ASKED[0] ?? ""), Buffer.from(DONE)],
    before: held,
  });
  const body = JSON.stringify(CHAT);
  for (const leaves of [false, true]) {
    const sent = request(`${running.base}/openai/v1/chat/completions`, { method: "POST" }, (answer) => {
      answer.on("error", () => {});
      answer.once("data", () => sent.destroy());
    });
    sent.on("error", () => {});
    sent.end(body);
    if (leaves) {
      const before = asked.seen.begun;
      await until(() => asked.seen.begun > before);
      sent.destroy();
    }
    await until(() => asked.seen.closed === (leaves ? 2 : 1));
  }
  await until(() => running.recorded().length === 2);
  expect(running.recorded().every(({ estimated }) => estimated === true)).toBe(true);
  expect(running.meter.figures().open).toBe(0);
});

it("counts what passes unread, and answers that say nothing", async () => {
  const { meter: running } = await start({
    headers: { "content-type": "application/json" },
    pieces: [Buffer.from("{}")],
  });
  await post(`${running.base}/openai/v1/some/new/thing`, { model: "gpt-5" });
  await post(`${running.base}/openai/v1/models`, {});
  await post(`${running.base}/openai/v1/responses`, { model: "gpt-5" });
  await until(() => running.meter.figures().open === 0);
  expect(running.meter.figures()).toMatchObject({ unknown: 1, requests: 1, estimated: 1 });
});

it("counts answers that are errors, and a provider that can't be reached", async () => {
  const { meter: running, provider: asked } = await start({
    status: 401,
    headers: { "content-type": "application/json" },
    pieces: [Buffer.from("{}")],
  });
  for (const path of ["v1/responses", "v1/chat/completions", "v1/nobody/knows"])
    expect((await post(`${running.base}/openai/${path}`, { model: "gpt-5" })).status).toBe(401);
  await asked.stop();
  provider = undefined;
  expect((await post(`${running.base}/openai/v1/responses`, { model: "gpt-5" })).status).toBe(502);
  // More than is read of it before it goes out, in chunks, goes another way.
  const pieces = [Buffer.from('{"model":"gpt-5","input":"'), Buffer.alloc(500_000, "a"), Buffer.from('"}')];
  expect((await ask({ url: `${running.base}/openai/v1/responses`, pieces })).status).toBe(502);
  expect(running.meter.figures()).toMatchObject({ failed: { 401: 2, 502: 2 }, requests: 0, unknown: 0, unread: 0 });
});

it.each([
  { id: "msg_1", type: "message", role: "assistant", usage: { input_tokens: 1_000, output_tokens: 100 } },
  { id: "chat_1", choices: [], usage: { prompt_tokens: 1_000, completion_tokens: 100, total_tokens: 1_100 } },
  { object: "response", status: "completed", usage: { input_tokens: 1_000, output_tokens: 100 } },
  { data: [], usage: { input_tokens: 1_000, output_tokens: 100, total_tokens: 1_100 } },
  {
    candidates: [{ finishReason: "STOP" }],
    modelVersion: "gemini-2.5-pro",
    usageMetadata: { promptTokenCount: 1_000, candidatesTokenCount: 100, totalTokenCount: 1_100 },
  },
])("reads what an address that it doesn't know says of its use: %j", async (answer) => {
  const { meter: running } = await start({
    headers: { "content-type": "application/json" },
    pieces: [Buffer.from(JSON.stringify({ ...answer, model: "gpt-5" }))],
  });
  await post(`${running.base}/openai/v1/some/new/thing`, { model: "gpt-5" });
  await until(() => running.recorded().length === 1);
  expect(running.meter.figures()).toMatchObject({ unknown: 0, requests: 1, estimated: 0, cost: 0.00225 });
  expect(running.recorded()).toMatchObject([{ input: 1_000, output: 100 }]);
});

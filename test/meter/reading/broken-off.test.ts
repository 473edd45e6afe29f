import { describe, expect, it } from "vitest";
import { fixture, frame, metered, passed } from "./exchange.ts";

const messages = metered("anthropic", "messages", "anthropic");
const chat = metered("openai", "chat", "openai");

function sse(...events: readonly (object | string)[]): Buffer {
  const data = events.map((event) => (typeof event === "string" ? event : JSON.stringify(event)));
  return Buffer.from(data.map((one) => `data: ${one}\n\n`).join(""));
}

const START = {
  type: "message_start",
  message: {
    ...{ id: "msg_1", type: "message", role: "assistant", model: "claude-sonnet-4-5", content: [] },
    usage: { input_tokens: 10, cache_read_input_tokens: 2000, output_tokens: 1 },
  },
};
const text = (said: string) => ({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text: said } });
const chunk = (delta: object, more: object = {}) => ({
  ...{ id: "chatcmpl-1", object: "chat.completion.chunk", created: 1_790_000_000, model: "gpt-4o-mini" },
  choices: [{ index: 0, delta, finish_reason: null }],
  ...more,
});

describe("an answer that breaks off", () => {
  it("has the input of its start and the output of the text that was seen, four characters a token", () => {
    const pieces = [sse({ type: "ping" }, START, text("12345678"), text("🎉 grün"))];
    const { found, body } = passed({ route: messages, pieces, ends: "broken" });
    expect(body.equals(pieces[0] as Buffer)).toBe(true);
    expect(found).toHaveLength(1);
    expect(found[0]?.metered).toMatchObject({
      estimated: true,
      ids: ["msg_1"],
      lines: [{ model: "claude-sonnet-4-5", input: 2010, cache_read: 2000, output: 4, requests: 1, estimated: true }],
    });
  });

  it("is exact if its last figures were there", () => {
    const last = { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 50 } };
    const { metered: used } = passed({ route: messages, pieces: [sse(START, last)], ends: "broken" });
    expect(used).toMatchObject({ estimated: false, lines: [{ input: 2010, output: 50 }] });
    expect(used?.lines[0]).not.toHaveProperty("estimated");
  });

  it("is counted by length without figures, at the dearest model seen where none is named", () => {
    const pieces = [sse(chunk({ role: "assistant", content: "" }), chunk({ content: "x".repeat(400) }))];
    const asked = { inputTokensAtLeast: 1200, dearestModel: "gpt-5.5", agentPart: "subagent" as const };
    const { metered: used } = passed({ route: chat, pieces, asked, ends: "broken" });
    expect(used?.estimated).toBe(true);
    expect(used?.lines).toEqual([
      expect.objectContaining({
        ...{ provider: "openai", model: "gpt-5.5", input: 1200, output: 100, requests: 1 },
        ...{ by: "subagent", estimated: true },
      }),
    ]);
    const named = passed({ route: chat, pieces, asked: { ...asked, model: "gpt-4o-mini" }, ends: "broken" });
    expect(named.metered?.lines[0]?.model).toBe("gpt-4o-mini");
  });

  it("used what it asked before any of the answer came", () => {
    const { metered: used } = passed({ route: chat, pieces: [], asked: { inputTokensAtLeast: 77 }, ends: "broken" });
    expect(used).toMatchObject({ estimated: true, lines: [{ input: 77, output: 0, requests: 1 }] });
  });

  it("counts a text that is cut off in the middle of a body", () => {
    const body = Buffer.from(
      JSON.stringify({ id: "msg_2", type: "message", content: [{ type: "text", text: "y".repeat(800) }] }),
    );
    const { metered: used } = passed({ route: messages, pieces: [body.subarray(0, 460)], ends: "broken" });
    expect(used?.lines[0]?.output).toBeGreaterThan(80);
    expect(used?.lines[0]?.output).toBeLessThanOrEqual(115);
  });

  it("has the figures of Gemini's last chunk, or more by the text seen", () => {
    const pieces = [
      sse({
        candidates: [{ content: { parts: [{ text: "z".repeat(4000) }] }, index: 0 }],
        usageMetadata: { promptTokenCount: 300, candidatesTokenCount: 5, totalTokenCount: 305 },
        modelVersion: "gemini-2.5-flash",
      }),
    ];
    const { metered: used } = passed({ route: metered("gemini", "gemini", "google"), pieces, ends: "broken" });
    expect(used).toMatchObject({ estimated: true, lines: [{ input: 300, output: 1000, model: "gemini-2.5-flash" }] });
  });
});

describe("an answer that is whole and tells nothing", () => {
  it("is counted by length: never nothing", () => {
    const { metered: used } = passed({
      route: chat,
      pieces: [sse(chunk({ content: "Hello, world." }), "[DONE]")],
      asked: { inputTokensAtLeast: 9, model: "gpt-4o-mini" },
    });
    expect(used).toMatchObject({ estimated: true, lines: [{ input: 9, output: 4 }] });
  });

  it("is counted by length if its figures make no sense", () => {
    const pieces = [
      Buffer.from(
        fixture("openai/chat.json")
          .toString()
          .replace(/"prompt_tokens":\s*\d+/, '"prompt_tokens": -4'),
      ),
    ];
    const { metered: used } = passed({ route: chat, pieces, asked: { inputTokensAtLeast: 16 } });
    expect(used).toMatchObject({ estimated: true, lines: [{ input: 16 }] });
  });
});

describe("an answer without a token", () => {
  const nothing = { id: "msg_0", type: "message", role: "assistant", model: "claude-sonnet-4-5", content: [] };

  it("used nothing if its provider says so, and one if nobody does", () => {
    const pieces = [Buffer.from(JSON.stringify({ ...nothing, usage: { input_tokens: 0, output_tokens: 0 } }))];
    expect(passed({ route: messages, pieces }).found).toHaveLength(0);
    const { metered: used } = passed({ route: messages, pieces: [Buffer.from(JSON.stringify(nothing))] });
    expect(used).toMatchObject({ estimated: true, lines: [{ input: 1, output: 0 }] });
  });
});

describe("an error", () => {
  const error = { type: "error", error: { type: "overloaded_error", message: "Overloaded" } };

  it("used nothing, streamed or not, before any text", () => {
    const asked = { inputTokensAtLeast: 500 };
    for (const status of [307, 400, 429, 500, 529]) {
      const { found, body } = passed({ route: messages, pieces: [Buffer.from(JSON.stringify(error))], status, asked });
      expect(found).toHaveLength(0);
      expect(body.toString()).toBe(JSON.stringify(error));
    }
    expect(passed({ route: messages, pieces: [sse(error)], asked }).found).toHaveLength(0);
    const failed = {
      type: "response.failed",
      response: { id: "resp_1", object: "response", status: "failed", usage: null },
    };
    expect(passed({ route: metered("openai", "responses"), pieces: [sse(failed)], asked }).found).toHaveLength(0);
  });

  it("used what it says it did", () => {
    const said = { ...JSON.parse(fixture("openai/chat.json").toString()) };
    const { metered: used } = passed({ route: chat, pieces: [Buffer.from(JSON.stringify(said))], status: 500 });
    expect(used?.lines[0]?.input).toBe(said.usage.prompt_tokens);
  });

  it("in the middle of a stream leaves what was used until then", () => {
    const { metered: used } = passed({ route: messages, pieces: [sse(START, text("12345678"), error)] });
    expect(used).toMatchObject({ estimated: true, lines: [{ input: 2010, output: 2 }] });
  });
});

describe("Bedrock's binary streams", () => {
  const usage = { inputTokens: 30, outputTokens: 628, totalTokens: 658, cacheReadInputTokens: 100 };

  it("has ConverseStream's last figures", () => {
    const pieces = [
      frame("messageStart", JSON.stringify({ role: "assistant" })),
      frame("contentBlockDelta", JSON.stringify({ contentBlockIndex: 0, delta: { text: "Hi" } })),
      frame("messageStop", JSON.stringify({ stopReason: "end_turn" })),
      frame("metadata", JSON.stringify({ usage, metrics: { latencyMs: 1 } })),
    ];
    const route = {
      ...metered("bedrock", "converse", "aws"),
      modelInPath: "eu.anthropic.claude-sonnet-4-5-20250929-v1:0",
    };
    const whole = Buffer.concat(pieces);
    for (const parts of [pieces, [whole], [...whole].map((byte) => Buffer.from([byte]))]) {
      const { body, found } = passed({ route, pieces: parts, contentType: "application/vnd.amazon.eventstream" });
      expect(body.equals(whole)).toBe(true);
      expect(found).toHaveLength(1);
      expect(found[0]?.after).toBeLessThan(whole.length);
      expect(found[0]?.metered).toMatchObject({
        estimated: false,
        lines: [{ provider: "aws", model: route.modelInPath, input: 130, cache_read: 100, output: 628 }],
      });
    }
  });

  const wrapped = (event: object) =>
    frame("chunk", JSON.stringify({ bytes: Buffer.from(JSON.stringify(event)).toString("base64") }));

  it("has Claude's figures in InvokeModelWithResponseStream", () => {
    const last = { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 50 } };
    const stop = {
      type: "message_stop",
      "amazon-bedrock-invocationMetrics": { inputTokenCount: 10, outputTokenCount: 50 },
    };
    const { metered: used } = passed({
      route: metered("bedrock", "invoke", "aws"),
      pieces: [Buffer.concat([START, text("Hi"), last, stop].map(wrapped))],
      contentType: "application/vnd.amazon.eventstream",
    });
    expect(used).toMatchObject({ estimated: false, lines: [{ model: "claude-sonnet-4-5", input: 2010, output: 50 }] });
  });

  it("has Bedrock's own count for a model that counts nothing", () => {
    const pieces = [
      wrapped({ outputText: "Hi" }),
      wrapped({ outputText: "!", "amazon-bedrock-invocationMetrics": { inputTokenCount: 9, outputTokenCount: 3 } }),
    ];
    const route = { ...metered("bedrock", "invoke", "aws"), modelInPath: "amazon.titan-text-express-v1" };
    const { metered: used } = passed({ route, pieces, contentType: "application/vnd.amazon.eventstream" });
    expect(used).toMatchObject({ estimated: false, lines: [{ model: route.modelInPath, input: 9, output: 3 }] });
  });
});

describe("Code Assist", () => {
  it("has its answers wrapped", () => {
    const answer = JSON.parse(fixture("gemini-api/body.json").toString());
    const route = metered("code-assist", "gemini", "google");
    const plain = passed({ route: metered("gemini", "gemini", "google"), pieces: [fixture("gemini-api/body.json")] });
    for (const pieces of [
      [Buffer.from(JSON.stringify({ response: answer, traceId: "t" }))],
      [sse({ response: answer })],
    ]) {
      const { found, body } = passed({ route, pieces });
      expect(body.equals(Buffer.concat(pieces))).toBe(true);
      expect(found).toHaveLength(1);
      expect(found[0]?.metered.lines).toEqual(plain.metered?.lines);
    }
  });
});

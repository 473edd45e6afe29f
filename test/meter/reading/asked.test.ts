import { describe, expect, it } from "vitest";
import { readAsked } from "../../../src/meter/reading/asked.ts";
import { routeOf, type Word } from "../../../src/meter/reading/route.ts";
import { agentPartOf, clientOf } from "../../../src/meter/reading/who.ts";
import { metered } from "./exchange.ts";

describe("a request's route", () => {
  const routes: readonly (readonly [word: Word, method: string, path: string, expected: object])[] = [
    ["anthropic", "POST", "/v1/messages?beta=true", { kind: "metered", api: "messages", provider: "anthropic" }],
    ["anthropic", "POST", "/messages", { kind: "metered", api: "messages" }],
    ["anthropic", "POST", "/v1/messages/count_tokens?beta=true", { kind: "free" }],
    ["anthropic", "POST", "/v1/messages/batches", { kind: "batch" }],
    ["anthropic", "GET", "/v1/messages/batches/b1/results", { kind: "free" }],
    ["anthropic", "POST", "/api/event_logging/batch", { kind: "free" }],
    ["anthropic", "POST", "/v1/files", { kind: "free" }],
    ["anthropic", "GET", "/v1/models?limit=1000", { kind: "free" }],
    ["anthropic", "POST", "/v1/oauth/token", { kind: "free" }],
    ["anthropic", "POST", "/v1/something_new", { kind: "unknown" }],
    ["openai", "POST", "/v1/chat/completions", { kind: "metered", api: "chat", provider: "openai" }],
    ["openai", "POST", "/v1/completions", { kind: "metered", api: "chat" }],
    ["openai", "POST", "/v1/responses", { kind: "metered", api: "responses" }],
    ["openai", "POST", "/v1/responses/compact", { kind: "metered", api: "responses" }],
    ["openai", "POST", "/v1/responses/input_tokens", { kind: "free" }],
    ["openai", "POST", "/v1/embeddings", { kind: "metered", api: "embeddings" }],
    ["openai", "POST", "/v1/batches", { kind: "batch" }],
    ["openai", "POST", "/v1/images/generations", { kind: "unknown" }],
    ["openai", "GET", "/v1/responses/resp_1?stream=true", { kind: "poll", api: "responses", polled: "resp_1" }],
    ["openai", "POST", "/v1/responses/resp_1/cancel", { kind: "poll", api: "responses", polled: "resp_1" }],
    ["openai", "DELETE", "/v1/responses/resp_1", { kind: "free" }],
    ["anthropic", "POST", "/v1/%6dessages", { kind: "metered", api: "messages" }],
    ["anthropic", "POST", "/v1/Messages", { kind: "metered", api: "messages" }],
    ["anthropic", "POST", "/v1/messages;a=b", { kind: "metered", api: "messages" }],
    ["anthropic", "POST", "//v1//messages//", { kind: "metered", api: "messages" }],
    ["anthropic", "PUT", "/v1/messages", { kind: "metered", api: "messages" }],
    ["anthropic", "POST", "/v1/messages%2F%62atches", { kind: "batch" }],
    ["anthropic", "POST", "/v1/models%2Fmessages", { kind: "metered", api: "messages" }],
    ["gemini", "POST", "/v1beta/models/gemini-2.5-pro%3AgenerateContent", { kind: "metered", api: "gemini" }],
    ["gemini", "POST", "/v1beta/models/gemini-2.5-pro%3abatchgeneratecontent", { kind: "batch" }],
    ["chatgpt", "POST", "/responses", { kind: "metered", api: "responses", provider: "openai" }],
    ["chatgpt", "GET", "/wham/usage", { kind: "free" }],
    ["openrouter", "POST", "/api/v1/chat/completions", { kind: "metered", api: "chat", provider: "openrouter" }],
    ["copilot", "POST", "/chat/completions", { kind: "metered", api: "chat", provider: "github-copilot" }],
    ["copilot", "POST", "/models/session", { kind: "free" }],
    [
      ...(["gemini", "POST", "/v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse"] as const),
      { kind: "metered", api: "gemini", provider: "google", modelInPath: "gemini-2.5-pro", streamInPath: true },
    ],
    ["gemini", "POST", "/v1beta/models/gemini-2.5-pro:generateContent", { kind: "metered", api: "gemini" }],
    ["gemini", "POST", "/v1beta/models/gemini-2.5-pro:countTokens", { kind: "free" }],
    ["gemini", "POST", "/v1beta/models/gemini-2.5-pro:batchGenerateContent", { kind: "batch" }],
    [
      "gemini",
      "POST",
      "/v1beta/models/gemini-embedding-001:batchEmbedContents",
      { kind: "metered", api: "embeddings" },
    ],
    ["code-assist", "POST", "/v1internal:streamGenerateContent?alt=sse", { kind: "metered", api: "gemini" }],
    ["code-assist", "POST", "/v1internal:loadCodeAssist", { kind: "free" }],
    ["code-assist", "POST", "/v1internal:somethingNew", { kind: "unknown" }],
    [
      ...([
        "bedrock",
        "POST",
        "/model/eu.anthropic.claude-sonnet-4-5-20250929-v1%3A0/invoke-with-response-stream",
      ] as const),
      {
        kind: "metered",
        api: "invoke",
        modelInPath: "eu.anthropic.claude-sonnet-4-5-20250929-v1:0",
        streamInPath: true,
      },
    ],
    ["bedrock", "POST", "/model/amazon.nova-lite-v1:0/converse", { kind: "metered", api: "converse", provider: "aws" }],
    ["bedrock", "POST", "/model-invocation-job", { kind: "batch" }],
  ];

  it.each(routes)("%s %s %s", (word, method, path, expected) => {
    expect(routeOf(word, method, path)).toMatchObject({ word, ...expected });
  });
});

const chat = metered("openai", "chat");
const ask = (body: string, isWhole = true, bodyBytes = Buffer.byteLength(body)) =>
  readAsked(chat, { headers: {}, body, isWhole, bodyBytes });

describe("what a request asks", () => {
  it("is read from its body wherever it is in it", () => {
    const body = JSON.stringify({
      messages: [{ role: "user", content: '"model":"no","stream":false \\' }],
      ...{ stream: true, stream_options: { include_usage: false }, model: "gpt-4o-mini" },
    });
    expect(ask(body)).toMatchObject({
      model: "gpt-4o-mini",
      stream: true,
      includeUsage: false,
      bodyBytes: body.length,
    });
    expect(ask('{"stream":true,"model":"a","stream_options":{}}')).toMatchObject({ includeUsage: undefined });
  });

  it("is unknown where the beginning doesn't have it, or isn't an object", () => {
    expect(ask('{"messages":["abc', false, 1_000_000)).toMatchObject({ model: undefined, stream: false });
    expect(ask('{"model":"gpt-4o-mi', false, 1_000_000)).toMatchObject({ model: undefined });
    for (const body of ["", "[]", "null", "{", '{"model":7}', '{"model":{"a":1}}', "\u0000\u0001"])
      expect(ask(body).model).toBeUndefined();
    expect(ask(`{"model":"${"m".repeat(5_000)}"}`).model).toBeUndefined();
  });

  it("has at least a token for four characters of its text, and none for pictures", () => {
    const words = "word ".repeat(8_000);
    expect(ask(JSON.stringify({ content: words })).inputTokensAtLeast).toBeCloseTo(10_000, -2);
    const picture = "iVBORw0KGgo".repeat(20_000);
    expect(ask(JSON.stringify({ content: picture })).inputTokensAtLeast).toBeLessThan(10);
    // What wasn't read counts half, and not at all beside a picture.
    expect(ask(`{"content":"${words}`, false, 40_012 + 800_000).inputTokensAtLeast).toBeCloseTo(110_000, -2);
    expect(ask(`{"content":"${picture}`, false, 5_000_000).inputTokensAtLeast).toBeLessThan(10);
  });

  it("has the model of the path, and is a stream by it", () => {
    const route = routeOf("gemini", "POST", "/v1beta/models/gemini-2.5-pro:streamGenerateContent");
    const asked = readAsked(route, { headers: {}, body: '{"model":"other"}', isWhole: true, bodyBytes: 17 });
    expect(asked).toMatchObject({ model: "gemini-2.5-pro", stream: true });
  });
});

describe("what of an agent asks", () => {
  it("is one of four words, whatever the headers say", () => {
    const claude = (said: string | undefined, more = {}) =>
      agentPartOf("claude-code", { "x-claude-code-request-class": said, ...more });
    expect(
      ["main", "subagent", "workflow", "compaction", "auxiliary", "side_reply"].map((said) => claude(said)),
    ).toEqual([...["main", "subagent", "subagent", "compaction", "side", "side"]]);
    expect(claude(undefined)).toBeUndefined();
    expect(claude("my secret")).toBeUndefined();
    expect(claude(undefined, { "x-claude-code-agent-id": "a1" })).toBe("subagent");
    const codex = (said?: string, more = {}) => agentPartOf("codex", { "x-openai-subagent": said, ...more });
    expect(
      [undefined, "review", "compact", "memory_consolidation", "collab_spawn", "my secret"].map((said) => codex(said)),
    ).toEqual([...["main", "subagent", "compaction", "side", "subagent", "subagent"]]);
    expect(codex(undefined, { "x-openai-memgen-request": "true" })).toBe("side");
    expect(agentPartOf("other", { "x-openai-subagent": "review" })).toBeUndefined();
    const compact = { headers: { "user-agent": "codex_exec/0.171.0" }, body: "{}", isWhole: true, bodyBytes: 2 };
    expect(readAsked(chat, { ...compact, path: "/v1/responses/compact" }).agentPart).toBe("compaction");
  });

  it("is asked by a program that names itself", () => {
    const agents = [
      ["claude-cli/2.1.332 (external, sdk-cli)", "claude-code"],
      ["codex_exec/0.171.0 (Debian 12.0.0; x86_64) dumb (codex_exec; 0.171.0)", "codex"],
      ["GeminiCLI-tui/0.61.0/gemini-2.5-flash (linux; x64; terminal)", "gemini-cli"],
      ["copilot/1.0.102 (linux v24.20.0) term/unknown", "copilot"],
      ["opencode/1.18.33 ai-sdk/provider-utils/4.0.46 runtime/bun/1.3.14", "opencode"],
      ["OpenAI/JS 5.20.1", "other"],
    ] as const;
    for (const [agent, client] of agents) expect(clientOf({ "user-agent": agent })).toBe(client);
    expect(clientOf({})).toBe("other");
    expect(clientOf({ originator: "codex_vscode" })).toBe("codex");
  });
});

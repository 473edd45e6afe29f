import { describe, expect, it } from "vitest";
import { claudeCodeSessions } from "../../src/usage/claude-code-log.ts";
import { readUsage } from "../../src/usage/read-usage.ts";
import type { UsageLine } from "../../src/usage/usage.ts";

/** What the run's meter recorded: answers whose ids end in 1. */
const isMetered = (id: string) => id.endsWith("1");
const text = (...objects: readonly object[]) => objects.map((object) => JSON.stringify(object)).join("\n");
const shown = (lines: readonly UsageLine[]) =>
  lines
    .map(({ metered, input, output, requests }) => ({ metered, input, output, requests }))
    .sort((a, b) => Number(a.metered ?? 2) - Number(b.metered ?? 2));

const MODEL = "claude-sonnet-4-5";
const message = (id: string, input: number, output: number) => ({
  ...{ id, type: "message", role: "assistant", model: MODEL, content: [] },
  usage: { input_tokens: input, output_tokens: output },
});
const assistant = (id: string, input: number, output: number) => ({
  ...{ type: "assistant", session_id: "s", message: message(id, input, output) },
});
const result = (input: number, output: number, more: object = {}) => ({
  ...{ type: "result", subtype: "success", session_id: "s", num_turns: 1, total_cost_usd: 0 },
  usage: { input_tokens: input, output_tokens: output },
  modelUsage: { [MODEL]: { inputTokens: input, outputTokens: output, costUSD: 0 }, ...more },
});
const chat = (id: string, input: number, output: number) => ({
  ...{ id, object: "chat.completion", model: "gpt-5", choices: [] },
  usage: { prompt_tokens: input, completion_tokens: output, total_tokens: input + output },
});
const response = (id: string, input: number, output: number) => ({
  ...{ id, object: "response", status: "completed", model: "gpt-5", output: [] },
  usage: { input_tokens: input, output_tokens: output, total_tokens: input + output },
});
const gemini = (responseId: string, promptTokenCount: number, candidatesTokenCount: number) => ({
  ...{ responseId, modelVersion: "gemini-2.5-pro", candidates: [{ finishReason: "STOP" }] },
  usageMetadata: { promptTokenCount, candidatesTokenCount },
});
const rollout = (id: string, input: number, output: number) => ({
  timestamp: "2026-11-29T10:00:05Z",
  type: "token_usage_record",
  payload: {
    ...{ thread_id: "t", response_id: id },
    usage: { input_tokens: input, cached_input_tokens: 0, output_tokens: output, reasoning_output_tokens: 0 },
  },
});
const INIT = { type: "system", subtype: "init", session_id: "s", model: MODEL, mcp_servers: [] };
const ROLLOUT_HEAD = [
  { timestamp: "2026-11-29T10:00:00Z", type: "session_meta", payload: { id: "t" } },
  { timestamp: "2026-11-29T10:00:00Z", type: "turn_context", payload: { model: "gpt-5-codex" } },
];

describe("a file of a run that had a meter says which answers that recorded", () => {
  it.each([
    ["Anthropic's Messages", [message("msg_1", 10, 1), message("msg_2", 20, 2), message("msg_11", 40, 4)]],
    ["Chat Completions", [chat("chatcmpl-1", 10, 1), chat("chatcmpl-2", 20, 2), chat("chatcmpl-11", 40, 4)]],
    ["Responses", [response("resp_1", 10, 1), response("resp_2", 20, 2), response("resp_11", 40, 4)]],
    ["Gemini", [gemini("g1", 10, 1), gemini("g2", 20, 2), gemini("g11", 40, 4)]],
    ["Codex's session file", [...ROLLOUT_HEAD, rollout("r1", 10, 1), rollout("r2", 20, 2), rollout("r11", 40, 4)]],
    [
      "Claude Code's interrupted stream",
      [INIT, assistant("m1", 10, 1), assistant("m2", 20, 2), assistant("m11", 40, 4)],
    ],
    [
      "Claude Code's execution file",
      [assistant("m1", 10, 1), assistant("m2", 20, 2), assistant("m11", 40, 4), result(70, 7)],
    ],
  ])("in the form of %s", (_, objects) => {
    expect(shown(readUsage(text(...objects), isMetered).lines)).toEqual([
      { metered: false, input: 20, output: 2, requests: 1 },
      { metered: true, input: 50, output: 5, requests: 2 },
    ]);
    // Without a meter nothing is split, and nothing said.
    const [line, ...others] = readUsage(text(...objects)).lines;
    expect(others).toEqual([]);
    expect(line).toMatchObject({ input: 70, output: 7, requests: 3 });
    expect(line).not.toHaveProperty("metered");
  });

  it("also of output that only Claude Code's result has, and of requests that only it counts", () => {
    const stream = [assistant("m1", 10, 1), assistant("m2", 20, 1), result(30, 100)];
    expect(shown(readUsage(text(...stream), isMetered).lines)).toEqual([
      { metered: false, input: 20, output: 50, requests: 1 },
      { metered: true, input: 10, output: 50, requests: 1 },
    ]);
    const hidden = { "claude-haiku-4-5": { inputTokens: 5, outputTokens: 5, costUSD: 0 } };
    const more = readUsage(text(...stream.slice(0, 2), result(30, 100, hidden)), isMetered).lines;
    expect(more.find(({ model }) => model === "claude-haiku-4-5")).not.toHaveProperty("metered");
  });

  it.each([
    ["all of it", ["m1", "m11"], true],
    ["none of it", ["m2", "m3"], false],
  ])("and leaves a counter whole if the meter has %s", (_, [first = "", second = ""], metered) => {
    const lines = readUsage(text(assistant(first, 10, 1), assistant(second, 20, 1), result(30, 100)), isMetered).lines;
    expect(lines).toMatchObject([{ metered, input: 30, output: 100, counting: "cumulative", session: "s" }]);
  });

  it("nothing of answers without an id", () => {
    const [line] = readUsage(text(chat("", 10, 1)), isMetered).lines;
    expect(line).not.toHaveProperty("metered");
  });

  it("in Claude Code's own log", () => {
    const record = (id: string, input: number) => ({
      ...{ type: "assistant", timestamp: "2026-11-29T10:00:00Z", sessionId: "s", cwd: "/w" },
      message: message(id, input, 1),
    });
    const logs = [{ text: text(record("m1", 10), record("m2", 20)), session: "s", isPart: false }];
    const [session] = claudeCodeSessions(logs, { sinceMs: 0, isOurs: () => true, isMetered });
    expect(shown(session?.lines ?? [])).toEqual([
      { metered: false, input: 20, output: 1, requests: 1 },
      { metered: true, input: 10, output: 1, requests: 1 },
    ]);
  });
});

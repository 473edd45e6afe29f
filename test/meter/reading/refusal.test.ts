import { describe, expect, it } from "vitest";
import { refusalOf } from "../../../src/meter/reading/refusal.ts";
import type { Api, Word } from "../../../src/meter/reading/route.ts";
import type { Client } from "../../../src/meter/reading/who.ts";
import { metered } from "./exchange.ts";

const TEXT = "token-budget stopped this run: it spent $0.12, its limit is $0.10.";

describe("a refusal", () => {
  const forms: readonly (readonly [word: Word, api: Api, client: Client, status: number, error: object])[] = [
    ["anthropic", "messages", "claude-code", 429, { type: "billing_error" }],
    ["anthropic", "messages", "other", 402, { type: "billing_error" }],
    ["anthropic", "messages", "opencode", 402, { type: "billing_error" }],
    ["openai", "chat", "other", 402, { code: "token_budget_exceeded" }],
    ["openai", "chat", "codex", 400, { code: "token_budget_exceeded" }],
    ["openai", "responses", "other", 400, { code: "token_budget_exceeded" }],
    ["chatgpt", "responses", "codex", 400, { code: "token_budget_exceeded" }],
    ["gemini", "gemini", "gemini-cli", 402, { code: 402, status: "FAILED_PRECONDITION" }],
    ["code-assist", "gemini", "gemini-cli", 402, { code: 402 }],
    ["openrouter", "messages", "other", 402, { type: "billing_error" }],
    ["copilot", "chat", "copilot", 402, { code: "quota_exceeded" }],
  ];

  it.each(forms)("of %s %s to %s has a status that isn't tried again", (word, api, client, status, error) => {
    for (const code of ["over-cap", "over-budget", "unavailable"] as const) {
      const refusal = refusalOf(metered(word, api), client, { code, text: TEXT });
      expect(refusal.status).toBe(status);
      expect(refusal.headers).toEqual({ "content-type": "application/json", "x-should-retry": "false" });
      expect(JSON.parse(refusal.body).error).toMatchObject({ ...error, message: TEXT });
    }
    for (const code of ["model-not-allowed", "batch"] as const)
      expect(refusalOf(metered(word, api), client, { code, text: TEXT }).status).toBe(400);
  });

  it("of a model isn't one of Claude Code's request, which it would change and send again", () => {
    const of = (client: Client) =>
      JSON.parse(refusalOf(metered("anthropic", "messages"), client, { code: "model-not-allowed", text: TEXT }).body);
    expect(of("claude-code").error).toEqual({ type: "billing_error", message: TEXT });
    expect(of("other").error).toEqual({ type: "invalid_request_error", message: TEXT });
  });

  it("of Bedrock is an error of its own", () => {
    const refusal = refusalOf(metered("bedrock", "converse"), "other", { code: "over-cap", text: TEXT });
    expect(refusal).toMatchObject({ status: 400, headers: { "x-amzn-errortype": "ValidationException" } });
    expect(JSON.parse(refusal.body)).toEqual({ message: TEXT });
  });
});

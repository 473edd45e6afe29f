import type { Route } from "./route.ts";
import type { Client } from "./who.ts";

/** Why a request isn't passed on. */
export type RefusalCode = "over-cap" | "over-budget" | "model-not-allowed" | "batch" | "unavailable";

export type Refusal = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** For clients that take it as final: none of them tries again after these. */
const PAYMENT_REQUIRED = 402;
const BAD_REQUEST = 400;
const TOO_MANY = 429;

/**
 * The answer to a request that isn't passed on, in the form after which its client ends at once, without a second try.
 * `text` is what the client shows.
 */
export function refusalOf(
  route: Route,
  client: Client,
  why: { readonly code: RefusalCode; readonly text: string },
): Refusal {
  const { status, body } = formOf(route, client, why);
  return {
    status,
    headers: { "content-type": "application/json", "x-should-retry": "false" },
    body: JSON.stringify(body),
  };
}

type Form = { readonly status: number; readonly body: object };
type Why = { readonly code: RefusalCode; readonly text: string };

function formOf({ word, api }: Route, client: Client, { code, text }: Why): Form {
  const isForbidden = code === "model-not-allowed" || code === "batch";
  const status = isForbidden ? BAD_REQUEST : PAYMENT_REQUIRED;
  if (api === "messages" || (word === "anthropic" && api === undefined)) {
    const type = isForbidden ? "invalid_request_error" : "billing_error";
    const own = client === "claude-code" && !isForbidden ? TOO_MANY : status;
    return { status: own, body: { type: "error", error: { type, message: text } } };
  }
  if (word === "gemini" || word === "code-assist" || api === "gemini") {
    const state = isForbidden ? "INVALID_ARGUMENT" : "FAILED_PRECONDITION";
    return { status, body: { error: { code: status, message: text, status: state } } };
  }
  if (word === "bedrock") return { status: BAD_REQUEST, body: { message: text } };
  if (word === "copilot")
    return { status, body: openAiError(text, isForbidden ? "model_not_supported" : "quota_exceeded") };
  if (api === "responses" || client === "codex")
    return { status: BAD_REQUEST, body: openAiError(text, isForbidden ? "model_not_found" : "token_budget_exceeded") };
  return { status, body: openAiError(text, isForbidden ? "model_not_found" : "token_budget_exceeded") };
}

function openAiError(message: string, code: string): object {
  return { error: { message, type: "invalid_request_error", param: null, code } };
}

import type { Route } from "./route.ts";
import type { Client } from "./who.ts";

/** Why a request isn't passed on. */
export type RefusalCode = "over-cap" | "over-budget" | "model-not-allowed" | "batch" | "unavailable";

export type Refusal = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

const PAYMENT_REQUIRED = 402;
const BAD_REQUEST = 400;
const TOO_MANY = 429;

/**
 * The answer to a request that isn't passed on, in the form after which its client ends at once, without a second try:
 * each retries other statuses. `text` is what the client shows.
 */
export function refusalOf(
  route: Route,
  client: Client,
  why: { readonly code: RefusalCode; readonly text: string },
): Refusal {
  const { status, headers, body } = formOf(route, client, why);
  return {
    status,
    headers: { "content-type": "application/json", "x-should-retry": "false", ...headers },
    body: JSON.stringify(body),
  };
}

type Form = { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body: object };
type Why = { readonly code: RefusalCode; readonly text: string };

function formOf({ word, api }: Route, client: Client, { code, text }: Why): Form {
  const isForbidden = code === "model-not-allowed" || code === "batch";
  const status = isForbidden ? BAD_REQUEST : PAYMENT_REQUIRED;
  if (api === "messages" || (word === "anthropic" && api === undefined)) {
    // Claude Code takes an invalid request for one of its own making: it leaves out one feature after the other, and asks again.
    const type = isForbidden && client !== "claude-code" ? "invalid_request_error" : "billing_error";
    // Claude Code shows the text of a 429, and retries neither it nor others with the header.
    const own = client === "claude-code" && !isForbidden ? TOO_MANY : status;
    return { status: own, body: { type: "error", error: { type, message: text } } };
  }
  if (word === "gemini" || word === "code-assist" || api === "gemini") {
    const state = isForbidden ? "INVALID_ARGUMENT" : "FAILED_PRECONDITION";
    return { status, body: { error: { code: status, message: text, status: state } } };
  }
  if (word === "bedrock")
    return { status: BAD_REQUEST, headers: { "x-amzn-errortype": "ValidationException" }, body: { message: text } };
  if (word === "copilot") return { status, body: openAiError(text, isForbidden ? FORBIDDEN : "quota_exceeded") };
  // Codex tries 401, 402 and 403 five times again.
  const isCodexs = api === "responses" || client === "codex";
  const body = openAiError(text, isForbidden ? FORBIDDEN : "token_budget_exceeded");
  return { status: isCodexs ? BAD_REQUEST : status, body };
}

const FORBIDDEN = "token_budget_not_allowed";

function openAiError(message: string, code: string): object {
  return { error: { message, type: "invalid_request_error", param: null, code } };
}

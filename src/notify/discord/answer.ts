import type { RESTJSONErrorCodes } from "discord-api-types/v10";
import { type Answer, type HttpAnswer, retryAfterOf } from "../answer.ts";

/** Discord's codes, by the names in its types: https://discord.com/developers/docs/topics/opcodes-and-status-codes#json */
const UNKNOWN_WEBHOOK = 10015 satisfies RESTJSONErrorCodes.UnknownWebhook;
const INVALID_WEBHOOK_TOKEN = 50027 satisfies RESTJSONErrorCodes.InvalidWebhookToken;
/** 400s about the channel, not the post: wrong kind of channel, archived or locked thread, forum without thread. */
const CHANNEL_CODES: readonly number[] = [
  40058 satisfies RESTJSONErrorCodes.CannotSendAMessageInAForumChannel,
  50024 satisfies RESTJSONErrorCodes.CannotExecuteActionOnThisChannelType,
  50083 satisfies RESTJSONErrorCodes.InvalidActionOnArchivedThread,
  160005 satisfies RESTJSONErrorCodes.ThreadLocked,
  220001 satisfies RESTJSONErrorCodes.WebhooksPostedToForumChannelsMustHaveAThreadNameOrThreadId,
  220002 satisfies RESTJSONErrorCodes.WebhooksPostedToForumChannelsCannotHaveBothAThreadNameAndThreadId,
  220003 satisfies RESTJSONErrorCodes.WebhooksCanOnlyCreateThreadsInForumChannels,
  220004 satisfies RESTJSONErrorCodes.WebhookServicesCannotBeUsedInForumChannels,
];

type ErrorBody = {
  readonly code?: number;
  readonly message?: string;
  readonly retryAfterSeconds?: number;
  readonly errors?: unknown;
};

/** What an HTTP answer means for the post it answers; `nowMs` is for a `retry-after` that is a date. */
export function answerOf(http: HttpAnswer, nowMs: number): Answer {
  const { status } = http;
  if (status >= 200 && status < 300) return successOf(http);
  const body = errorBodyOf(http.text);
  const why = whyOf(status, body);
  if (status === 429) return { kind: "again", why: "it limits the rate", ...waitOf(http, body, nowMs) };
  if (status === 408 || status >= 500) return { kind: "again", why };
  if (body.code === UNKNOWN_WEBHOOK || body.code === INVALID_WEBHOOK_TOKEN) return { kind: "gone", why };
  // A proxy's 404 has no code, and Discord's would have a different one for a deleted thread.
  if ((status === 401 || status === 404) && (body.code ?? 0) === 0) return { kind: "gone", why };
  if (status === 400 && CHANNEL_CODES.includes(body.code ?? 0)) return { kind: "stopped", why };
  if (status === 400 || status === 413) return { kind: "refused", why, isPerhapsOfFiles: true };
  // A channel may take messages and no files; a proxy may let JSON through alone.
  if (status === 403 || status === 415) return { kind: "stopped", why, isPerhapsOfFiles: true };
  return { kind: "stopped", why };
}

/** With `wait=true` success is the message itself; a page of a proxy in between, or half an answer, isn't one. */
function successOf({ status, text }: HttpAnswer): Answer {
  if (status === 204) return { kind: "delivered" };
  const message = jsonOf(text);
  const { id } = isObject(message) ? message : {};
  if (typeof id === "string") return { kind: "delivered" };
  return { kind: "again", why: `it answered ${status} without the message` };
}

function waitOf({ headers }: HttpAnswer, body: ErrorBody, nowMs: number): { afterMs?: number } {
  if (body.retryAfterSeconds !== undefined) return { afterMs: Math.ceil(body.retryAfterSeconds * 1000) };
  return retryAfterOf(headers, nowMs);
}

function whyOf(status: number, { code, message, errors }: ErrorBody): string {
  const details = [code === undefined || code === 0 ? undefined : `code ${code}`, message, firstErrorOf(errors)];
  const said = details.filter((detail) => detail !== undefined).join(": ");
  return `it answered ${status}${said === "" ? "" : ` (${said})`}`;
}

function errorBodyOf(text: string): ErrorBody {
  const body = jsonOf(text);
  if (!isObject(body)) return {};
  const { code, message, retry_after: retryAfter, errors } = body;
  return {
    ...(typeof code === "number" ? { code } : {}),
    ...(typeof message === "string" ? { message } : {}),
    ...(typeof retryAfter === "number" && retryAfter >= 0 ? { retryAfterSeconds: retryAfter } : {}),
    errors,
  };
}

/** "embeds.0.title Must be 256 or fewer in length." from Discord's nested form of errors. */
function firstErrorOf(errors: unknown, path: readonly string[] = []): string | undefined {
  if (!isObject(errors) || path.length > 8) return undefined;
  const { _errors: own } = errors;
  if (Array.isArray(own)) {
    const { message } = isObject(own[0]) ? own[0] : {};
    return `${path.join(".")} ${typeof message === "string" ? message : ""}`.trim();
  }
  const [first] = Object.entries(errors);
  return first === undefined ? undefined : firstErrorOf(first[1], [...path, first[0]]);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

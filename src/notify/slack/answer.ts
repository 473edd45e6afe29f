import { type Answer, type HttpAnswer, retryAfterOf } from "../answer.ts";

// Slack answers in one word: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks#handling_errors

/** The webhook, its app or its workspace is no longer there. */
const GONE = ["no_service", "no_service_id", "no_team", "no_active_hooks", "invalid_token", "team_disabled"];

/** What a Slack webhook's answer means for the message it answers; `nowMs` is for a `retry-after` that is a date. */
export function answerOf({ status, headers, text }: HttpAnswer, nowMs: number): Answer {
  const word = /^[a-z_]{2,60}$/.exec(text.trim())?.[0];
  const why = `it answered ${status}${word === undefined ? "" : ` (${word})`}`;
  if (status >= 200 && status < 300) {
    return word === "ok" ? { kind: "delivered" } : { kind: "again", why: `it answered ${status} without ok` };
  }
  if (status === 429) return { kind: "again", why: "it limits the rate", ...retryAfterOf(headers, nowMs) };
  if (status === 408 || status >= 500) return { kind: "again", why };
  if (word !== undefined && GONE.includes(word)) return { kind: "gone", why };
  // An archived channel, a missing one, or a rule of the workspace: people can change these.
  if (word === "user_not_found" || word === "channel_not_found") return { kind: "stopped", why };
  if (status === 400 || status === 413) return { kind: "refused", why };
  // A page of a proxy in between has no such word.
  if (status === 404 && word === undefined) return { kind: "gone", why };
  return { kind: "stopped", why };
}

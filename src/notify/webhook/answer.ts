import { type Answer, type HttpAnswer, retryAfterOf } from "../answer.ts";

/**
 * What the answer of any other host means for the message it answers; `nowMs` is for a `retry-after` that is a date.
 * Nothing that the host says is repeated.
 */
export function answerOf({ status, headers }: HttpAnswer, nowMs: number): Answer {
  const why = `it answered ${status}`;
  if (status >= 200 && status < 300) return { kind: "delivered" };
  if (status === 429) return { kind: "again", why: "it limits the rate", ...retryAfterOf(headers, nowMs) };
  if (status === 408 || status >= 500) return { kind: "again", why, ...retryAfterOf(headers, nowMs) };
  if (status >= 300 && status < 400) return { kind: "stopped", why: `${why}, a redirect, which isn't followed` };
  if (status === 404 || status === 410) return { kind: "gone", why };
  if (status === 400 || status === 413 || status === 422) return { kind: "refused", why };
  return { kind: "stopped", why };
}

import { BudgetError } from "../../values/errors.ts";
import { StoreFault } from "../port.ts";
import { type GraphqlError, headerOf, type Reply, serverTimeOf } from "./reply.ts";

const MAX_WAIT_MS = 120_000;
const DEFAULT_WAIT_MS = 60_000;

const RATE_LIMITED = /secondary rate limit|rate limit exceeded|abuse detection/i;

/** Whether an answer means too many requests. `said` is its text. */
export function isRateLimit(reply: Reply, errors: readonly GraphqlError[], said: string): boolean {
  if (errors.some((error) => error.type === "RATE_LIMITED")) return true;
  if (reply.status === 429) return true;
  if (reply.status !== 403 && errors.length === 0) return false;
  if (headerOf(reply, "retry-after") !== undefined || RATE_LIMITED.test(said)) return true;
  return headerOf(reply, "x-ratelimit-remaining") === "0" && reply.status === 403;
}

/** When to retry (a StoreFault), or that the wait is too long (a BudgetError). `now` is this machine's time. */
export function rateLimit(reply: Reply, errors: readonly GraphqlError[], now: number): Error {
  const waitMs = waitOf(reply, errors, serverTimeOf(reply) ?? now);
  if (waitMs <= MAX_WAIT_MS) return new StoreFault("GitHub's rate limit was reached", { waitMs });
  const minutes = Math.ceil(waitMs / 60_000);
  return new BudgetError(
    "state-unreachable",
    `GitHub's rate limit for this token is used up for another ${minutes} minutes. ` +
      "GITHUB_TOKEN allows 1,000 requests per hour and repository: run less often, or use a separate token for the budget.",
  );
}

function waitOf(reply: Reply, errors: readonly GraphqlError[], now: number): number {
  const after = headerOf(reply, "retry-after");
  if (after !== undefined) {
    const seconds = Number(after);
    const until = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(after) - now;
    if (!Number.isNaN(until)) return Math.max(0, until);
  }
  // Every answer says when the hour's limit resets; this matters only if nothing is left.
  const usedUp =
    headerOf(reply, "x-ratelimit-remaining") === "0" || errors.some((error) => error.type === "RATE_LIMITED");
  const reset = Number(headerOf(reply, "x-ratelimit-reset")) * 1000;
  return usedUp && Number.isFinite(reset) ? Math.max(0, reset - now) : DEFAULT_WAIT_MS;
}

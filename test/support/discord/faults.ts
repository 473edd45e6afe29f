import type { Fault } from "../github/faults.ts";

const error = (status: number, code: number, message: string): Fault => ({
  kind: "status",
  status,
  body: { message, code },
});

/** Too many posts: try again after so many seconds (a fraction too). */
export const rateLimited = (retryAfter: number, options: { readonly global?: boolean } = {}): Fault => ({
  kind: "status",
  status: 429,
  headers: { "retry-after": String(Math.ceil(retryAfter)), "x-ratelimit-scope": options.global ? "global" : "shared" },
  body: { message: "You are being rate limited.", code: 0, retry_after: retryAfter, global: options.global ?? false },
});

/** Too many refused posts from one address: the proxy in front answers, without JSON and without a time. */
export const cloudflareLimited = (): Fault => ({
  kind: "status",
  status: 429,
  headers: { "content-type": "text/html; charset=UTF-8", server: "cloudflare" },
  body: "<!doctype html><html><title>Access denied | discord.com used Cloudflare to restrict access</title>error code: 1015</html>",
});

/** The webhook was deleted. */
export const unknownWebhook = (): Fault => error(404, 10015, "Unknown Webhook");

/** The webhook's token is wrong. */
export const invalidToken = (): Fault => error(401, 50027, "Invalid Webhook Token");

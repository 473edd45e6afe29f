import { BudgetError } from "../../values/errors.ts";

/** Where messages are posted. Every part except `origin` and `thread_id` is a secret. */
export type Webhook = {
  /** The URL that messages are posted to, with no query except `thread_id`. */
  readonly url: string;
  readonly origin: string;
  readonly id: string;
  readonly token: string;
  /** The thread of a forum channel. */
  readonly thread_id: string | null;
};

type WebhookRules = {
  /** The one loopback origin that stands in for Discord in tests, "http://127.0.0.1:4020". */
  readonly testOrigin?: string | undefined;
};

const DISCORD = ["discord.com", "discordapp.com", "ptb.discord.com", "canary.discord.com"].map(
  (host) => `https://${host}`,
);
const FORM = /^(https?:\/\/[^/?#@\\\s]+)\/api(?:\/v\d{1,3})?\/webhooks\/(\d{1,20})\/([\w-]{1,200})(?:\?([^#\s]*))?$/;
const LOOPBACK = /^http:\/\/(?:127\.0\.0\.1|localhost|\[::1\]):\d{1,5}$/;

/**
 * The webhook that a text names. Throws a `bad-input` for anything but Discord's URLs, so that nobody can point the
 * budget's messages at another host; the error never contains any part of the text, which is a secret.
 */
export function parseWebhook(text: string, { testOrigin }: WebhookRules = {}): Webhook {
  const [, origin = "", id = "", token = "", query = ""] = FORM.exec(text.trim()) ?? [];
  if (!isKnownOrigin(origin, testOrigin)) throw notAWebhook();
  const thread = new URLSearchParams(query).get("thread_id");
  if (thread !== null && !/^\d{1,20}$/.test(thread)) throw notAWebhook();
  const url = text.trim().split("?")[0] ?? "";
  return { url: thread === null ? url : `${url}?thread_id=${thread}`, origin, id, token, thread_id: thread };
}

function isKnownOrigin(origin: string, testOrigin: string | undefined): boolean {
  return DISCORD.includes(origin) || isTestOrigin(origin, testOrigin);
}

/** Whether it is the one loopback origin that stands in for another host in tests. */
export function isTestOrigin(origin: string, testOrigin: string | undefined): boolean {
  return origin !== "" && origin === testOrigin && LOOPBACK.test(origin);
}

function notAWebhook(): BudgetError {
  return new BudgetError(
    "bad-input",
    "The Discord webhook is not a Discord URL: copy it again from the channel's settings (Integrations, then Webhooks) and save it as the secret. It is not shown here because anyone who has it can post.",
  );
}

/** The text without the webhook's URL or any secret part of it. */
export function redact(text: string, { url, id, token }: Webhook): string {
  return [url, `${id}/${token}`, token, ...(id.length >= 6 ? [id] : [])].reduce(
    (redacted, secret) => redacted.replaceAll(secret, "***"),
    text,
  );
}

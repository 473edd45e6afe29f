import type { Target } from "../sending.ts";
import { answerOf } from "./answer.ts";
import { bodyOf, packPosts } from "./posts.ts";
import { redact, type Webhook } from "./webhook.ts";

/** A Discord channel, through its webhook. */
export function discordTarget(webhook: Webhook, label = "Discord"): Target {
  return {
    label,
    pack: packPosts,
    requestOf: (post) => ({
      // Without `wait`, an answer of success doesn't mean that the message was saved.
      url: `${webhook.url}${webhook.thread_id === null ? "?" : "&"}wait=true`,
      body: JSON.stringify(bodyOf(post)),
    }),
    answerOf,
    redact: (text) => redact(text, webhook),
    remedy: "The webhook was deleted or its URL is wrong: save the URL of a new one as the secret",
  };
}

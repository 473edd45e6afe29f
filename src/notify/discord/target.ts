import type { Target } from "../sending.ts";
import { answerOf } from "./answer.ts";
import { multipartOf } from "./multipart.ts";
import { bodyOf, filesOf, type Post, packPosts } from "./posts.ts";
import { redact, type Webhook } from "./webhook.ts";

/** A Discord channel, through its webhook. */
export function discordTarget(webhook: Webhook, label = "Discord"): Target {
  return {
    label,
    pack: packPosts,
    requestOf: (post) => ({
      // Without `wait`, an answer of success doesn't mean that the message was saved.
      url: `${webhook.url}${webhook.thread_id === null ? "?" : "&"}wait=true`,
      ...contentOf(post),
    }),
    answerOf,
    redact: (text) => redact(text, webhook),
    remedy: "The webhook was deleted or its URL is wrong: save the URL of a new one as the secret",
  };
}

function contentOf(post: Post): Omit<ReturnType<Target["requestOf"]>, "url"> {
  const json = JSON.stringify(bodyOf(post));
  const files = filesOf(post);
  if (files.length === 0) return { body: json };
  const { contentType, body } = multipartOf(json, files);
  return { headers: { "content-type": contentType }, body };
}

import type { Target } from "../sending.ts";
import { answerOf } from "./answer.ts";
import { slackBody } from "./blocks.ts";

/** A Slack channel, through an incoming webhook; each message is a post of its own. */
export function slackTarget(url: string, label: string): Target {
  const [team = "", , token = ""] = url.split("/services/")[1]?.split("/") ?? [];
  return {
    label,
    pack: (items) => items.map((item) => ({ items: [item] })),
    requestOf: ({ items: [item] }) => {
      if (item === undefined) throw new Error("a post without a message");
      return { url, body: JSON.stringify(slackBody(item.embed)) };
    },
    answerOf,
    redact: (text) =>
      [url, new URL(url).pathname, token, team]
        .filter((secret) => secret.length >= 6)
        .reduce((left, secret) => left.replaceAll(secret, "***"), text),
    remedy: "The webhook was removed or its URL is wrong: save the URL of a new one in the input channels",
  };
}

import { createHmac } from "node:crypto";
import type { Target } from "../sending.ts";
import { answerOf } from "./answer.ts";
import { payloadOf } from "./payload.ts";

/** Any other host: each message is JSON of its own, signed with the channel's key. */
export function jsonTarget({ url, key }: { readonly url: string; readonly key: string }, label: string): Target {
  const { pathname, search } = new URL(url);
  return {
    label,
    pack: (items) => items.map((item) => ({ items: [item] })),
    requestOf: ({ items: [item] }, nowMs) => {
      if (item === undefined) throw new Error("a post without a message");
      const message = payloadOf(item);
      const body = JSON.stringify(message);
      const headers = {
        "x-token-budget-id": headerText(message.id),
        "x-token-budget-signature": signatureOf(body, { key, nowMs }),
      };
      return { url, headers, body };
    },
    answerOf,
    redact: (text) =>
      [url, key, ...[`${pathname}${search}`, pathname].filter((part) => part.length >= 8)].reduce(
        (left, secret) => left.replaceAll(secret, "***"),
        text,
      ),
    remedy: "Its URL is wrong, or the host has removed it: save the right one in the input channels",
  };
}

/** `t=<unix seconds>,v1=<hex HMAC-SHA-256 of "t.body">`: the time is signed, so that nobody can send it again later. */
export function signatureOf(body: string, { key, nowMs }: { readonly key: string; readonly nowMs: number }): string {
  const t = Math.floor(nowMs / 1000);
  return `t=${t},v1=${createHmac("sha256", key).update(`${t}.${body}`).digest("hex")}`;
}

/** Ids hold names of sub-budgets and whatever a state says: a header takes only these characters. */
function headerText(id: string): string {
  return encodeURIComponent(id.toWellFormed()).slice(0, 500);
}

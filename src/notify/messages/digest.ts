import * as z from "zod/mini";
import type { OutgoingMessage } from "../../books/messages/leases.ts";
import { cutUnits } from "../../values/foreign-text.ts";
import { dayOf } from "../../values/month.ts";
import { showDay, showMany } from "../../values/show.ts";
import type { Deliverable } from "../discord/posts.ts";
import { EMBED_LIMITS, type Embed, embedOf, originFields, withBooks } from "./embed.ts";
import { renderMessage, type Wording } from "./embeds.ts";

/** If more messages than this wait, the oldest become one, so that a channel isn't flooded. */
const MAX_EMBEDS = 10;
const LINE_LENGTH = 120;

/**
 * What to deliver for the messages that wait, oldest first: an embed for each, or one digest for the oldest of many.
 */
export function deliverablesOf(messages: readonly OutgoingMessage[], wording: Wording): Deliverable[] {
  const items = messages.map((message) => deliverableOf(message, wording));
  if (items.length <= MAX_EMBEDS) return items;
  const split = items.length - (MAX_EMBEDS - 1);
  const earlier = messages.slice(0, split).map((message, index) => lineOf(message, items[index]?.embed.title ?? ""));
  const digest = {
    ids: messages.slice(0, split).map(({ id }) => id),
    embed: digestOf(earlier, messages[split - 1]),
    ...mentioning(messages.slice(0, split), wording),
  };
  return [digest, ...items.slice(split)];
}

/** What to deliver for one message. */
export function deliverableOf(message: OutgoingMessage, wording: Wording): Deliverable {
  const { id, kind, severity, facts, queued_at } = message;
  const about = { id, kind, severity, facts, at: queued_at, budget: wording.name };
  return { ids: [id], embed: renderMessage(message, wording), about, ...mentioning([message], wording) };
}

/** Only the end of the money is worth a ping. */
function mentioning(messages: readonly OutgoingMessage[], { mention }: Wording): Pick<Deliverable, "mention"> {
  return mention !== undefined && messages.some(({ kind }) => kind === "exhausted") ? { mention } : {};
}

/** The last of them has the link to the books. */
function digestOf(lines: readonly string[], last: OutgoingMessage | undefined): Embed {
  const { page } = z.object({ page: originFields.page }).safeParse(last?.facts).data ?? {};
  const room = EMBED_LIMITS.description - withBooks("", page).length - 1;
  const content = { title: `📬 ${showMany(lines.length, "earlier message")}`, description: newestOf(lines, room) };
  return embedOf(content, { page }, last?.queued_at ?? "");
}

function lineOf({ queued_at }: OutgoingMessage, title: string): string {
  return cutUnits(`${showDay(dayOf(queued_at, "UTC"))} · ${title}`, LINE_LENGTH);
}

/** As many of the newest lines as so many characters hold, under a line that counts the others. */
function newestOf(lines: readonly string[], room: number): string {
  for (let dropped = 0; dropped < lines.length; dropped++) {
    const head = dropped === 0 ? [] : [`… ${showMany(dropped, "message")} before these`];
    const text = [...head, ...lines.slice(dropped)].join("\n");
    if (text.length <= room) return text;
  }
  return "";
}

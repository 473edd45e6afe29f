import type { ChatterFacts } from "../books/messages/facts.ts";
import type { OutgoingMessage } from "../books/messages/outbox.ts";
import { instantOf } from "../values/month.ts";
import { type Delivery, deliver, type Fetch } from "./discord/deliver.ts";
import { type Deliverable, packPosts } from "./discord/posts.ts";
import type { Webhook } from "./discord/webhook.ts";
import { renderComplete, renderStart } from "./messages/chatter.ts";
import { deliverablesOf } from "./messages/digest.ts";
import { renderTest } from "./messages/test.ts";

/** The run's own message; sent once, never queued. */
export type Chatter =
  | { readonly kind: "start"; readonly facts: ChatterFacts["start"] }
  | { readonly kind: "complete"; readonly facts: ChatterFacts["complete"] };

/** How messages get to the channel. */
export type Channel = {
  readonly webhook: Webhook;
  readonly fetch: Fetch;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Plain data without secrets: everything that is sent passes through it. */
  readonly clean: <T>(data: T) => T;
};

/** Sends the run's own message, then messages of the queue, oldest first. Never throws. */
export function sendMessages(
  channel: Channel,
  what: {
    /** The budget's name. */
    readonly name: string;
    /** The role that an exhausted message mentions, by its id. */
    readonly mention?: string | undefined;
    readonly messages: readonly OutgoingMessage[];
    readonly chatter: Chatter | undefined;
  },
): Promise<Delivery> {
  const { name, mention, messages, chatter } = what;
  const own = chatter === undefined ? [] : [chatterOf(chatter, { name, at: instantOf(channel.now()) })];
  return post(channel, [...own, ...deliverablesOf(messages, { name, mention })]);
}

/** Sends doctor's test message to the channel. Never throws. */
export function sendTest(
  channel: Channel,
  { name, origin }: { readonly name: string; readonly origin: Parameters<typeof renderTest>[0] },
): Promise<Delivery> {
  return post(channel, [{ ids: ["test"], embed: renderTest(origin, { name, at: instantOf(channel.now()) }) }]);
}

function chatterOf(chatter: Chatter, frame: Parameters<typeof renderStart>[1]): Deliverable {
  const embed = chatter.kind === "start" ? renderStart(chatter.facts, frame) : renderComplete(chatter.facts, frame);
  return { ids: [], embed };
}

function post({ clean, ...channel }: Channel, items: readonly Deliverable[]): Promise<Delivery> {
  return deliver({ ...channel, posts: packPosts(clean(items)) });
}

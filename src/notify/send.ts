import type { ChatterFacts } from "../books/messages/facts.ts";
import type { OutgoingMessage } from "../books/messages/leases.ts";
import { instantOf } from "../values/month.ts";
import type { Address } from "./channel.ts";
import type { Deliverable } from "./discord/posts.ts";
import { renderComplete, renderStart } from "./messages/chatter.ts";
import { deliverableOf, deliverablesOf } from "./messages/digest.ts";
import { renderTest } from "./messages/test.ts";
import type { MessagePicture } from "./picture.ts";
import { type Delivery, deliver, type Fetch, type Target } from "./sending.ts";

/** The run's own message; sent once, never queued. */
export type Chatter =
  | { readonly kind: "start"; readonly facts: ChatterFacts["start"] }
  | { readonly kind: "complete"; readonly facts: ChatterFacts["complete"] };

/** How messages get to a channel. */
export type Channel = {
  readonly address: Address;
  /** Its name in the middle of a sentence: "Discord", "the channel ops". */
  readonly label: string;
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
    /** By the ids of their messages; those that are sent in a digest have none. */
    readonly pictures?: ReadonlyMap<string, MessagePicture>;
  },
): Promise<Delivery> {
  const { name, mention, messages, chatter, pictures } = what;
  const own = chatter === undefined ? [] : [chatterOf(chatter, { name, at: instantOf(channel.now()) })];
  // A program reads every message; only people would be flooded.
  const queued =
    channel.address.kind === "json"
      ? messages.map((message) => deliverableOf(message, { name }))
      : deliverablesOf(messages, { name, mention });
  return post(channel, [...own, ...queued], pictures);
}

/** Sends doctor's test message to the channel. Never throws. */
export function sendTest(
  channel: Channel,
  { name, origin }: { readonly name: string; readonly origin: Parameters<typeof renderTest>[0] },
): Promise<Delivery> {
  const at = instantOf(channel.now());
  const about = { id: `test-${at}`, kind: "test", facts: origin, at, budget: name };
  return post(channel, [{ ids: ["test"], embed: renderTest(origin, { name, at }), about }]);
}

function chatterOf(chatter: Chatter, frame: Parameters<typeof renderStart>[1]): Deliverable {
  const { kind, facts } = chatter;
  const embed = kind === "start" ? renderStart(facts, frame) : renderComplete(facts, frame);
  // Executions are counted from the month's beginning.
  const id = `${kind}-${facts.execution}-${frame.at}`;
  return { ids: [], embed, about: { id, kind, facts, at: frame.at, budget: frame.name } };
}

async function post(
  { clean, address, label, ...channel }: Channel,
  items: readonly Deliverable[],
  pictures: ReadonlyMap<string, MessagePicture> = new Map(),
): Promise<Delivery> {
  const target = await targetOf(address, label);
  const pictured = clean(items).map((item): Deliverable => {
    const [id = "", ...others] = item.ids;
    return others.length > 0 ? item : { ...item, picture: pictures.get(id) };
  });
  return deliver({ ...channel, target, posts: target.pack(pictured) });
}

/** Only a channel of its kind needs the code. */
async function targetOf(address: Address, label: string): Promise<Target> {
  switch (address.kind) {
    case "discord":
      return (await import("./discord/target.ts")).discordTarget(address.webhook, label);
    case "slack":
      return (await import("./slack/target.ts")).slackTarget(address.url, label);
    case "json":
      return (await import("./webhook/target.ts")).jsonTarget(address, label);
  }
}

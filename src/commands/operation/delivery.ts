import type { Note } from "../../books/draft.ts";
import { leasedBy, type OutgoingMessage } from "../../books/messages/outbox.ts";
import type { RuleInputs } from "../../inputs/settings-of.ts";
import type { Webhook } from "../../notify/discord/webhook.ts";
import type { Channel, Chatter } from "../../notify/send.ts";
import type { Snapshot } from "../../store/port.ts";
import type { BudgetError } from "../../values/errors.ts";
import { instantOf } from "../../values/month.ts";
import { type Operated, operate } from "./operate.ts";
import type { Ports } from "./ports.ts";
import { redacted } from "./redacted.ts";
import type { Rules } from "./rules.ts";

/** What to deliver to the channel. */
export type Delivery = {
  /** The inputs of the operation whose messages these are. */
  readonly inputs: RuleInputs;
  /** The budget's name, "AI Orchestration". */
  readonly name: string;
  /** The role that an exhausted message mentions, by its id. */
  readonly mention: string | undefined;
  readonly messages: readonly OutgoingMessage[];
  readonly chatter: Chatter | undefined;
  /** Whether the messages are in the queue of the books, and are removed from it once they are sent. */
  readonly isQueued: boolean;
  /** The books as they were just written. */
  readonly from: Snapshot | null;
};

/**
 * Notifies the channel that the books can't be read. They can't keep the message either, so each run sends it again.
 */
export function alarmOf(ports: Ports, rules: Rules, error: BudgetError): Delivery | null {
  if (ports.webhook === null || !rules.settings.notify.includes("warning")) return null;
  const { repository, url } = ports.caller.fullRun;
  const { page } = ports.store.place;
  const facts = { health: "blocked", repository, url, page, about: "books-unreadable", text: error.message };
  const message = { id: "alarm", kind: "warning" as const, facts, queued_at: instantOf(ports.now()) };
  const { inputs, settings, mention } = rules;
  const what = { name: settings.name, mention, messages: [message], chatter: undefined };
  return { inputs, ...what, isQueued: false, from: null };
}

/** The messages that an operation has leased, and the run's own message; null if there are none. */
export function deliveryOf(ports: Ports, operated: Operated, chatter: Chatter | undefined): Delivery | null {
  if (ports.webhook === null) return null;
  const { state, operation, after, rules } = operated;
  const { name, notify } = rules.settings;
  const messages = leasedBy(state, operation);
  const wanted = chatter !== undefined && notify.includes(chatter.kind) ? chatter : undefined;
  if (messages.length === 0 && wanted === undefined) return null;
  const { inputs, mention } = rules;
  return { inputs, name, mention, messages, chatter: wanted, isQueued: true, from: after };
}

/** Delivers, then removes what was sent from the queue. The books are already written: every problem is a note. */
export async function deliver(ports: Ports, delivery: Delivery): Promise<readonly Note[]> {
  const { webhook } = ports;
  if (webhook === null) return [];
  const { inputs, messages, isQueued, from } = delivery;
  const { delivered, refused, warnings } = await send(ports, webhook, delivery);
  const notes: Note[] = warnings.map((text) => ({ level: "warning", text }));
  if (!isQueued) return notes;
  const done = [...delivered, ...refused];
  ports.log(`${delivered.length} of ${messages.length} queued messages delivered.`);
  return done.length === 0 ? notes : [...notes, ...(await takeOff(ports, inputs, { messages: done, from }))];
}

async function send(ports: Ports, webhook: Webhook, delivery: Delivery) {
  // Only a run with something to send needs this code.
  const { sendMessages } = await import("../../notify/send.ts");
  return sendMessages(channelOf(ports, webhook), delivery);
}

/** How a command's messages get to the channel. */
export function channelOf({ fetch, waiting, now, redact }: Ports, webhook: Webhook): Channel {
  return { webhook, fetch, sleep: waiting.sleep, now, clean: (data) => redacted(data, redact) };
}

/** A message that was sent but stays queued is sent again after its lease ends: at least once, never lost. */
async function takeOff(
  ports: Ports,
  inputs: RuleInputs,
  { messages, from }: { readonly messages: readonly string[]; readonly from: Snapshot | null },
): Promise<Note[]> {
  const request = { kind: "sent", id: ports.newId(), messages } as const;
  const operated = await operate(ports, inputs, {
    ...{ strictness: "lenient", mustExist: true, isDelivering: false, from },
    request: async () => ({ request }),
  });
  if (operated.ok) return [];
  const text = `The messages were sent, but could not be removed from the queue: they may be sent again. ${operated.error.message}`;
  return [{ level: "warning", text }];
}

import type { Note } from "../../books/draft.ts";
import { DEFAULT_CHANNEL, gets } from "../../books/messages/channels.ts";
import { type ByChannel, leasedBy, type OutgoingMessage } from "../../books/messages/leases.ts";
import type { RuleInputs } from "../../inputs/settings-of.ts";
import type { NamedChannel } from "../../notify/channel.ts";
import type { Chatter } from "../../notify/send.ts";
import type { Snapshot } from "../../store/port.ts";
import type { BudgetError } from "../../values/errors.ts";
import { instantOf } from "../../values/month.ts";
import { channelsOf, channelThrough } from "./channels.ts";
import { type Operated, operate } from "./operate.ts";
import type { Ports } from "./ports.ts";
import type { Rules } from "./rules.ts";

/** What goes to one channel. */
type Parcel = {
  /** The channel's name. */
  readonly to: string;
  readonly messages: readonly OutgoingMessage[];
  readonly chatter: Chatter | undefined;
};

const PICTURED: readonly string[] = ["recap", "milestone", "anomaly", "exhausted"];

function mayHavePicture({ kind }: OutgoingMessage): boolean {
  return PICTURED.includes(kind);
}

/** What to deliver to the channels. */
export type Delivery = {
  /** Those of the operation whose messages these are. */
  readonly rules: Rules;
  readonly parcels: readonly Parcel[];
  /** Whether the messages are in the queues of the books, and are removed from them once they are sent. */
  readonly isQueued: boolean;
  /** The books as they were just written. */
  readonly from: Snapshot | null;
};

/**
 * Notifies the channels that the books can't be read. They can't keep the message either, so each run sends it again.
 */
export function alarmOf(ports: Ports, rules: Rules, error: BudgetError): Delivery | null {
  const { repository, url } = ports.caller.fullRun;
  const { page } = ports.store.place;
  const facts = { health: "blocked", repository, url, page, about: "books-unreadable", text: error.message };
  const at = instantOf(ports.now());
  // Whoever ignores repeats must not ignore the next run's alarm.
  const message = { id: `alarm-${at}`, kind: "warning" as const, facts, queued_at: at };
  const parcels = channelsOf(ports, rules.settings)
    .filter(({ name }) => gets(name, message, rules.settings))
    .map(({ name }) => ({ to: name, messages: [message], chatter: undefined }));
  return parcels.length === 0 ? null : { rules, parcels, isQueued: false, from: null };
}

/** The messages that an operation has leased, and the run's own message; null if there are none. */
export function deliveryOf(ports: Ports, operated: Operated, chatter: Chatter | undefined): Delivery | null {
  const { state, operation, after, rules } = operated;
  const leased = leasedBy(state, operation);
  const parcels = channelsOf(ports, rules.settings)
    .map(({ name }) => ({
      to: name,
      messages: leased[name] ?? [],
      chatter: chatter !== undefined && gets(name, chatter, rules.settings) ? chatter : undefined,
    }))
    .filter(({ messages, chatter: own }) => messages.length > 0 || own !== undefined);
  return parcels.length === 0 ? null : { rules, parcels, isQueued: true, from: after };
}

/**
 * Delivers to all channels side by side, so that none waits for another, then removes what was sent from the queues, in
 * one commit. The books are already written: every problem is a note.
 */
export async function deliver(ports: Ports, { rules, parcels, isQueued, from }: Delivery): Promise<readonly Note[]> {
  const channels = channelsOf(ports, rules.settings);
  const ended = await Promise.all(
    parcels.map(async (parcel) => ({ parcel, ...(await send(ports, { channels, parcel, rules, from })) })),
  );
  const notes: Note[] = ended.flatMap(({ warnings }) => warnings.map((text) => ({ level: "warning" as const, text })));
  if (!isQueued) return notes;
  const sent: Record<string, readonly string[]> = {};
  for (const { parcel, delivered, refused } of ended) {
    ports.log(`${parcel.to}: ${delivered.length} of ${parcel.messages.length} queued messages delivered.`);
    if (delivered.length + refused.length > 0) sent[parcel.to] = [...delivered, ...refused];
  }
  return Object.keys(sent).length === 0 ? notes : [...notes, ...(await takeOff(ports, rules.inputs, { sent, from }))];
}

type Sending = {
  readonly channels: readonly NamedChannel[];
  readonly parcel: Parcel;
  readonly rules: Rules;
  readonly from: Snapshot | null;
};

async function send(ports: Ports, { channels, parcel, rules, from }: Sending) {
  const channel = channels.find(({ name }) => name === parcel.to);
  if (channel === undefined) return { delivered: [], refused: [], warnings: [] };
  // A role is one of the default channel's server.
  const mention = parcel.to === DEFAULT_CHANNEL ? rules.mention : undefined;
  // Only a run with something to send needs this code.
  const { sendMessages } = await import("../../notify/send.ts");
  const pictures = channel.address.kind === "discord" ? await picturesOf(ports, parcel, { rules, from }) : undefined;
  const what = { name: rules.settings.name, mention, ...parcel, ...(pictures !== undefined && { pictures }) };
  return sendMessages(channelThrough(ports, channel), what);
}

/** Only a run with such a message needs the code. */
async function picturesOf(ports: Ports, { messages }: Parcel, { rules, from }: Pick<Sending, "rules" | "from">) {
  if (rules.pictures === "none" || from === null || !messages.some(mayHavePicture)) return undefined;
  return (await import("./message-pictures.ts")).messagePictures(ports, messages, from);
}

/** A message that was sent but stays queued is sent again after its lease ends: at least once, never lost. */
async function takeOff(
  ports: Ports,
  inputs: RuleInputs,
  { sent, from }: { readonly sent: ByChannel<string>; readonly from: Snapshot | null },
): Promise<Note[]> {
  const request = { kind: "sent", id: ports.newId(), messages: sent } as const;
  const operated = await operate(ports, inputs, {
    ...{ strictness: "lenient", mustExist: true, isDelivering: false, from },
    request: async () => ({ request }),
  });
  if (operated.ok) return [];
  const text = `The messages were sent, but could not be removed from the queue: they may be sent again. ${operated.error.message}`;
  return [{ level: "warning", text }];
}

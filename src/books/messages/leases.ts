import { epochOf, later } from "../../values/month.ts";
import { type Draft, withNote, withState } from "../draft.ts";
import type { QueuedDelivery } from "../notify-keys.ts";
import type { State } from "../state.ts";
import { DEFAULT_CHANNEL, trustedNames, UNCLAIMED_MS } from "./channels.ts";

const LEASE_MS = 10 * 60_000;

/** When a message's lease ends, and who has it: of the whole message, or of one channel that it still has to reach. */
type Lease = { readonly lease_until?: string | undefined; readonly lease_by?: string | undefined };

/** A message as it is sent. */
export type OutgoingMessage = Pick<QueuedDelivery, "id" | "kind" | "severity" | "facts" | "queued_at">;

/** Messages by channel. */
export type ByChannel<T> = Readonly<Record<string, readonly T[]>>;

/**
 * Takes a ten-minute lease on every message without one for each channel that the run can deliver to; for a channel
 * that no run had for seven days, what waited that long is dropped.
 */
export function leaseMessages(draft: Draft): Draft {
  const names = trustedNames(draft);
  return leased(withoutUnclaimed(draft, names), names);
}

function leased(draft: Draft, names: readonly string[]): Draft {
  const { state, circumstances } = draft;
  const { outbox, deliveries = [] } = state;
  const nowMs = epochOf(circumstances.now);
  const lease = { lease_until: later(circumstances.now, LEASE_MS), lease_by: circumstances.operation };
  const isFree = ({ lease_until }: Lease) => lease_until === undefined || epochOf(lease_until) <= nowMs;
  const isDue = ([name, of]: readonly [string, Lease]) => names.includes(name) && isFree(of);
  const hasDue = ({ to }: QueuedDelivery) => Object.entries(to).some(isDue);
  const change = {
    ...(names.includes(DEFAULT_CHANNEL) &&
      outbox.some(isFree) && {
        outbox: outbox.map((message) => (isFree(message) ? { ...message, ...lease } : message)),
      }),
    ...(deliveries.some(hasDue) && {
      deliveries: deliveries.map((message) => ({
        ...message,
        to: Object.fromEntries(Object.entries(message.to).map((one) => (isDue(one) ? [one[0], lease] : one))),
      })),
    }),
  };
  return Object.keys(change).length === 0 ? draft : withState(draft, change);
}

function withoutUnclaimed(draft: Draft, names: readonly string[]): Draft {
  const nowMs = epochOf(draft.circumstances.now);
  const dropped = new Map<string, number>();
  const isKept = (name: string, queuedAt: string, { lease_until }: Lease) => {
    const isFresh = names.includes(name) || nowMs - epochOf(lease_until ?? queuedAt) < UNCLAIMED_MS;
    if (!isFresh) dropped.set(name, (dropped.get(name) ?? 0) + 1);
    return isFresh;
  };
  const after = withoutSome(draft, (name, { queued_at }, lease) => isKept(name, queued_at, lease));
  return [...dropped].reduce(
    (noted, [name, count]) => withNote(noted, "warning", droppedText(name, count, draft.state)),
    after,
  );
}

function droppedText(name: string, dropped: number, { channels = {} }: State): string {
  const messages = dropped === 1 ? "1 message" : `${dropped} messages`;
  if (name !== DEFAULT_CHANNEL) {
    return `No run had the channel ${name} for 7 days: ${messages} dropped. Name it in the input \`channels\` of one run, or remove its routes from the policy file.`;
  }
  // Without kinds the other channels would get nothing either.
  const off = Object.keys(channels).some((one) => one !== DEFAULT_CHANNEL)
    ? "a maintainer lets the books forget this channel with `doctor` and `reset-channel: default`"
    : "turn messages off with `notify: { kinds: none }` in the policy file";
  return `No run had a Discord webhook for 7 days: ${messages} dropped. Set \`discord-webhook\` for one run, or ${off}.`;
}

/** The messages that an operation holds a lease on, by channel, oldest first. */
export function leasedBy({ outbox, deliveries = [] }: State, operation: string): ByChannel<OutgoingMessage> {
  const leased = new Map<string, OutgoingMessage[]>();
  const add = (name: string, message: OutgoingMessage) => leased.set(name, [...(leased.get(name) ?? []), message]);
  for (const message of outbox) if (message.lease_by === operation) add(DEFAULT_CHANNEL, message);
  for (const message of deliveries) {
    for (const [name, lease] of Object.entries(message.to)) if (lease.lease_by === operation) add(name, message);
  }
  const byAge = (a: OutgoingMessage, b: OutgoingMessage) => epochOf(a.queued_at) - epochOf(b.queued_at);
  return Object.fromEntries([...leased].map(([name, messages]) => [name, messages.sort(byAge)]));
}

/** The queues without messages that were sent, or that their channel refuses permanently. */
export function takeOff(draft: Draft, sent: ByChannel<string>): Draft {
  const isSent = (name: string, id: string) => Object.hasOwn(sent, name) && sent[name]?.includes(id) === true;
  return withoutSome(draft, (name, { id }) => !isSent(name, id));
}

/** The queues without what isn't kept; a message that has no channel left to reach is gone. */
function withoutSome(
  draft: Draft,
  isKept: (name: string, message: { readonly id: string; readonly queued_at: string }, lease: Lease) => boolean,
): Draft {
  const { outbox, deliveries = [] } = draft.state;
  const kept = outbox.filter((message) => isKept(DEFAULT_CHANNEL, message, message));
  const left = deliveries.flatMap((message) => {
    const names = Object.entries(message.to);
    const to = names.filter(([name, lease]) => isKept(name, message, lease));
    if (to.length === 0) return [];
    return [to.length === names.length ? message : { ...message, to: Object.fromEntries(to) }];
  });
  const isLess = left.length < deliveries.length || left.some((message, index) => message !== deliveries[index]);
  const change = {
    ...(kept.length < outbox.length && { outbox: kept }),
    ...(isLess && { deliveries: left.length === 0 ? undefined : left }),
  };
  return Object.keys(change).length === 0 ? draft : withState(draft, change);
}

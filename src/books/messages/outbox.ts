import { dayOf, epochOf, later } from "../../values/month.ts";
import { type Draft, withNote, withState } from "../draft.ts";
import { estimateOf } from "../estimate/estimate.ts";
import { estimatedShare } from "../estimated-share.ts";
import { figuresOf } from "../figures.ts";
import { LATER_KINDS, type LaterKind, type MessageKind, type QueuedDelivery, type Severity } from "../notify-keys.ts";
import type { QueuedMessage, State } from "../state.ts";
import type { MessageFacts, Origin, WarningTopic } from "./facts.ts";

const LEASE_MS = 10 * 60_000;
const UNCLAIMED_MS = 7 * 24 * 3_600_000;
const MAX_MESSAGES = 100;

/** What a message is about, besides its facts. */
export type Subject<Kind extends MessageKind | LaterKind = MessageKind | LaterKind> = {
  readonly kind: Kind;
  readonly id: string;
  readonly severity?: Severity | undefined;
  /** The sub-budgets it is about; the month if there are none. */
  readonly budgets?: readonly string[] | undefined;
  /** Version 0.1 knows the kind but not what it says. */
  readonly isLater?: boolean | undefined;
};

/** The channel of the input `discord-webhook`. */
export const DEFAULT_CHANNEL = "default";

/** Puts a message into the queue if its kind is wanted and it isn't queued yet. */
export function queue<Kind extends MessageKind | LaterKind>(
  draft: Draft,
  subject: Subject<Kind>,
  facts: Omit<MessageFacts[Kind], keyof Origin>,
): Draft {
  const { kind } = subject;
  const { notify } = draft.circumstances.settings;
  if (!notify.includes(kind)) return draft;
  return subject.isLater === true || isLater(kind)
    ? putDelivery(draft, subject, facts)
    : put(draft, { kind: kind as MessageKind, id: subject.id }, facts);
}

function isLater(kind: MessageKind | LaterKind): kind is LaterKind {
  return LATER_KINDS.some((later) => later === kind);
}

/** Version 0.1 refuses an outbox with a kind that it doesn't know. */
function putDelivery(draft: Draft, subject: Subject, facts: Readonly<Record<string, unknown>>): Draft {
  const { state, circumstances } = draft;
  const { deliveries = [] } = state;
  const { kind, id, severity, budgets } = subject;
  if (deliveries.some((message) => message.id === id)) return draft;
  const message: QueuedDelivery = {
    ...{ id, kind },
    ...(severity !== undefined && { severity }),
    ...(budgets !== undefined && { budgets: [...budgets] }),
    ...{ facts: { ...originOf(draft), ...facts }, queued_at: circumstances.now, to: { [DEFAULT_CHANNEL]: {} } },
  };
  return withState(draft, { deliveries: [...deliveries, message].slice(-MAX_MESSAGES) });
}

/** Puts a sentence for people into the queue, wherever the caller has found that it is wanted. */
export function queueText(
  draft: Draft,
  { about, id, text }: { readonly about: WarningTopic; readonly id: string; readonly text: string },
): Draft {
  return put(draft, { kind: "warning", id }, { about, text });
}

function put(
  draft: Draft,
  { kind, id }: { readonly kind: MessageKind; readonly id: string },
  facts: Readonly<Record<string, unknown>>,
): Draft {
  const { state, circumstances } = draft;
  if (state.outbox.some((message) => message.id === id)) return draft;
  const message: QueuedMessage = { id, kind, facts: { ...originOf(draft), ...facts }, queued_at: circumstances.now };
  const queued = withState(draft, { outbox: bounded([...state.outbox, message]) });
  return state.outbox.length < MAX_MESSAGES
    ? queued
    : withNote(queued, "warning", `${MAX_MESSAGES} messages are waiting to be sent: the oldest was dropped.`);
}

/** Queues what needs a person, at most once a day for each topic. */
export function queueWarning(draft: Draft, about: WarningTopic, text: string): Draft {
  const { state, circumstances } = draft;
  const today = dayOf(circumstances.now, state.timezone);
  if (state.warned?.[about] === today || !circumstances.settings.notify.includes("warning")) return draft;
  const queued = queue(draft, { kind: "warning", id: `warning-${about}-${today}` }, { about, text });
  return withState(queued, { warned: { ...state.warned, [about]: today } });
}

/** Notes that a topic was announced today, so that no separate warning follows. */
export function announcedToday(draft: Draft, about: WarningTopic): Draft {
  const today = dayOf(draft.circumstances.now, draft.state.timezone);
  return withState(draft, { warned: { ...draft.state.warned, [about]: today } });
}

/** The origin of a message, and the health at this moment. */
export function originOf(draft: Draft): Origin {
  const { state, circumstances } = draft;
  const { amount } = estimateOf(state, circumstances.settings, { profile: "" });
  const share = estimatedShare(state);
  return {
    health: figuresOf(state, amount).health,
    repository: circumstances.repository,
    url: circumstances.runUrl,
    page: circumstances.page,
    ...(share !== undefined && { estimated_share: { percent: share.percent, profile: share.most?.profile } }),
  };
}

/**
 * Takes a ten-minute lease on every message without one if the run can deliver; if no run could for seven days, what
 * waited that long is dropped.
 */
export function leaseMessages(draft: Draft): Draft {
  return draft.circumstances.canDeliver ? leased(draft) : withoutUnclaimed(draft);
}

function leased(draft: Draft): Draft {
  const { state, circumstances } = draft;
  const nowMs = epochOf(circumstances.now);
  const lease = { lease_until: later(circumstances.now, LEASE_MS), lease_by: circumstances.operation };
  const isFree = ({ lease_until }: { lease_until?: string | undefined }) =>
    lease_until === undefined || epochOf(lease_until) <= nowMs;
  const isDue = ({ to }: QueuedDelivery) => to[DEFAULT_CHANNEL] !== undefined && isFree(to[DEFAULT_CHANNEL]);
  const { outbox, deliveries = [] } = state;
  const change = {
    ...(outbox.some(isFree) && {
      outbox: outbox.map((message) => (isFree(message) ? { ...message, ...lease } : message)),
    }),
    ...(deliveries.some(isDue) && {
      deliveries: deliveries.map((message) =>
        isDue(message) ? { ...message, to: { ...message.to, [DEFAULT_CHANNEL]: lease } } : message,
      ),
    }),
  };
  return Object.keys(change).length === 0 ? draft : withState(draft, change);
}

function withoutUnclaimed(draft: Draft): Draft {
  const { state, circumstances } = draft;
  const { outbox, deliveries = [] } = state;
  const nowMs = epochOf(circumstances.now);
  const isFresh = (queuedAt: string, { lease_until }: { lease_until?: string | undefined }) =>
    nowMs - epochOf(lease_until ?? queuedAt) < UNCLAIMED_MS;
  const kept = outbox.filter((message) => isFresh(message.queued_at, message));
  const left = deliveries.filter(({ queued_at, to }) => isFresh(queued_at, to[DEFAULT_CHANNEL] ?? {}));
  const dropped = outbox.length - kept.length + deliveries.length - left.length;
  if (dropped === 0) return draft;
  const change = {
    ...(kept.length < outbox.length && { outbox: kept }),
    ...(left.length < deliveries.length && { deliveries: left.length === 0 ? undefined : left }),
  };
  return withNote(withState(draft, change), "warning", droppedText(dropped));
}

/** A message as it is sent. */
export type OutgoingMessage = Pick<QueuedDelivery, "id" | "kind" | "facts" | "queued_at">;

/** The messages an operation holds the lease on, oldest first. */
export function leasedBy({ outbox, deliveries = [] }: State, operation: string): readonly OutgoingMessage[] {
  const own = outbox.filter((message) => message.lease_by === operation);
  const others = deliveries.filter(({ to }) => to[DEFAULT_CHANNEL]?.lease_by === operation);
  if (others.length === 0) return own;
  return [...own, ...others].sort((a, b) => epochOf(a.queued_at) - epochOf(b.queued_at));
}

/** The queue without messages that were sent, or that the channel refuses permanently. */
export function takeOff(draft: Draft, ids: readonly string[]): Draft {
  const { outbox, deliveries = [] } = draft.state;
  const kept = outbox.filter((message) => !ids.includes(message.id));
  const left = deliveries.filter((message) => !ids.includes(message.id));
  const change = {
    ...(kept.length < outbox.length && { outbox: kept }),
    ...(left.length < deliveries.length && { deliveries: left.length === 0 ? undefined : left }),
  };
  return Object.keys(change).length === 0 ? draft : withState(draft, change);
}

function droppedText(dropped: number): string {
  const messages = dropped === 1 ? "1 message" : `${dropped} messages`;
  return `No run had a Discord webhook for 7 days: ${messages} dropped. Set \`discord-webhook\` for one run, or turn messages off with \`notify: { discord: [] }\` in the policy file.`;
}

/** At most 100 messages: the oldest alert makes room first, then the oldest of all. */
function bounded(outbox: readonly QueuedMessage[]): QueuedMessage[] {
  const kept = [...outbox];
  while (kept.length > MAX_MESSAGES) {
    const alert = kept.findIndex((message) => message.kind === "alert");
    kept.splice(Math.max(0, alert), 1);
  }
  return kept;
}

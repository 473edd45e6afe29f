import { dayOf, epochOf, later } from "../../values/month.ts";
import { type Draft, withNote, withState } from "../draft.ts";
import { estimateOf } from "../estimate/estimate.ts";
import { estimatedShare } from "../estimated-share.ts";
import { figuresOf } from "../figures.ts";
import type { MessageKind, QueuedMessage, State } from "../state.ts";
import type { MessageFacts, Origin, WarningTopic } from "./facts.ts";

const LEASE_MS = 10 * 60_000;
const UNCLAIMED_MS = 7 * 24 * 3_600_000;
const MAX_MESSAGES = 100;

/** Puts a message into the queue if its kind is wanted and it isn't queued yet. */
export function queue<Kind extends MessageKind>(
  draft: Draft,
  { kind, id }: { readonly kind: Kind; readonly id: string },
  facts: Omit<MessageFacts[Kind], keyof Origin>,
): Draft {
  const { circumstances } = draft;
  return circumstances.settings.notify.includes(kind) ? put(draft, { kind, id }, facts) : draft;
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
  const { state, circumstances } = draft;
  const nowMs = epochOf(circumstances.now);
  if (!circumstances.canDeliver) {
    const isFresh = ({ queued_at, lease_until }: QueuedMessage) =>
      nowMs - epochOf(lease_until ?? queued_at) < UNCLAIMED_MS;
    const kept = state.outbox.filter(isFresh);
    const dropped = state.outbox.length - kept.length;
    return dropped === 0 ? draft : withNote(withState(draft, { outbox: kept }), "warning", droppedText(dropped));
  }
  const isFree = (message: QueuedMessage) => message.lease_until === undefined || epochOf(message.lease_until) <= nowMs;
  if (!state.outbox.some(isFree)) return draft;
  const lease = { lease_until: later(circumstances.now, LEASE_MS), lease_by: circumstances.operation };
  return withState(draft, {
    outbox: state.outbox.map((message) => (isFree(message) ? { ...message, ...lease } : message)),
  });
}

/** The messages an operation holds the lease on. */
export function leasedBy(state: State, operation: string): readonly QueuedMessage[] {
  return state.outbox.filter((message) => message.lease_by === operation);
}

/** The queue without messages that were sent, or that the channel refuses permanently. */
export function takeOff(draft: Draft, ids: readonly string[]): Draft {
  const outbox = draft.state.outbox.filter((message) => !ids.includes(message.id));
  return outbox.length === draft.state.outbox.length ? draft : withState(draft, { outbox });
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

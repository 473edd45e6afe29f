import { dayOf } from "../../values/month.ts";
import { type Draft, withState } from "../draft.ts";
import { estimateOf } from "../estimate/estimate.ts";
import { estimatedShare } from "../estimated-share.ts";
import { figuresOf } from "../figures.ts";
import {
  LATER_KINDS,
  type LaterKind,
  type MessageKind,
  type NotifyKind,
  type QueuedDelivery,
  type Severity,
} from "../notify-keys.ts";
import type { QueuedMessage } from "../state.ts";
import { DEFAULT_CHANNEL, recipientsOf, strangeNames, warnOfAddresses } from "./channels.ts";
import type { MessageFacts, Origin, WarningTopic } from "./facts.ts";
import { withinRoom, withRoomNoted } from "./room.ts";

const MAX_MESSAGES = 100;
/** Fewer, because version 0.1 already fills the outbox and the state must stay small. */
const MAX_DELIVERIES = 30;

/** What a message is about, besides its facts. */
export type Subject<Kind extends MessageKind | LaterKind = MessageKind | LaterKind> = {
  readonly kind: Kind;
  readonly id: string;
  readonly severity?: Severity | undefined;
  /** The sub-budgets it is about; the month alone if there are none. */
  readonly budgets?: readonly string[] | undefined;
  /** Version 0.1 knows the kind but not what it says. */
  readonly isLater?: boolean | undefined;
};

/** Puts a message into the queues of the channels that want its kind, unless it is queued already. */
export function queue<Kind extends MessageKind | LaterKind>(
  draft: Draft,
  subject: Subject<Kind>,
  facts: Omit<MessageFacts[Kind], keyof Origin>,
): Draft {
  return put(draft, subject, { facts, to: recipientsOf(draft, subject) });
}

/** Puts a sentence for people into the queues of the channels that want it as that kind. */
export function queueText(
  draft: Draft,
  kind: "warning" | "approval",
  { about, id, text }: { readonly about: WarningTopic; readonly id: string; readonly text: string },
): Draft {
  return put(draft, { kind: "warning", id }, { facts: { about, text }, to: recipientsOf(draft, { kind }) });
}

/** Whether any channel gets messages of a kind that are about the month. */
export function isWanted(draft: Draft, kind: NotifyKind): boolean {
  return recipientsOf(draft, { kind }).length > 0;
}

type Addressed = { readonly facts: Readonly<Record<string, unknown>>; readonly to: readonly string[] };

/** Version 0.1 reads the outbox: it knows one channel, and refuses an outbox with a kind that it doesn't know. */
function put(draft: Draft, subject: Subject, { facts, to }: Addressed): Draft {
  const isLater = subject.isLater === true || LATER_KINDS.some((later) => later === subject.kind);
  const others = isLater ? to : to.filter((name) => name !== DEFAULT_CHANNEL);
  const full = { ...originOf(draft), ...facts };
  const kept =
    others.length < to.length ? putOutbox(draft, { kind: subject.kind as MessageKind, id: subject.id }, full) : draft;
  return others.length === 0 ? kept : putDelivery(kept, subject, { facts: full, to: others });
}

function putOutbox(
  draft: Draft,
  { kind, id }: { readonly kind: MessageKind; readonly id: string },
  facts: Addressed["facts"],
): Draft {
  const { state, circumstances } = draft;
  if (state.outbox.some((message) => message.id === id)) return draft;
  const message: QueuedMessage = { id, kind, facts, queued_at: circumstances.now };
  const outbox = withinRoom([...state.outbox, message], MAX_MESSAGES);
  return withRoomNoted(withState(draft, { outbox: outbox.kept }), outbox.dropped, MAX_MESSAGES);
}

function putDelivery(draft: Draft, subject: Subject, { facts, to }: Addressed): Draft {
  const { state, circumstances } = draft;
  const { deliveries = [] } = state;
  const { kind, id, severity, budgets } = subject;
  if (deliveries.some((message) => message.id === id)) return draft;
  const message: QueuedDelivery = {
    ...{ id, kind },
    ...(severity !== undefined && { severity }),
    ...(budgets !== undefined && { budgets: [...budgets] }),
    ...{ facts, queued_at: circumstances.now, to: Object.fromEntries(to.map((name) => [name, {}])) },
  };
  const { kept, dropped } = withinRoom([...deliveries, message], MAX_DELIVERIES);
  return withRoomNoted(withState(draft, { deliveries: kept }), dropped, MAX_DELIVERIES);
}

/** Warns of addresses that aren't the known ones: in the run, and once a day the channels under their known ones. */
export function announceAddresses(draft: Draft): Draft {
  const today = dayOf(draft.circumstances.now, draft.state.timezone);
  return strangeNames(draft).reduce((after, name) => {
    const key = `channel-${name}`;
    if (after.state.warned?.[key] === today) return after;
    const text = `A run had another address for the channel ${name}, so it got none of this channel's messages. If nobody changed the address, find out who started that run. If you did, that run's warning says what to do.`;
    const subject = { kind: "warning", id: `warning-${key}-${today}` } as const;
    const queued = putDelivery(after, subject, {
      facts: { ...originOf(after), about: "channel-address", text },
      to: [name],
    });
    return withState(queued, { warned: { ...after.state.warned, [key]: today } });
  }, warnOfAddresses(draft));
}

/** Queues what needs a person, at most once a day for each topic. */
export function queueWarning(draft: Draft, about: WarningTopic, text: string): Draft {
  const { state, circumstances } = draft;
  const today = dayOf(circumstances.now, state.timezone);
  if (state.warned?.[about] === today || !isWanted(draft, "warning")) return draft;
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

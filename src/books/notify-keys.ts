import * as z from "zod/mini";
import { count, instant, optional, runRef, text, usd } from "../values/codecs.ts";

// The keys of the state by which people are notified. All of them came after version 0.1, which keeps them unchanged.

/** The kinds of messages that version 0.1 knows: no other may be in the outbox, which it reads. */
export const MESSAGE_KINDS = ["milestone", "alert", "exhausted", "recap", "reset", "adjust", "warning"] as const;
export type MessageKind = (typeof MESSAGE_KINDS)[number];

/** The kinds that came later: their messages are in `deliveries`. */
export const LATER_KINDS = ["anomaly", "forecast", "escalation", "pause"] as const;
export type LaterKind = (typeof LATER_KINDS)[number];

export const ALL_KINDS = [...MESSAGE_KINDS, ...LATER_KINDS] as const;

/** What a channel may get: messages, requests for approval, and `start` and `complete`, which are chatter. */
export type NotifyKind = (typeof ALL_KINDS)[number] | "approval" | "start" | "complete";

/** How much something matters, ascending. */
export const SEVERITIES = ["info", "warning", "critical", "emergency"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** A lease: the operation that delivers the message, and until when. */
const lease = { lease_until: optional.instant, lease_by: optional.text };

/** A message on its way to channels; `to` has those that it still has to reach. */
export const delivery = z.looseObject({
  id: text,
  kind: z.enum(ALL_KINDS),
  severity: z.optional(z.enum(SEVERITIES)),
  /** The sub-budgets that it is about; the month alone if there are none. */
  budgets: z.optional(z.array(text)),
  facts: z.record(text, z.unknown()),
  queued_at: instant,
  to: z.record(text, z.looseObject(lease)),
});
export type QueuedDelivery = z.output<typeof delivery>;

/** A channel by its name: 16 hex digits of the SHA-256 of its address, and the day on which a run last had it. */
export const channel = z.looseObject({ address: text, seen: text });

export const ALERT_KINDS = ["threshold", "exhausted", "anomaly", "forecast"] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];

/**
 * What an alert is about; `budget` is a sub-budget's name, absent for the month. Amounts among the facts are plain numbers
 * of the unit, dollars unless another one is named; the period is the one with which the alert is resolved.
 */
const subject = {
  id: text,
  kind: z.enum(ALERT_KINDS),
  severity: z.enum(SEVERITIES),
  budget: optional.text,
  unit: optional.text,
  period: optional.text,
};
const facts = z.record(text, z.unknown());

/** Something a person should look at, kept until it is resolved. */
export const alert = z.looseObject({
  ...subject,
  at: instant,
  facts,
  acknowledged: z.optional(z.looseObject({ by: text, at: instant, note: optional.text })),
  escalated_at: optional.instant,
  resolved_at: optional.instant,
});
export type Alert = z.output<typeof alert>;

/** What a ledger line says of an alert: that it was raised, or that a person has acknowledged it. */
export const alertLine = z.looseObject({
  ...subject,
  change: z.enum(["raised", "acknowledged"]),
  facts: z.optional(facts),
});

/** The booking that a pull request's comment doesn't show yet: what the run cost in all, by model. */
const dueComment = z.looseObject({
  /** The id of its entry. */
  id: text,
  cost: usd,
  /** The list price of a run that a flat fee covers. */
  notional: optional.usd,
  quality: optional.text,
  profile: optional.text,
  run: z.optional(runRef),
  /** At most 10; no cost where it isn't known. */
  models: z.array(z.looseObject({ model: text, input: count, output: count, cost: optional.usd })),
  /** The comment also shows what is left of the month. */
  full: optional.yes,
});
export type DueComment = z.output<typeof dueComment>;

/** What a pull request has cost, the id of the comment that says so, and what that comment doesn't show yet. */
export const pull = z.looseObject({
  cost: usd,
  executions: count,
  at: instant,
  comment: optional.integer,
  due: z.optional(dueComment),
  ...lease,
});
export type Pull = z.output<typeof pull>;

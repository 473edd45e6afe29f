import * as z from "zod/mini";
import { count, instant, usd } from "../values/codecs.ts";

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
const lease = { lease_until: z.optional(instant), lease_by: z.optional(z.string()) };

/** A message on its way to channels; `to` has those that it still has to reach. */
export const delivery = z.looseObject({
  id: z.string(),
  kind: z.enum(ALL_KINDS),
  severity: z.optional(z.enum(SEVERITIES)),
  /** The sub-budgets that it is about; the month if there are none. */
  budgets: z.optional(z.array(z.string())),
  facts: z.record(z.string(), z.unknown()),
  queued_at: instant,
  to: z.record(z.string(), z.looseObject(lease)),
});
export type QueuedDelivery = z.output<typeof delivery>;

/** A channel by its name: 16 hex digits of the SHA-256 of its address, and the day on which a run last had it. */
export const channel = z.looseObject({ address: z.string(), seen: z.string() });

export const ALERT_KINDS = ["threshold", "exhausted", "anomaly", "forecast"] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];

/** Something a person should look at, kept until it is resolved; `budget` is a sub-budget's name, absent for the month. */
export const alert = z.looseObject({
  id: z.string(),
  kind: z.enum(ALERT_KINDS),
  severity: z.enum(SEVERITIES),
  budget: z.optional(z.string()),
  at: instant,
  facts: z.record(z.string(), z.unknown()),
  acknowledged: z.optional(z.looseObject({ by: z.string(), at: instant, note: z.optional(z.string()) })),
  escalated_at: z.optional(instant),
  resolved_at: z.optional(instant),
});
export type Alert = z.output<typeof alert>;

/** What a pull request has cost, and the id of the comment that says so. */
export const pull = z.looseObject({
  cost: usd,
  executions: count,
  at: instant,
  comment: z.optional(z.int()),
});
export type Pull = z.output<typeof pull>;

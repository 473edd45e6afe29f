import * as z from "zod/mini";
import { count, instant, modelTotals, month, runRef, tags, tokensUsed, usd } from "./fields.ts";

const day = z.looseObject({ spent: usd, executions: z.int(), prs: z.int() });

const hold = z.looseObject({
  id: z.string(),
  amount: usd,
  at: instant,
  expires_at: instant,
  profile: z.string(),
  model: z.optional(z.string()),
  run: runRef,
  tags,
});

const CLOSED = ["settled", "released", "expired"] as const;

/** A hold that was settled, released or has expired. `by` is left out where it is `<id>:settle`, `how` where settled. */
const closedHold = z.looseObject({
  id: z.string(),
  by: z.optional(z.string()),
  how: z.optional(z.enum(CLOSED)),
  charged: usd,
  at: instant,
});

/** An operation whose id the caller chose: remembered like closed holds, so that a repeat is recognised. */
const bookedId = z.looseObject({ id: z.string(), request: z.string(), charged: usd, at: instant });

const profile = z.looseObject({ costs: z.array(usd), tokens: z.optional(z.array(count)) });

/** A counter of a tool's that goes on. `at` is the tool's time, `kept_at` ours where that is another. */
const session = z.looseObject({
  cumulative: z.record(z.string(), z.number()),
  at: instant,
  kept_at: z.optional(instant),
});

export const MESSAGE_KINDS = ["milestone", "alert", "exhausted", "recap", "reset", "warning"] as const;

/** A message on its way to the channel. `facts` are what its text is made of, dollars as plain numbers. */
const message = z.looseObject({
  id: z.string(),
  kind: z.enum(MESSAGE_KINDS),
  facts: z.record(z.string(), z.unknown()),
  queued_at: instant,
  lease_until: z.optional(instant),
  lease_by: z.optional(z.string()),
});

/** A closed month, or a segment of one that a reset closed. */
export const historyLine = z.looseObject({
  month,
  budget: z.optional(usd),
  top_ups: z.optional(usd),
  total_spent: usd,
  prs_generated: z.optional(z.int()),
  executions: z.optional(z.int()),
  milestones_reached: z.optional(z.array(usd)),
  tokens_used: z.optional(tokensUsed),
  models: z.optional(z.record(z.string(), modelTotals)),
  daily_spent: z.optional(z.array(usd)),
  estimated: z.optional(usd),
  corrections: z.optional(z.looseObject({ count, amount: usd })),
  exhausted_at: z.optional(instant),
  closed: z.optional(z.enum(["rollover", "reset", "import"])),
  reason: z.optional(z.string()),
  actor: z.optional(z.string()),
  at: z.optional(instant),
});

/**
 * The state file, version 2.0: dollars in JSON, nano-dollars in memory, otherwise key by key the same.
 * Keys it doesn't know are kept.
 */
export const stateSchema = z.looseObject({
  version: z.literal("2.0"),
  requires: z.array(z.string()),
  current_month: month,
  monthly_budget: usd,
  top_ups: usd,
  timezone: z.string(),
  total_spent: usd,
  executions: z.int(),
  prs_generated: z.int(),
  tokens_used: tokensUsed,
  models: z.record(z.string(), modelTotals),
  daily: z.record(z.string(), day),
  estimated: z.optional(usd),
  corrections: z.optional(z.looseObject({ count, amount: usd })),
  milestones_reached: z.array(usd),
  alerts_sent: z.array(z.number()),
  holds: z.array(hold),
  closed_holds: z.array(closedHold),
  booked_ids: z.optional(z.array(bookedId)),
  profiles: z.record(z.string(), profile),
  sessions: z.record(z.string(), session),
  outbox: z.array(message),
  warned: z.optional(z.record(z.string(), z.string())),
  exhausted_at: z.nullable(instant),
  /** Budget + top-ups that were exhausted then: a higher one may be exhausted again. */
  exhausted_budget: z.optional(usd),
  last_recap: z.optional(month),
  last_reset: instant,
  last_entry: z.optional(z.nullable(z.looseObject({ file: z.string(), id: z.string(), at: instant }))),
  history: z.array(historyLine),
});

export type State = z.output<typeof stateSchema>;
export type Hold = State["holds"][number];
export type ClosedHold = State["closed_holds"][number];
export type HowClosed = (typeof CLOSED)[number];
export type HistoryLine = State["history"][number];
export type DayTotals = State["daily"][string];
export type QueuedMessage = State["outbox"][number];
export type MessageKind = (typeof MESSAGE_KINDS)[number];

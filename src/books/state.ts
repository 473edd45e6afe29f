import * as z from "zod/mini";
import {
  count,
  instant,
  integer,
  modelTotals,
  month,
  optional,
  runRef,
  text,
  tokensUsed,
  usd,
} from "../values/codecs.ts";
import { type CLOSED, closedHold, hold } from "./hold-keys.ts";
import { moved } from "./moved-keys.ts";
import { alert, channel, delivery, MESSAGE_KINDS, pull } from "./notify-keys.ts";
import { activity, keptForecast, monthScore, pause, pausedDays } from "./outlook-keys.ts";
import { issuedStatement } from "./statement-keys.ts";
import { amountShape, bookedShape } from "./unit-keys.ts";

/** What a month booked in a sub-budget. */
const partSums = z.looseObject(bookedShape);

const day = z.looseObject({ spent: usd, executions: integer, prs: integer });

/**
 * A sub-budget: what its present period has used. `month` is what the running month booked in it, where
 * that is another figure; `adjusted` what transfers and grants have added to its limit; `outcomes` those that the
 * policy has a target for.
 */
const partLine = z.looseObject({
  period: text,
  ...bookedShape,
  alerts_sent: z.array(z.number()),
  /** The limit, in the unit of its rule, that they were percentages of: a higher one can be crossed again. */
  alerts_limit: z.optional(z.number()),
  ...amountShape("adjusted"),
  count: z.optional(z.literal("all")),
  executions: optional.integer,
  prs: optional.integer,
  outcomes: optional.numbers,
  month: z.optional(partSums),
});

/** Money lent from one sub-budget to another: on a day the free part of it is returned, the rest as it becomes free. */
const loan = z.looseObject({
  id: text,
  from: text,
  to: text,
  period: text,
  until: text,
  /** What still has to be returned, in one unit. */
  ...amountShape("owed"),
  /** In how many pieces it was partly returned. */
  returns: integer,
});

/** An operation whose id the caller chose: remembered like closed holds, so that a repeat is recognized. */
const bookedId = z.looseObject({ id: text, request: text, charged: usd, at: instant });

/**
 * What was learned from the last executions, the newest last in each list. `net_tokens` leave cache reads out, kept
 * from the first run on that counts in a sub-budget; `formula_tokens` are what the policy's formula said, 0 where it
 * said nothing, kept from the first run on that it spoke of.
 */
const profile = z.looseObject({
  costs: z.array(usd),
  tokens: z.optional(z.array(count)),
  net_tokens: z.optional(z.array(count)),
  formula_tokens: z.optional(z.array(count)),
  /** The day on which it learned last, in UTC. */
  at: optional.text,
});

/** A tool's counter that continues. `at` is the tool's time, `kept_at` ours if it differs. */
const session = z.looseObject({
  cumulative: z.record(text, z.number()),
  at: instant,
  kept_at: optional.instant,
});

/** A message on its way to the default channel, of a kind that version 0.1 knows. `facts` are what its text is made of, dollars as plain numbers. */
const message = z.looseObject({
  id: text,
  kind: z.enum(MESSAGE_KINDS),
  facts: z.record(text, z.unknown()),
  queued_at: instant,
  lease_until: optional.instant,
  lease_by: optional.text,
});

/** Money that maintainers moved, last ones only; the ledger has them all. */
const adjustments = z.looseObject({
  count,
  last: z.array(z.looseObject({ at: instant, what: text, actor: text, reason: text })),
});

/** What a workflow run has cost; at a terminal, where there is none, its hold recognizes it. */
const topRun = z.looseObject({
  run: runRef,
  hold: optional.text,
  profile: optional.text,
  cost: usd,
});

/** A closed month, or a segment of one that a reset closed. */
export const historyLine = z.looseObject({
  month,
  budget: optional.usd,
  top_ups: optional.usd,
  total_spent: usd,
  prs_generated: optional.integer,
  executions: optional.integer,
  milestones_reached: optional.amounts,
  tokens_used: z.optional(tokensUsed),
  models: z.optional(z.record(text, modelTotals)),
  daily_spent: optional.amounts,
  estimated: optional.usd,
  /** The profile with the most of it, where it was much. */
  estimated_most: z.optional(z.looseObject({ profile: text, amount: usd })),
  corrections: z.optional(z.looseObject({ count, amount: usd })),
  large_runs: optional.count,
  /** Its most expensive runs, where they are known. */
  top_runs: z.optional(z.array(topRun)),
  exhausted_at: optional.instant,
  budgets: z.optional(z.record(text, partSums)),
  granted: optional.usd,
  adjustments: z.optional(adjustments),
  /** How good the month's own forecasts were; a reset drops those of its segment. */
  forecast_score: z.optional(monthScore),
  /** What it was spent on is only in the ledger: the state has no more room for it. */
  short: optional.yes,
  closed: z.optional(z.enum(["rollover", "reset", "import"])),
  reason: optional.text,
  actor: optional.text,
  at: optional.instant,
});

/**
 * The state file, version 2.0: dollars in JSON, nano-dollars in memory, otherwise key by key the same.
 *
 * A release keeps keys it doesn't know and doesn't change them. So a new key comes in one of two ways. An older release
 * may leave it as it is: the key is optional here, and that is all. An older release must not ignore it, since it would
 * admit runs or book amounts wrongly: what writes the key also puts a name into `requires`, and `CAPABILITIES` in
 * `file/decode.ts` has the name; a release without it can't read the books and never writes them. A name leaves
 * `requires` when the state no longer needs it. No key or name ever changes its meaning.
 */
export const stateSchema = z.looseObject({
  version: z.literal("2.0"),
  requires: z.array(text),
  current_month: month,
  monthly_budget: usd,
  /** Which workflow's input last set the budget, and when; absent if the policy sets it. */
  budget_set: z.optional(z.looseObject({ by: text, at: instant })),
  top_ups: usd,
  timezone: text,
  total_spent: usd,
  executions: integer,
  prs_generated: integer,
  tokens_used: tokensUsed,
  models: z.record(text, modelTotals),
  daily: z.record(text, day),
  estimated: optional.usd,
  /**
   * The same by profile, of the month it names: an older release carries it into the next one. `models` had no price,
   * so that their cost is in the estimates; a model under a flat fee is not among them.
   */
  estimated_by: z.optional(z.looseObject({ month, profiles: z.record(text, usd), models: z.optional(z.array(text)) })),
  corrections: z.optional(z.looseObject({ count, amount: usd })),
  large_runs: optional.count,
  /** What runs with any tags were charged: the rest of what was spent has no tags. */
  tagged: optional.usd,
  /** The most expensive runs, if the month has spent `top_runs_spent`: an older release carries both along. */
  top_runs: z.optional(z.array(topRun)),
  top_runs_spent: optional.usd,
  milestones_reached: z.array(usd),
  alerts_sent: z.array(z.number()),
  /** Budget + top-ups that they were percentages of: with more money they can be crossed again. */
  alerts_budget: optional.usd,
  budgets: z.optional(z.record(text, partLine)),
  /** How much of the month's reserve was granted. */
  granted: optional.usd,
  adjustments: z.optional(adjustments),
  loans: z.optional(z.array(loan)),
  /** Runs whose approval admitted a hold, with the day: it doesn't admit a second one. */
  approvals: optional.texts,
  /** Runs whose wait for an approval was announced, with the day. */
  approvals_announced: optional.texts,
  holds: z.array(hold),
  closed_holds: z.array(closedHold),
  booked_ids: z.optional(z.array(bookedId)),
  profiles: z.record(text, profile),
  sessions: z.record(text, session),
  outbox: z.array(message),
  /** Messages of kinds that version 0.1 doesn't know, or to named channels. */
  deliveries: z.optional(z.array(delivery)),
  channels: z.optional(z.record(text, channel)),
  alerts: z.optional(z.array(alert)),
  /** By month, of the alerts that made room: how many a person had to acknowledge, and how many were in time. */
  alerts_forgotten: z.optional(z.record(text, z.looseObject({ due: count, in_time: count }))),
  pulls: z.optional(z.record(text, pull)),
  today: z.optional(activity),
  forecasts: z.optional(z.array(keptForecast)),
  paused: z.optional(pause),
  pauses: z.optional(z.array(pausedDays)),
  warned: optional.texts,
  /** Issued statements, the newest last. */
  statements: z.optional(z.array(issuedStatement)),
  /** Where the books are, if they aren't here. */
  moved: z.optional(moved),
  exhausted_at: z.nullable(instant),
  /** Budget + top-ups that were exhausted at that time: a higher amount may be exhausted again. */
  exhausted_budget: optional.usd,
  /** When memory was dropped last, to keep the state readable. */
  forgot_at: optional.instant,
  last_recap: z.optional(month),
  /** The last spans of each kind whose recap was posted, newest first: "week" → "2026-W07 2026-W06". */
  recaps: optional.texts,
  last_reset: instant,
  last_entry: z.optional(z.nullable(z.looseObject({ file: text, id: text, at: instant }))),
  history: z.array(historyLine),
});

export type State = z.output<typeof stateSchema>;
export type Hold = State["holds"][number];
export type ClosedHold = State["closed_holds"][number];
export type HowClosed = (typeof CLOSED)[number];
export type HistoryLine = State["history"][number];
export type PartLine = NonNullable<State["budgets"]>[string];
export type PartSums = NonNullable<HistoryLine["budgets"]>[string];
export type Loan = NonNullable<State["loans"]>[number];
export type TopRun = z.output<typeof topRun>;
export type DayTotals = State["daily"][string];
export type QueuedMessage = State["outbox"][number];

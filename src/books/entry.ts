import * as z from "zod/mini";
import { count, instant, month, optional, runRef, text, tokensUsed, usd } from "../values/codecs.ts";
import { encoded } from "../values/encoded.ts";
import type { LedgerHour } from "../values/month.ts";
import { alertLine } from "./notify-keys.ts";
import { statementLine } from "./statement-keys.ts";
import { amountShape, shareShape } from "./unit-keys.ts";

/**
 * What one model used in one charge, with what it cost and the unit prices (USD per million) it was priced at. No cost
 * where it could not be priced: the charge then holds an estimate for it.
 */
export const entryUsage = z.looseObject({
  provider: optional.text,
  model: text,
  /** The service tier or speed, and where it was processed, where they aren't the standard ones. */
  tier: optional.text,
  region: optional.text,
  /** What of an agent asked for it, such as "subagent"; and whether it was counted by length, as a minimum. */
  by: optional.text,
  estimated: optional.yes,
  input: count,
  cache_read: optional.count,
  cache_write_5m: optional.count,
  cache_write_1h: optional.count,
  output: count,
  reasoning: optional.count,
  audio_input: optional.count,
  audio_output: optional.count,
  web_searches: optional.count,
  /** What is billed by the piece in addition to tokens and web searches, by kind. */
  extras: z.optional(z.record(text, count)),
  requests: count,
  cost: optional.usd,
  prices: optional.numbers,
  price_source: optional.text,
  reported_cost: optional.usd,
});
export type EntryUsage = z.output<typeof entryUsage>;

export const QUALITIES = ["priced", "reported", "estimated"] as const;
export type Quality = (typeof QUALITIES)[number];

export const RESULTS = ["success", "failure", "cancelled"] as const;
export type RunResult = (typeof RESULTS)[number];

export const ADJUSTMENTS = ["top-up", "grant", "transfer", "correct"] as const;
export type Adjustment = (typeof ADJUSTMENTS)[number];

/**
 * How an entry counts in a sub-budget: its cost, these tokens, the outcomes that the sub-budget has a target for, and
 * what it adds to the limit.
 */
const partShare = z.looseObject({
  period: text,
  ...shareShape,
  outcomes: optional.numbers,
  ...amountShape("adjusted"),
});
export type PartShare = z.output<typeof partShare>;
export type PartShares = Readonly<Record<string, PartShare>>;

/** What was released, closed or moved: dollars are where they always were, other units further down. */
const { amount, ...amountsOfOtherUnits } = amountShape("amount");

/** What a version 1.0 file contained when it was imported. */
const imported = z.looseObject({
  executions: count,
  prs: count,
  tokens_used: tokensUsed,
  history: z.array(z.looseObject({ month, total_spent: usd })),
});

/**
 * One ledger line. `cost` is what it adds to the month's `spent`; a `correction` may be negative, a `release` keeps the
 * amount released in `amount`, a `further` charge belongs to an execution that was counted before.
 */
export const entrySchema = z.looseObject({
  id: text,
  at: instant,
  month,
  kind: z.enum([
    "charge",
    "correction",
    "release",
    "import",
    "reset",
    "rollover",
    "adjust",
    "pause",
    "resume",
    "alert",
    "statement",
  ]),
  cost: usd,
  quality: z.optional(z.enum(QUALITIES)),
  amount,
  notional: optional.usd,
  predicted: optional.usd,
  predicted_tokens: optional.count,
  formula_tokens: optional.count,
  replaces: optional.usd,
  further: optional.yes,
  /** For a further charge: what the execution had cost before it, which its profile has learned. */
  adds_to: optional.usd,
  /** It used more than the policy's `large-run`. */
  large: optional.yes,
  /** With it the day was above its expected range, or above the next edge. */
  anomaly: optional.yes,
  hold: optional.text,
  started_at: optional.instant,
  /** When a hold expired: its charge counts on that day, no matter who books it later. */
  expired_at: optional.instant,
  result: z.optional(z.enum(RESULTS)),
  prs: optional.count,
  pr: optional.text,
  /** The pull request whose comment counts it, "owner/name#12". */
  pull: z.optional(
    z.looseObject({
      of: text,
      /** What it adds to the pull request, if that isn't its cost: an expired hold's charge wasn't counted there. */
      cost: optional.usd,
      full: optional.yes,
    }),
  ),
  outcomes: optional.numbers,
  profile: optional.text,
  tags: optional.texts,
  budgets: z.optional(z.record(text, partShare)),
  approved_by: optional.text,
  /** What a maintainer did, or the end of a transfer: where money went, and until which day. */
  adjustment: z.optional(z.enum([...ADJUSTMENTS, "return"])),
  ...amountsOfOtherUnits,
  from: optional.text,
  to: optional.text,
  until: optional.text,
  /** Of a pause that only lower priorities than this wait for. */
  below: z.optional(z.literal("normal")),
  /** What it did to the month: raised it, or opened its reserve. */
  top_up: optional.usd,
  granted: optional.usd,
  run: z.optional(runRef),
  usage: z.optional(z.array(entryUsage)),
  source: optional.text,
  reason: optional.text,
  actor: optional.text,
  /** The zone a closed month's days were counted in. */
  timezone: optional.text,
  imported: z.optional(imported),
  alert: z.optional(alertLine),
  statement: z.optional(statementLine),
});

export type Entry = z.output<typeof entrySchema>;

/** Consecutive lines of the ledger, with the name under which a person finds them. */
export type LedgerPart = {
  readonly name: string;
  /** The hour in which the operations of these lines began: no part has an earlier one than the part before it. */
  readonly hour: LedgerHour;
  readonly text: string;
};

/**
 * A ledger line for an entry, without the line's end. Throws a BudgetError for an entry that could not be read again.
 */
export function encodeEntry(entry: Entry): string {
  return JSON.stringify(encoded("ledger entry", entrySchema, entry));
}

/** The entry of a ledger line. Throws a SyntaxError or a zod error for what isn't one. */
export function decodeEntry(line: string): Entry {
  return z.decode(entrySchema, JSON.parse(line));
}

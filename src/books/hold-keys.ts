import * as z from "zod/mini";
import { instant, integer, optional, runRef, tags, text, usd } from "../values/codecs.ts";

/** The sub-budgets that something counts in, with its tokens as each of them counts them. */
const tokensByPart = z.record(text, integer);

/** Money set aside for a run. */
export const hold = z.looseObject({
  id: text,
  amount: usd,
  at: instant,
  expires_at: instant,
  profile: text,
  model: optional.text,
  run: runRef,
  tags,
  budgets: z.optional(tokensByPart),
  /** Tokens the run is expected to use, without cache reads. */
  tokens: optional.count,
  /** Tokens that the policy's formula says, before it is calibrated. */
  formula_tokens: optional.count,
  /** The people who approved the overage or the reserve for it. */
  approved_by: optional.text,
  /** Made by `guard`, whose post part settles it by its id: no other step finds it by its run. */
  gate: optional.yes,
  /** The terms of its run, if they aren't the usual ones: they also apply when it expires. */
  billing: z.optional(z.literal("subscription")),
  unsettled: z.optional(z.literal("release")),
  /** The pull request that its run counts in, "owner/name#12". */
  pull: optional.text,
  /**
   * By how much its run's meter has raised it in all, and last: `amount` contains it. `id` is the operation that did so
   * last.
   */
  extended: z.optional(z.looseObject({ id: text, amount: usd, last: usd })),
  /** Announced while its run was running: it costs much more than expected. */
  overrun: optional.yes,
});

export const CLOSED = ["settled", "released", "expired"] as const;

/**
 * A hold that was settled, released or has expired. `by` is omitted if it is `<id>:settle`, `how` if settled. What
 * belongs to its run is kept for later bookings of the same run; version 0.1 kept only the budgets of expired ones.
 */
export const closedHold = z.looseObject({
  id: text,
  by: optional.text,
  how: z.optional(z.enum(CLOSED)),
  charged: usd,
  at: instant,
  profile: optional.text,
  tags: optional.texts,
  /** The sub-budgets it counts in, with the tokens it was charged in each. */
  budgets: z.optional(tokensByPart),
  billing: z.optional(z.literal("subscription")),
  /** It was charged at an estimate, from which no profile learns. */
  quality: z.optional(z.literal("estimated")),
  /** What its run has cost in total, if that is more than one charge. */
  lesson: optional.usd,
  /** Made by `guard` and settled by a step of the same job: its post part has nothing left to book. */
  own: optional.yes,
  /** The run it belonged to: all of it for an expired hold, otherwise the run's id. */
  run: z.optional(runRef),
  /** The pull request that the charge of an expired hold counts in. */
  pull: optional.text,
});

/** The keys of a closed hold in the order in which they are written. */
export const CLOSED_HOLD_KEYS = Object.keys(closedHold.shape) as readonly (keyof z.output<typeof closedHold>)[];

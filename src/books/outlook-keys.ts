import * as z from "zod/mini";
import { instant, integer, optional, text, usd } from "../values/codecs.ts";

// The keys of the state for looking ahead. All of them came after version 0.1, which keeps them unchanged.

/** A forecast of the month's end: the point, the 80 % range, the chance of running out from 0 to 1. */
export const keptForecast = z.looseObject({
  day: text,
  point: usd,
  low: usd,
  high: usd,
  chance: z.number(),
});

/** How good the forecasts of a month were; the errors are ratios to its total. */
export const monthScore = z.looseObject({
  ran_out: z.boolean(),
  days: z.array(z.looseObject({ day: integer, error: z.nullable(z.number()), is_hit: z.boolean() })),
});

/** What was spent on the day it names, by profile and by the first two required tags, each with at most 20 values. */
export const activity = z.looseObject({
  day: text,
  profiles: z.record(text, usd),
  tags: z.optional(z.record(text, z.record(text, usd))),
  /** The highest severity of an anomaly announced on that day. */
  anomaly: optional.text,
});

/** Who paused the gate, why, and until when; `below` if only lower priorities than this wait. */
export const pause = z.looseObject({
  by: text,
  at: instant,
  reason: text,
  until: optional.instant,
  below: z.optional(z.literal("normal")),
});
export type Pause = z.output<typeof pause>;

/** The capability that a writer of paused books must have: an older release would let every run in. */
export const PAUSED_CAPABILITY = "paused";

/** Days on which all runs waited, at least for a part of the day: their spending says nothing about the demand. */
export const pausedDays = z.looseObject({ from: text, to: text });

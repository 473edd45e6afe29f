import * as z from "zod/mini";
import { type NanoUsd, nanoOf, usdOf } from "./money.ts";
import { type Instant, MONTH_PATTERN } from "./month.ts";

// zod's generated parsers cost more at start-up than they save on one small file.
z.config({ jitless: true });

/** Dollars in JSON, nano-dollars in memory. */
export const usd = z.codec(z.number(), z.custom<NanoUsd>(Number.isSafeInteger), {
  decode: (dollars, context) => {
    try {
      return nanoOf(dollars);
    } catch {
      context.issues.push({ code: "custom", input: dollars, message: "not an amount of dollars below 8,388,608" });
      return z.NEVER;
    }
  },
  encode: usdOf,
});

const INSTANT = /^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/;

/** A whole number of zero or more. */
export const count = z.int().check(z.nonnegative());

/** Whether a text is an instant: without its zone it would be another one on every machine. */
export function isInstant(text: string): boolean {
  return INSTANT.test(text) && !Number.isNaN(Date.parse(text));
}

export const instant = z.string().check(z.refine(isInstant, "not an instant")) as z.ZodMiniType<Instant, Instant>;

export const month = z.string().check(z.regex(MONTH_PATTERN, "not a month like 2026-02"));

/** The workflow run something was done for; empty when it was done at a terminal. */
export const runRef = z.looseObject({
  repository: z.optional(z.string()),
  /** The server of its page, if that isn't https://github.com. */
  server: z.optional(z.string()),
  run_id: z.optional(z.int()),
  attempt: z.optional(z.int()),
  job: z.optional(z.string()),
  index: z.optional(z.int()),
  check_run: z.optional(z.int()),
  workflow: z.optional(z.string()),
  actor: z.optional(z.string()),
  url: z.optional(z.string()),
});
export type RunRef = z.output<typeof runRef>;

export const tags = z.record(z.string(), z.string());
export type Tags = z.output<typeof tags>;

/** Sums of tokens by `<provider>_input` and `<provider>_output`. */
export const tokensUsed = z.record(z.string(), z.int());

/** What a month spent on one model: tokens by kind, requests, cost. */
export const modelTotals = z.looseObject({
  provider: z.optional(z.string()),
  input: z.optional(z.int()),
  cache_read: z.optional(z.int()),
  cache_write: z.optional(z.int()),
  output: z.optional(z.int()),
  requests: z.optional(z.int()),
  cost: usd,
});
export type ModelTotals = z.output<typeof modelTotals>;

import * as z from "zod/mini";
import { type NanoUsd, nanoOf, usdOf } from "./money.ts";
import { type Instant, MONTH_PATTERN } from "./month.ts";

// zod's generated parsers cost more at start-up than they save on one small file.
z.config({ jitless: true });

// One schema for every key of the same form: each that is made costs the start of a gate several microseconds.
export const text = z.string();
export const integer = z.int();

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
export const count = integer.check(z.nonnegative());

/** Whether a text is an instant: without its zone it would be another one on every machine. */
export function isInstant(written: string): boolean {
  return INSTANT.test(written) && !Number.isNaN(Date.parse(written));
}

export const instant = text.check(z.refine(isInstant, "not an instant")) as z.ZodMiniType<Instant, Instant>;

export const month = text.check(z.regex(MONTH_PATTERN, "not a month like 2026-02"));

const texts = z.record(text, text);

/** What a key may lack. */
export const optional = {
  text: z.optional(text),
  texts: z.optional(texts),
  integer: z.optional(integer),
  count: z.optional(count),
  numbers: z.optional(z.record(text, z.number())),
  usd: z.optional(usd),
  amounts: z.optional(z.array(usd)),
  instant: z.optional(instant),
  yes: z.optional(z.literal(true)),
};

/** The workflow run something was done for; empty when it was done at a terminal. */
export const runRef = z.looseObject({
  repository: optional.text,
  /** The server of its page, if that isn't https://github.com. */
  server: optional.text,
  run_id: optional.integer,
  attempt: optional.integer,
  job: optional.text,
  index: optional.integer,
  check_run: optional.integer,
  workflow: optional.text,
  actor: optional.text,
  /** As GitHub names them: "pull_request", "refs/heads/main". */
  event: optional.text,
  ref: optional.text,
  url: optional.text,
});
export type RunRef = z.output<typeof runRef>;

export const tags = texts;
export type Tags = z.output<typeof tags>;

/** Sums of tokens by `<provider>_input` and `<provider>_output`. */
export const tokensUsed = z.record(text, integer);

/** What a month spent on one model: tokens by kind, requests, cost. */
export const modelTotals = z.looseObject({
  provider: optional.text,
  input: optional.integer,
  cache_read: optional.integer,
  cache_write: optional.integer,
  output: optional.integer,
  requests: optional.integer,
  cost: usd,
});
export type ModelTotals = z.output<typeof modelTotals>;

import type { Instant } from "../../budget/month.ts";
import { type JsonObject, own } from "../json-text.ts";
import { laterOf } from "../reader.ts";
import { countOf, type UsageLine, usageLine } from "../usage.ts";

/** Tokens as Codex counts them: input with what was cached, output with reasoning. */
export type Tokens = {
  readonly input: number;
  readonly cached: number;
  readonly written: number;
  readonly output: number;
  readonly reasoning: number;
};

/** What was counted at one time: by one request, or by a counter that goes on. */
export type Counted = {
  readonly model: string;
  readonly tokens: Tokens;
  /** Input of the longest request in it, where it is known. */
  readonly longest?: number;
  readonly at: Instant | undefined;
};

const NO_TOKENS: Tokens = { input: 0, cached: 0, written: 0, output: 0, reasoning: 0 };
const KEYS = Object.keys(NO_TOKENS) as (keyof Tokens)[];

/** The tokens of a `usage` or a `…_token_usage`. Throws a UsageError ("bad-usage") for counts that make no sense. */
export function tokensOf(usage: JsonObject): Tokens {
  const count = (key: string) => countOf(key, own(usage, key) ?? 0);
  return {
    input: count("input_tokens"),
    cached: count("cached_input_tokens"),
    written: count("cache_write_input_tokens"),
    output: count("output_tokens"),
    reasoning: count("reasoning_output_tokens"),
  };
}

/** What a counter grew by; undefined when it is lower than it was in anything. */
export function growthOf(now: Tokens, before: Tokens): Tokens | undefined {
  const growth = combined(now, before, (a, b) => a - b);
  return KEYS.every((key) => growth[key] >= 0) ? growth : undefined;
}

export function isNoTokens(tokens: Tokens): boolean {
  return KEYS.every((key) => tokens[key] === 0);
}

/** One usage line for what a model used in a session, which goes on counting when the session is resumed. */
export function lineOfSession(session: string, counted: readonly Counted[]): UsageLine {
  const sum = counted.map((one) => one.tokens).reduce((a, b) => combined(a, b, (x, y) => x + y), NO_TOKENS);
  const longest = counted.every((one) => one.longest !== undefined);
  return usageLine({
    model: counted[0]?.model,
    session,
    counting: session === "" ? "delta" : "cumulative",
    at: counted.map((one) => one.at).reduce(laterOf, undefined),
    input: sum.input,
    cache_read: sum.cached,
    cache_write_5m: sum.written,
    output: sum.output,
    reasoning: sum.reasoning,
    requests: Math.max(1, counted.length),
    aggregate: !longest || counted.length > 1,
    largest_input: longest ? counted.reduce((most, one) => Math.max(most, one.longest ?? 0), 0) : undefined,
  });
}

function combined(a: Tokens, b: Tokens, combine: (a: number, b: number) => number): Tokens {
  return Object.fromEntries(KEYS.map((key) => [key, combine(a[key], b[key])])) as Tokens;
}

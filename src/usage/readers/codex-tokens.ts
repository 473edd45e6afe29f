import { type JsonObject, own } from "../json-text.ts";
import type { Said } from "../sound-lines.ts";
import { countOf, type UsageFacts, usageLine } from "../usage.ts";
import { UsageError } from "../usage-error.ts";

/** Tokens as Codex counts them: input with what was cached, output with reasoning. */
export type Tokens = {
  readonly input: number;
  readonly cached: number;
  readonly written: number;
  readonly output: number;
  readonly reasoning: number;
};

const NO_TOKENS: Tokens = { input: 0, cached: 0, written: 0, output: 0, reasoning: 0 };
const KEYS = Object.keys(NO_TOKENS) as (keyof Tokens)[];

/** The tokens of a `usage` or a `…_token_usage`, or what is wrong with its counts. */
export function soundTokensOf(usage: JsonObject): Tokens | UsageError {
  try {
    const tokens = tokensOf(usage);
    usageLine(factsOf(tokens));
    return tokens;
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
}

function tokensOf(usage: JsonObject): Tokens {
  const count = (key: string) => countOf(key, own(usage, key) ?? 0);
  return {
    input: count("input_tokens"),
    cached: count("cached_input_tokens"),
    written: count("cache_write_input_tokens"),
    output: count("output_tokens"),
    reasoning: count("reasoning_output_tokens"),
  };
}

/** The increase of a counter; undefined if any part of it is lower than before. */
export function growthOf(now: Tokens, before: Tokens): Tokens | undefined {
  const growth = combined(now, before, (a, b) => a - b);
  return KEYS.every((key) => growth[key] >= 0) ? growth : undefined;
}

export function sumOfTokens(all: readonly Tokens[]): Tokens {
  return all.reduce((a, b) => combined(a, b, (x, y) => x + y), NO_TOKENS);
}

export function isNoTokens(tokens: Tokens): boolean {
  return KEYS.every((key) => tokens[key] === 0);
}

export function areSame(a: Tokens, b: Tokens): boolean {
  return KEYS.every((key) => a[key] === b[key]);
}

export function factsOf(tokens: Tokens): UsageFacts {
  return {
    input: tokens.input,
    cache_read: tokens.cached,
    cache_write_5m: tokens.written,
    output: tokens.output,
    reasoning: tokens.reasoning,
  };
}

/** A part of a file whose counts make no sense. */
export function oddPart(error: UsageError): Said {
  const counts = () => {
    throw error;
  };
  return { about: {}, counts };
}

function combined(a: Tokens, b: Tokens, combine: (a: number, b: number) => number): Tokens {
  return Object.fromEntries(KEYS.map((key) => [key, combine(a[key], b[key])])) as Tokens;
}

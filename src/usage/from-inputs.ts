import type { NanoUsd } from "../values/money.ts";
import { type UsageLine, usageLine } from "./usage.ts";
import { UsageError } from "./usage-error.ts";

/** Tokens as a person states them, one line per model. */
export type StatedTokens = {
  readonly model: string | undefined;
  readonly provider: string | undefined;
  /** All input tokens, cached ones included. */
  readonly input: number;
  /** Those of them that were read from a cache. */
  readonly cachedInput: number;
  readonly output: number;
};

export type StatedUsage = {
  readonly tokens: readonly StatedTokens[];
  /** A finished figure: what is charged, whatever the list says. */
  readonly cost: NanoUsd | undefined;
  readonly model: string | undefined;
  readonly provider: string | undefined;
};

/** The usage lines of stated figures. Throws a UsageError for one cost over the tokens of several models. */
export function statedLines({ tokens, cost, model, provider }: StatedUsage): UsageLine[] {
  const lines = tokens.map(lineOf);
  if (cost === undefined) return lines;
  const [line = usageLine({ model: model ?? "", provider: provider ?? "", requests: 1 }), ...others] = lines;
  if (others.length > 0) throw new UsageError("bad-usage", "One cost can't be split among several models.");
  return [{ ...line, reported_cost: cost, billed: true }];
}

function lineOf(tokens: StatedTokens): UsageLine {
  return usageLine({
    model: tokens.model ?? "",
    provider: tokens.provider ?? "",
    input: tokens.input,
    cache_read: tokens.cachedInput,
    output: tokens.output,
    requests: 1,
    // The number of requests is unknown.
    aggregate: true,
  });
}

import type { NanoUsd } from "../../budget/money.ts";
import { isObject, type JsonObject, objectIn, own, textIn } from "../json-text.ts";
import { reportedCostOf } from "../reader.ts";
import { countOf } from "../usage.ts";

/** Tokens as Claude Code and the Anthropic API count them: input without what went through the cache. */
export type Figures = {
  readonly fresh: number;
  readonly read: number;
  readonly write5m: number;
  readonly write1h: number;
  readonly output: number;
  readonly thinking: number;
  readonly searches: number;
};

export const NO_FIGURES: Figures = { fresh: 0, read: 0, write5m: 0, write1h: 0, output: 0, thinking: 0, searches: 0 };
const KEYS = Object.keys(NO_FIGURES) as (keyof Figures)[];

export type ModelFigures = Figures & {
  readonly provider: string;
  readonly cost: NanoUsd | undefined;
};

/** What one `result` element says. */
export type Result = {
  readonly models: ReadonlyMap<string, ModelFigures>;
  /** What this turn alone is known to have used: the main loop's, or all of it where the tool says so. */
  readonly turn: Figures;
  readonly usage: Figures;
  readonly total: NanoUsd | undefined;
  readonly failed: boolean;
};

// The hosts as the price tables call them; for Anthropic's own API the model tells the provider.
const HOSTS: ReadonlyMap<string, string> = new Map([
  ["bedrock", "aws"],
  ["vertex", "google"],
  ["foundry", "azure"],
]);

/** A `result` element's figures. Throws a UsageError ("bad-usage") for figures that make no sense. */
export function resultOf(element: JsonObject): Result {
  const usage = figuresOfUsage(objectIn(element, "usage") ?? {});
  const sinceLast = objectIn(element, "model_usage_since_last_result");
  const total = own(element, "total_cost_usd");
  const subtype = textIn(element, "subtype");
  return {
    models: modelsOf(objectIn(element, "modelUsage") ?? {}),
    turn: sinceLast === undefined ? usage : sumOf(modelsOf(sinceLast).values()),
    usage,
    total: total === undefined || total === null ? undefined : reportedCostOf("total_cost_usd", total),
    failed: own(element, "is_error") === true || (subtype !== "" && subtype !== "success"),
  };
}

/** The `usage` of a message or a result, in the words of the Anthropic API. */
export function figuresOfUsage(usage: JsonObject): Figures {
  const parts = objectIn(usage, "cache_creation") ?? {};
  const output = count(usage, "output_tokens");
  return {
    fresh: count(usage, "input_tokens"),
    read: count(usage, "cache_read_input_tokens"),
    ...writesOf({
      all: count(usage, "cache_creation_input_tokens"),
      write5m: count(parts, "ephemeral_5m_input_tokens"),
      write1h: count(parts, "ephemeral_1h_input_tokens"),
    }),
    output,
    thinking: Math.min(output, count(objectIn(usage, "output_tokens_details") ?? {}, "thinking_tokens")),
    searches: count(objectIn(usage, "server_tool_use") ?? {}, "web_search_requests"),
  };
}

export function inputOf(figures: Figures): number {
  return figures.fresh + figures.read + figures.write5m + figures.write1h;
}

export function isNothing(figures: Figures): boolean {
  return KEYS.every((key) => figures[key] === 0);
}

/** Of two sightings of one message the larger figures: a stream repeats it while it grows. */
export function largerOf(a: Figures, b: Figures): Figures {
  return combined(a, b, Math.max);
}

export function sumOf(all: Iterable<Figures>): Figures {
  let total = NO_FIGURES;
  for (const figures of all) total = combined(total, figures, (a, b) => a + b);
  return total;
}

/** a − b, or undefined when b isn't wholly contained in a. */
export function differenceOf(a: Figures, b: Figures): Figures | undefined {
  const difference = combined(a, b, (x, y) => x - y);
  return KEYS.every((key) => difference[key] >= 0) ? difference : undefined;
}

function combined(a: Figures, b: Figures, combine: (a: number, b: number) => number): Figures {
  return Object.fromEntries(KEYS.map((key) => [key, combine(a[key], b[key])])) as Figures;
}

function modelsOf(modelUsage: JsonObject): Map<string, ModelFigures> {
  const models = new Map<string, ModelFigures>();
  for (const [model, usage] of Object.entries(modelUsage)) {
    if (!isObject(usage)) continue;
    const output = count(usage, "outputTokens");
    const cost = own(usage, "costUSD");
    const figures = {
      fresh: count(usage, "inputTokens"),
      read: count(usage, "cacheReadInputTokens"),
      ...writesOf({
        all: count(usage, "cacheCreationInputTokens"),
        write5m: count(usage, "cacheCreationEphemeral5mInputTokens"),
        write1h: count(usage, "cacheCreationEphemeral1hInputTokens"),
      }),
      output,
      thinking: Math.min(output, count(usage, "thinkingTokens")),
      searches: count(usage, "webSearchRequests"),
      provider: HOSTS.get(textIn(usage, "provider")) ?? "",
      cost: cost === undefined || cost === null ? undefined : reportedCostOf(`costUSD of ${model}`, cost),
    };
    if (!isNothing(figures) || figures.cost) models.set(model, figures);
  }
  return models;
}

/** Older versions tell only the sum of what was written to the cache: five minutes was the only kind then. */
function writesOf({ all, write5m, write1h }: { all: number; write5m: number; write1h: number }) {
  return { write5m: Math.max(write5m, all - write1h), write1h };
}

function count(object: JsonObject, key: string): number {
  const value = own(object, key);
  return value === undefined || value === null ? 0 : countOf(key, value);
}

import type { NanoUsd } from "../../values/money.ts";
import { type JsonObject, objectIn, own, textIn } from "../json-text.ts";
import { plainRegion, plainTier } from "../service.ts";
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
  /** What was written to the cache is reported by how long it stays there. */
  readonly isSplit: boolean;
};

/** How and where requests were served, in plain words; empty for the standard service anywhere. */
export type Service = { readonly tier: string; readonly region: string };

/** How and where a `usage` says requests were served; undefined if it says nothing about it. */
export function serviceOfUsage(usage: JsonObject): Service | undefined {
  const [tier, speed, region] = ["service_tier", "speed", "inference_geo"].map((key) => textIn(usage, key));
  if (!tier && !speed && !region) return undefined;
  return { tier: plainTier(tier, speed), region: plainRegion(region) };
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

/** The counts of a usage line. */
export function countsOf(figures: Figures) {
  return {
    input: inputOf(figures),
    cache_read: figures.read,
    cache_write_5m: figures.write5m,
    cache_write_1h: figures.write1h,
    output: figures.output,
    reasoning: figures.thinking,
    web_searches: figures.searches,
  };
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

/**
 * A model's figures with what it wrote to the cache for an hour, where they report only the sum of it and requests of
 * the model are known that report the time: the rest is counted as an hour's, the more expensive kind.
 */
export function withHours(figures: ModelFigures, known: Figures): ModelFigures {
  if (figures.isSplit || known.write1h === 0) return figures;
  const all = figures.write5m + figures.write1h;
  const write5m = Math.min(known.write5m, Math.max(0, all - known.write1h));
  return { ...figures, write5m, write1h: all - write5m };
}

/** Older versions report only the sum of what was written to the cache: five minutes was the only kind then. */
export function writesOf({ all, write5m, write1h }: { all: number; write5m: number; write1h: number }) {
  return { write5m: Math.max(write5m, all - write1h), write1h };
}

export function count(object: JsonObject, key: string): number {
  const value = own(object, key);
  return value === undefined || value === null ? 0 : countOf(key, value);
}

import type { PricedLine } from "../pricing/unit-prices.ts";
import { COUNT_KEYS, type Counts, type OwnCounts } from "../usage/usage.ts";
import { boundedCount } from "./counts.ts";
import { bounded, boundedNanoOf, usdOf, ZERO } from "./money.ts";

/** A counter's figures as the state remembers them: counts by kind, and `cost` in dollars. */
export type Figures = Readonly<Record<string, number>>;

/** A counter's figures, kinds that weren't counted left out. */
export function figuresOf(line: PricedLine): Figures {
  const counts = COUNT_KEYS.filter((key) => line[key] > 0).map((key) => [key, line[key]] as const);
  return {
    ...Object.fromEntries(counts),
    ...(line.reported_cost !== undefined && { cost: usdOf(line.reported_cost) }),
  };
}

/** Several counters as one. */
export function sumOfFigures(counters: readonly Figures[]): Figures {
  const sum: Record<string, number> = {};
  for (const counter of counters) {
    for (const [kind, figure] of Object.entries(counter)) {
      const before = sum[kind] ?? 0;
      sum[kind] = kind === "cost" ? usdOf(boundedNanoOf(before + figure)) : boundedCount(before + figure);
    }
  }
  return sum;
}

/** What a counter grew by; undefined where any kind of token is less than it was. */
export function growthOf(line: PricedLine, known: Figures): PricedLine | undefined {
  const counts = Object.fromEntries(COUNT_KEYS.map((key) => [key, line[key] - (known[key] ?? 0)])) as Counts;
  const { requests, ...tokens } = counts;
  if (Object.values(tokens).some((count) => count < 0)) return undefined;
  // Some tools count the requests of a run beside the tokens of the session.
  const grown: PricedLine = { ...line, ...tokens, requests: requests > 0 ? requests : Math.min(1, line.requests) };
  if (grown.cache_read + grown.cache_write_5m + grown.cache_write_1h > grown.input) return undefined;
  if (grown.reasoning + grown.audio_output > grown.output) return undefined;
  if (line.reported_cost === undefined) return grown;
  const { reported_cost: _, ...unclaimed } = grown;
  const cost = bounded(line.reported_cost - boundedNanoOf(known["cost"] ?? 0));
  return cost < ZERO ? unclaimed : { ...unclaimed, reported_cost: cost };
}

/** Whether counters grew by at least what their session's last run alone used. */
export function coversOwn(grown: readonly PricedLine[], own: OwnCounts | undefined): boolean {
  if (own === undefined) return true;
  const total = (count: (line: PricedLine) => number) => grown.reduce((added, line) => added + count(line), 0);
  return (
    total((line) => line.input) >= own.input &&
    total((line) => line.output) >= own.output &&
    total((line) => line.cache_read) >= own.cache_read &&
    total((line) => line.cache_write_5m + line.cache_write_1h) >= own.cache_write
  );
}

/** Kinds of token that have nothing in common: each token is in exactly one. */
type Parts = {
  plain: number;
  cache_read: number;
  cache_write_5m: number;
  cache_write_1h: number;
  answer: number;
  reasoning: number;
};
const PARTS = ["plain", "cache_read", "cache_write_5m", "cache_write_1h", "answer", "reasoning"] as const;

/** Takes what was booked before off several counters, wherever it is; undefined where they have less than that. */
export function without(lines: readonly PricedLine[], booked: Figures): PricedLine[] | undefined {
  const owed = partsOf(booked);
  const rest = lines.map((line) => {
    const parts = partsOf(line);
    for (const part of PARTS) {
      const taken = Math.min(owed[part], parts[part]);
      owed[part] -= taken;
      parts[part] -= taken;
    }
    const { plain, answer, ...kinds } = parts;
    const input = plain + kinds.cache_read + kinds.cache_write_5m + kinds.cache_write_1h;
    return { ...line, ...kinds, input, output: answer + kinds.reasoning };
  });
  return PARTS.every((part) => owed[part] === 0) ? rest : undefined;
}

function partsOf(figures: { readonly [kind: string]: unknown }): Parts {
  const count = (kind: string) => (typeof figures[kind] === "number" ? figures[kind] : 0);
  const kinds = {
    cache_read: count("cache_read"),
    cache_write_5m: count("cache_write_5m"),
    cache_write_1h: count("cache_write_1h"),
    reasoning: count("reasoning"),
  };
  return {
    ...kinds,
    plain: count("input") - kinds.cache_read - kinds.cache_write_5m - kinds.cache_write_1h,
    answer: count("output") - kinds.reasoning,
  };
}

import type { PricedLine } from "../../pricing/unit-prices.ts";
import { EXTRA_KINDS, type Extras } from "../../usage/extras.ts";
import { COUNT_KEYS, type Counts, type OwnCounts } from "../../usage/usage.ts";
import { boundedCount } from "../../values/counts.ts";
import { bounded, boundedNanoOf, usdOf, ZERO } from "../../values/money.ts";

/** A counter's figures as the state remembers them: counts by kind, and `cost` in dollars. */
export type Figures = Readonly<Record<string, number>>;

/** A counter's figures, kinds that weren't counted left out. */
export function figuresOf(line: PricedLine): Figures {
  const counts = COUNT_KEYS.filter((key) => line[key] > 0).map((key) => [key, line[key]] as const);
  return {
    ...Object.fromEntries(counts),
    ...line.extras,
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

/** The increase of a counter; undefined if any kind of token is less than before. */
export function growthOf(line: PricedLine, remembered: Figures): PricedLine | undefined {
  const known = withSameWrites(line, remembered);
  const counts = Object.fromEntries(COUNT_KEYS.map((key) => [key, line[key] - (known[key] ?? 0)])) as Counts;
  const { requests, ...tokens } = counts;
  const extras = extrasGrown(line.extras, known);
  if (extras === undefined || Object.values(tokens).some((count) => count < 0)) return undefined;
  const { reported_cost: claim, extras: _, ...others } = line;
  // Some tools count the requests of a run next to the tokens of the session.
  const grown = { ...others, ...tokens, ...extras, requests: requests > 0 ? requests : Math.min(1, line.requests) };
  if (grown.cache_read + grown.cache_write_5m + grown.cache_write_1h > grown.input) return undefined;
  if (grown.reasoning + grown.audio_output > grown.output) return undefined;
  if (claim === undefined) return grown;
  const cost = bounded(claim - boundedNanoOf(known["cost"] ?? 0));
  return cost < ZERO ? grown : { ...grown, reported_cost: cost };
}

/**
 * What is known about a counter, with its cache writes by time as the counter has them now: a tool may report only
 * their sum, and how it counts depends on what else is known about the run.
 */
function withSameWrites(line: PricedLine, known: Figures): Figures {
  const { cache_write_5m: short = 0, cache_write_1h: hour = 0 } = known;
  if (short <= line.cache_write_5m && hour <= line.cache_write_1h) return known;
  const all = short + hour;
  if (all > line.cache_write_5m + line.cache_write_1h) return known;
  const cache_write_5m = Math.min(line.cache_write_5m, Math.max(short, all - line.cache_write_1h));
  return { ...known, cache_write_5m, cache_write_1h: all - cache_write_5m };
}

/** What was used in addition to tokens since; undefined if any kind of it is less than before. */
function extrasGrown(extras: Extras | undefined, known: Figures): Pick<PricedLine, "extras"> | undefined {
  const grown = EXTRA_KINDS.map((kind) => [kind, (extras?.[kind] ?? 0) - (known[kind] ?? 0)] as const);
  if (grown.some(([, count]) => count < 0)) return undefined;
  const some = grown.filter(([, count]) => count > 0);
  return some.length === 0 ? {} : { extras: Object.fromEntries(some) };
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

import type { PricedLine } from "../pricing/unit-prices.ts";
import { EXTRA_KINDS, type Extras } from "../usage/extras.ts";
import { COUNT_KEYS, type Counts, type OwnCounts } from "../usage/usage.ts";
import { MAX_NANO_USD, minus, nanoOf, usdOf, ZERO } from "./money.ts";

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
      sum[kind] = kind === "cost" ? usdOf(nanoOf(Math.min(before + figure, usdOf(MAX_NANO_USD)))) : before + figure;
    }
  }
  return sum;
}

/** What a counter grew by; undefined where any kind of token is less than it was. */
export function growthOf(line: PricedLine, remembered: Figures): PricedLine | undefined {
  const known = withSameWrites(line, remembered);
  const counts = Object.fromEntries(COUNT_KEYS.map((key) => [key, line[key] - (known[key] ?? 0)])) as Counts;
  const { requests, ...tokens } = counts;
  const extras = extrasGrown(line.extras, known);
  if (extras === undefined || Object.values(tokens).some((count) => count < 0)) return undefined;
  const { reported_cost: claim, extras: _, ...others } = line;
  // Some tools count the requests of a run beside the tokens of the session.
  const grown = { ...others, ...tokens, ...extras, requests: requests > 0 ? requests : Math.min(1, line.requests) };
  if (grown.cache_read + grown.cache_write_5m + grown.cache_write_1h > grown.input) return undefined;
  if (grown.reasoning + grown.audio_output > grown.output) return undefined;
  if (claim === undefined) return grown;
  const cost = minus(claim, nanoOf(known["cost"] ?? 0));
  return cost < ZERO ? grown : { ...grown, reported_cost: cost };
}

/**
 * What is known of a counter, with its cache writes by time as the counter has them now: a tool may tell only their sum,
 * and what it is taken for depends on what else is known of the run.
 */
function withSameWrites(line: PricedLine, known: Figures): Figures {
  const { cache_write_5m: short = 0, cache_write_1h: hour = 0 } = known;
  if (short <= line.cache_write_5m && hour <= line.cache_write_1h) return known;
  const all = short + hour;
  if (all > line.cache_write_5m + line.cache_write_1h) return known;
  const cache_write_5m = Math.min(line.cache_write_5m, Math.max(short, all - line.cache_write_1h));
  return { ...known, cache_write_5m, cache_write_1h: all - cache_write_5m };
}

/** What was used beside tokens since; undefined where any kind of it is less than it was. */
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

/**
 * Takes what was booked before off several counters: what is known of a counter itself off that one as far as it goes,
 * all else wherever it is; undefined where they have less than that.
 */
export function without(
  lines: readonly PricedLine[],
  booked: Figures,
  knownOf: (line: PricedLine) => Figures = () => ({}),
): PricedLine[] | undefined {
  const owed = partsOf(booked);
  const parts = lines.map((line) => {
    const left = partsOf(line);
    const known = partsOf(knownOf(line));
    for (const part of PARTS) owed[part] += take(left, part, known[part]);
    return left;
  });
  for (const left of parts) for (const part of PARTS) owed[part] = take(left, part, owed[part]);
  if (PARTS.some((part) => owed[part] !== 0)) return undefined;
  return lines.map((line, index) => withParts(line, parts[index] ?? partsOf(line)));
}

/** Takes some of a part away as far as it goes, and says what is left to be taken. */
function take(parts: Parts, part: keyof Parts, wanted: number): number {
  const taken = Math.min(wanted, parts[part]);
  parts[part] -= taken;
  return wanted - taken;
}

function withParts(line: PricedLine, { plain, answer, ...kinds }: Parts): PricedLine {
  const input = plain + kinds.cache_read + kinds.cache_write_5m + kinds.cache_write_1h;
  return {
    ...{ ...line, ...kinds, input, output: answer + kinds.reasoning },
    audio_input: Math.min(line.audio_input, input),
    audio_output: Math.min(line.audio_output, answer),
  };
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

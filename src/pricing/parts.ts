import { priceStepOf, sumOf } from "../usage/added-up.ts";
import { COUNT_KEYS, type Counts, isEmptyUsage } from "../usage/usage.ts";
import { UsageError } from "../usage/usage-error.ts";
import type { PricedLine } from "./unit-prices.ts";

/**
 * A line as what its parts leave over, and its parts; the line alone where it has none, or less than they say. The
 * tool's figure for all of it stays with the first.
 */
export function lineAndParts(line: PricedLine): readonly PricedLine[] {
  const { parts, reported_cost: claim, ...whole } = line;
  if (parts === undefined) return [line];
  const counts = Object.fromEntries(COUNT_KEYS.map((key) => [key, whole[key] - total(parts, key)])) as Counts;
  if (COUNT_KEYS.some((key) => key !== "requests" && counts[key] < 0) || !isConsistent(counts))
    return [withoutParts(line)];
  const rest = { ...whole, ...counts, requests: Math.max(1, counts.requests) };
  const [first, ...others] = [...(isEmptyUsage(rest) ? [] : [rest]), ...parts];
  if (first === undefined) return [withoutParts(line)];
  return [{ ...first, ...(claim === undefined ? {} : { reported_cost: claim }) }, ...others];
}

export function withoutParts({ parts: _, ...line }: PricedLine): PricedLine {
  return line;
}

/** A line without those parts that have its own prices: they need no mention. */
export function withParts(line: PricedLine, parts: readonly PricedLine[]): PricedLine {
  const others = parts.filter((part) => !hasPricesOf(part, line));
  return others.length === 0 ? withoutParts(line) : { ...line, parts: others };
}

/**
 * Lines of one price as one: a reader separates requests whose length may change their price, and here it is known that
 * it doesn't.
 */
export function joinedByPrice(lines: readonly PricedLine[]): PricedLine[] {
  const joined: PricedLine[] = [];
  for (const line of lines) {
    const before = joined.at(-1);
    const sum = before && isLonger(line, before) && isAlike(line, before) ? sumOfTwo(before, line) : undefined;
    if (sum === undefined) joined.push(line);
    else joined[joined.length - 1] = sum;
  }
  return joined;
}

function sumOfTwo(a: PricedLine, b: PricedLine): PricedLine | undefined {
  try {
    return { ...a, ...sumOf([a, b]) };
  } catch (error) {
    if (error instanceof UsageError) return undefined;
    throw error;
  }
}

/** Whether a line's requests are of a longer kind than all of another one's, as for lines that a reader separates. */
function isLonger(line: PricedLine, before: PricedLine): boolean {
  return priceStepOf(shortestIn(line)) > priceStepOf(before.largest_input ?? before.input);
}

function shortestIn({ smallest_input, aggregate, requests, input }: PricedLine): number {
  return smallest_input ?? (aggregate === true || requests > 1 ? 0 : input);
}

function isAlike(a: PricedLine, b: PricedLine): boolean {
  if (a.parts !== undefined || b.parts !== undefined) return false;
  // A counter that comes again without being a piece is a later file's: it contains the one before.
  if (a.counting === "cumulative" && a.piece !== true) return false;
  if ((a.reported_cost === undefined) !== (b.reported_cost === undefined)) return false;
  return keyOf(a) === keyOf(b) && hasPricesOf(a, b) && hasPricesOf(b, a);
}

function keyOf(line: PricedLine): string {
  const { provider, model, tier, region, by, estimated, session, counting, billed, assumed, restarted, own } = line;
  const { price_source, tiered, factor, unknown } = line;
  const who = [provider, model, tier, region, by, estimated, session, counting, billed, assumed, restarted, own];
  return JSON.stringify([...who, price_source, tiered, factor, unknown]);
}

/** Whether a line's unit prices are those of another one, as far as the other counts the same kinds. */
function hasPricesOf(line: PricedLine, other: PricedLine): boolean {
  if (line.prices === undefined || other.prices === undefined) return line.prices === other.prices;
  const prices = Object.entries(line.prices);
  return prices.every(([kind, price]) => [price, undefined].includes(other.prices?.[kind as keyof typeof line.prices]));
}

function total(lines: readonly PricedLine[], key: keyof Counts): number {
  return lines.reduce((sum, line) => sum + line[key], 0);
}

function isConsistent(counts: Counts): boolean {
  const cached = counts.cache_read + counts.cache_write_5m + counts.cache_write_1h;
  const isWithinInput = cached <= counts.input && counts.audio_input <= counts.input;
  return isWithinInput && counts.reasoning + counts.audio_output <= counts.output;
}

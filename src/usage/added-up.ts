import { extrasAdded } from "./extras.ts";
import { laterOf, totalCostOf } from "./reader.ts";
import { COUNT_KEYS, type UsageLine, usageLine } from "./usage.ts";
import { UsageError } from "./usage-error.ts";

/** Input above which a request has another price somewhere in the price table, in tokens. */
export const PRICE_STEPS: readonly number[] = [128_000, 199_999, 200_000, 271_999, 272_000, 512_000];
const SHORT_INPUT = PRICE_STEPS[0] ?? 0;

/** Models whose price depends on the time of day, from one half-hour to another. */
export const TIMED_MODELS = /deepseek/i;
const HALF_HOUR_MS = 1_800_000;
const DAY_MS = 86_400_000;

/** More lines than this would make the ledger's line of one charge a page. */
const MAX_LINES = 50;

/**
 * Lines of single requests as one line for all that have the same price: what they cost stays the same. Lines whose
 * sum can't be counted stay by themselves.
 */
export function addedUp(lines: readonly UsageLine[]): UsageLine[] {
  return joined(lines, isSum, priceKeyOf);
}

/**
 * At most this many lines that aren't counters (or one per model and service): requests of one price are added up; if
 * that isn't enough, all but the longest are, at the price of short ones, which a note says.
 */
export function fewLines(lines: readonly UsageLine[]): {
  readonly lines: readonly UsageLine[];
  readonly notes: readonly string[];
} {
  if (lines.length <= MAX_LINES) return { lines, notes: [] };
  const exact = addedUp(lines);
  if (exact.length <= MAX_LINES) return { lines: exact, notes: [] };
  const byLength = exact.filter((line) => !isCounter(line)).sort((a, b) => longestIn(b) - longestIn(a));
  // The sums need lines, too: half of them are kept for models.
  const longest = new Set(byLength.slice(0, MAX_LINES / 2));
  const few = joined(
    exact,
    (line) => longest.has(line) || isCounter(line),
    () => [],
  );
  const areLong = byLength.some((line) => !longest.has(line) && longestIn(line) > SHORT_INPUT);
  const note = `There are more than ${MAX_LINES} requests, too many to price one by one: all but the ${longest.size} longest are added up, at the prices of short ones.`;
  return { lines: few, notes: areLong ? [note] : [] };
}

type Key = string | number | boolean;

function joined(
  lines: readonly UsageLine[],
  isAlone: (line: UsageLine) => boolean,
  moreOf: (line: UsageLine) => readonly Key[],
): UsageLine[] {
  const groups = new Map<string, UsageLine[]>();
  for (const [index, line] of lines.entries()) {
    const key = JSON.stringify(isAlone(line) ? index : [...kindOf(line), ...moreOf(line)]);
    const group = groups.get(key);
    if (group) group.push(line);
    else groups.set(key, [line]);
  }
  return [...groups.values()].flatMap(sumsOf);
}

/** The sum of lines, or the lines where one of them is so large that it can't be added to another. */
function sumsOf(lines: readonly UsageLine[]): readonly UsageLine[] {
  try {
    return [sumOf(lines)];
  } catch (error) {
    if (error instanceof UsageError) return lines;
    throw error;
  }
}

/** Equal for single requests that have the same price. */
export function priceOf(line: UsageLine): string {
  return JSON.stringify([...kindOf(line), ...priceKeyOf(line)]);
}

function kindOf(line: UsageLine): Key[] {
  const { provider, model, asked, session, counting, billed, tier, region, by, metered } = line;
  const who = [
    provider,
    model,
    asked ?? "",
    tier ?? "",
    region ?? "",
    by ?? "",
    metered ?? "",
    session ?? "",
    counting,
  ];
  return [...who, billed === true, line.estimated === true, line.reported_cost === undefined];
}

/** Lines for which not every request's length is known. */
function isSum(line: UsageLine): boolean {
  return line.aggregate === true || isCounter(line) || (line.requests > 1 && line.input > SHORT_INPUT);
}

/** What the price of a single request depends on in addition to its model and service: its length and its time. */
function priceKeyOf({ input, at, model }: UsageLine): Key[] {
  const turnMs = TIMED_MODELS.test(model) ? HALF_HOUR_MS : DAY_MS;
  return [priceStepOf(input), at === undefined ? "" : Math.floor(Date.parse(at) / turnMs)];
}

/** The length above which a request with this many input tokens has its price; 0 for a short one. */
export function priceStepOf(input: number): number {
  return PRICE_STEPS.findLast((step) => input > step) ?? 0;
}

function isCounter({ counting }: UsageLine): boolean {
  return counting === "cumulative";
}

function shortestIn(line: UsageLine): number | undefined {
  const isOne = line.aggregate !== true && line.requests <= 1;
  return line.smallest_input ?? (isOne ? line.input : undefined);
}

function longestIn(line: UsageLine): number {
  return line.largest_input ?? line.input;
}

/**
 * Several lines as one, with the provider, model and service of the first. Throws a UsageError ("bad-usage") when a sum
 * is too large.
 */
export function sumOf(lines: readonly UsageLine[]): UsageLine {
  const [first, ...others] = lines;
  if (first === undefined || others.length === 0) return first ?? usageLine({});
  const costs = lines.map((line) => line.reported_cost).filter((cost) => cost !== undefined);
  const shortest = lines.map(shortestIn);
  const counts = COUNT_KEYS.map((key) => [key, lines.reduce((total, line) => total + line[key], 0)]);
  return usageLine({
    ...first,
    ...Object.fromEntries(counts),
    parts: undefined,
    extras: extrasAdded(lines.map((line) => line.extras)),
    at: lines.map((line) => line.at).reduce(laterOf),
    reported_cost: costs.length === 0 ? undefined : totalCostOf(costs),
    aggregate: true,
    largest_input: lines.reduce((largest, line) => Math.max(largest, longestIn(line)), 0),
    smallest_input: shortest.every((input) => input !== undefined)
      ? shortest.reduce((least, input) => Math.min(least, input), Number.MAX_SAFE_INTEGER)
      : undefined,
  });
}

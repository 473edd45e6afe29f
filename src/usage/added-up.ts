import { laterOf, totalCostOf } from "./reader.ts";
import { COUNT_KEYS, type UsageLine, usageLine } from "./usage.ts";

/**
 * Input up to which a request has the price of a short one everywhere, in tokens: the earliest long-context price in
 * the tables begins at 128,000.
 */
const SHORT_INPUT = 100_000;

/** More lines than this would make the ledger's line of one charge a page. */
const MOST_LINES = 50;

/**
 * Lines of single requests with the short ones of a model made one: what they cost stays the same. Long ones may have
 * a price of their own, so each stays by itself. Throws a UsageError ("bad-usage") when a sum is too large.
 */
export function addedUp(lines: readonly UsageLine[]): UsageLine[] {
  return joined(lines, (line) => line.input > SHORT_INPUT || line.aggregate === true || isCounter(line));
}

/**
 * At most so many lines that are no counters (or one a model): the longest requests stay by themselves, the others of
 * a model are added up, at the price of short ones, which a note says. Throws a UsageError ("bad-usage") when a sum is
 * too large.
 */
export function fewLines(lines: readonly UsageLine[]): {
  readonly lines: readonly UsageLine[];
  readonly notes: readonly string[];
} {
  if (lines.length <= MOST_LINES) return { lines, notes: [] };
  const byLength = lines.filter((line) => !isCounter(line)).sort((a, b) => longestIn(b) - longestIn(a));
  // The sums need places, too: half of them are kept for models.
  const longest = new Set(byLength.slice(0, MOST_LINES / 2));
  const few = joined(lines, (line) => longest.has(line) || isCounter(line));
  const areLong = byLength.some((line) => !longest.has(line) && longestIn(line) > SHORT_INPUT);
  const note = `There are more than ${MOST_LINES} requests to price one by one: all but the ${longest.size} longest are added up, at the prices of short ones.`;
  return { lines: few, notes: areLong ? [note] : [] };
}

function joined(lines: readonly UsageLine[], isAlone: (line: UsageLine) => boolean): UsageLine[] {
  const groups = new Map<string, UsageLine[]>();
  for (const [index, line] of lines.entries()) {
    const { provider, model, session, counting, billed } = line;
    const kind = [provider, model, session ?? "", counting, billed === true, line.reported_cost === undefined];
    const key = JSON.stringify(isAlone(line) ? index : kind);
    const group = groups.get(key);
    if (group) group.push(line);
    else groups.set(key, [line]);
  }
  return [...groups.values()].map(sumOf);
}

function isCounter({ counting }: UsageLine): boolean {
  return counting === "cumulative";
}

function longestIn(line: UsageLine): number {
  return line.largest_input ?? line.input;
}

function sumOf(lines: readonly UsageLine[]): UsageLine {
  const [first, ...others] = lines;
  if (first === undefined || others.length === 0) return first ?? usageLine({});
  const costs = lines.map((line) => line.reported_cost).filter((cost) => cost !== undefined);
  const counts = COUNT_KEYS.map((key) => [key, lines.reduce((total, line) => total + line[key], 0)]);
  return usageLine({
    ...first,
    ...Object.fromEntries(counts),
    at: lines.map((line) => line.at).reduce(laterOf),
    reported_cost: costs.length === 0 ? undefined : totalCostOf(costs),
    aggregate: true,
    largest_input: lines.reduce((largest, line) => Math.max(largest, longestIn(line)), 0),
  });
}

import { laterOf, totalCostOf } from "./reader.ts";
import { COUNT_KEYS, type UsageLine, usageLine } from "./usage.ts";

/**
 * Input up to which a request has the price of a short one everywhere, in tokens: the earliest long-context price in
 * the tables begins at 128,000.
 */
const SHORT_INPUT = 100_000;

/**
 * Lines of single requests with the short ones of a model made one: what they cost stays the same. Long ones may have
 * a price of their own, so each stays by itself. Throws a UsageError ("bad-usage") when a sum is too large.
 */
export function addedUp(lines: readonly UsageLine[]): UsageLine[] {
  const groups = new Map<string, UsageLine[]>();
  for (const [index, line] of lines.entries()) {
    const { provider, model, session, counting, billed } = line;
    const isAlone = line.input > SHORT_INPUT || line.aggregate || counting === "cumulative";
    const kind = [provider, model, session ?? "", counting, billed === true, line.reported_cost === undefined];
    const key = JSON.stringify(isAlone ? index : kind);
    const group = groups.get(key);
    if (group) group.push(line);
    else groups.set(key, [line]);
  }
  return [...groups.values()].map(sumOf);
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
    largest_input: lines.reduce((largest, line) => Math.max(largest, line.largest_input ?? line.input), 0),
  });
}

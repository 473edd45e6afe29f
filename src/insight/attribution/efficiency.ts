import type { NanoUsd } from "../../values/money.ts";
import type { Efficiency, GroupFigures } from "./report.ts";

const EXECUTION = "execution";
const PR = "pr";

/**
 * The places of groups by what one of something cost that all of them with executions have: an outcome, if it is the
 * only one that they share, otherwise pull requests, otherwise executions. Undefined for a group that has none, and
 * where there is nothing to compare.
 */
export function efficiencies(groups: readonly GroupFigures[]): (Efficiency | undefined)[] {
  const per = sharedBy(groups.filter(({ executions = 0 }) => executions > 0));
  const costs = groups.map((figures) => costPer(figures, per));
  const known = costs.filter((cost) => cost !== undefined).sort((a, b) => a - b);
  if (known.length < 2) return groups.map(() => undefined);
  const places = placesIn(known);
  return costs.map((cost) => {
    if (cost === undefined) return undefined;
    const { less = 0, more = 0 } = places.get(cost) ?? {};
    return { per, rank: less + 1, of: known.length, percentile: more / (known.length - 1) };
  });
}

/** How many cost less and more than each cost, of costs in rising order. */
function placesIn(rising: readonly NanoUsd[]): Map<NanoUsd, { less: number; more: number }> {
  const places = new Map<NanoUsd, { less: number; more: number }>();
  for (const [index, cost] of rising.entries()) {
    const less = places.get(cost)?.less ?? index;
    places.set(cost, { less, more: rising.length - index - 1 });
  }
  return places;
}

function sharedBy(groups: readonly GroupFigures[]): string {
  const [first, ...others] = groups;
  const names = Object.keys(first?.perOutcome ?? {});
  const shared = names.filter((name) => others.every(({ perOutcome }) => Object.hasOwn(perOutcome, name)));
  const [outcome] = shared;
  if (outcome !== undefined && shared.length === 1) return outcome;
  return groups.every(({ perPr }) => perPr !== undefined) ? PR : EXECUTION;
}

function costPer(figures: GroupFigures, per: string): NanoUsd | undefined {
  if (per === EXECUTION) return figures.perExecution;
  if (per === PR) return figures.perPr;
  return Object.hasOwn(figures.perOutcome, per) ? figures.perOutcome[per] : undefined;
}

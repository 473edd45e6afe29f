import { type NanoUsd, nanoUsd } from "../values/money.ts";

/** More messages than this in a month are noise. */
const MAX_MILESTONES = 10;
const CENT = 10_000_000;

/**
 * A tenth of the budget, in whole cents, if an interval makes more than ten milestones a month; undefined if it
 * doesn't.
 */
export function quieterInterval(budget: NanoUsd, interval: NanoUsd): NanoUsd | undefined {
  if (Math.floor(budget / interval) <= MAX_MILESTONES) return undefined;
  const tenth = nanoUsd(Math.ceil(budget / MAX_MILESTONES / CENT) * CENT);
  return tenth > interval ? tenth : undefined;
}

import type { RestsOn } from "../books/rests-on.ts";

const FIRST_WAIT_MS = 500;

/** Some reads are older than a store promises: the search for something missing continues this much longer. */
const LOOKED_FOR_LONGER = 1.2;

/** Timers may fire a little early, and runs that were denied at the same moment should not come back together. */
const MIN_SPARE_MS = 50;
const SPARE_MS = 250;

/** An answer without a write, and how old its read may be. */
export type Doubt = {
  readonly restsOn: RestsOn;
  /** How old the store's reads may be, in milliseconds. */
  readonly staleMs: number;
  /** How long after the request the read started, and how long ago the request was. */
  readonly readAfterMs: number;
  readonly elapsedMs: number;
  /** How often it has been read again for this reason, from 0. */
  readonly rereads: number;
  /** In [0, 1). */
  readonly random: number;
};

/**
 * Milliseconds to wait before the books are read again; undefined if the answer can be given: it proves itself, or
 * rests on a read that started so late that it shows books no older than the question. Something missing may appear at
 * any moment, so it is looked for several times, at growing intervals.
 */
export function waitForFreshRead(doubt: Doubt): number | undefined {
  const { restsOn, staleMs, readAfterMs, elapsedMs, rereads, random } = doubt;
  if (restsOn === "proof") return undefined;
  const freshMs = restsOn === "absence" ? LOOKED_FOR_LONGER * staleMs : staleMs;
  if (readAfterMs >= freshMs) return undefined;
  const lastMs = Math.max(0, freshMs - elapsedMs) + MIN_SPARE_MS + random * SPARE_MS;
  const soonMs = FIRST_WAIT_MS * 2 ** rereads + random * SPARE_MS;
  // If two reads would follow each other closely, the later one is enough.
  return restsOn === "absence" && 1.5 * soonMs < lastMs ? soonMs : lastMs;
}

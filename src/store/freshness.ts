import type { RestsOn } from "../books/rests-on.ts";

const FIRST_WAIT_MS = 500;

/** Some reads are older than a store promises: something missing is looked for so much longer. */
const LOOKED_FOR_LONGER = 1.2;

/** Timers may fire a little early, and runs that were denied at the same moment should not come back together. */
const MIN_SPARE_MS = 50;
const SPARE_MS = 250;

/** An answer for which nothing is written, and how old the read may be that it was made on. */
export type Doubt = {
  readonly restsOn: RestsOn;
  /** How old the store's reads may be, in milliseconds. */
  readonly staleMs: number;
  /** How long after it was asked for the read began, and how long ago that was asked for now. */
  readonly readAfterMs: number;
  readonly elapsedMs: number;
  /** How often it has been read again for this reason, from 0. */
  readonly rereads: number;
  /** In [0, 1). */
  readonly random: number;
};

/**
 * Milliseconds to wait before the books are read again; undefined where the answer may be given: it proves itself, or
 * rests on a read that began so late that it shows books no older than the question. Something missing may appear at
 * any moment, so it is looked for several times, at growing intervals.
 */
export function waitForFreshRead(doubt: Doubt): number | undefined {
  const { restsOn, staleMs, readAfterMs, elapsedMs, rereads, random } = doubt;
  if (restsOn === "proof") return undefined;
  const freshMs = restsOn === "absence" ? LOOKED_FOR_LONGER * staleMs : staleMs;
  if (readAfterMs >= freshMs) return undefined;
  const lastMs = Math.max(0, freshMs - elapsedMs) + MIN_SPARE_MS + random * SPARE_MS;
  const soonMs = FIRST_WAIT_MS * 2 ** rereads + random * SPARE_MS;
  // Of two looks that would follow each other closely, the later one is enough.
  return restsOn === "absence" && 1.5 * soonMs < lastMs ? soonMs : lastMs;
}

/** A booking is tried at least so many times before books under contention are given up. */
export const LEAST_TRIES = 12;

/** So many failures that may pass are waited out before the books are given up. */
export const MOST_FAULTS = 8;

const FIRST_WINDOW_MS = 250;
const LONGEST_WINDOW_MS = 9_000;

/** Who was beaten so often, in a crowd for which that window has less than so much for each, has a longer one. */
const BEATEN_OFTEN = 3;
const LEAST_SHARE_MS = 120;
const LONGEST_CROWDED_WINDOW_MS = 18_000;

/** Of the time there is, writers shall fill so much: a fuller one has them meet again. */
const FILLED = 0.75;

/** Of its share of the time, a writer's moment lies anywhere in so much, in the middle. */
const SPREAD = 0.1;

/**
 * Milliseconds to wait after a lost race, below a window that grows with the conflicts met (1 for the first) and with
 * the open holds found: each of them is a run that will want to write too. Who settles none of them waits at random
 * anywhere below it. Who settles one has a share of the window to itself, by its place among them (from 0). Windows of
 * a length follow each other since 1970, the same for all whose clocks agree, so that shares don't overlap however
 * long each writer was kept waiting for its answers; a clock that is wrong makes the moment one at random. `triedMs`
 * is what the try took, a read and a refused commit; `nowMs` milliseconds since 1970; `random` is in [0, 1).
 */
export function waitAfterConflict(race: {
  readonly conflicts: number;
  readonly triedMs: number;
  readonly openHolds: number;
  readonly place: number | undefined;
  readonly nowMs: number;
  readonly random: number;
}): number {
  const { openHolds, place, nowMs, random } = race;
  const window = windowAfter(race);
  if (place === undefined) return random * window;
  const moment = ((place + 0.5 + SPREAD * (random - 0.5)) / openHolds) * window;
  // A moment that is gone comes again in the next window.
  return (window + moment - (nowMs % window)) % window;
}

/** Windows grow in half doublings, with no length between: writers whose tries took about as long have the same one. */
function windowAfter(race: {
  readonly conflicts: number;
  readonly triedMs: number;
  readonly openHolds: number;
}): number {
  const { conflicts, triedMs, openHolds } = race;
  const growing = FIRST_WINDOW_MS * 2 ** (conflicts - 1);
  const crowded = (triedMs / 2 / FILLED) * openHolds;
  const halfDoublings = Math.ceil(2 * Math.log2(Math.max(growing, crowded) / FIRST_WINDOW_MS));
  const isCrowded = conflicts >= BEATEN_OFTEN && openHolds * LEAST_SHARE_MS > LONGEST_WINDOW_MS;
  const longest = isCrowded ? LONGEST_CROWDED_WINDOW_MS : LONGEST_WINDOW_MS;
  return Math.min(longest, FIRST_WINDOW_MS * 2 ** (halfDoublings / 2));
}

/**
 * Milliseconds to wait after a failure that may pass (1 for the first): full jitter below a window that doubles from
 * 250 ms to 9 s. A wait the server asked for comes on top of it, so that not all come back in the same moment.
 */
export function waitAfterFault(fault: {
  readonly faults: number;
  readonly waitMs: number | undefined;
  readonly random: number;
}): number {
  const window = Math.min(LONGEST_WINDOW_MS, FIRST_WINDOW_MS * 2 ** (fault.faults - 1));
  // A server that names a time has not asked for a window that grows.
  if (fault.waitMs !== undefined) return fault.waitMs + fault.random * FIRST_WINDOW_MS;
  return fault.random * window;
}

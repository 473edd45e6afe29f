/** A booking is tried at least so many times before books under contention are given up. */
export const LEAST_TRIES = 12;

/** So many failures that may pass are waited out before the books are given up. */
export const MOST_FAULTS = 8;

const FIRST_WINDOW_MS = 250;
const LONGEST_WINDOW_MS = 8_000;

/** Who was beaten so often is in a crowd of more than that window has room for: one with so much for each of them. */
const BEATEN_OFTEN = 3;
const LEAST_SHARE_MS = 120;
const LONGEST_CROWDED_WINDOW_MS = 20_000;

/** Of the time there is, writers shall fill so much: a fuller one has them meet again. */
const FILLED = 0.6;

/** Of its share of the time, a writer's moment lies anywhere in so much, in the middle. */
const SPREAD = 0.3;

/**
 * Milliseconds to wait after a lost race, below a window that grows with the conflicts met (1 for the first) and with
 * the open holds found: each of them is a run that will want to write too. Who settles none of them waits at random
 * anywhere below it. Who settles one has a share of the window to itself, by its place among them (from 0), counted
 * from the beginning of the try: who met there began at about the same moment, however long each was kept waiting for
 * its answers. `triedMs` is what the try took, a read and a refused commit. `random` is in [0, 1).
 */
export function waitAfterConflict(race: {
  readonly conflicts: number;
  readonly triedMs: number;
  readonly openHolds: number;
  readonly place: number | undefined;
  readonly random: number;
}): number {
  const { conflicts, triedMs, openHolds, place, random } = race;
  const growing = FIRST_WINDOW_MS * 2 ** (conflicts - 1);
  const crowded = (triedMs / 2 / FILLED) * openHolds;
  const window = Math.min(longestWindow(conflicts, openHolds), Math.max(growing, crowded));
  if (place === undefined) return random * window;
  const moment = ((place + 0.5 + SPREAD * (random - 0.5)) / openHolds) * window;
  // A moment that is gone comes again in the next window.
  return (((moment - triedMs) % window) + window) % window;
}

function longestWindow(conflicts: number, openHolds: number): number {
  if (conflicts < BEATEN_OFTEN) return LONGEST_WINDOW_MS;
  return Math.min(LONGEST_CROWDED_WINDOW_MS, Math.max(LONGEST_WINDOW_MS, openHolds * LEAST_SHARE_MS));
}

/**
 * Milliseconds to wait after a failure that may pass (1 for the first): full jitter below a window that doubles from
 * 250 ms to 8 s. A wait the server asked for comes on top of it, so that not all come back in the same moment.
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

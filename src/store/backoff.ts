/** A booking is tried at least this many times before it gives up on contended books. */
export const MIN_TRIES = 12;

/** After this many temporary failures the store gives up on the books. */
export const MAX_FAULTS = 8;

const FIRST_WINDOW_MS = 250;
const MAX_WINDOW_MS = 9_000;

/** A writer that lost this often, in a crowd where each has less than this much of the window, gets a longer one. */
const BEATEN_OFTEN = 3;
const MIN_SHARE_MS = 120;
const MAX_CROWDED_WINDOW_MS = 18_000;

/** A window may always be as long as this many tries. */
const TRIES_IN_A_WINDOW = 16;

/** A try that takes longer than this is slow because of what it waits for. */
const SURELY_SLOW_MS = 2_500;

/** Without a crowd in sight, a window begins at this many times what a try took beyond the first window's length. */
const SLOW_TRIES = 4;

/** An operation waits for this many windows of its last length before it gives up. */
const WINDOWS = 6;

/** Writers should fill this share of the available time: with a larger one they collide again. */
const FILLED = 0.75;

/** A writer's moment is anywhere in this part of its share of the time, in the middle. */
const SPREAD = 0.1;

/** What is known after a lost race. */
export type Race = {
  /** 1 after the first. */
  readonly conflicts: number;
  /** What the try took, a read and a refused commit. */
  readonly triedMs: number;
  readonly openHolds: number;
  /** The longest time that the operation may try. */
  readonly mostPatienceMs: number;
};

/**
 * Milliseconds to wait after a lost race, below a window that grows with the conflicts met, with the open holds found
 * (each of them is a run that will want to write too) and with what a try takes. A writer that settles none of the
 * holds waits at random anywhere below it. One that settles a hold has a share of the window to itself, by the hold's
 * place among them (from 0). Windows of a length follow each other since 1970, the same for all whose clocks agree, so
 * that shares don't overlap however long each writer was kept waiting for its answers; a clock that is wrong makes the
 * moment one at random. `nowMs` is milliseconds since 1970; `random` is in [0, 1).
 */
export function waitAfterConflict(
  race: Race & { readonly place: number | undefined; readonly nowMs: number; readonly random: number },
): number {
  const { openHolds, place, nowMs, random } = race;
  const window = windowAfter(race);
  if (place === undefined) return random * window;
  const moment = ((place + 0.5 + SPREAD * (random - 0.5)) / openHolds) * window;
  // A moment that has passed returns in the next window.
  return (window + moment - (nowMs % window)) % window;
}

/**
 * How long to try in total after a lost race, in milliseconds: longer with longer windows, as in a crowd of slow
 * writers.
 */
export function patienceAfterConflict(race: Race & { readonly patienceMs: number }): number {
  return Math.max(race.patienceMs, Math.min(race.mostPatienceMs, WINDOWS * windowAfter(race)));
}

/**
 * The length of the window. Its ceiling follows what a try takes and, the more often a writer has lost, what the crowd
 * needs; half of the patience is the most. It hardly grows from one conflict to the next: writers share a window only
 * where all have the same.
 */
function windowAfter({ conflicts, triedMs, openHolds, mostPatienceMs }: Race): number {
  const growing = Math.max(FIRST_WINDOW_MS, SLOW_TRIES * (triedMs - FIRST_WINDOW_MS)) * 2 ** (conflicts - 1);
  const crowded = (triedMs / 2 / FILLED) * openHolds;
  const ofTries = TRIES_IN_A_WINDOW * triedMs;
  const ofCrowd = Math.min(crowded, ofTries * 2 ** (conflicts - BEATEN_OFTEN));
  // A first try may be slow because all writers started at once on a shared machine.
  const isSlow = conflicts > 1 || triedMs > SURELY_SLOW_MS;
  const slow = !isSlow ? 0 : Math.min(mostPatienceMs / 2, commonLength(Math.max(ofTries, ofCrowd)));
  const isCrowded = conflicts >= BEATEN_OFTEN && openHolds * MIN_SHARE_MS > MAX_WINDOW_MS;
  const longest = isCrowded ? MAX_CROWDED_WINDOW_MS : MAX_WINDOW_MS;
  return Math.min(commonLength(Math.max(growing, crowded)), Math.max(longest, slow));
}

/**
 * A length that writers have in common whose tries took about as long: windows grow in half doublings, and long ones,
 * which slow tries have that differ more, in whole ones.
 */
function commonLength(ms: number): number {
  const doublings = Math.log2(ms / FIRST_WINDOW_MS);
  const length = FIRST_WINDOW_MS * 2 ** (Math.ceil(2 * doublings) / 2);
  return length > MAX_WINDOW_MS ? FIRST_WINDOW_MS * 2 ** Math.ceil(doublings) : length;
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
  const window = Math.min(MAX_WINDOW_MS, FIRST_WINDOW_MS * 2 ** (fault.faults - 1));
  // A server that names a time has not asked for a window that grows.
  if (fault.waitMs !== undefined) return fault.waitMs + fault.random * FIRST_WINDOW_MS;
  return fault.random * window;
}

import { setTimeout as wait } from "node:timers/promises";

/** With many slow writers: what isn't booked by then is charged by estimate. */
const MAX_PATIENCE_MS = 600_000;

/** The machine's clock, sleep and randomness, for retries; both are how long to retry in total. */
export function machineWaiting(patienceMs: number, mostPatienceMs = MAX_PATIENCE_MS) {
  return {
    // Unlike Date.now(), it never goes back.
    clock: () => performance.timeOrigin + performance.now(),
    sleep: (ms: number) => wait(ms),
    random: Math.random,
    patienceMs,
    mostPatienceMs,
  };
}

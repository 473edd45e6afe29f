import { setTimeout as wait } from "node:timers/promises";

/** The machine's clock, sleep and chance, for who waits and tries again; `patienceMs` is how long in all. */
export function machineWaiting(patienceMs: number) {
  return {
    clock: () => performance.now(),
    sleep: (ms: number) => wait(ms),
    random: Math.random,
    patienceMs,
  };
}

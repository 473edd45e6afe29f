import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import lockfile from "proper-lockfile";
import { BudgetError } from "../../values/errors.ts";

/** How long a lock outlives a process that died with it. */
const STALE_MS = 30_000;
const FIRST_WAIT_MS = 10;
const MAX_WAIT_MS = 250;

/** A lock held: `assertHeld` throws a BudgetError when another process may have taken it over. */
export type HeldLock = { assertHeld(): void; release(): Promise<void> };

/**
 * Takes the lock next to a file, waiting for another process to release it. Throws a BudgetError "state-contended" when
 * it has waited for `waitMs` milliseconds.
 */
export async function takeLock(path: string, waitMs: number): Promise<HeldLock> {
  const givenUpAt = performance.now() + waitMs;
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(MAX_WAIT_MS, wait * 2)) {
    const lock = await tryLock(path);
    if (lock !== undefined) return lock;
    if (performance.now() + wait > givenUpAt) {
      throw new BudgetError(
        "state-contended",
        `The books at ${path} were locked by another process for ${Math.round(waitMs / 1000)} s. ` +
          `Try again; if no other process is running, remove the folder ${path}.lock.`,
      );
    }
    await sleep(wait / 2 + (Math.random() * wait) / 2);
  }
}

async function tryLock(path: string): Promise<HeldLock | undefined> {
  let lost: Error | undefined;
  try {
    const release = await lockfile.lock(path, {
      realpath: false,
      stale: STALE_MS,
      // By default the library ends the process when a lock is lost.
      onCompromised: (error) => {
        lost = error;
      },
    });
    return {
      assertHeld() {
        if (lost === undefined) return;
        throw new BudgetError(
          "state-contended",
          `This process was paused for so long that another process took over the lock on ${path}. Nothing was written; try again.`,
          { cause: lost },
        );
      },
      async release() {
        if (lost === undefined) await release();
      },
    };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ELOCKED") return undefined;
    throw error;
  }
}

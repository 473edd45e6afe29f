import { BudgetError } from "../budget/budget-error.ts";
import { MOST_FAULTS, waitAfterFault } from "./backoff.ts";
import { type Snapshot, type Store, StoreFault } from "./store.ts";
import type { Waiting } from "./transact.ts";

/** Reads the books for who writes nothing, past failures that pass. Throws a BudgetError `state-unreachable` else. */
export function readPatiently(store: Store, waiting: Waiting): Promise<Snapshot> {
  return askPatiently(store, waiting, () => store.read());
}

/** Asks where the books are kept, past failures that pass. Throws a BudgetError `state-unreachable` else. */
export async function askPatiently<T>(store: Store, waiting: Waiting, ask: () => Promise<T>): Promise<T> {
  const begunAt = waiting.clock();
  for (let faults = 1; ; faults += 1) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof StoreFault)) throw error;
      const waitMs = waitAfterFault({ faults, waitMs: error.waitMs, random: waiting.random() });
      if (faults >= MOST_FAULTS || waiting.clock() - begunAt + waitMs > waiting.patienceMs) {
        throw unreachable(store, faults, error);
      }
      await waiting.sleep(waitMs);
    }
  }
}

/** The error of books that could not be reached, with what was met last. */
export function unreachable(store: Store, faults: number, cause: unknown): BudgetError {
  const reason = cause instanceof Error ? ` (${cause.message})` : "";
  const text = `The books in ${store.place.description} could not be reached after ${faults} failures${reason}. Run it again later.`;
  return new BudgetError("state-unreachable", text, { cause });
}

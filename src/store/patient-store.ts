import { MOST_FAULTS, waitAfterFault } from "./backoff.ts";
import { type Place, type Store, StoreFault } from "./port.ts";
import { type Result, type Transaction, transact } from "./transact.ts";
import { unreachable } from "./unreachable.ts";
import type { Waiting } from "./waiting.ts";

/**
 * A question that waits out failures that pass and asks again: it ends in a BudgetError `state-unreachable`, never in a
 * StoreFault. Only `patiently` makes one.
 */
export type Patient<Ask> = Ask & { readonly isPatient: true };

/** The books as commands have them: every read is patient, and they change by `transact` alone. */
export type PatientStore = Pick<Store, "place" | "exclusively"> & {
  readonly read: Patient<Store["read"]>;
  readonly readLedger: Patient<Store["readLedger"]>;
  readonly transact: <Known>(transaction: Omit<Transaction<Known>, "store" | "waiting">) => Promise<Result<Known>>;
};

/** The books of a store for commands, which wait as long as they may. */
export function patientStore(store: Store, waiting: Waiting): PatientStore {
  const at = { place: store.place, waiting };
  return {
    place: store.place,
    exclusively: (work) => store.exclusively(work),
    read: patiently(at, (hour) => store.read(hour)),
    readLedger: patiently(at, (snapshot) => store.readLedger(snapshot)),
    transact: (transaction) => transact({ ...transaction, store, waiting }),
  };
}

/** Makes a question patient. `place` is whose books are said to be out of reach where no answer comes. */
export function patiently<Asked extends readonly unknown[], T>(
  { place, waiting }: { readonly place: Place; readonly waiting: Waiting },
  ask: (...asked: Asked) => Promise<T>,
): Patient<(...asked: Asked) => Promise<T>> {
  const patient = async (...asked: Asked): Promise<T> => {
    const begunAt = waiting.clock();
    for (let faults = 1; ; faults += 1) {
      try {
        return await ask(...asked);
      } catch (error) {
        if (!(error instanceof StoreFault)) throw error;
        const waitMs = waitAfterFault({ faults, waitMs: error.waitMs, random: waiting.random() });
        if (faults >= MOST_FAULTS || waiting.clock() - begunAt + waitMs > waiting.patienceMs) {
          throw unreachable(place, faults, error);
        }
        await waiting.sleep(waitMs);
      }
    }
  };
  return Object.assign(patient, { isPatient: true as const });
}

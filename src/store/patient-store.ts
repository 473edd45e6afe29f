import { MAX_FAULTS, waitAfterFault } from "./backoff.ts";
import { type FirstRead, inTime } from "./first-read.ts";
import { type Place, type Snapshot, type Span, type Store, StoreFault } from "./port.ts";
import { type Result, type Transaction, transact } from "./transact.ts";
import { unreachable } from "./unreachable.ts";
import type { Waiting } from "./waiting.ts";

/**
 * A question that waits out temporary failures and asks again: it ends in a BudgetError `state-unreachable`, never in a
 * StoreFault. Only `patiently` makes one.
 */
export type Patient<Ask> = Ask & { readonly isPatient: true };

/** The books as commands have them: every read is patient, and they change by `transact` alone. */
export type PatientStore = Pick<Store, "place" | "bounds" | "keepsVersions" | "exclusively"> & {
  readonly read: Patient<Store["read"]>;
  readonly ledger: Patient<Store["ledger"]>;
  readonly archive: Patient<Store["ledger"]> | null;
  readonly files: Patient<Store["files"]>;
  /** Asked while an operation has the books: not patient, as `transact` tries the whole operation again. */
  readonly find: NonNullable<Store["find"]> | null;
  readonly transact: <Known>(
    transaction: Omit<Transaction<Known>, "store" | "waiting" | "first">,
  ) => Promise<Result<Known>>;
};

/** The books of a store for commands, which wait as long as they may. The first operation takes the first read. */
export function patientStore(store: Store, waiting: Waiting, begun?: FirstRead): PatientStore {
  let unused = begun;
  const at = { place: store.place, waiting };
  const archive = store.archive?.bind(store);
  return {
    place: store.place,
    ...(store.bounds !== undefined && { bounds: store.bounds }),
    keepsVersions: store.keepsVersions === true,
    find: store.find?.bind(store) ?? null,
    exclusively: (work) => store.exclusively(work),
    read: patiently(at, () => store.read()),
    ledger: patientLedger(at, (snapshot, span) => store.ledger(snapshot, span)),
    archive: archive === undefined ? null : patientLedger(at, archive),
    files: patiently(at, (snapshot: Snapshot, paths: readonly string[]) => store.files(snapshot, paths)),
    transact: (transaction) => {
      const first = inTime(unused, waiting);
      unused = undefined;
      return transact({ ...transaction, store, waiting, first });
    },
  };
}

type At = { readonly place: Place; readonly waiting: Waiting };

/** Makes a question patient. `place` names the unreachable books if no answer comes. */
export function patiently<Asked extends readonly unknown[], T>(
  at: At,
  ask: (...asked: Asked) => Promise<T>,
): Patient<(...asked: Asked) => Promise<T>> {
  const patient = async (...asked: Asked): Promise<T> => {
    const patience = patienceOf(at);
    for (;;) {
      try {
        return await ask(...asked);
      } catch (error) {
        await patience(error);
      }
    }
  };
  return Object.assign(patient, { isPatient: true as const });
}

function patientLedger(at: At, read: Store["ledger"]): Patient<Store["ledger"]> {
  const patient = (snapshot: Snapshot, span?: Span) => patientStream(at, () => read(snapshot, span));
  return Object.assign(patient, { isPatient: true as const });
}

/** A stream that restarts after a temporary failure and skips what it has already yielded. */
export async function* patientStream<T>(at: At, read: () => AsyncIterable<T>): AsyncGenerator<T> {
  const patience = patienceOf(at);
  for (let given = 0; ; ) {
    try {
      let index = 0;
      for await (const part of read()) {
        index += 1;
        if (index <= given) continue;
        given = index;
        yield part;
      }
      return;
    } catch (error) {
      await patience(error);
    }
  }
}

/**
 * Waits after each temporary failure; throws any other, and a BudgetError `state-unreachable` at the end of patience.
 */
function patienceOf({ place, waiting }: At): (error: unknown) => Promise<void> {
  const begunAt = waiting.clock();
  let faults = 0;
  return async (error) => {
    if (!(error instanceof StoreFault)) throw error;
    faults += 1;
    const waitMs = waitAfterFault({ faults, waitMs: error.waitMs, random: waiting.random() });
    if (faults >= MAX_FAULTS || waiting.clock() - begunAt + waitMs > waiting.patienceMs) {
      throw unreachable(place, faults, error);
    }
    await waiting.sleep(waitMs);
  };
}

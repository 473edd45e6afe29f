import { patiently, patientStream } from "../patient-store.ts";
import type { Waiting } from "../waiting.ts";
import type { RawStore } from "./raw-store.ts";

/** A place whose every read waits out temporary failures; its writes fail at once. */
export function patientRaw(raw: RawStore, waiting: Waiting): RawStore {
  const { place, name, form } = raw;
  const at = { place, waiting };
  const hashes = raw.hashes?.bind(raw);
  return {
    ...{ place, name, form },
    read: patiently(at, () => raw.read()),
    ledger: (books, from) => patientStream(at, () => raw.ledger(books, from)),
    ...(hashes !== undefined && { hashes: patiently(at, hashes) }),
    documents: (books) => patientStream(at, () => raw.documents(books)),
    write: (books, change) => raw.write(books, change),
  };
}

import type { Snapshot, Store } from "./port.ts";
import type { Waiting } from "./waiting.ts";

/** A first read that is under way, so that what works on its answer can be loaded meanwhile. */
export type FirstRead = {
  /** When it began, by the clock of the operation's waiting. */
  readonly atMs: number;
  readonly snapshot: Promise<Snapshot>;
};

/** An operation that begins later than this after the read makes its own. */
const LATEST_MS = 10_000;

/** Begins the read of the first operation. */
export function firstRead(store: Pick<Store, "read">, waiting: Waiting): FirstRead {
  const atMs = waiting.clock();
  const snapshot = store.read();
  // The operation that takes it hears why it failed; there may be none.
  snapshot.catch(() => {});
  return { atMs, snapshot };
}

/** The read for an operation that begins now; undefined if it began too long ago. */
export function inTime(first: FirstRead | undefined, waiting: Waiting): FirstRead | undefined {
  return first !== undefined && waiting.clock() - first.atMs <= LATEST_MS ? first : undefined;
}

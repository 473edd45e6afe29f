import type { Entry, LedgerPart } from "../../src/books/entry.ts";
import { startOrder, takePart, takeRest } from "../../src/books/ledger-order.ts";
import type { State } from "../../src/books/state.ts";
import { noteId, startIds } from "../../src/books/verify/repeated-ids.ts";
import {
  addToReplay,
  type Difference,
  differencesIn,
  type Replay,
  startReplay,
} from "../../src/books/verify/replay.ts";
import type { Instant } from "../../src/values/month.ts";

/** What a ledger says, computed again. */
export function replayed(state: State, entries: readonly Entry[]): Replay {
  const replay = entries.reduce(addToReplay, startReplay(state));
  return replay.hasOtherZone ? entries.reduce(addToReplay, startReplay(state, replay.zones)) : replay;
}

/** Every figure of the state that differs from the ledger's. */
export function differencesOf(state: State, entries: readonly Entry[]): Difference[] {
  return differencesIn(replayed(state, entries));
}

/** The entries of a ledger's parts in the order of booking, and what is wrong with its lines. */
export function readLedger(
  parts: readonly LedgerPart[],
  forgotAt?: Instant,
): { readonly entries: readonly Entry[]; readonly problems: readonly string[] } {
  const waiting = startOrder();
  const problems: string[] = [];
  const unreadable = (place: string) => problems.push(`${place} isn't a ledger entry`);
  const placed = [...parts.flatMap((part) => takePart(waiting, part, unreadable)), ...takeRest(waiting)];
  const ids = startIds(forgotAt);
  problems.push(...placed.flatMap((one) => noteId(ids, one) ?? []));
  return { entries: placed.map(({ entry }) => entry), problems };
}

import type { LedgerPart } from "../../books/entry.ts";
import { type OnUnreadable, type PlacedEntry, startOrder, takePart, takeRest } from "../../books/ledger-order.ts";
import type { Snapshot, Span } from "../../store/port.ts";
import type { Ports } from "./ports.ts";

/** What is made of a ledger, entry by entry. */
export type Fold<Sum> = {
  readonly span?: Span;
  readonly start: () => Sum;
  /** Entries come in the order of booking; may have more than the span at either end. */
  readonly add: (sum: Sum, placed: PlacedEntry) => Sum;
  readonly onUnreadable: (sum: Sum, place: string, cause: unknown) => Sum;
  /** Is waited for after each part of the ledger, by what writes as it reads. */
  readonly pause?: (sum: Sum) => Promise<void>;
  /** No later entry matters. */
  readonly isDone?: (sum: Sum) => boolean;
  /** Whether entries are missing: an archive leaves out files that a `.gitattributes` hides from it. */
  readonly hasGaps: (sum: Sum) => boolean;
};

/**
 * Folds the ledger as it was at a snapshot, read as a stream: from an archive where there is one, and once more file by
 * file if entries are missing in that. Throws a BudgetError `state-unreachable`.
 */
export async function foldLedger<Sum>(ports: Ports, snapshot: Snapshot, fold: Fold<Sum>): Promise<Sum> {
  const { ledger, archive } = ports.store;
  if (snapshot.state.kind !== "state") return fold.start();
  if (archive !== null) {
    const sum = await folded(ports, archive(snapshot, fold.span), fold);
    if (!fold.hasGaps(sum)) return sum;
  }
  return folded(ports, ledger(snapshot, fold.span), fold);
}

async function folded<Sum>(ports: Ports, parts: AsyncIterable<LedgerPart>, fold: Fold<Sum>): Promise<Sum> {
  const { progress } = ports;
  const waiting = startOrder();
  let sum = fold.start();
  let count = 0;
  const onUnreadable: OnUnreadable = (place, cause) => {
    sum = fold.onUnreadable(sum, place, cause);
  };
  try {
    for await (const part of parts) {
      for (const placed of takePart(waiting, part, onUnreadable)) {
        sum = fold.add(sum, placed);
        count += 1;
      }
      progress({ lines: count, hour: part.hour });
      await fold.pause?.(sum);
      // Leaving the loop ends the download.
      if (fold.isDone?.(sum) === true) return sum;
    }
    for (const placed of takeRest(waiting)) sum = fold.add(sum, placed);
    await fold.pause?.(sum);
    return sum;
  } finally {
    progress(null);
  }
}

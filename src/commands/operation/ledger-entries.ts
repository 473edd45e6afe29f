import { decodeEntry, type Entry } from "../../books/entry.ts";
import type { Snapshot, Span } from "../../store/port.ts";
import { BudgetError } from "../../values/errors.ts";
import type { Ports } from "./ports.ts";

/**
 * The entries of the ledger at a snapshot, in the order in which they were booked, read as they are consumed; may have
 * more than the span at either end. Throws a BudgetError that names the file and the line of what can't be read.
 */
export async function* ledgerEntries(ports: Ports, snapshot: Snapshot, span: Span): AsyncGenerator<Entry> {
  if (snapshot.state.kind !== "state") return;
  for await (const { name, text } of ports.store.ledger(snapshot, span)) {
    for (const [index, line] of text.split("\n").entries()) {
      if (line.trim() !== "") yield entryOf(line, `${name} line ${index + 1}`);
    }
  }
}

function entryOf(line: string, place: string): Entry {
  try {
    return decodeEntry(line);
  } catch (error) {
    const text = `${place} of the ledger isn't an entry: restore it from the history of the branch.`;
    throw new BudgetError("state-unreadable", text, { cause: error });
  }
}

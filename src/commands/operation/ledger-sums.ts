import { decodeEntry, type Entry } from "../../books/entry.ts";
import { addToSums, type SpanSums, startSums } from "../../books/span-sums.ts";
import type { Snapshot, Span } from "../../store/port.ts";
import { type DateSpan, spanBefore } from "../../values/date-span.ts";
import { BudgetError } from "../../values/errors.ts";
import { dayStart, monthStart, nextMonth, type TimeZone } from "../../values/month.ts";
import type { Ports } from "./ports.ts";

/**
 * Adds up what the ledger has of some days and of the span before them, read as a stream. Throws a BudgetError that
 * names the file and the line of what can't be read.
 */
export async function sumsInLedger(
  ports: Ports,
  snapshot: Snapshot,
  { days, timezone }: { readonly days: DateSpan; readonly timezone: TimeZone },
): Promise<SpanSums> {
  let sums = startSums(days, timezone);
  if (snapshot.state.kind !== "state") return sums;
  for await (const entry of entriesIn(ports, snapshot, ledgerSpanOf(days, timezone))) sums = addToSums(sums, entry);
  return sums;
}

/** Where the entries are that count on these days: a hold that expired is booked later, but not after the next month. */
function ledgerSpanOf(days: DateSpan, timezone: TimeZone): Span {
  const after = nextMonth(nextMonth(days.to.slice(0, 7)));
  return { from: dayStart(spanBefore(days).from, timezone), to: monthStart(after, timezone) };
}

async function* entriesIn(ports: Ports, snapshot: Snapshot, span: Span): AsyncGenerator<Entry> {
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

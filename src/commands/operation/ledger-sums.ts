import { addToSums, type SpanSums, startSums } from "../../books/span-sums.ts";
import type { Snapshot, Span } from "../../store/port.ts";
import { type DateSpan, spanBefore } from "../../values/date-span.ts";
import { dayStart, monthStart, nextMonth, type TimeZone } from "../../values/month.ts";
import { ledgerEntries } from "./ledger-entries.ts";
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
  for await (const entry of ledgerEntries(ports, snapshot, ledgerSpanOf(days, timezone))) sums = addToSums(sums, entry);
  return sums;
}

/** Where the entries are that count on these days: a hold that expired is booked later, but not after the next month. */
function ledgerSpanOf(days: DateSpan, timezone: TimeZone): Span {
  const after = nextMonth(nextMonth(days.to.slice(0, 7)));
  return { from: dayStart(spanBefore(days).from, timezone), to: monthStart(after, timezone) };
}

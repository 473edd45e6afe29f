import { addToSums, type SpanSums, startSums } from "../../books/span-sums.ts";
import type { Snapshot } from "../../store/port.ts";
import { type DateSpan, spanBefore } from "../../values/date-span.ts";
import type { TimeZone } from "../../values/month.ts";
import { foldDays } from "./fold-days.ts";
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
  return foldDays(ports, snapshot, {
    days: { from: spanBefore(days).from, to: days.to },
    start: () => startSums(days, timezone),
    add: addToSums,
  });
}

import { type DateSpan, spanBefore } from "../values/date-span.ts";
import { type NanoUsd, plus, ZERO } from "../values/money.ts";
import { type Day, monthStart, type TimeZone } from "../values/month.ts";
import type { Entry } from "./entry.ts";
import { dayOfEntry, evolve } from "./evolve.ts";
import { newState } from "./new-state.ts";
import { DEFAULT_SETTINGS } from "./settings.ts";
import type { State } from "./state.ts";

/** What the ledger has of some days, by the arithmetic of the books. */
export type SpanSums = {
  readonly days: DateSpan;
  /** A month to itself, in which only the entries of these days were booked. */
  readonly state: State;
  /** What the same number of days before, or the calendar period before, spent. */
  readonly before: NanoUsd;
  /** The day before which figures were imported without their days, if it is one of these or later. */
  readonly importedUntil?: Day;
};

/** Sums in which nothing is added up yet. */
export function startSums(days: DateSpan, timezone: TimeZone): SpanSums {
  const month = days.from.slice(0, 7);
  const state = { ...newState(month, monthStart(month, timezone), DEFAULT_SETTINGS), timezone };
  return { days, state, before: ZERO };
}

/** The sums with one more entry of the ledger; an entry of other days changes nothing. */
export function addToSums(sums: SpanSums, entry: Entry): SpanSums {
  const { timezone } = sums.state;
  const day = dayOfEntry({ current_month: entry.month, timezone }, entry);
  if (entry.kind === "import") {
    const isInside = entry.month >= sums.days.from.slice(0, 7) && sums.days.from < day;
    return isInside ? { ...sums, importedUntil: day } : sums;
  }
  if (!["charge", "correction", "adjust"].includes(entry.kind)) return sums;
  const before = spanBefore(sums.days);
  if (isIn(before, day)) return { ...sums, before: plus(sums.before, entry.cost) };
  return isIn(sums.days, day) ? { ...sums, state: evolve(sums.state, entry) } : sums;
}

function isIn({ from, to }: DateSpan, day: Day): boolean {
  return from <= day && day <= to;
}

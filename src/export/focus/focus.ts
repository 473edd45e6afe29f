import type { Entry } from "../../books/entry.ts";
import type { TimeZone } from "../../values/month.ts";
import { csvOf } from "../csv.ts";
import { type Allocation, allocatedRows } from "./allocated.ts";
import { calendarOf, dayIn } from "./calendar.ts";
import { type FocusRow, type FocusVersion, focusHeader } from "./columns.ts";
import { dailyRows } from "./days.ts";
import { type ExpiredCharge, entryRows, type RowTerms } from "./rows.ts";

/** What a file of FOCUS rows is to be like. */
export type FocusTerms = Omit<RowTerms, "expired"> & {
  readonly version: FocusVersion;
  /** The zone whose midnight ends the months and days of the books. */
  readonly timezone: TimeZone;
  /** One row for each kind of tokens of each usage line of a run, or the same added up by day. */
  readonly grain: "run" | "day";
  /** How a shared charge is split among entities; undefined for one that isn't shared. */
  readonly allocationOf?: ((entry: Entry) => Allocation | undefined) | undefined;
  /** An entry as the rows show it, where that isn't all of it. */
  readonly shownOf?: ((entry: Entry) => Entry) | undefined;
};

export type { Allocation };

/** The text of a file, piece by piece: the head, then what each entry adds, and what is left at the end. */
export type FocusFile = {
  readonly head: () => string;
  /** Takes note of an entry before those of the file, which a later one may correct. */
  readonly note: (entry: Entry) => void;
  /** Entries come in the order in which they were booked. */
  readonly add: (entry: Entry) => string;
  readonly end: () => string;
};

/** So many charges for expired holds are remembered until they are corrected. */
const MAX_EXPIRED = 1_000;

/**
 * A CSV file with the FinOps Foundation's cost and usage columns, written as entries come, in constant memory. The sum
 * of `EffectiveCost` is that of the entries' costs. As in every CSV file of this program, text that a spreadsheet would
 * take for a formula is preceded by an apostrophe; no number and no JSON object is such a text.
 */
export function focusFile(terms: FocusTerms): FocusFile {
  const columns = focusHeader(terms.version);
  const calendar = calendarOf(terms.timezone);
  const expired = expiredCharges();
  const daily = terms.grain === "day" ? dailyRows(calendar) : undefined;
  const textOf = (rows: readonly FocusRow[]) =>
    rows.length === 0 ? "" : csvOf(rows.map((row) => columns.map((column) => row[column])));
  return {
    head: () => csvOf([columns]),
    note: expired.note,
    add: (entry) => {
      const shown = terms.shownOf?.(entry) ?? entry;
      const rows = allocated(terms, entry, entryRows(shown, { ...terms, expired: expired.of }, calendar));
      expired.note(entry);
      return textOf(daily === undefined ? rows : daily.add(dayIn(calendar, entry), rows));
    },
    end: () => textOf(daily?.rest() ?? []),
  };
}

/** FOCUS 1.2 has no columns for a split. */
function allocated({ version, allocationOf }: FocusTerms, entry: Entry, rows: FocusRow[]): FocusRow[] {
  const allocation = version === "1.2" ? undefined : allocationOf?.(entry);
  return allocation === undefined ? rows : rows.flatMap((row) => allocatedRows(row, allocation));
}

/** The charges for expired holds that no entry has corrected yet: a correction may come in a later month. */
function expiredCharges() {
  const known = new Map<string, ExpiredCharge>();
  return {
    of: (hold: string) => known.get(hold),
    note: ({ hold, expired_at, kind, month, notional }: Entry): void => {
      if (hold === undefined) return;
      if (kind === "correction") known.delete(hold);
      if (kind !== "charge" || expired_at === undefined) return;
      known.set(hold, { month, notional: notional ?? 0 });
      const [oldest] = known.keys();
      if (known.size > MAX_EXPIRED && oldest !== undefined) known.delete(oldest);
    },
  };
}

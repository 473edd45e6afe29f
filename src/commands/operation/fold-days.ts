import type { Entry } from "../../books/entry.ts";
import type { State } from "../../books/state.ts";
import type { Snapshot } from "../../store/port.ts";
import type { DateSpan } from "../../values/date-span.ts";
import { BudgetError } from "../../values/errors.ts";
import { type NanoUsd, plus, showUsd, sum, ZERO } from "../../values/money.ts";
import { dayStart, later, type Month } from "../../values/month.ts";
import { showMonth } from "../../values/show.ts";
import { foldLedger } from "./fold-ledger.ts";
import type { Ports } from "./ports.ts";

/** What is made of the entries of some days. */
export type DayFold<Sum> = {
  readonly days: Pick<DateSpan, "from" | "to">;
  readonly start: () => Sum;
  readonly add: (sum: Sum, entry: Entry) => Sum;
  /** Is waited for after each part of the ledger, by what writes as it reads; `start` may come once more after it. */
  readonly pause?: (sum: Sum) => Promise<void>;
};

/** What was made of the entries, and what was read: the months' sums, the last entry, and whether the last month ended. */
export type DaysRead<Sum> = {
  readonly made: Sum;
  readonly spent: ReadonlyMap<Month, NanoUsd>;
  readonly last: Pick<Entry, "id" | "at"> | undefined;
  readonly isEnded: boolean;
};

const MAX_ZONE_MS = 26 * 3_600_000;

const SPENDING: readonly Entry["kind"][] = ["charge", "correction", "import"];

/**
 * Folds the entries of whole months, from the first of some days to the last of them: a hold that expired may be booked
 * months later, but before its month is closed. Throws a BudgetError for lines that can't be read, and for months whose
 * entries don't add up to the figure in the books: nothing is made of half a ledger.
 */
export async function foldDays<Sum>(ports: Ports, snapshot: Snapshot, fold: DayFold<Sum>): Promise<Sum> {
  return (await readDays(ports, snapshot, fold)).made;
}

/** The same, with what was read: more entries can be added to it. */
export async function readDays<Sum>(ports: Ports, snapshot: Snapshot, fold: DayFold<Sum>): Promise<DaysRead<Sum>> {
  const start = () => ({ made: fold.start(), spent: new Map(), last: undefined, isEnded: false });
  if (snapshot.state.kind !== "state") return start();
  const { state } = snapshot.state;
  const { from } = monthsOf(fold);
  const read = await foldLedger<DaysRead<Sum>>(ports, snapshot, {
    // In the zone in which it was counted, the first month may have begun a day earlier.
    span: { from: later(dayStart(`${from}-01`, state.timezone), -MAX_ZONE_MS) },
    start,
    add: (before, { entry }) => (before.isEnded ? before : added(before, entry, fold)),
    onUnreadable: (_, place, cause) => {
      const text = `${place} of the ledger isn't an entry: restore it from the history of the branch.`;
      throw new BudgetError("state-unreadable", text, { cause });
    },
    isDone: ({ isEnded }) => isEnded,
    ...(fold.pause !== undefined && { pause: async ({ made }: DaysRead<Sum>) => fold.pause?.(made) }),
    hasGaps: (found) => gapIn(state, found, fold) !== undefined,
  });
  const gap = gapIn(state, read, fold);
  if (gap !== undefined) throw new BudgetError("state-unreadable", gap);
  return read;
}

/**
 * Adds the entries that were booked since, in order, to what was made of those before them; a fold that changes its sum
 * in place has then changed it. Undefined if they don't add up to the books: all is to be read again.
 */
export function addDays<Sum>(
  before: DaysRead<Sum>,
  entries: readonly Entry[],
  { state, fold }: { readonly state: State; readonly fold: DayFold<Sum> },
): DaysRead<Sum> | undefined {
  const read = entries.reduce((sum, entry) => added(sum, entry, fold), before);
  return gapIn(state, read, fold) === undefined ? read : undefined;
}

function added<Sum>(before: DaysRead<Sum>, entry: Entry, fold: DayFold<Sum>): DaysRead<Sum> {
  const { from, to } = monthsOf(fold);
  const { month, kind, cost } = entry;
  const isWanted = from <= month && month <= to;
  if (SPENDING.includes(kind)) {
    (before.spent as Map<Month, NanoUsd>).set(month, plus(before.spent.get(month) ?? ZERO, cost));
  }
  return {
    made: isWanted ? fold.add(before.made, entry) : before.made,
    spent: before.spent,
    last: entry,
    isEnded: kind === "rollover" && month >= to,
  };
}

function monthsOf<Sum>({ days }: DayFold<Sum>): { readonly from: Month; readonly to: Month } {
  return { from: days.from.slice(0, 7), to: days.to.slice(0, 7) };
}

/** What the ledger that was read lacks; undefined if nothing. */
function gapIn<Sum>(
  state: State,
  { spent, last: read, isEnded }: DaysRead<Sum>,
  fold: DayFold<Sum>,
): string | undefined {
  const { from, to } = monthsOf(fold);
  const advice = "token-budget verify says what differs; restore the ledger from the history of the branch.";
  const last = state.last_entry;
  // Without any entry since the first month, the last one is before it.
  if (!isEnded && last != null && read !== undefined && read.id !== last.id) {
    return `The ledger ends before the last entry of the books (${last.file}). ${advice}`;
  }
  for (const month of monthsKnown(state)) {
    if (month < from || month > to) continue;
    const [found, booked] = [spent.get(month) ?? ZERO, bookedIn(state, month)];
    if (found !== booked) {
      const figures = `${showUsd(found)} instead of ${showUsd(booked)}`;
      return `The ledger doesn't add up to the books in ${showMonth(month)}: ${figures}. ${advice}`;
    }
  }
  return undefined;
}

/** Imported months have no entries. */
function monthsKnown({ history, current_month }: State): Month[] {
  return [
    ...new Set([...history.filter(({ closed }) => closed !== "import").map(({ month }) => month), current_month]),
  ];
}

function bookedIn({ history, current_month, total_spent }: State, month: Month): NanoUsd {
  const closed = history.filter((line) => line.month === month && line.closed !== "import");
  return sum([...closed.map((line) => line.total_spent), month === current_month ? total_spent : ZERO]);
}

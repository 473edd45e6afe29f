import type { Day } from "../../values/month.ts";
import { type Calendar, dayColumns } from "./calendar.ts";
import { EMPTY_ROW, type FocusColumn, type FocusRow } from "./columns.ts";
import { textSum } from "./decimal-text.ts";

/** What rows of one day add up. The exact products stay exact: the unit price is the same in all of them. */
const SUMMED = [
  ...["BilledCost", "ConsumedQuantity", "ContractedCost", "EffectiveCost", "ListCost", "PricingQuantity"],
  ...["x_CacheReadTokens", "x_CacheWriteTokens", "x_InputTokens", "x_OutputTokens", "x_ReasoningTokens"],
] as readonly FocusColumn[];

/** What rows have in common that are added up. */
const COMMON = (Object.keys(EMPTY_ROW) as FocusColumn[]).filter((name) => !SUMMED.includes(name));

/** What names a single run. */
const OF_A_RUN = { x_Attempt: null, x_EntryId: null, x_RunId: null } satisfies Partial<FocusRow>;

/** So many days are added up at a time: what counts on an earlier one gets rows for itself. */
const DAYS_KEPT = 2;

/** Rows of the same day, price, repository, tags and so on as one. */
export type DailyRows = {
  /** Adds rows that count on a day; returns the rows of days that are over. */
  readonly add: (day: Day, rows: readonly FocusRow[]) => FocusRow[];
  /** The rows of the last days. */
  readonly rest: () => FocusRow[];
};

/** Adds up rows by day; the memory it takes is that of the different rows of two days. */
export function dailyRows(calendar: Calendar): DailyRows {
  const days = new Map<Day, Map<string, FocusRow>>();
  const taken = (isOver: (day: Day) => boolean) =>
    [...days.keys()]
      .filter(isOver)
      .sort()
      .flatMap((day) => {
        const rows = [...(days.get(day)?.values() ?? [])];
        days.delete(day);
        return rows;
      });
  return {
    add: (day, rows) => {
      const sums = days.get(day) ?? new Map<string, FocusRow>();
      days.set(day, sums);
      for (const row of rows) addTo(sums, { ...row, ...OF_A_RUN, ...(isOfDay(row) && dayColumns(calendar, day)) });
      const newest = [...days.keys()].sort().slice(-DAYS_KEPT);
      return taken((one) => !newest.includes(one));
    },
    rest: () => taken(() => true),
  };
}

/** What an import brought was spent on many days. */
function isOfDay({ ChargeFrequency, BillingPeriodStart, ChargePeriodStart }: FocusRow): boolean {
  return ChargeFrequency !== "One-Time" || ChargePeriodStart !== BillingPeriodStart;
}

function addTo(sums: Map<string, FocusRow>, row: FocusRow): void {
  const key = JSON.stringify(COMMON.map((name) => row[name]));
  const before = sums.get(key);
  if (before === undefined) {
    sums.set(key, row);
    return;
  }
  const added = SUMMED.map((name) => {
    const [a, b] = [before[name], row[name]];
    return [name, a === null || b === null ? (a ?? b) : textSum(a, b)] as const;
  });
  sums.set(key, { ...before, ...Object.fromEntries(added) });
}

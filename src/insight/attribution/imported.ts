import type { Entry } from "../../books/entry.ts";
import type { DayRange } from "../../forecast/history.ts";
import type { NanoUsd } from "../../values/money.ts";
import { type Day, lastDayOf, type Month } from "../../values/month.ts";
import { daysLater } from "../../values/period.ts";
import { type Lack, noSums, type Sums } from "./sums.ts";

/** A closed month of which only the history knows, since it was imported. */
export type ImportedMonth = {
  readonly month: Month;
  readonly cost: NanoUsd;
  readonly executions?: number | undefined;
  readonly prs?: number | undefined;
};

/** What was imported for some days of a month, without saying for which. */
export type Imported = ImportedMonth & {
  readonly days: DayRange;
  /** The first day of which more may be known. */
  readonly until: Day;
};

/** What an import entry brought into the month that was running, up to its day. */
export function importedBy({ month, cost, imported }: Entry, day: Day): Imported {
  const counts = { executions: imported?.executions, prs: imported?.prs };
  return { month, cost, ...counts, days: { from: `${month}-01`, to: day }, until: day };
}

/** A whole month. */
export function importedMonth(line: ImportedMonth): Imported {
  const days = { from: `${line.month}-01`, to: lastDayOf(line.month) };
  return { ...line, days, until: daysLater(days.to, 1) };
}

/** Its figures; what it doesn't say lacks. */
export function sumsOfImported({ cost, executions, prs }: Imported): Sums {
  const lacks: Lack[] = cost === 0 ? [] : ["outcomes"];
  if (executions === undefined) lacks.push("executions");
  if (prs === undefined) lacks.push("prs");
  return { ...noSums(), cost, executions: executions ?? 0, prs: prs ?? 0, lacks };
}

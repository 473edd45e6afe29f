import { type Day, daysIn } from "../../values/month.ts";
import { daysLater } from "../../values/period.ts";
import { monthSums } from "../part-lines.ts";
import type { HistoryLine, State } from "../state.ts";

/** The days that say what share a sub-budget usually has. */
const SHARE_DAYS = 28;

/** The months that say what share sub-budgets have, and what was spent in them. */
export type ShareMonths = {
  readonly closed: readonly { readonly weight: number; readonly parts: NonNullable<HistoryLine["budgets"]> }[];
  readonly whole: number;
};

/**
 * The months of about the last 28 days. The books keep what a month booked in a sub-budget, but not on which days: the
 * running month counts in full, and the month before it by the days that are missing, as if all of its days were alike.
 */
export function shareMonths({ current_month: month, history, total_spent }: State, today: Day): ShareMonths {
  const before = daysLater(`${month}-01`, -1).slice(0, 7);
  const missing = Math.max(0, SHARE_DAYS - (today > month ? Number(today.slice(8, 10)) : 0));
  const closed = history.flatMap((line) => {
    const weight = line.month === month ? 1 : line.month === before ? Math.min(1, missing / daysIn(before)) : 0;
    // A month without any sub-budget says nothing about their shares.
    if (weight === 0 || line.budgets === undefined) return [];
    return [{ weight, parts: line.budgets, whole: line.total_spent }];
  });
  return { closed, whole: closed.reduce((sum, one) => sum + one.weight * one.whole, 0) + total_spent };
}

/** A sub-budget's share, from 0 to 1, of the dollars of these months. Null where nothing was spent. */
export function shareOf(name: string, { budgets }: State, { closed, whole }: ShareMonths): number | null {
  const line = budgets?.[name];
  const running = line === undefined ? 0 : monthSums(line).spent;
  const part = closed.reduce((sum, { weight, parts }) => sum + weight * (parts[name]?.spent ?? 0), 0) + running;
  return whole > 0 ? Math.min(1, Math.max(0, part / whole)) : null;
}

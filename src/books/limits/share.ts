import { type Day, daysIn } from "../../values/month.ts";
import { daysLater } from "../../values/period.ts";
import { monthSums } from "../part-lines.ts";
import type { State } from "../state.ts";

/** The days that say what share a sub-budget usually has. */
const SHARE_DAYS = 28;

/**
 * A sub-budget's share, from 0 to 1, of the dollars of about the last 28 days. The books keep what a month booked in a
 * sub-budget, but not on which days: the running month counts in full, and the month before it by the days that are
 * missing, as if all of its days were alike. Null where nothing was spent.
 */
export function shareOf(name: string, { state, today }: { readonly state: State; readonly today: Day }): number | null {
  const month = state.current_month;
  const before = daysLater(`${month}-01`, -1).slice(0, 7);
  const missing = Math.max(0, SHARE_DAYS - (today > month ? Number(today.slice(8, 10)) : 0));
  const closed = state.history.flatMap((line) => {
    const weight = line.month === month ? 1 : line.month === before ? Math.min(1, missing / daysIn(before)) : 0;
    // A month without any sub-budget says nothing about their shares.
    if (weight === 0 || line.budgets === undefined) return [];
    return [{ weight, part: line.budgets[name]?.spent ?? 0, whole: line.total_spent }];
  });
  const line = state.budgets?.[name];
  const running = { weight: 1, part: line === undefined ? 0 : monthSums(line).spent, whole: state.total_spent };
  const months = [...closed, running];
  const whole = months.reduce((sum, one) => sum + one.weight * one.whole, 0);
  const part = months.reduce((sum, one) => sum + one.weight * one.part, 0);
  return whole > 0 ? Math.min(1, Math.max(0, part / whole)) : null;
}

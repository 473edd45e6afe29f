import { type DaySpent, daysFrom } from "../../src/forecast/history.ts";
import { weekdayOf } from "../../src/forecast/weekdays.ts";
import { nanoOf } from "../../src/values/money.ts";
import type { Day } from "../../src/values/month.ts";

/** Days from one to another, both included, with dollars by their place and weekday (Sunday is 0). */
export function daysOf(from: Day, to: Day, dollars: (at: number, weekday: number) => number): DaySpent[] {
  return daysFrom(from, to).map((day, at) => ({ day, spent: nanoOf(dollars(at, weekdayOf(day))) }));
}

/** What the days of a month spent. */
export function sumOf(days: readonly DaySpent[], month: string): number {
  return days.reduce((sum, { day, spent }) => (day.startsWith(month) ? sum + spent : sum), 0);
}

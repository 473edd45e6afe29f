import type { State } from "../books/state.ts";
import { daysOfMonth } from "../forecast/history.ts";
import { ZERO } from "../values/money.ts";
import type { Day } from "../values/month.ts";

/**
 * The first day of which the books know what was spent; what was spent before isn't known, rather than nothing.
 * Undefined while nothing was booked.
 */
export function firstDayKnown({ history, daily }: Pick<State, "history" | "daily">): Day | undefined {
  const firsts = history.flatMap(({ month, daily_spent: amounts }) =>
    amounts === undefined
      ? [`${month}-01`]
      : daysOfMonth(month, amounts)
          .filter(({ spent }) => spent !== ZERO)
          .map(({ day }) => day)
          .slice(0, 1),
  );
  return [...firsts, ...Object.keys(daily)].sort()[0];
}

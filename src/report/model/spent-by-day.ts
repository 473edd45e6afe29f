import type { State } from "../../books/state.ts";
import { bounded, boundedSum, type NanoUsd, ZERO } from "../../values/money.ts";
import { type Day, daysIn } from "../../values/month.ts";

/**
 * What the running month spent up to each of its days, from the 1st to `today`, the last one that has come; what it
 * spent without a day counts from the 1st.
 */
export function spentByDay({ current_month: month, daily, total_spent: total }: State, today: Day): NanoUsd[] {
  const days = today.startsWith(month) ? Number(today.slice(8, 10)) : today < month ? 1 : daysIn(month);
  const amounts = Array.from(
    { length: days },
    (_, index) => daily[`${month}-${String(index + 1).padStart(2, "0")}`]?.spent ?? ZERO,
  );
  let spent = bounded(total - boundedSum(amounts));
  return amounts.map((amount) => {
    spent = bounded(spent + amount);
    return spent;
  });
}

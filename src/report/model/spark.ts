import type { State } from "../../books/state.ts";
import { recentSpending } from "../../insight/recent-spending.ts";
import { type NanoUsd, showUsd } from "../../values/money.ts";
import type { Instant } from "../../values/month.ts";
import { showMany } from "../../values/show.ts";

const DAYS = 14;
/** Fewer make no line. */
const MIN_DAYS = 3;
const BLOCKS = "▁▂▃▄▅▆▇█";

/** Amounts as blocks: nothing, or less than nothing, is the lowest one, the largest amount the highest. */
export function sparkOf(amounts: readonly NanoUsd[]): string {
  const most = Math.max(0, ...amounts);
  return amounts
    .map((amount) => BLOCKS[amount <= 0 ? 0 : Math.max(1, Math.ceil(((BLOCKS.length - 1) * amount) / most))])
    .join("");
}

/** "▅▆▄▆▄▁▁█▆▅▇▅▆▄ the last 14 days, $0.0300 to $0.6100 a day"; empty while fewer than three are known. */
export function sparkText(state: State, now: Instant): string {
  const amounts = recentSpending(state, now, DAYS).map(({ spent }) => spent);
  if (amounts.length < MIN_DAYS || amounts.every((amount) => amount === 0)) return "";
  const [least, most] = [Math.min(...amounts), Math.max(...amounts)] as [NanoUsd, NanoUsd];
  return `${sparkOf(amounts)} the last ${showMany(amounts.length, "day")}, ${showUsd(least)} to ${showUsd(most)} a day`;
}

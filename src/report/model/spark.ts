import type { State } from "../../books/state.ts";
import type { DemandForecast } from "../../forecast/demand.ts";
import { recentSpending } from "../../insight/recent-days.ts";
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

/** Where the month's total is likely to lie, as cells of a line from nothing to the highest of all of it. */
export type Band = { readonly cells: string; readonly text: string };

/**
 * The forecast as a line of so many cells: ▒ is 80 % likely, ▓ 50 %, ◆ the forecast, │ the budget; undefined where only a
 * pace is known, or nothing more is expected.
 */
export function bandOf(forecast: DemandForecast, total: NanoUsd, width: number): Band | undefined {
  if (forecast.kind === "pace" || forecast.rest === null) return undefined;
  const { likely50, likely80, point } = forecast;
  const highest = Math.max(total, likely80.high);
  if (highest <= 0) return undefined;
  const cellOf = (amount: NanoUsd) => Math.min(width - 1, Math.max(0, Math.floor((width * amount) / highest)));
  const isIn = (cell: number, { low, high }: typeof likely80) => cell >= cellOf(low) && cell <= cellOf(high);
  const cells = Array.from({ length: width }, (_, cell) => {
    if (cell === cellOf(point)) return "◆";
    if (cell === cellOf(total)) return "│";
    return isIn(cell, likely50) ? "▓" : isIn(cell, likely80) ? "▒" : "·";
  });
  return { cells: cells.join(""), text: "◆ forecast, ▓ 50% and ▒ 80% likely, │ budget" };
}

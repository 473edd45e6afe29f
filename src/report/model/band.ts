import type { DemandForecast } from "../../forecast/demand.ts";
import type { NanoUsd } from "../../values/money.ts";

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

import { shownFigures } from "../../books/figures.ts";
import type { DemandForecast } from "../../forecast/demand.ts";
import { plus, showUsd } from "../../values/money.ts";
import { showChance } from "../../values/percent.ts";
import { showDay } from "../../values/show.ts";
import { aboutText } from "./figure-rows.ts";
import type { MonthView } from "./view.ts";

type Ahead = Pick<MonthView, "ahead" | "figures" | "state">;

/**
 * What the month comes to, as plain text: "$13.90 by the month's end, 80% likely between $12.10 and $16.40; 31% likely
 * to reach the $15.00 before the month ends (then runs are denied)." Empty while nothing is known.
 */
export function forecastText(month: Ahead): string {
  const { forecast } = month.ahead;
  if (forecast.kind === "pace" && forecast.point === forecast.spent) return "";
  return aboutText(month.state, `${showUsd(forecast.point)} by the month's end${rangeText(month)}.`);
}

/** The days on which the money is likely and possibly gone, as one sentence; empty if it lasts. */
export function goneText({ ahead, figures }: Ahead): string {
  const { goneOn, earliest, forecast } = ahead;
  const first = earliest ?? goneOn;
  if (first === null || figures.health === "blocked") return "";
  if (forecast.kind === "pace") return `At that pace the money is gone on ${showDay(first)}.`;
  if (goneOn === null) return `The money is possibly gone on ${showDay(first)}.`;
  const possibly = first === goneOn ? "" : `, possibly on ${showDay(first)}`;
  return `The money is likely gone on ${showDay(goneOn)}${possibly}.`;
}

function rangeText({ ahead: { forecast, chance }, figures }: Ahead): string {
  const { total } = shownFigures(figures);
  if (forecast.kind === "pace") return " at the pace so far; a range needs three days of history";
  if (forecast.rest === null) return ": nothing more is expected";
  const { low, high } = forecast.likely80;
  const range = `, 80% likely between ${showUsd(low)} and ${showUsd(high)}`;
  if (isUsedUp(figures)) return `${range}, if no run were denied; the ${total} is used up`;
  if (figures.health === "blocked") return `${range}, if no run were denied`;
  return `${range}; ${showChance(chance ?? 0)} likely to reach the ${total} before the month ends (then runs are denied)`;
}

function isUsedUp({ budget, topUps, spent }: MonthView["figures"]): boolean {
  return spent >= plus(budget, topUps);
}

/** A forecast in a few words: "$13.90 (80% likely $12.10 to $16.40)". */
export function shortForecast(forecast: DemandForecast): string {
  const point = showUsd(forecast.point);
  if (forecast.kind === "pace") return `${point} at the pace so far`;
  if (forecast.rest === null) return point;
  return `${point} (80% likely ${showUsd(forecast.likely80.low)} to ${showUsd(forecast.likely80.high)})`;
}

import {
  chanceOf,
  type Demand,
  type DemandForecast,
  daysReaching,
  type Span,
  totalOf,
  totalsByDay,
} from "../forecast/demand.ts";
import type { NanoUsd } from "../values/money.ts";
import { type Day, type Instant, lastDayOf } from "../values/month.ts";
import { demandIn } from "./demand.ts";
import { totalBudget } from "./figures.ts";
import type { State } from "./state.ts";

/** What the running month comes to if no run is denied, and whether that reaches its money. */
export type MonthOutlook = {
  /** What the books know of days to come. */
  readonly demand: Demand;
  readonly forecast: DemandForecast;
  /** The same by the end of each day from today on. */
  readonly days: readonly { readonly day: Day; readonly total: DemandForecast }[];
  /** The chance, from 0 to 1, that the money runs out before the month ends; null where only a pace is known. */
  readonly chance: number | null;
  /** The day by whose end the forecast's point reaches the money; null if it lasts. */
  readonly goneOn: Day | null;
  /** The day by whose end the upper edge of the 80 % range reaches it; null if it lasts, or where there is no range. */
  readonly earliest: Day | null;
};

/** Looks ahead to the end of the running month; `total` is the money it has, budget + top-ups unless given. */
export function monthOutlook(state: State, now: Instant, total: NanoUsd = totalBudget(state)): MonthOutlook {
  const demand = demandIn(state, now);
  const span = monthSpan(state);
  const days = totalsByDay(demand, span);
  return outlookFor({ demand, forecast: days.at(-1)?.total ?? totalOf(demand, span), days }, total);
}

/** The same days with other money. */
export function outlookFor(
  { demand, forecast, days }: Pick<MonthOutlook, "demand" | "forecast" | "days">,
  total: NanoUsd,
): MonthOutlook {
  const { likely, earliest } = daysReaching(total, { spent: forecast.spent, today: demand.today.day, days });
  return { demand, forecast, days, chance: chanceOf(forecast, total), goneOn: likely, earliest };
}

/** The days of the running month, and what it spent since it began or was reset. */
export function monthSpan({ current_month: month, total_spent: spent }: State): Span {
  return { from: `${month}-01`, to: lastDayOf(month), spent };
}

import { bounded, usdOf } from "../../values/money.ts";
import type { Instant } from "../../values/month.ts";
import { numberOfQuantity } from "../../values/quantity.ts";
import type { AlertFacts } from "../alerts/raise.ts";
import type { Figures } from "../answer.ts";
import { moneyOf } from "../figures.ts";
import { timeTo } from "../limits/ahead.ts";
import type { SeenPart } from "../limits/alerts.ts";
import type { MonthOutlook } from "../month-demand.ts";
import type { State } from "../state.ts";

/** What an alert of the month says; while the month runs on, also where it is heading. */
export function monthAlertFacts(
  figures: Figures,
  ahead?: { readonly state: State; readonly now: Instant; readonly outlook: MonthOutlook },
): AlertFacts {
  const total = moneyOf(figures);
  const left = total - figures.spent;
  const reach = { amount: total, from: figures.spent };
  const hours = ahead === undefined ? null : timeTo(reach, { ...ahead, days: ahead.outlook.days }).hours;
  return {
    usage: usdOf(figures.spent),
    limit: usdOf(total),
    percent: rounded(figures.percentUsed),
    time_left: hours ? rounded(hours) : undefined,
    projected_end: ahead === undefined ? undefined : usdOf(ahead.outlook.forecast.point),
    overage: left < 0 ? usdOf(bounded(-left)) : undefined,
  };
}

/** What an alert of a sub-budget says, and where its period is heading. */
export function partAlertFacts({ figures, ahead }: SeenPart): AlertFacts {
  const { unit, limit, spent } = figures;
  const plain = (amount: number) => numberOfQuantity(unit, amount);
  const end = ahead.thresholds.find(({ percent }) => percent === 100);
  return {
    usage: plain(spent),
    limit: plain(limit),
    percent: rounded(figures.percentUsed),
    time_left: end?.hours && end.at !== null ? rounded(end.hours) : undefined,
    projected_end: ahead.projected === null ? undefined : plain(ahead.projected),
    overage: spent > limit ? plain(spent - limit) : undefined,
  };
}

/** To one decimal. */
function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}

import type { Pace } from "../../forecast/pace.ts";
import { timeToLimit } from "../../forecast/time-to-limit.ts";
import { bounded, usdOf } from "../../values/money.ts";
import { beginOf } from "../../values/period.ts";
import { numberOfQuantity } from "../../values/quantity.ts";
import type { AlertFacts } from "../alerts/raise.ts";
import type { Figures } from "../answer.ts";
import type { Draft } from "../draft.ts";
import type { PartAlert } from "../limits/alerts.ts";
import type { MonthOutlook } from "../month-demand.ts";

/** What an alert of the month says; while the month runs on, also where it is heading. */
export function monthAlertFacts(
  figures: Figures,
  ahead?: { readonly pace: Pace; readonly outlook: MonthOutlook },
): AlertFacts {
  const total = bounded(figures.budget + figures.topUps);
  const left = total - figures.spent;
  const burnRate = ahead === undefined || ahead.outlook.goneOn === null ? 0 : ahead.pace.burnRate;
  return {
    usage: usdOf(figures.spent),
    limit: usdOf(total),
    percent: rounded(figures.percentUsed),
    time_left: burnRate > 0 && left > 0 ? rounded((24 * left) / burnRate) : undefined,
    projected_end: ahead === undefined ? undefined : usdOf(ahead.outlook.forecast.point),
    overage: left < 0 ? usdOf(bounded(-left)) : undefined,
  };
}

/** What an alert of a sub-budget says, and where its period is heading at its own pace. */
export function partAlertFacts({ state, circumstances }: Draft, { figures }: PartAlert): AlertFacts {
  const { unit, limit, spent, held, resetsAt: ends } = figures;
  const plain = (amount: number) => numberOfQuantity(unit, amount);
  const begins = beginOf(state.budgets?.[figures.name]?.period ?? state.current_month, state.timezone);
  const ahead =
    begins === null || ends === null
      ? undefined
      : timeToLimit({ threshold: limit, spent, held, begins, ends, now: circumstances.now });
  return {
    usage: plain(spent),
    limit: plain(limit),
    percent: rounded(figures.percentUsed),
    time_left: ahead?.hours && ahead.at !== null ? rounded(ahead.hours) : undefined,
    projected_end: ahead === undefined ? undefined : plain(ahead.projected),
    overage: spent > limit ? plain(spent - limit) : undefined,
  };
}

/** To one decimal. */
function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}

import { usdOf } from "../values/money.ts";
import { chanceToJudge, isSaid, newForecast, reachedLevel } from "./alerts/forecasts.ts";
import { raiseAlert } from "./alerts/raise.ts";
import type { Draft } from "./draft.ts";
import { totalBudget } from "./figures.ts";
import { queue } from "./messages/outbox.ts";
import type { MonthOutlook } from "./month-demand.ts";

/** Announces that the chance of running out has reached a level, once until it was clearly lower or the month ends. */
export function judgeChance(draft: Draft, outlook: MonthOutlook): Draft {
  const { forecast, goneOn } = outlook;
  const chance = chanceToJudge(draft, outlook);
  const reached = chance === undefined ? undefined : reachedLevel(chance);
  if (chance === undefined || reached === undefined || forecast.kind === "pace") return draft;
  if (isSaid(draft.state, reached)) return draft;
  const { severity } = reached;
  const { draft: raised, alert } = raiseAlert(draft, newForecast(draft, reached, outlook));
  return queue(
    raised,
    { kind: "forecast", id: `forecast-${alert.at.slice(0, 4)}-${alert.id}`, severity },
    {
      severity,
      chance,
      point: usdOf(forecast.point),
      low: usdOf(forecast.likely80.low),
      high: usdOf(forecast.likely80.high),
      budget: usdOf(totalBudget(draft.state)),
      gone_on: goneOn,
      alert: alert.id,
    },
  );
}

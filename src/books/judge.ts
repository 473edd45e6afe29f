import { judgeToday } from "./anomaly.ts";
import type { Draft } from "./draft.ts";
import { judgeChance } from "./judge-chance.ts";
import { keepForecast } from "./kept-forecasts.ts";
import type { MonthOutlook } from "./month-demand.ts";

// Only commands that book load this code: a gate is as fast as it is small.

/** What a booking says about the days: the forecast, whether today is unusual, how likely the money runs out. */
export function judgeBooking(draft: Draft, ahead: MonthOutlook): Draft {
  return judgeChance(judgeToday(keepForecast(draft, ahead)), ahead);
}

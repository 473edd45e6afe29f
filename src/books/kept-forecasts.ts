import { dayOf } from "../values/month.ts";
import { type Draft, withState } from "./draft.ts";
import { totalBudget } from "./figures.ts";
import { forecastsOfMonth, roundedShare } from "./forecast-score.ts";
import type { MonthOutlook } from "./month-demand.ts";

const MAX_KEPT = 31;

/** The draft with the forecast made by the first booking of a day, for the score at the month's end. */
export function keepForecast(draft: Draft, { forecast, chance }: MonthOutlook): Draft {
  const { state, entries, circumstances } = draft;
  const { current_month: month, timezone } = state;
  const today = dayOf(circumstances.now, timezone);
  const isBooked = entries.some((entry) => {
    return entry.month === month && (entry.kind === "charge" || entry.kind === "correction");
  });
  const kept = forecastsOfMonth(state);
  // Money that has run out is no forecast any more, and a clock that is behind adds no forecast to another one's days.
  if (
    !isBooked ||
    state.total_spent >= totalBudget(state) ||
    !today.startsWith(month) ||
    kept.some(({ day }) => day >= today)
  )
    return draft;
  if (forecast.kind === "pace") return draft;
  const { point, likely80 } = forecast;
  const made = { day: today, point, ...likely80, chance: roundedShare(chance ?? 0) };
  return withState(draft, { forecasts: [...kept, made].slice(-MAX_KEPT) });
}

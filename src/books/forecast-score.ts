import { type KeptForecast, monthScore } from "../forecast/score.ts";
import { dayOf } from "../values/month.ts";
import type { HistoryLine, State } from "./state.ts";

/** Chances and errors are kept to a hundredth of a percent. */
const PLACES = 10_000;

/** How good the running month's forecasts were, as it ends now; undefined if none was kept. */
export function scoreAtEnd(state: State): HistoryLine["forecast_score"] {
  const { total_spent: total, exhausted_at } = state;
  const { ran_out, days } = monthScore({ kept: forecastsOfMonth(state), total, ran_out: exhausted_at !== null });
  if (days.length === 0) return undefined;
  return {
    ran_out,
    days: days.map(({ error, ...day }) => ({ ...day, error: error === null ? null : roundedShare(error) })),
  };
}

/** The kept forecasts of the running month since it began or was reset: a release that doesn't know them leaves older ones. */
export function forecastsOfMonth(state: State): KeptForecast[] {
  const { forecasts = [], current_month: month, last_reset, timezone } = state;
  const since = dayOf(last_reset, timezone);
  return forecasts.filter(({ day }) => day.startsWith(month) && day >= since);
}

export function roundedShare(share: number): number {
  return Math.round(share * PLACES) / PLACES;
}

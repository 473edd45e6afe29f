import type { Instant, Month } from "../values/month.ts";
import { NOTHING_SPENT } from "./close-month.ts";
import { DEFAULT_BUDGET, DEFAULT_TIMEZONE, type Settings } from "./settings.ts";
import type { State } from "./state.ts";

/** Books that start now, with nothing spent. */
export function newState(month: Month, now: Instant, settings: Settings): State {
  return {
    version: "2.0",
    requires: [],
    current_month: month,
    monthly_budget: settings.monthlyBudget ?? DEFAULT_BUDGET,
    timezone: settings.timezone ?? DEFAULT_TIMEZONE,
    ...NOTHING_SPENT,
    holds: [],
    closed_holds: [],
    profiles: {},
    sessions: {},
    outbox: [],
    last_reset: now,
    last_entry: null,
    history: [],
  };
}

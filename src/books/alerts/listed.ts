import { dayOf, epochOf } from "../../values/month.ts";
import type { Entry } from "../entry.ts";
import type { Alert } from "../notify-keys.ts";
import type { State } from "../state.ts";
import { MAX_ALERTS } from "./raise.ts";

/** The alerts that a ledger has, oldest first: whether they were escalated or resolved is only in the state. */
export function alertsIn(entries: readonly Entry[]): Alert[] {
  const found: Alert[] = [];
  for (const { alert: line, at, actor = "", reason } of entries) {
    if (line === undefined) continue;
    const { change, facts = {}, ...subject } = line;
    if (change === "raised") found.push({ ...subject, at, facts });
    // The same id comes again a year later.
    const index = found.findLastIndex(({ id }) => id === line.id);
    const known = found[index];
    if (change === "raised" || known === undefined) continue;
    found[index] = { ...known, acknowledged: { by: actor, at, ...(reason !== undefined && { note: reason }) } };
  }
  return found;
}

/** The state's alerts with those of the ledger that it has forgotten, from a day on. */
export function withForgotten(state: State, ledger: readonly Alert[], since: string): Alert[] {
  const known = state.alerts ?? [];
  const isKnown = ({ id, at }: Alert) => known.some((alert) => alert.id === id && alert.at === at);
  const all = [...ledger.filter((alert) => !isKnown(alert)), ...known];
  return all.filter(({ at }) => dayOf(at, state.timezone) >= since).sort((a, b) => epochOf(a.at) - epochOf(b.at));
}

/**
 * What was announced of the running month that no alert was kept of, as in version 0.1: percentages, and that the money
 * is used up. Nothing where alerts may have been kept and forgotten since.
 */
export function announcedUnkept(state: State): { readonly percents: readonly number[]; readonly isExhausted: boolean } {
  const { alerts = [], alerts_sent: sent, exhausted_at, current_month, forgot_at, alerts_forgotten } = state;
  const isWhole = forgot_at === undefined && alerts_forgotten === undefined && alerts.length < MAX_ALERTS;
  if (!isWhole) return { percents: [], isExhausted: false };
  const isKept = (kind: Alert["kind"]) =>
    alerts.some((alert) => alert.kind === kind && alert.budget === undefined && alert.period === current_month);
  return {
    percents: isKept("threshold") ? [] : sent,
    isExhausted: exhausted_at !== null && !isKept("exhausted"),
  };
}

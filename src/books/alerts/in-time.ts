import { epochOf, type Instant, monthOf } from "../../values/month.ts";
import { daysLater } from "../../values/period.ts";
import type { Alert } from "../notify-keys.ts";
import type { Settings } from "../settings.ts";
import type { State } from "../state.ts";
import { raisedMs } from "./resolve.ts";

/** How many of a month's alerts were acknowledged before they were due to be escalated. */
export type InTime = { readonly month: string; readonly count: number; readonly of: number };

/** Of last month's alerts, also those that the state has forgotten; null if nobody had to acknowledge any. */
export function acknowledgedInTime(state: State, after: Settings["escalateMs"]): InTime | null {
  const month = monthBefore(state);
  const kept = inTimeOf(
    (state.alerts ?? []).filter((alert) => monthOf(alert.at, state.timezone) === month),
    after,
  );
  const forgotten = state.alerts_forgotten?.[month];
  const of = kept.due + (forgotten?.due ?? 0);
  return of === 0 ? null : { month, count: kept.in_time + (forgotten?.in_time ?? 0), of };
}

/** The key of the state that counts forgotten alerts of this month and the last one, with these alerts added to it. */
export function countForgotten(
  state: State,
  gone: readonly Alert[],
  after: Settings["escalateMs"],
): Pick<State, "alerts_forgotten"> {
  const first = monthBefore(state);
  const counted = new Map(Object.entries(state.alerts_forgotten ?? {}).filter(([month]) => month >= first));
  for (const alert of gone) {
    const month = monthOf(alert.at, state.timezone);
    const { due, in_time } = inTimeOf([alert], after);
    const before = counted.get(month);
    if (due === 0 || month < first) continue;
    counted.set(month, { ...before, due: (before?.due ?? 0) + due, in_time: (before?.in_time ?? 0) + in_time });
  }
  return counted.size === 0 ? {} : { alerts_forgotten: Object.fromEntries(counted) };
}

function monthBefore({ current_month }: State): string {
  return daysLater(`${current_month}-01`, -1).slice(0, 7);
}

function inTimeOf(alerts: readonly Alert[], after: Settings["escalateMs"]) {
  const due = alerts.filter((alert) => isDue(alert, after));
  const inTime = due.filter((alert) => isBefore(alert.acknowledged?.at, deadlineOf(alert, after)));
  return { due: due.length, in_time: inTime.length };
}

/** Nobody has to acknowledge what is only for information, or what was resolved in time. */
function isDue(alert: Alert, after: Settings["escalateMs"]): boolean {
  if (alert.severity === "info") return false;
  return alert.acknowledged !== undefined || !isBefore(alert.resolved_at, deadlineOf(alert, after));
}

function deadlineOf(alert: Alert, { warning, critical }: Settings["escalateMs"]): number {
  return raisedMs(alert) + (alert.severity === "warning" ? warning : critical);
}

function isBefore(at: Instant | undefined, deadline: number): boolean {
  return at !== undefined && epochOf(at) <= deadline;
}

import { dayOf, epochOf, type Instant, monthOf } from "../../values/month.ts";
import { daysLater } from "../../values/period.ts";
import type { Entry } from "../entry.ts";
import type { Alert } from "../notify-keys.ts";
import type { Settings } from "../settings.ts";
import type { State } from "../state.ts";
import { raisedMs } from "./resolve.ts";

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

/** How many of a month's alerts were acknowledged before they were due to be escalated. */
export type InTime = { readonly month: string; readonly count: number; readonly of: number };

/** Of last month's alerts; null if nobody had to acknowledge any. */
export function acknowledgedInTime(
  { current_month, timezone }: State,
  alerts: readonly Alert[],
  after: Settings["escalateMs"],
): InTime | null {
  const month = daysLater(`${current_month}-01`, -1).slice(0, 7);
  const due = alerts.filter((alert) => monthOf(alert.at, timezone) === month && isDue(alert, after));
  const count = due.filter((alert) => isBefore(alert.acknowledged?.at, deadlineOf(alert, after))).length;
  return due.length === 0 ? null : { month, count, of: due.length };
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

import { usdOf } from "../../values/money.ts";
import { dayOf, epochOf, type Instant } from "../../values/month.ts";
import { isMonth, isOver } from "../../values/period.ts";
import { numberOfQuantity } from "../../values/quantity.ts";
import { type Draft, withState } from "../draft.ts";
import { totalBudget } from "../figures.ts";
import { partFigures } from "../limits/figures.ts";
import { ruleOf } from "../limits/parts.ts";
import type { Alert } from "../notify-keys.ts";
import type { State } from "../state.ts";

/** Whether a person should still look at it. */
export function isOpen({ resolved_at }: Alert): boolean {
  return resolved_at === undefined;
}

/** When it was raised, milliseconds since 1970: the second, without what keeps the ledger's instants apart. */
export function raisedMs({ at }: Alert): number {
  return Math.floor(epochOf(at) / 1000) * 1000;
}

/** Resolves what ended with its period or its day, and what more money has ended. */
export function resolveAlerts(draft: Draft): Draft {
  const ended = (draft.state.alerts ?? []).filter((alert) => isOpen(alert) && hasEnded(alert, draft));
  return ended.length === 0 ? draft : resolved(draft, ended);
}

/** The draft in which these alerts are resolved now. */
export function resolved(draft: Draft, ended: readonly Alert[]): Draft {
  const { alerts = [] } = draft.state;
  const { now } = draft.circumstances;
  return withState(draft, {
    alerts: alerts.map((alert) => (ended.includes(alert) ? { ...alert, resolved_at: now } : alert)),
  });
}

function hasEnded(alert: Alert, draft: Draft): boolean {
  const { state, circumstances } = draft;
  const today = dayOf(circumstances.now, state.timezone);
  if (alert.kind === "anomaly") return alert.period !== undefined && alert.period < today;
  if (alert.budget !== undefined) return hasPartEnded({ ...alert, budget: alert.budget }, draft, today);
  const isOfMonth = alert.period === undefined || alert.period === state.current_month;
  if (!isOfMonth || isBeforeReset(alert, state)) return true;
  // More money changes the chance of running out, which is judged once the month has been looked ahead.
  return alert.kind !== "forecast" && isRaised(alert, usdOf(totalBudget(state)));
}

function hasPartEnded(alert: Alert & { readonly budget: string }, draft: Draft, today: string): boolean {
  const { state, circumstances } = draft;
  const { parts } = circumstances.settings;
  const line = state.budgets?.[alert.budget];
  if (line === undefined || (alert.period !== undefined && line.period !== alert.period)) return true;
  if (isOver(line.period, today) || (isMonth(line.period) && isBeforeReset(alert, state))) return true;
  // Without a policy that can be read, nobody knows the limit.
  if (parts === undefined) return false;
  const rule = ruleOf(alert.budget, parts);
  if (rule === undefined) return true;
  const { unit, limit } = partFigures(state, { name: alert.budget, rule, period: line.period });
  return unit !== (alert.unit ?? "USD") || isRaised(alert, numberOfQuantity(unit, limit));
}

/** A reset restarts the month. */
function isBeforeReset({ at }: { readonly at: Instant }, { last_reset }: State): boolean {
  return epochOf(at) < epochOf(last_reset);
}

function isRaised({ facts: { limit } }: Alert, now: number): boolean {
  return typeof limit === "number" && now > limit;
}

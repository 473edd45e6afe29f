import { ZERO } from "../../values/money.ts";
import { dayOf } from "../../values/month.ts";
import type { Unit } from "../../values/quantity.ts";
import { book, type Draft, withState } from "../draft.ts";
import type { Alert, AlertKind, Severity } from "../notify-keys.ts";
import { countForgotten } from "./in-time.ts";

/** So many alerts are kept. */
export const MAX_ALERTS = 40;

/** What is known of it; what isn't known is left out. Amounts are plain numbers of the alert's unit. */
export type AlertFacts = {
  readonly usage?: number;
  readonly limit?: number;
  /** What is used of the limit; of a forecast, the chance that it is reached. */
  readonly percent?: number;
  /** Hours until the limit is reached at this pace. */
  readonly time_left?: number | undefined;
  /** What the period comes to at this pace. */
  readonly projected_end?: number | undefined;
  /** What is used beyond the limit. */
  readonly overage?: number | undefined;
};

/** A new alert: of the month, or of a sub-budget. */
export type NewAlert = {
  readonly kind: AlertKind;
  readonly severity: Severity;
  readonly budget?: string | undefined;
  readonly unit?: Unit | undefined;
  readonly facts: AlertFacts;
};

/** Keeps an alert in the books until it is resolved, with a ledger line that costs nothing. */
export function raiseAlert(draft: Draft, raised: NewAlert): { readonly draft: Draft; readonly alert: Alert } {
  const { state, circumstances } = draft;
  const { kind, severity, budget, unit = "USD" } = raised;
  const day = dayOf(circumstances.now, state.timezone);
  const number = nextNumber(state.alerts, day);
  const facts = Object.fromEntries(Object.entries(raised.facts).filter(([, fact]) => fact !== undefined));
  const subject = {
    id: `${prefixOf(day)}${number}`,
    ...{ kind, severity },
    ...(budget !== undefined && { budget }),
    ...(unit !== "USD" && { unit }),
    period: periodOf(draft, raised, day),
  };
  const line = { ...subject, change: "raised" as const, facts };
  // In a year there is another alert of this day and number.
  const booked = book(draft, { id: `alert-${day}-${number}`, kind: "alert", cost: ZERO, alert: line });
  const alert: Alert = { ...subject, at: booked.state.last_entry?.at ?? circumstances.now, facts };
  const { kept, gone } = bounded([...(state.alerts ?? []), alert]);
  const forgotten = gone.length === 0 ? {} : countForgotten(state, gone, circumstances.settings.escalateMs);
  return { draft: withState(booked, { alerts: kept, ...forgotten }), alert };
}

/** The period that ends what the alert is about. */
function periodOf({ state }: Draft, { kind, budget }: NewAlert, day: string): string {
  if (kind === "anomaly") return day;
  return (budget === undefined ? undefined : state.budgets?.[budget]?.period) ?? state.current_month;
}

function prefixOf(day: string): string {
  return `A-${day.slice(5, 7)}${day.slice(8, 10)}-`;
}

/** The newest alert is never forgotten before the next one, so no number is given twice. */
function nextNumber(alerts: readonly Alert[] = [], day: string): number {
  const prefix = prefixOf(day);
  const numbers = alerts.flatMap(({ id }) => (id.startsWith(prefix) ? [Number(id.slice(prefix.length))] : []));
  return 1 + Math.max(0, ...numbers.filter(Number.isSafeInteger));
}

/** The oldest resolved one makes room first, then the oldest that is only for information, then the oldest of all. */
function bounded(alerts: readonly Alert[]): { readonly kept: Alert[]; readonly gone: readonly Alert[] } {
  const kept = [...alerts];
  const gone: Alert[] = [];
  while (kept.length > MAX_ALERTS) {
    const older = kept.slice(0, -1);
    const resolved = older.findIndex((alert) => alert.resolved_at !== undefined);
    const least = resolved < 0 ? older.findIndex(({ severity }) => severity === "info") : resolved;
    gone.push(...kept.splice(Math.max(0, least), 1));
  }
  return { kept, gone };
}

import { alertText } from "../books/alerts/alert-text.ts";
import { isOpen } from "../books/alerts/resolve.ts";
import type { Alert } from "../books/notify-keys.ts";
import type { State } from "../books/state.ts";
import { inCamelCase } from "../values/camel-case.ts";

/** Alerts for machines, oldest first; amounts are numbers of the alert's unit. What the state has forgotten is over. */
export function alertsJson(alerts: readonly Alert[], { alerts: known = [] }: Pick<State, "alerts">): readonly object[] {
  return alerts.map((alert) => {
    const { id, kind, severity, budget, unit, period, at, facts, acknowledged, escalated_at, resolved_at } = alert;
    const note = acknowledged?.note;
    return {
      ...{ id, kind, severity, budget: budget ?? null, unit: unit ?? "USD", period: period ?? null, at },
      text: alertText(alert),
      facts: inCamelCase(facts),
      acknowledged:
        acknowledged === undefined
          ? null
          : { by: acknowledged.by, at: acknowledged.at, ...(note !== undefined && { note }) },
      escalatedAt: escalated_at ?? null,
      resolvedAt: resolved_at ?? null,
      open: isOpen(alert) && known.includes(alert),
    };
  });
}

import { epochOf } from "../../values/month.ts";
import { alertText } from "../alerts/alert-text.ts";
import { isOpen, raisedMs } from "../alerts/resolve.ts";
import { type Draft, withState } from "../draft.ts";
import type { Alert } from "../notify-keys.ts";
import type { Settings } from "../settings.ts";
import { DEFAULT_CHANNEL } from "./channels.ts";
import { isWanted, queue } from "./outbox.ts";

/** Announces once more what nobody has acknowledged in time. */
export function escalateAlerts(draft: Draft): Draft {
  const { now, settings } = draft.circumstances;
  // While the policy can't be read, nobody knows to whom.
  const isOff = settings.defersCrossings === true || !isWanted(draft, "escalation");
  if (draft.state.alerts === undefined || isOff) return draft;
  return draft.state.alerts.filter((alert) => isDue(alert, epochOf(now), settings)).reduce(escalate, draft);
}

function isDue(alert: Alert, nowMs: number, settings: Settings): boolean {
  if (!isOpen(alert) || alert.acknowledged !== undefined || alert.escalated_at !== undefined) return false;
  const afterMs = escalatedAfter(alert, settings);
  return afterMs !== undefined && nowMs - raisedMs(alert) >= afterMs;
}

/** An emergency goes to the channel for escalations at once; without one, its own message was enough. */
function escalatedAfter({ severity }: Alert, { escalateMs, escalateTo }: Settings): number | undefined {
  if (severity === "info") return undefined;
  if (severity !== "emergency") return escalateMs[severity];
  return escalateTo === undefined || escalateTo === DEFAULT_CHANNEL ? undefined : 0;
}

function escalate(draft: Draft, alert: Alert): Draft {
  const { id, kind, severity, budget, at } = alert;
  const queued = queue(
    draft,
    // In a year there is another alert of this id.
    {
      kind: "escalation",
      id: `escalation-${at.slice(0, 4)}-${id}`,
      severity,
      budgets: budget === undefined ? undefined : [budget],
    },
    { alert: id, of: kind, severity, at, text: alertText(alert) },
  );
  const alerts = (queued.state.alerts ?? []).map((one) =>
    one === alert ? { ...one, escalated_at: draft.circumstances.now } : one,
  );
  return withState(queued, { alerts });
}

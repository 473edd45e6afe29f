import { SEVERITIES, type Severity } from "../notify-keys.ts";
import type { AlertSeverities } from "../part-rule.ts";

/** How much a percentage of a budget matters, unless the policy says otherwise; what is used up is an emergency. */
export function severityAt(percent: number, severities: AlertSeverities = {}): Severity {
  const said = severities[percent];
  if (said !== undefined) return said;
  if (percent < 75) return "info";
  if (percent < 90) return "warning";
  return percent < 100 ? "critical" : "emergency";
}

/** The most severe of them; info if there are none. */
export function highest(severities: readonly Severity[]): Severity {
  return SEVERITIES.findLast((severity) => severities.includes(severity)) ?? "info";
}

import { isOpen } from "../books/alerts/resolve.ts";
import { SEVERITIES } from "../books/notify-keys.ts";
import type { Dashboard } from "../insight/dashboard/dashboard.ts";
import { usdOf } from "../values/money.ts";
import { epochOf } from "../values/month.ts";
import { budgetJson } from "./budget-json.ts";

/** A value with its labels; null for what isn't known. */
type Sample = readonly [value: number | null, labels?: Readonly<Record<string, string>>];

const HEALTHS = ["green", "yellow", "red", "blocked"] as const;

/**
 * The month and its sub-budgets in the text format of Prometheus, version 0.0.4: all are gauges, for a month's figures
 * start again at zero. Amounts of a sub-budget are in its unit, which is a label.
 */
export function metricsText(dashboard: Dashboard): string {
  const month = monthMetrics(dashboard);
  const parts = dashboard.outlook.budgets.map(budgetJson);
  const ofParts = (pick: (part: (typeof parts)[number]) => number | null): Sample[] =>
    parts.map((part) => [pick(part), { budget: part.name, unit: part.unit }]);
  return [
    ...month,
    metric(
      "sub_budget_limit",
      "The limit of a sub-budget in its unit.",
      ofParts(({ limit }) => limit),
    ),
    metric(
      "sub_budget_spent",
      "What was spent of a sub-budget in its period.",
      ofParts(({ spent }) => spent),
    ),
    metric(
      "sub_budget_held",
      "What is set aside of a sub-budget.",
      ofParts(({ held }) => held),
    ),
    metric(
      "sub_budget_remaining",
      "What is left of a sub-budget.",
      ofParts(({ remaining }) => remaining),
    ),
    metric(
      "sub_budget_forecast",
      "What a sub-budget's period comes to.",
      ofParts(({ forecast }) => forecast?.point ?? null),
    ),
    metric(
      "sub_budget_resets_timestamp_seconds",
      "When a sub-budget starts again.",
      ofParts(({ resetsAt }) => (resetsAt === null ? null : epochOf(resetsAt) / 1000)),
    ),
  ].join("");
}

function monthMetrics({ figures, ahead, state, now }: Dashboard): string[] {
  const open = (state.alerts ?? []).filter(isOpen);
  return [
    metric("budget_dollars", "The month's budget, with top-ups.", [[usdOf(figures.budget) + usdOf(figures.topUps)]]),
    metric("spent_dollars", "What was spent this month.", [[usdOf(figures.spent)]]),
    metric("held_dollars", "What is set aside for runs that are not booked yet.", [[usdOf(figures.held)]]),
    metric("remaining_dollars", "What is left this month.", [[usdOf(figures.remaining)]]),
    metric("forecast_dollars", "What the month comes to.", [[usdOf(ahead.forecast.point)]]),
    metric("executions", "The month's runs.", [[figures.executions]]),
    metric("open_holds", "Runs that are not booked yet.", [[figures.openHolds]]),
    metric(
      "health",
      "1 for the month's health, 0 for the others.",
      HEALTHS.map((health) => [figures.health === health ? 1 : 0, { health }]),
    ),
    metric(
      "open_alerts",
      "Alerts that are open.",
      SEVERITIES.map((severity) => [open.filter((alert) => alert.severity === severity).length, { severity }]),
    ),
    metric("paused", "1 while runs are paused.", [[state.paused === undefined ? 0 : 1]]),
    metric("resets_timestamp_seconds", "When the month ends.", [[epochOf(figures.resetsAt) / 1000]]),
    metric("read_timestamp_seconds", "When the books were read.", [[epochOf(now) / 1000]]),
  ];
}

function metric(name: string, help: string, samples: readonly Sample[]): string {
  const full = `token_budget_${name}`;
  const lines = samples.flatMap(([value, labels = {}]) => {
    const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escaped(text)}"`);
    return value === null ? [] : [`${full}${pairs.length === 0 ? "" : `{${pairs.join(",")}}`} ${value}\n`];
  });
  return lines.length === 0 ? "" : `# HELP ${full} ${help}\n# TYPE ${full} gauge\n${lines.join("")}`;
}

function escaped(text: string): string {
  return text.toWellFormed().replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}

import { usdOf } from "../../values/money.ts";
import { type Draft, withState } from "../draft.ts";
import { totalBudget } from "../figures.ts";
import type { MonthOutlook } from "../month-demand.ts";
import type { Alert, Severity } from "../notify-keys.ts";
import type { State } from "../state.ts";
import { type NewAlert, raiseAlert } from "./raise.ts";
import { isOpen, resolved } from "./resolve.ts";

/** A chance of running out, in percent, that is announced. */
export type ChanceLevel = { readonly at: number; readonly severity: Severity };

const LEVELS: readonly ChanceLevel[] = [
  { at: 50, severity: "warning" },
  { at: 80, severity: "critical" },
];

/** A level is announced again only once the chance was this much lower. */
const REARMED_BELOW = 20;

/** The chance, in percent to one decimal, that the month's money runs out; undefined where nobody can tell. */
export function chanceToJudge({ state, circumstances }: Draft, { chance }: MonthOutlook): number | undefined {
  // What has run out is announced as such, and while the policy can't be read, nobody knows to whom.
  if (circumstances.settings.defersCrossings === true || state.total_spent >= totalBudget(state)) return undefined;
  return chance === null ? undefined : Math.round(chance * 1000) / 10;
}

/** The highest level that a chance reaches. */
export function reachedLevel(chance: number): ChanceLevel | undefined {
  return LEVELS.findLast(({ at }) => chance >= at);
}

/** Whether an open alert says that the chance has reached this level or a higher one. */
export function isSaid({ alerts = [] }: State, { at }: ChanceLevel): boolean {
  return alerts.some((alert) => isOpenForecast(alert) && levelOf(alert) >= at);
}

/** A new alert of the chance of running out. */
export function newForecast({ state }: Draft, { severity }: ChanceLevel, outlook: MonthOutlook): NewAlert {
  return {
    kind: "forecast",
    severity,
    facts: {
      usage: usdOf(state.total_spent),
      limit: usdOf(totalBudget(state)),
      percent: Math.round((outlook.chance ?? 0) * 1000) / 10,
      projected_end: usdOf(outlook.forecast.point),
    },
  };
}

/**
 * Resolves alerts that said a chance from which it has fallen clearly, whatever lowered it: more money, a pause, calm
 * days. Where a lower level is still reached, an alert of that level takes over what a person has acknowledged.
 */
export function lowerForecasts(draft: Draft, outlook: MonthOutlook): Draft {
  const open = (draft.state.alerts ?? []).filter(isOpenForecast);
  const chance = open.length === 0 ? undefined : chanceToJudge(draft, outlook);
  if (chance === undefined) return draft;
  const ended = open.filter((alert) => chance < levelOf(alert) - REARMED_BELOW);
  if (ended.length === 0) return draft;
  const left = resolved(draft, ended);
  const reached = reachedLevel(chance);
  if (reached === undefined || isSaid(left.state, reached)) return left;
  // On its way down it needs no message: whoever has taken the higher level on knows.
  const { draft: raised, alert } = raiseAlert(left, newForecast(left, reached, outlook));
  const higher = ended.find((one) => levelOf(one) > reached.at);
  return higher === undefined ? raised : takenOver(raised, alert, higher);
}

function takenOver(draft: Draft, alert: Alert, { acknowledged, escalated_at }: Alert): Draft {
  const known = {
    ...(acknowledged !== undefined && { acknowledged }),
    ...(escalated_at !== undefined && { escalated_at }),
  };
  return withState(draft, {
    alerts: (draft.state.alerts ?? []).map((one) => (one === alert ? { ...one, ...known } : one)),
  });
}

function isOpenForecast(alert: Alert): boolean {
  return alert.kind === "forecast" && isOpen(alert);
}

function levelOf({ severity }: Alert): number {
  return LEVELS.find((level) => level.severity === severity)?.at ?? 0;
}

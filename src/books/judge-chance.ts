import type { DemandForecast } from "../forecast/demand.ts";
import { usdOf } from "../values/money.ts";
import type { Day } from "../values/month.ts";
import { raiseAlert } from "./alerts/raise.ts";
import { isOpen, resolved } from "./alerts/resolve.ts";
import { type Draft, withState } from "./draft.ts";
import { totalBudget } from "./figures.ts";
import { queue } from "./messages/outbox.ts";
import type { MonthOutlook } from "./month-demand.ts";
import type { Alert } from "./notify-keys.ts";
import type { State } from "./state.ts";

/** The chances of running out, in percent, that are announced. */
const LEVELS = [
  { at: 50, severity: "warning" },
  { at: 80, severity: "critical" },
] as const;

/** A level is announced again only once the chance was this much lower. */
const REARMED_BELOW = 20;

/** What the month comes to if nothing is refused. */
type Ahead = {
  readonly forecast: Extract<DemandForecast, { kind: "ranges" }>;
  /** In percent. */
  readonly chance: number;
  readonly goneOn: Day | null;
};

/** Announces that the chance of running out has reached a level, once until it was clearly lower or the month ends. */
export function judgeChance(draft: Draft, outlook: MonthOutlook): Draft {
  const { state, circumstances } = draft;
  // What has run out is announced as such, and while the policy can't be read, nobody knows to whom.
  if (circumstances.settings.defersCrossings === true || state.total_spent >= totalBudget(state)) return draft;
  const ahead = rangesIn(outlook);
  return ahead === undefined ? draft : announceChance(draft, ahead);
}

function rangesIn({ forecast, chance, goneOn }: MonthOutlook): Ahead | undefined {
  if (forecast.kind === "pace" || chance === null) return undefined;
  return { forecast, chance: Math.round(chance * 1000) / 10, goneOn };
}

function announceChance(draft: Draft, ahead: Ahead): Draft {
  const open = openForecasts(draft.state);
  const ended = open.filter((alert) => ahead.chance < levelOf(alert) - REARMED_BELOW);
  const left = ended.length === 0 ? draft : resolved(draft, ended);
  const reached = LEVELS.findLast(({ at }) => ahead.chance >= at);
  const isKnown = open.some((alert) => !ended.includes(alert) && levelOf(alert) >= (reached?.at ?? 0));
  if (reached === undefined || isKnown) return left;
  const { draft: raised, alert } = raiseAlert(left, {
    kind: "forecast",
    severity: reached.severity,
    facts: {
      usage: usdOf(left.state.total_spent),
      limit: usdOf(totalBudget(left.state)),
      percent: ahead.chance,
      projected_end: usdOf(ahead.forecast.point),
    },
  });
  // On its way down it needs no message: whoever has taken the higher level on knows.
  const higher = ended.find((one) => levelOf(one) > reached.at);
  return higher === undefined ? queueForecast(raised, alert, ahead) : takenOver(raised, alert, higher);
}

function queueForecast(draft: Draft, { id, severity, at }: Alert, { forecast, chance, goneOn }: Ahead): Draft {
  return queue(
    draft,
    { kind: "forecast", id: `forecast-${at.slice(0, 4)}-${id}`, severity },
    {
      severity,
      chance,
      point: usdOf(forecast.point),
      low: usdOf(forecast.likely80.low),
      high: usdOf(forecast.likely80.high),
      budget: usdOf(totalBudget(draft.state)),
      gone_on: goneOn,
      alert: id,
    },
  );
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

function openForecasts({ alerts = [] }: State): Alert[] {
  return alerts.filter((alert) => alert.kind === "forecast" && isOpen(alert));
}

function levelOf({ severity }: Alert): number {
  return LEVELS.find((level) => level.severity === severity)?.at ?? 0;
}

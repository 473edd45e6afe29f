import { type NanoUsd, nanoUsd, percentOf, plainUsd, usdOf, ZERO } from "../../values/money.ts";
import type { Instant } from "../../values/month.ts";
import { type NewAlert, raiseAlert } from "../alerts/raise.ts";
import { highest, severityAt } from "../alerts/severity.ts";
import { type Draft, withState } from "../draft.ts";
import { estimateOf } from "../estimate/estimate.ts";
import { figuresOf, totalBudget } from "../figures.ts";
import { seenIn } from "../limits/ahead.ts";
import {
  crossedPartAlerts,
  lookedAhead,
  markPartAlerts,
  type PartAlert,
  partFactsOf,
  rearmPartAlerts,
  type SeenPart,
} from "../limits/alerts.ts";
import { type MonthOutlook, monthOutlook } from "../month-demand.ts";
import { monthPace } from "../month-pace.ts";
import type { Alert } from "../notify-keys.ts";
import type { State } from "../state.ts";
import { monthAlertFacts, partAlertFacts } from "./alert-facts.ts";
import { announcedToday, queue } from "./outbox.ts";
import { recapFacts } from "./recap-facts.ts";

/** Only this many milestones are remembered; the highest one decides which come next. */
const MAX_MILESTONES = 100;

/** What a booking crossed. */
export type Crossed = { readonly milestones: readonly NanoUsd[]; readonly alerts: readonly number[] };

/**
 * Marks the milestones and alerts that `spent` has crossed and queues one message for each kind; then *exhausted* if
 * `spent` has reached the budget. `ahead` is what the month comes to, where it is known already.
 */
export function announce(draft: Draft, ahead?: MonthOutlook): { draft: Draft; crossed: Crossed } {
  const isDeferred = draft.circumstances.settings.defersCrossings === true;
  const milestones = isDeferred ? [] : crossedMilestones(draft);
  const alerts = isDeferred ? [] : crossedAlerts(draft);
  let after = draft;
  if (milestones.length > 0) after = announceMilestones(after, milestones);
  const parts = isDeferred ? [] : crossedPartAlerts(after);
  if (alerts.length > 0 || parts.length > 0) after = announceAlerts(after, { percents: alerts, parts, ahead });
  if (after.state.total_spent >= totalBudget(after.state) && after.state.total_spent > ZERO) {
    after = announceExhausted(after);
  }
  return { draft: after, crossed: { milestones, alerts } };
}

/**
 * Notes that the month's money is used up and queues the message, once until more money than that is used up, or the
 * rollover.
 */
export function announceExhausted(draft: Draft): Draft {
  const { state, circumstances } = draft;
  const total = totalBudget(state);
  // More money than that has been used up since.
  const isKnown = state.exhausted_at !== null && total <= (state.exhausted_budget ?? total);
  if (isKnown) return draft;
  const noted = withState(draft, { exhausted_at: circumstances.now, exhausted_budget: total });
  const figures = figuresOf(state, ZERO);
  const facts = monthAlertFacts(figures);
  const raised = raiseAlert(noted, { kind: "exhausted", severity: "emergency", facts });
  const queued = queue(
    raised.draft,
    { kind: "exhausted", id: `exhausted-${segmentOf(state)}-${plainUsd(total)}`, severity: "emergency" },
    {
      spent: usdOf(state.total_spent),
      budget: usdOf(total),
      prs: state.prs_generated,
      resets_at: figures.resetsAt,
      timezone: state.timezone,
      alert: raised.alert.id,
    },
  );
  return announcedToday(queued, "denied");
}

/** The month, numbered from its first reset on: crossing again queues a new message. */
function segmentOf({ current_month, history }: State): string {
  const resets = history.filter((line) => line.month === current_month && line.closed === "reset").length;
  return resets === 0 ? current_month : `${current_month}.${resets + 1}`;
}

/** Multiples of the interval, up to the budget, above the highest milestone reached so far. */
function crossedMilestones({ state, circumstances }: Draft): NanoUsd[] {
  const interval = circumstances.settings.milestoneInterval;
  const highest = Math.max(ZERO, ...state.milestones_reached);
  const upTo = Math.min(state.total_spent, totalBudget(state));
  const last = Math.floor(upTo / interval);
  const first = Math.max(Math.floor(highest / interval) + 1, last - MAX_MILESTONES + 1);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => nanoUsd((first + index) * interval));
}

function announceMilestones(draft: Draft, crossed: readonly NanoUsd[]): Draft {
  const { state, circumstances } = draft;
  const interval = circumstances.settings.milestoneInterval;
  const total = totalBudget(state);
  const highest = crossed.at(-1) ?? ZERO;
  const marked = withState(draft, {
    milestones_reached: [...state.milestones_reached, ...crossed].slice(-MAX_MILESTONES),
  });
  return queue(
    marked,
    { kind: "milestone", id: `milestone-${segmentOf(state)}-${plainUsd(highest)}` },
    {
      crossed: crossed.map(usdOf),
      number: Math.floor(highest / interval),
      of: Math.max(1, Math.floor(total / interval)),
      spent: usdOf(state.total_spent),
      budget: usdOf(total),
      prs: state.prs_generated,
      executions: state.executions,
      recap: highest === total ? recapFacts(marked.state, state.current_month, circumstances) : null,
    },
  );
}

/**
 * The draft in which alerts may be crossed again after a budget or a limit was raised: those above the percentage that
 * is spent of it before anything else is booked.
 */
export function rearmAlerts(draft: Draft): Draft {
  const { state } = draft;
  const total = totalBudget(state);
  const crossed = state.alerts_sent.filter((alert) => alert <= percentOf(state.total_spent, total));
  const isRaised = total > (state.alerts_budget ?? Number.NEGATIVE_INFINITY);
  const isLess = isRaised && crossed.length < state.alerts_sent.length;
  return rearmPartAlerts(isLess ? withState(draft, { alerts_sent: crossed }) : draft);
}

function crossedAlerts({ state, circumstances }: Draft): number[] {
  const percent = percentOf(state.total_spent, totalBudget(state));
  return circumstances.settings.alerts.filter((alert) => alert <= percent && !state.alerts_sent.includes(alert));
}

type CrossedAlerts = {
  readonly percents: readonly number[];
  readonly parts: readonly PartAlert[];
  readonly ahead: MonthOutlook | undefined;
};

/** One message for all alerts that the month and its sub-budgets have passed. */
function announceAlerts(draft: Draft, { percents, parts, ahead }: CrossedAlerts): Draft {
  const { state, circumstances } = draft;
  const estimate = estimateOf(state, circumstances.settings, { profile: "" }).amount;
  const figures = figuresOf(state, estimate);
  const { now } = circumstances;
  const pace = monthPace({ figures, state, now, estimate });
  const outlook = ahead ?? monthOutlook(state, now);
  const sent = { alerts_sent: [...state.alerts_sent, ...percents], alerts_budget: totalBudget(state) };
  const noted = percents.length === 0 ? draft : withState(draft, sent);
  const marked = parts.length === 0 ? noted : markPartAlerts(noted, parts);
  const { severities } = circumstances.settings;
  const ofMonth = { percents, severities, facts: monthAlertFacts(figures, { state, now, outlook }) };
  const seenParts = partsAhead(parts, state, { now, outlook });
  const ofParts = seenParts.map((part) => ({ ...part, budget: part.figures.name, facts: partAlertFacts(part) }));
  const { draft: kept, raised } = raiseThresholds(marked, [...(percents.length === 0 ? [] : [ofMonth]), ...ofParts]);
  const severity = highest(raised.map((alert) => alert.severity));
  // Also where the month has crossed a percentage: the channels of these sub-budgets have to know.
  const budgets = parts.length === 0 ? undefined : parts.map((part) => part.figures.name);
  return queue(
    kept,
    { kind: "alert", id: alertId(state, percents, parts), severity, budgets },
    {
      percents,
      spent: usdOf(figures.spent),
      remaining: usdOf(figures.remaining),
      held: usdOf(figures.held),
      raised: raised.map(({ id, severity, budget }) => ({ id, severity, budget })),
      burn_rate: usdOf(pace.burnRate),
      gone_on: outlook.goneOn,
      ...(parts.length > 0 && { parts: seenParts.map(partFactsOf) }),
    },
  );
}

/** Percentages of one budget that were passed at once. */
type Passed = Pick<PartAlert, "percents" | "severities"> &
  Pick<NewAlert, "budget" | "facts"> &
  Partial<Pick<PartAlert, "figures">>;

/** One alert for each budget, as severe as the most severe of its percentages. */
function raiseThresholds(draft: Draft, all: readonly Passed[]): { readonly draft: Draft; readonly raised: Alert[] } {
  const raised: Alert[] = [];
  let after = draft;
  for (const { percents, severities, budget, figures, facts } of all) {
    const severity = highest(percents.map((percent) => severityAt(percent, severities)));
    const one = raiseAlert(after, { kind: "threshold", severity, budget, unit: figures?.unit, facts });
    after = one.draft;
    raised.push(one.alert);
  }
  return { draft: after, raised };
}

function partsAhead(
  parts: readonly PartAlert[],
  state: State,
  { now, outlook }: { readonly now: Instant; readonly outlook: MonthOutlook },
): SeenPart[] {
  if (parts.length === 0) return [];
  const seen = seenIn(state, now, outlook.demand);
  return parts.map((part) => lookedAhead(part, seen));
}

/** In the same segment or period, the month or a sub-budget crosses an alert again only if it has more money. */
function alertId(state: State, percents: readonly number[], [part]: readonly PartAlert[]): string {
  const of = (total: number, before: number | undefined) =>
    before === undefined || before === total ? "" : `-of-${total}`;
  if (percents.length > 0 || part === undefined) {
    const more = of(totalBudget(state), state.alerts_budget);
    return `alert-${segmentOf(state)}-${percents.join("-")}${more}`;
  }
  const { name, limit } = part.figures;
  const { period = "", alerts_limit } = state.budgets?.[name] ?? {};
  return `alert-${segmentOf(state)}-${name}-${period}-${part.percents.join("-")}${of(limit, alerts_limit)}`;
}

import type { Instant } from "../../values/month.ts";
import { numberOfQuantity, type Unit } from "../../values/quantity.ts";
import type { PartFigures } from "../answer.ts";
import { type Draft, withState } from "../draft.ts";
import type { AlertSeverities } from "../part-rule.ts";
import type { PartLine } from "../state.ts";
import { type PartAhead, partAhead, type Seen } from "./ahead.ts";
import { partFigures } from "./figures.ts";
import { type Part, ruleOf } from "./parts.ts";

/** A sub-budget that has crossed its own alerts in its current period. */
export type PartAlert = {
  readonly part: Part;
  readonly figures: PartFigures;
  readonly percents: readonly number[];
  readonly severities?: AlertSeverities | undefined;
};

/** The same, and where its period is heading. */
export type SeenPart = PartAlert & { readonly ahead: PartAhead };

/** A sub-budget that passed alerts; amounts are plain numbers of its unit. */
export type PartFacts = {
  readonly name: string;
  readonly percents: readonly number[];
  readonly unit: Unit;
  readonly limit: number;
  readonly spent: number;
  readonly held: number;
  readonly resets_at: Instant | null;
  /** The percentages that it reaches next in its period, and in how many hours. */
  readonly thresholds?: readonly { readonly percent: number; readonly hours: number }[];
  /** What the period comes to. */
  readonly projected?: number;
};

/** What sub-budgets have crossed that was not reported yet. */
export function crossedPartAlerts(draft: Draft): PartAlert[] {
  return alertingParts(draft).flatMap(({ part, figures, line, alerts, severities }) => {
    const percents = alerts.filter((alert) => alert <= figures.percentUsed && !line.alerts_sent.includes(alert));
    return percents.length === 0 ? [] : [{ part, figures, percents, severities }];
  });
}

/** The draft in which a sub-budget whose limit was raised may cross the alerts above its percentage again. */
export function rearmPartAlerts(draft: Draft): Draft {
  const isSent = ({ alerts_sent }: PartLine) => alerts_sent.length > 0;
  const rearmed = alertingParts(draft, isSent).flatMap(({ figures, line }) => {
    const isRaised = figures.limit > (line.alerts_limit ?? Number.NEGATIVE_INFINITY);
    const crossed = line.alerts_sent.filter((alert) => alert <= figures.percentUsed);
    return isRaised && crossed.length < line.alerts_sent.length
      ? [[figures.name, { ...line, alerts_sent: crossed }]]
      : [];
  });
  if (rearmed.length === 0) return draft;
  return withState(draft, { budgets: { ...draft.state.budgets, ...Object.fromEntries(rearmed) } });
}

function alertingParts({ state, circumstances }: Draft, isAsked: (line: PartLine) => boolean = () => true) {
  const rules = circumstances.settings.parts ?? [];
  return Object.entries(state.budgets ?? {}).flatMap(([name, line]) => {
    const rule = isAsked(line) ? ruleOf(name, rules) : undefined;
    if (rule === undefined || rule.alerts.length === 0) return [];
    const { alerts, severities } = rule;
    const part = { name, rule, period: line.period };
    return [{ line, alerts, severities, part, figures: partFigures(state, part) }];
  });
}

/** Marks the alerts as announced: not again in this period. */
export function markPartAlerts(draft: Draft, alerts: readonly PartAlert[]): Draft {
  const { budgets = {} } = draft.state;
  const marked = alerts.flatMap(({ figures: { name, limit }, percents }) => {
    const line = budgets[name];
    if (line === undefined) return [];
    return [{ name, line: { ...line, alerts_sent: [...line.alerts_sent, ...percents], alerts_limit: limit } }];
  });
  return withState(draft, {
    budgets: { ...budgets, ...Object.fromEntries(marked.map(({ name, line }) => [name, line])) },
  });
}

/** Looks ahead for a sub-budget that has crossed alerts. */
export function lookedAhead(alert: PartAlert, seen: Seen): SeenPart {
  return { ...alert, ahead: partAhead(alert.part, seen) };
}

/** A sub-budget in a message: amounts as plain numbers of its unit. */
export function partFactsOf({ figures, percents, ahead }: SeenPart): PartFacts {
  const { name, unit, resetsAt } = figures;
  const plain = (amount: number) => numberOfQuantity(unit, amount);
  const { thresholds, projected } = ahead;
  const next = thresholds.flatMap(({ percent, hours, at }) => {
    return hours === null || at === null || hours <= 0 ? [] : [{ percent, hours: Number(hours.toFixed(2)) }];
  });
  return {
    name,
    percents,
    unit,
    limit: plain(figures.limit),
    spent: plain(figures.spent),
    held: plain(figures.held),
    resets_at: resetsAt,
    ...(next.length > 0 && { thresholds: next }),
    ...(projected !== null && { projected: plain(projected) }),
  };
}

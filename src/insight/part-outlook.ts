import type { Health, PartFigures } from "../books/answer.ts";
import { type PartAhead, partAhead, type Seen } from "../books/limits/ahead.ts";
import { partFigures } from "../books/limits/figures.ts";
import { lineOf, type Part } from "../books/limits/parts.ts";
import type { PartRule } from "../books/part-rule.ts";
import type { State } from "../books/state.ts";
import { type NanoUsd, percentOf } from "../values/money.ts";
import type { Instant } from "../values/month.ts";
import { type PeriodKey, periodAt } from "../values/period.ts";
import { type Efficiency, efficiencyOf } from "./efficiency.ts";

/** A sub-budget as people see it. */
export type PartOutlook = PartFigures &
  PartAhead & {
    readonly period: PeriodKey;
    readonly health: Health;
    readonly percentHeld: number;
    /** The next of its alerts, and when it is passed; null if that isn't in this period. */
    readonly nextAlert: { readonly percent: number; readonly at: Instant } | null;
    /** When its limit is used up; null if it lasts. */
    readonly goneAt: Instant | null;
    readonly executions: number;
    readonly prs: number;
    readonly efficiency: readonly Efficiency[];
  };

type Context = {
  readonly state: State;
  /**
   * What is known ahead now. If omitted, each sub-budget is as the books left it, and those that they don't have yet
   * are left out.
   */
  readonly seen?: Seen;
};

const NOTHING_AHEAD: PartAhead = { perDay: 0, projected: null, forecast: null, thresholds: [] };

/** Every budget of the policy as it stands now: one row each; of those made by `for-each`, one per value. */
export function partOutlooks(rules: readonly PartRule[], context: Context): PartOutlook[] {
  return rules.flatMap((rule) => partsOfRule(rule, context)).map((part) => outlookOf(part, context));
}

function partsOfRule(rule: PartRule, { state, seen }: Context): Part[] {
  const known = state.budgets ?? {};
  const values = Object.keys(known).filter((name) => name.startsWith(`${rule.name}/`));
  return (rule.forEach.length === 0 ? [rule.name] : values).flatMap((name) => {
    const period = seen === undefined ? known[name]?.period : periodAt(rule.period, seen.now, state);
    return period === undefined ? [] : [{ name, rule, period }];
  });
}

function outlookOf(part: Part, context: Context): PartOutlook {
  const { state } = context;
  const figures = partFigures(state, part);
  const line = lineOf(state, part);
  const ahead = context.seen === undefined ? NOTHING_AHEAD : partAhead(part, context.seen);
  const { thresholds } = ahead;
  const alert = thresholds.find(({ percent }) => part.rule.alerts.includes(percent));
  return {
    ...figures,
    ...ahead,
    period: line.period,
    health: healthOf(figures),
    percentHeld: percentOf(figures.held as NanoUsd, figures.limit as NanoUsd),
    nextAlert: alert === undefined || alert.at === null ? null : { percent: alert.percent, at: alert.at },
    goneAt: thresholds.find(({ percent }) => percent === 100)?.at ?? null,
    executions: line.executions ?? 0,
    prs: line.prs ?? 0,
    efficiency: efficiencyOf(line, part.rule.target),
  };
}

/** Like the month's health; blocked if nothing is left. */
function healthOf({ limit, spent, percentUsed: percent }: PartFigures): Health {
  if (spent >= limit) return "blocked";
  if (percent < 80) return "green";
  return percent < 95 ? "yellow" : "red";
}

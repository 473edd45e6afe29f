import type { Health, PartFigures } from "../books/answer.ts";
import { bookedIn } from "../books/counting.ts";
import { partFigures } from "../books/limits/figures.ts";
import { lineOf, type Part } from "../books/limits/parts.ts";
import { monthSums } from "../books/part-lines.ts";
import type { PartRule } from "../books/part-rule.ts";
import type { State } from "../books/state.ts";
import { type NanoUsd, percentOf } from "../values/money.ts";
import { epochOf, type Instant, instantOf } from "../values/month.ts";
import { type PeriodKey, periodAt } from "../values/period.ts";
import { type Efficiency, efficiencyOf } from "./efficiency.ts";

const DAY_MS = 86_400_000;

/** A sub-budget as people see it. */
export type PartOutlook = PartFigures & {
  readonly period: PeriodKey;
  readonly health: Health;
  readonly percentHeld: number;
  /** What it uses per day, in its unit, at the month's rate of the last seven days. */
  readonly perDay: number;
  /** The next of its alerts, and when it is passed at this rate; null if that isn't in this period. */
  readonly nextAlert: { readonly percent: number; readonly at: Instant } | null;
  /** When its limit is used up at this rate; null if it lasts. */
  readonly goneAt: Instant | null;
  readonly executions: number;
  readonly prs: number;
  readonly efficiency: readonly Efficiency[];
};

type Context = {
  readonly state: State;
  /** If omitted, each sub-budget is as the books left it, and those that they don't have yet are left out. */
  readonly now?: Instant;
  readonly dollarsPerDay: number;
};

/** Every budget of the policy as it stands now: one row each; of those made by `for-each`, one per value. */
export function partOutlooks(rules: readonly PartRule[], context: Context): PartOutlook[] {
  return rules.flatMap((rule) => partsOfRule(rule, context)).map((part) => outlookOf(part, context));
}

function partsOfRule(rule: PartRule, { state, now }: Context): Part[] {
  const known = state.budgets ?? {};
  const values = Object.keys(known).filter((name) => name.startsWith(`${rule.name}/`));
  return (rule.forEach.length === 0 ? [rule.name] : values).flatMap((name) => {
    const period = now === undefined ? known[name]?.period : periodAt(rule.period, now, state);
    return period === undefined ? [] : [{ name, rule, period }];
  });
}

function outlookOf(part: Part, context: Context): PartOutlook {
  const { state } = context;
  const figures = partFigures(state, part);
  const line = lineOf(state, part);
  const perDay = Math.max(0, Math.round(context.dollarsPerDay * shareOfMonth(state, part)));
  const at = (amount: number) =>
    reachedAt(amount - figures.spent, {
      perDay,
      until: figures.resetsAt,
      nowMs: context.now === undefined ? 0 : epochOf(context.now),
    });
  const percent = part.rule.alerts.find((alert) => alert > figures.percentUsed);
  const alertAt = percent === undefined ? null : at((figures.limit / 100) * percent);
  return {
    ...figures,
    period: line.period,
    health: healthOf(figures),
    percentHeld: percentOf(figures.held as NanoUsd, figures.limit as NanoUsd),
    perDay: perDay,
    nextAlert: percent === undefined || alertAt === null ? null : { percent, at: alertAt },
    goneAt: at(figures.limit),
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

/** What the sub-budget booked this month, in its unit, per nano-dollar that the month spent. */
function shareOfMonth(state: State, part: Part): number {
  const sums = monthSums(lineOf(state, part));
  if (state.total_spent <= 0) return 0;
  return bookedIn(sums, part.rule.limit.unit) / state.total_spent;
}

function reachedAt(
  left: number,
  { perDay, until, nowMs }: { readonly perDay: number; readonly until: Instant | null; readonly nowMs: number },
): Instant | null {
  if (left <= 0) return instantOf(nowMs);
  if (perDay <= 0) return null;
  const reachedMs = nowMs + (left / perDay) * DAY_MS;
  const endMs = until === null ? MAX_MS : Math.min(MAX_MS, Date.parse(until));
  return reachedMs < endMs ? instantOf(Math.floor(reachedMs)) : null;
}

/** The last instant that a date can have. */
const MAX_MS = 8.64e15;

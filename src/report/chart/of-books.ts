import { totalBudget } from "../../books/figures.ts";
import { type MonthOutlook, outlookFor } from "../../books/month-demand.ts";
import { countingSince } from "../../books/month-pace.ts";
import type { HistoryLine, State } from "../../books/state.ts";
import { bounded, boundedSum, type NanoUsd, showUsd, ZERO } from "../../values/money.ts";
import { type Day, dayOf, daysIn, type Instant } from "../../values/month.ts";
import { showDay } from "../../values/show.ts";
import { spentByDay } from "../model/spent-by-day.ts";
import type { AheadDay, GoneKind, MonthEvent, MonthFacts } from "./month-facts.ts";

/** The month chart's facts, as the books have them at an instant of the running month. */
export function monthFactsOf(state: State, ahead: MonthOutlook, now: Instant): MonthFacts {
  const today = dayOf(now, state.timezone);
  const spent = spentByDay(state, today);
  const undated = undatedIn(
    state.total_spent,
    Object.entries(state.daily).flatMap(([day, { spent: one }]) =>
      day.startsWith(state.current_month) && day <= today ? [one] : [],
    ),
  );
  return {
    month: state.current_month,
    spent,
    since: undated === undefined ? sinceIn(state, spent) : 1,
    undated,
    ahead: aheadDays(state, ahead, spent.length),
    budget: state.monthly_budget,
    topUps: state.top_ups,
    events: [
      ...milestones(state.milestones_reached, spent),
      ...alerts(state, spent),
      ...topUps(state),
      ...gone(state, ahead),
    ],
  };
}

/** The day of the month on which the books, or a segment of the month, began: at the latest the first that cost anything. */
function sinceIn(state: State, spent: readonly NanoUsd[]): number {
  const began = dayOf(countingSince(state), state.timezone);
  const since = began.startsWith(state.current_month) ? dayNumber(began) : 1;
  const first = spent.findIndex((amount) => amount !== ZERO);
  return Math.max(1, Math.min(since, first < 0 ? spent.length : first + 1));
}

/** What a month spent without a day; undefined if all of it has one. */
function undatedIn(total: NanoUsd, daily: readonly NanoUsd[]): NanoUsd | undefined {
  const undated = bounded(total - boundedSum(daily));
  return undated === 0 ? undefined : undated;
}

/** Nothing while nothing more is expected. */
function aheadDays({ current_month: month }: State, { days }: MonthOutlook, gone: number): AheadDay[] {
  const coming = days.filter(({ day }) => day.startsWith(month) && dayNumber(day) > gone);
  if (coming.every(({ total }) => total.point <= total.spent)) return [];
  return coming.map(({ day, total }) => ({
    day: dayNumber(day),
    point: total.point,
    ...(total.kind === "ranges" && { likely50: total.likely50, likely80: total.likely80 }),
  }));
}

/** The books know that an amount was reached, not when: it is the first day that ends with it. */
function reachedOn(spent: readonly NanoUsd[], amount: number): number[] {
  const index = spent.findIndex((one) => one >= amount);
  return index < 0 ? [] : [index + 1];
}

function milestones(reached: readonly NanoUsd[], spent: readonly NanoUsd[]): MonthEvent[] {
  return reached.flatMap((amount) =>
    reachedOn(spent, amount).map((day) => ({ kind: "milestone", day, text: showUsd(amount).replace(/\.00$/, "") })),
  );
}

function alerts(state: State, spent: readonly NanoUsd[]): MonthEvent[] {
  const total = state.alerts_budget ?? totalBudget(state);
  return state.alerts_sent.flatMap((percent) =>
    reachedOn(spent, bounded(Math.floor((total * percent) / 100))).map((day) => ({
      kind: "alert",
      day,
      text: `${percent}%`,
    })),
  );
}

function topUps({ adjustments, current_month: month, timezone }: State): MonthEvent[] {
  return (adjustments?.last ?? []).flatMap(({ what, at }): MonthEvent[] => {
    const amount = /^top-up of (\$[\d.,]+)/.exec(what)?.[1];
    const day = dayOf(at, timezone);
    return amount === undefined || !day.startsWith(month)
      ? []
      : [{ kind: "top-up", day: dayNumber(day), text: `+${amount}` }];
  });
}

/** Where the money is likely, and possibly, gone before the month ends; nothing once it is used up. */
function gone(state: State, ahead: MonthOutlook): MonthEvent[] {
  const total = totalBudget(state);
  if (state.total_spent >= total) return [];
  const { goneOn, earliest } = outlookFor(ahead, total);
  const event = (kind: GoneKind, day: Day): MonthEvent => ({ kind, day: dayNumber(day), text: showDay(day) });
  return [
    ...(goneOn === null ? [] : [event("likely gone", goneOn)]),
    ...(earliest === null || earliest === goneOn ? [] : [event("possibly gone", earliest)]),
  ];
}

function dayNumber(day: Day): number {
  return Number(day.slice(8, 10));
}

/** A closed month's facts; undefined where the books don't know its days. */
export function closedMonthFacts(line: HistoryLine): MonthFacts | undefined {
  const { month, daily_spent: daily, budget, top_ups: topUps = ZERO, total_spent: total } = line;
  if (daily === undefined || budget === undefined) return undefined;
  // What was imported without its days counts from the first.
  const undated = undatedIn(total, daily);
  let sum = undated ?? ZERO;
  const spent = daily.slice(0, daysIn(month)).map((amount) => {
    sum = bounded(sum + amount);
    return sum;
  });
  return { month, spent, undated, ahead: [], budget, topUps, events: milestones(line.milestones_reached ?? [], spent) };
}

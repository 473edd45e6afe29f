import { type Demand, demandOf } from "../forecast/demand.ts";
import { type DayRange, type DaySpent, daysFrom, daysOfMonth, earliestDay, historyOf } from "../forecast/history.ts";
import { todayAt } from "../forecast/today.ts";
import { bounded, boundedSum, type NanoUsd, ZERO } from "../values/money.ts";
import { type Day, dayOf, epochOf, type Instant, lastDayOf, type Month } from "../values/month.ts";
import { daysLater } from "../values/period.ts";
import { totalBudget } from "./figures.ts";
import { countingSince } from "./month-pace.ts";
import type { HistoryLine, State } from "./state.ts";

const DAY_MS = 86_400_000;

/** What the books know of the demand, for forecasts of days to come. */
export function demandIn(state: State, now: Instant): Demand {
  const { timezone, daily } = state;
  const spent = daily[dayOf(now, timezone)]?.spent ?? ZERO;
  const demand = demandOf({ history: knownDays(state, now), today: todayAt(now, timezone, spent) });
  return demand.kind === "pace" ? withUndated(demand, state, now) : demand;
}

/** A pace that counts what was imported into the running month without its days. */
function withUndated(demand: Demand & { readonly kind: "pace" }, state: State, now: Instant): Demand {
  const dated = boundedSum(Object.values(state.daily).map(({ spent }) => spent));
  if (state.total_spent <= dated) return demand;
  const days = Math.max(1, (epochOf(now) - epochOf(countingSince(state))) / DAY_MS);
  return { ...demand, perDay: Math.max(0, state.total_spent) / days };
}

/**
 * What was spent on each day before today on which runs could spend. Days before the first charge are left out, and so
 * are days on which runs were denied because the money had run out or the gate was paused, and imported days.
 */
export function knownDays(state: State, now: Instant): DaySpent[] {
  const today = dayOf(now, state.timezone);
  const earliest = earliestDay(today);
  const isRecent = ({ month }: HistoryLine) => lastDayOf(month) >= earliest;
  const recent = state.history.filter(isRecent).map((line) => closedSegment(line, state.timezone));
  const segments = [...recent, runningSegment(state)];
  const amounts = segments.flatMap((segment) => segment.amounts);
  const hasOlder = state.history.some((line) => !isRecent(line) && line.daily_spent?.some((spent) => spent !== ZERO));
  const began = amounts
    .filter(({ spent }) => spent !== ZERO)
    .reduce((first, { day }) => (day < first ? day : first), hasOlder ? earliest : today);
  const unknown = [...segments.flatMap(unknownDays), ...pausedDays(state, today)];
  return historyOf({ amounts, began, today, unknown });
}

/** A month, or the part of one before a reset. */
type Segment = {
  readonly month: Month;
  /** The last day of it. */
  readonly to: Day;
  readonly amounts: readonly DaySpent[];
  /** What was spent in it, more than the amounts where its beginning was imported; undefined if no day is known. */
  readonly spent: NanoUsd | undefined;
  readonly exhausted: Day | undefined;
  /** There was more money again after it had run out. */
  readonly isRaised: boolean;
};

function closedSegment(line: HistoryLine, timezone: string): Segment {
  const { month, daily_spent: daily, exhausted_at: exhausted, total_spent: spent } = line;
  const total = bounded((line.budget ?? ZERO) + (line.top_ups ?? ZERO));
  return {
    month,
    to: line.closed === "reset" && line.at !== undefined ? dayOf(line.at, timezone) : lastDayOf(month),
    amounts: daily === undefined ? [] : daysOfMonth(month, daily),
    spent: daily === undefined ? undefined : spent,
    exhausted: exhausted === undefined ? undefined : dayOf(exhausted, timezone),
    isRaised: spent < total,
  };
}

function runningSegment(state: State): Segment {
  const { current_month: month, exhausted_at: exhausted, exhausted_budget: budget } = state;
  const total = totalBudget(state);
  return {
    month,
    to: lastDayOf(month),
    // A file edited by hand may have anything among its days.
    amounts: daysFrom(`${month}-01`, lastDayOf(month)).flatMap((day) => {
      const spent = state.daily[day]?.spent;
      return spent === undefined ? [] : [{ day, spent }];
    }),
    spent: state.total_spent,
    exhausted: exhausted === null ? undefined : dayOf(exhausted, state.timezone),
    isRaised: total > (budget ?? total),
  };
}

function unknownDays(segment: Segment): DayRange[] {
  const { month, to, amounts, spent } = segment;
  const first = `${month}-01`;
  if (spent === undefined) return [{ from: first, to: lastDayOf(month) }];
  const isImported = boundedSum(amounts.map((day) => day.spent)) !== spent;
  const begun = amounts.find((day) => day.spent !== ZERO)?.day;
  const imported = isImported ? [{ from: first, to: begun === undefined ? to : daysLater(begun, -1) }] : [];
  return [...imported, ...deniedDays(segment)];
}

/** The day on which the money ran out, and those after it; with more money again, only those on which nothing was spent. */
function deniedDays({ exhausted, isRaised, to, amounts }: Segment): DayRange[] {
  if (exhausted === undefined) return [];
  if (!isRaised) return [{ from: exhausted, to }];
  const spending = new Set(amounts.filter(({ spent }) => spent !== ZERO).map(({ day }) => day));
  const idle = daysFrom(daysLater(exhausted, 1), to).filter((day) => !spending.has(day));
  return [exhausted, ...idle].map((day) => ({ from: day, to: day }));
}

/** The days on which all runs waited, up to `today` where a pause is on. */
export function pausedDays({ pauses = [], paused, timezone }: State, today: Day): DayRange[] {
  const open =
    paused === undefined || paused.below !== undefined ? [] : [{ from: dayOf(paused.at, timezone), to: today }];
  return [...pauses, ...open];
}

import { type Demand, type DemandForecast, partOf, totalOf, totalsByDay } from "../../forecast/demand.ts";
import { type TimeToLimit, timeToLimit } from "../../forecast/time-to-limit.ts";
import { bounded, ZERO } from "../../values/money.ts";
import { type Day, dayOf, dayStart, epochOf, type Instant, instantOf } from "../../values/month.ts";
import { beginOf, daysLater } from "../../values/period.ts";
import type { PartFigures } from "../answer.ts";
import { bookedIn } from "../counting.ts";
import { countingSince } from "../month-pace.ts";
import { monthSums } from "../part-lines.ts";
import type { State } from "../state.ts";
import { partFigures } from "./figures.ts";
import { lineOf, type Part } from "./parts.ts";
import { type ShareMonths, shareMonths, shareOf } from "./share.ts";

const HOUR_MS = 3_600_000;
/** How many days a sub-budget without an end is looked ahead. */
const HORIZON = 366;
/** The end of what never ends. */
const NEVER: Instant = "9999-12-31T23:59:59Z";

/**
 * When a sub-budget reaches a percentage of its limit: hours from now, null if it never does, and the instant, null if
 * its period ends first.
 */
export type Threshold = { readonly percent: number } & Pick<TimeToLimit, "hours" | "at">;

/** Where a sub-budget is heading. */
export type PartAhead = {
  /** What it uses per day from now on, in its unit. */
  readonly perDay: number;
  /** What its period comes to, in its unit; null if it never ends, or if its share of the month isn't known. */
  readonly projected: number | null;
  /** The forecast behind that; null for a day, a week and tokens, which have their own pace. */
  readonly forecast: DemandForecast | null;
  /** Its alerts that aren't crossed, and its limit, ascending. */
  readonly thresholds: readonly Threshold[];
};

/** What is known ahead for all sub-budgets: the demand, and what it comes to by the end of each day. */
export type Seen = {
  readonly state: State;
  readonly now: Instant;
  readonly demand: Demand;
  readonly days: readonly { readonly day: Day; readonly total: DemandForecast }[];
  readonly months: ShareMonths;
};

/** What the books know ahead now, day by day. */
export function seenIn(state: State, now: Instant, demand: Demand): Seen {
  const { day } = demand.today;
  const days = totalsByDay(demand, { from: day, to: daysLater(day, HORIZON), spent: ZERO });
  return { state, now, demand, days, months: shareMonths(state, day) };
}

/**
 * Looks ahead in a sub-budget's period: a day, a week and tokens by their own pace, other dollars by the share that they
 * usually have of the month's forecast. Open holds count as spent.
 */
export function partAhead(part: Part, seen: Seen): PartAhead {
  const figures = partFigures(seen.state, part);
  const ownPace = figures.unit !== "USD" || part.rule.period === "day" || part.rule.period === "week";
  return ownPace ? atOwnPace(part, figures, seen) : byShare(part, figures, seen);
}

function percentsOf({ rule }: Part, { percentUsed }: PartFigures): number[] {
  const ahead = rule.alerts.filter((percent) => percent > percentUsed && percent !== 100);
  return [...ahead, 100].sort((a, b) => a - b);
}

function atOwnPace(part: Part, figures: PartFigures, { state, now }: Seen): PartAhead {
  const { limit, spent, held, unit, resetsAt } = figures;
  const begins = beginOf(part.period, state.timezone);
  // Without a beginning of its own it has the month's pace.
  const since = part.rule.period === "month" || begins === null ? countingSince(state) : begins;
  const paced = begins === null ? bookedIn(monthSums(lineOf(state, part)), unit) : spent;
  const period = { spent: paced, held, begins: since, ends: resetsAt ?? NEVER, now };
  const thresholds = percentsOf(part, figures).map((percent) => {
    const { hours, at } = timeToLimit({ ...period, threshold: (limit / 100) * percent - spent + paced });
    return { percent, hours, at };
  });
  const hoursGone = Math.max(1, (epochOf(now) - epochOf(since)) / HOUR_MS);
  return {
    perDay: Math.round((24 * Math.max(0, paced)) / hoursGone),
    projected: resetsAt === null ? null : timeToLimit({ ...period, threshold: limit }).projected,
    forecast: null,
    thresholds,
  };
}

function byShare(part: Part, figures: PartFigures, seen: Seen): PartAhead {
  const { limit, spent, held, resetsAt } = figures;
  const { demand, state, days, months } = seen;
  const share = shareOf(part.name, state, months);
  const perDay = demand.kind === "pace" ? demand.perDay : demand.level.perDay;
  const last = resetsAt === null ? null : daysLater(dayOf(resetsAt, state.timezone), -1);
  const after = last === null ? -1 : days.findIndex(({ day }) => day > last);
  const within = after < 0 ? days : days.slice(0, after);
  const reached = (percent: number) => {
    const room = (limit / 100) * percent - spent - held;
    const amount = share === null || (share === 0 && room > 0) ? Number.POSITIVE_INFINITY : room / (share || 1);
    return { percent, ...timeTo({ amount, from: 0 }, { ...seen, days: within }) };
  };
  const forecast =
    share === null || last === null
      ? null
      : partOf(totalBy(last, within.at(-1), demand), { share, spent: bounded(spent) });
  return {
    perDay: Math.round(perDay * (share ?? 0)),
    projected: forecast === null ? null : forecast.point,
    forecast,
    thresholds: percentsOf(part, figures).map(reached),
  };
}

/** What the month's demand comes to by the end of a day; the last of the days that were looked at is mostly that day. */
function totalBy(day: Day, known: Seen["days"][number] | undefined, demand: Demand): DemandForecast {
  return known?.day === day ? known.total : totalOf(demand, { from: demand.today.day, to: day, spent: ZERO });
}

/**
 * When days, from one amount on, come to another: within the day that does, as if it were spent evenly over what is left
 * of it.
 */
export function timeTo(
  reach: { readonly amount: number; readonly from: number },
  { days, now, state: { timezone } }: Pick<Seen, "days" | "now" | "state">,
): Pick<Threshold, "hours" | "at"> {
  const { amount, from } = reach;
  if (amount <= from) return { hours: 0, at: now };
  const index = days.findIndex(({ total }) => total.point >= amount);
  const found = days[index];
  if (found === undefined) return { hours: null, at: null };
  const before = days[index - 1]?.total.point ?? from;
  const begins = Math.max(epochOf(now), epochOf(dayStart(found.day, timezone)));
  const ends = Math.max(begins, epochOf(dayStart(daysLater(found.day, 1), timezone)));
  const at = begins + ((amount - before) / (found.total.point - before)) * (ends - begins);
  return { hours: (at - epochOf(now)) / HOUR_MS, at: instantOf(Math.round(at)) };
}

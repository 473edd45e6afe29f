import { type DateSpan, spanBefore, spanOf } from "../../values/date-span.ts";
import { type Day, lastDayOf, type Month } from "../../values/month.ts";
import { EACH_TAG, type SpanPlan } from "../attribution/pass.ts";
import { DIMENSIONS, type Dimension } from "../attribution/query.ts";

/** The spans that a dashboard reports on. */
export type DashboardSpans = {
  /** The running month and those before it that the books know, newest first; at most thirteen. */
  readonly months: readonly DateSpan[];
  /** The month so far, and as many days of the month before. */
  readonly toDate: DateSpan;
  readonly sameDays: DateSpan;
  readonly quarter: DateSpan;
  readonly year: DateSpan;
};

const MONTHS = 13;

/** Dimensions of which a month has one value, or one for each of thousands of runs. */
const NOT_BROKEN_DOWN: readonly Dimension[] = ["run", "ref", "week", "month"];

/** The dimensions of the breakdowns that every month has, beside each tag. */
export const BREAKDOWNS: readonly Dimension[] = DIMENSIONS.filter((name) => !NOT_BROKEN_DOWN.includes(name));

/** What the attribution matrix pairs, beside the first tags. */
export const PAIRED = ["model", "activity", "workflow", "result", "repository"] as const satisfies readonly Dimension[];

const MAIN: readonly Dimension[] = ["model", "activity", "workflow", "budget", "result"];

/** The spans on a day of the running month; `since` is the first month that the books know. */
export function dashboardSpans(
  today: Day,
  { month, since }: { readonly month: Month; readonly since: Month },
): DashboardSpans {
  const running = named(month, today);
  const months: DateSpan[] = [];
  for (let span = running; months.length < MONTHS && (span === running || span.to.slice(0, 7) >= since); ) {
    months.push(span);
    span = spanBefore(span);
  }
  const last = today.startsWith(month) ? today : running.to;
  const before = spanBefore(running).from.slice(0, 7);
  const day = [`${before}${last.slice(7)}`, lastDayOf(before)].sort()[0] ?? last;
  return {
    months,
    toDate: { kind: "days", from: running.from, to: last },
    sameDays: { kind: "days", from: `${before}-01`, to: day },
    quarter: named(`${month.slice(0, 4)}-Q${Math.ceil(Number(month.slice(5)) / 3)}`, today),
    year: named(month.slice(0, 4), today),
  };
}

/** The first month of which runs are shown together. */
export function firstShown({ months }: Pick<DashboardSpans, "months">): Month {
  return (months.at(-1)?.from ?? "").slice(0, 7);
}

/** What is added up of each span. */
export function dashboardPlans({ months, toDate, sameDays, quarter, year }: DashboardSpans): SpanPlan[] {
  const cuts = [...BREAKDOWNS.map((dimension) => [dimension]), [EACH_TAG]] as const;
  const pairs = PAIRED.flatMap((one, index) => PAIRED.slice(index + 1).map((other) => [one, other]));
  const matrix = [...pairs, ...PAIRED.map((one) => [one, EACH_TAG] as const), [EACH_TAG, EACH_TAG] as const];
  const ofBudgets = [...MAIN, "day" as const, EACH_TAG as Dimension]
    .filter((dimension) => dimension !== "budget")
    .map((dimension) => ["budget", dimension] as const);
  const main = [...MAIN.map((dimension) => [dimension]), [EACH_TAG]] as const;
  return [
    ...months.map((span, index) =>
      index === 0 ? { span, cuts: [...cuts, ...matrix, ...ofBudgets, ["day", "hour"] as const] } : { span, cuts },
    ),
    ...[toDate, sameDays, quarter, year].map((span) => ({ span, cuts: main })),
  ];
}

function named(text: string, today: Day): DateSpan {
  const span = spanOf(text, today);
  if (span === undefined) throw new RangeError(`${text} is no span`);
  return span;
}

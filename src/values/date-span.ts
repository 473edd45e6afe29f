import { type Day, lastDayOf, type Month, nextMonth } from "./month.ts";
import { daysLater, mondayOf, weekOf } from "./period.ts";
import { showDay, showMonth } from "./show.ts";

/** Consecutive days, the first and the last included: a calendar period, or any days. */
export type DateSpan = {
  readonly kind: "day" | "week" | "month" | "quarter" | "year" | "days";
  readonly from: Day;
  readonly to: Day;
};

const MONTHS_IN_QUARTER = 3;
const DAY = /^\d{4}-\d\d-\d\d$/;
const MAX_DAYS_BACK = 366;

/** The names of spans that depend on today. */
export const SPAN_WORDS = [
  ..."today yesterday this-week last-week this-month last-month this-quarter last-quarter this-year last-year".split(
    " ",
  ),
  ...["last-7-days", "last-30-days", "last-90-days"],
];

/**
 * The span that a text names: `2026-02-14`, `2026-W07`, `2026-02`, `2026-Q1`, `2026`, `2026-02-01/2026-02-14`, or one
 * of the names that depend on today, such as `last-week` or `last-30-days`. Undefined for any other text.
 */
export function spanOf(text: string, today: Day): DateSpan | undefined {
  return calendarSpan(text) ?? spanFromWord(text, today);
}

function calendarSpan(text: string): DateSpan | undefined {
  if (isDay(text)) return dayOnly(text);
  const [from = "", to = ""] = text.split("/");
  if (isDay(from) && isDay(to)) return from <= to ? { kind: "days", from, to } : undefined;
  if (/^\d{4}-W\d\d$/.test(text)) return weekFrom(mondayOf(text), text);
  if (/^\d{4}-(0[1-9]|1[0-2])$/.test(text)) return monthsFrom("month", text, 1);
  const [, year, quarter] = /^(\d{4})-Q([1-4])$/.exec(text) ?? [];
  if (year !== undefined && quarter !== undefined)
    return monthsFrom("quarter", monthIn(year, quarterStart(quarter)), 3);
  return /^\d{4}$/.test(text) ? monthsFrom("year", `${text}-01`, 12) : undefined;
}

function spanFromWord(text: string, today: Day): DateSpan | undefined {
  if (text === "today") return dayOnly(today);
  if (text === "yesterday") return dayOnly(daysLater(today, -1));
  const days = /^last-(\d{1,3})-days$/.exec(text)?.[1];
  if (days !== undefined) {
    const count = Number(days);
    return count < 1 || count > MAX_DAYS_BACK
      ? undefined
      : { kind: "days", from: daysLater(today, 1 - count), to: today };
  }
  const [, which, unit] = /^(this|last)-(week|month|quarter|year)$/.exec(text) ?? [];
  if (unit === undefined) return undefined;
  const current = around(today, unit);
  return which === "this" ? current : spanBefore(current);
}

/** The calendar period of a kind that a day falls in. */
function around(day: Day, kind: string): DateSpan {
  const [year = "", month = ""] = day.split("-");
  if (kind === "week") return weekFrom(mondayOf(weekOf(day)));
  if (kind === "month") return monthsFrom("month", `${year}-${month}`, 1);
  if (kind === "year") return monthsFrom("year", `${year}-01`, 12);
  return monthsFrom("quarter", monthIn(year, quarterStart(Math.ceil(Number(month) / MONTHS_IN_QUARTER))), 3);
}

/** The span of the same kind before; of any days, as many before the first. */
export function spanBefore(span: DateSpan): DateSpan {
  const last = daysLater(span.from, -1);
  switch (span.kind) {
    case "day":
      return dayOnly(last);
    case "days": {
      const length = (Date.parse(span.to) - Date.parse(span.from)) / 86_400_000;
      return { kind: "days", from: daysLater(last, -length), to: last };
    }
    default:
      return around(last, span.kind);
  }
}

/** The months that a span consists of; none if it isn't made of whole months. */
export function monthsOf(span: DateSpan): Month[] {
  return ["day", "week", "days"].includes(span.kind) ? [] : monthsIn(span);
}

/** The months that a span has days of. */
export function monthsIn({ from, to }: Pick<DateSpan, "from" | "to">): Month[] {
  const months: Month[] = [];
  for (let month = from.slice(0, 7); month <= to.slice(0, 7); month = nextMonth(month)) months.push(month);
  return months;
}

/** The text that names a span whatever day it is; spans of one kind compare as these texts. */
export function spanKey({ kind, from, to }: DateSpan): string {
  switch (kind) {
    case "day":
      return from;
    case "week":
      return weekOf(from);
    case "month":
      return from.slice(0, 7);
    case "quarter":
      return `${from.slice(0, 4)}-Q${quarterOf(from)}`;
    case "year":
      return from.slice(0, 4);
    case "days":
      return `${from}/${to}`;
  }
}

/** A span as people read it: "14 Feb 2026", "9 to 15 Feb 2026", "February 2026", "Q1 2026", "2026". */
export function showSpan(span: DateSpan): string {
  const { kind, from, to } = span;
  const year = from.slice(0, 4);
  switch (kind) {
    case "month":
      return showMonth(from.slice(0, 7));
    case "quarter":
      return `Q${quarterOf(from)} ${year}`;
    case "year":
      return year;
    default:
      return from === to ? `${showDay(from)} ${year}` : showDays(from, to);
  }
}

/** The name of what a recap is about: of its span, or of its month. */
export function showPeriod({ month, period }: { readonly month: Month; readonly period?: string | undefined }): string {
  // The text names no day of today's, so it doesn't matter which day it is.
  const span = period === undefined ? undefined : calendarSpan(period);
  return span === undefined ? showMonth(month) : showSpan(span);
}

function showDays(from: Day, to: Day): string {
  const end = `${showDay(to)} ${to.slice(0, 4)}`;
  if (from.slice(0, 7) === to.slice(0, 7)) return `${Number(from.slice(8))} to ${end}`;
  return from.slice(0, 4) === to.slice(0, 4)
    ? `${showDay(from)} to ${end}`
    : `${showDay(from)} ${from.slice(0, 4)} to ${end}`;
}

function isDay(text: string): boolean {
  if (!DAY.test(text)) return false;
  const epochMs = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(epochMs) && new Date(epochMs).toISOString().startsWith(text);
}

function dayOnly(day: Day): DateSpan {
  return { kind: "day", from: day, to: day };
}

/** The week from a Monday; undefined if it isn't the week that the text names, since not every year has a week 53. */
function weekFrom(monday: Day): DateSpan;
function weekFrom(monday: Day, named: string): DateSpan | undefined;
function weekFrom(monday: Day, named?: string): DateSpan | undefined {
  if (named !== undefined && weekOf(monday) !== named) return undefined;
  return { kind: "week", from: monday, to: daysLater(monday, 6) };
}

function monthsFrom(kind: DateSpan["kind"], first: Month, count: number): DateSpan {
  let last = first;
  for (let more = 1; more < count; more += 1) last = nextMonth(last);
  return { kind, from: `${first}-01`, to: lastDayOf(last) };
}

function quarterStart(quarter: number | string): number {
  return (Number(quarter) - 1) * MONTHS_IN_QUARTER + 1;
}

function quarterOf(day: Day): number {
  return Math.ceil(Number(day.slice(5, 7)) / MONTHS_IN_QUARTER);
}

function monthIn(year: string, month: number): Month {
  return `${year}-${String(month).padStart(2, "0")}`;
}

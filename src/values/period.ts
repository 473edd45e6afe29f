import { type Day, dayOf, dayStart, type Instant, monthStart, nextMonth, type TimeZone } from "./month.ts";

/** When a sub-budget's figures restart: with the calendar, never, or on the two days between which it applies. */
export type PartPeriod = "day" | "week" | "month" | "none" | { readonly from: Day; readonly to: Day };

/** A period of a sub-budget: "2026-02-14", "2026-W07", "2026-02", "none", or "2026-02-10/2026-02-24". */
export type PeriodKey = string;

/** What the calendar of some books depends on. */
export type Calendar = { readonly current_month: string; readonly timezone: TimeZone };

const DAY_MS = 86_400_000;

/**
 * The period of a sub-budget that an instant falls in; undefined outside a dated span. A month changes with the books'
 * own.
 */
export function periodAt(period: PartPeriod, at: Instant, calendar: Calendar): PeriodKey | undefined {
  if (period === "month") return calendar.current_month;
  if (period === "none") return period;
  const day = dayOf(at, calendar.timezone);
  switch (period) {
    case "day":
      return day;
    case "week":
      return weekOf(day);
    default:
      return period.from <= day && day <= period.to ? `${period.from}/${period.to}` : undefined;
  }
}

/** The period that follows one over time: the same as long as it lasts, and never an earlier one. */
export function periodAfter(key: PeriodKey, at: Instant, calendar: Calendar): PeriodKey {
  const kind = kindOf(key);
  if (kind === "span") return key;
  const now = periodAt(kind, at, calendar) ?? key;
  return now > key ? now : key;
}

/** Whether two keys are periods of one kind, so that one may follow the other; of dated spans each is its own kind. */
export function isSameKind(a: PeriodKey, b: PeriodKey): boolean {
  const kind = kindOf(a);
  return kind === "span" ? a === b : kind === kindOf(b);
}

/** Whether a period is the books' month, which a reset restarts. */
export function isMonth(key: PeriodKey): boolean {
  return kindOf(key) === "month";
}

/** Whether a period ended for good before a day. */
export function isOver(key: PeriodKey, day: Day): boolean {
  return kindOf(key) === "span" && key.slice(11) < day;
}

/** The instant a period began; null for what has no beginning. */
export function beginOf(key: PeriodKey, timezone: TimeZone): Instant | null {
  switch (kindOf(key)) {
    case "day":
      return dayStart(key, timezone);
    case "week":
      return dayStart(mondayOf(key), timezone);
    case "month":
      return monthStart(key, timezone);
    case "none":
      return null;
    case "span":
      return dayStart(key.slice(0, 10), timezone);
  }
}

/** The instant a period's figures restart, or a dated span ends; null for what never does. */
export function endOf(key: PeriodKey, timezone: TimeZone): Instant | null {
  switch (kindOf(key)) {
    case "day":
      return dayStart(daysLater(key, 1), timezone);
    case "week":
      return dayStart(daysLater(mondayOf(key), 7), timezone);
    case "month":
      return monthStart(nextMonth(key), timezone);
    case "none":
      return null;
    case "span":
      return dayStart(daysLater(key.slice(11), 1), timezone);
  }
}

function kindOf(key: PeriodKey): "day" | "week" | "month" | "none" | "span" {
  if (key === "none") return "none";
  if (key.includes("/")) return "span";
  if (key.includes("W")) return "week";
  return key.length === 7 ? "month" : "day";
}

/** The week of a day by ISO 8601: it begins on Monday and belongs to the year its Thursday is in. */
export function weekOf(day: Day): PeriodKey {
  const monday = daysLater(day, -((new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7));
  const thursday = daysLater(monday, 3);
  const year = thursday.slice(0, 4);
  const week = 1 + Math.floor((epochDays(thursday) - epochDays(`${year}-01-01`)) / 7);
  return `${year}-W${String(week).padStart(2, "0")}`;
}

/** The Monday of a week, "2026-W07". */
export function mondayOf(week: PeriodKey): Day {
  // The fourth of January is always in the first week.
  const fourth = `${week.slice(0, 4)}-01-04`;
  const first = daysLater(fourth, -((new Date(`${fourth}T00:00:00Z`).getUTCDay() + 6) % 7));
  return daysLater(first, (Number(week.slice(6)) - 1) * 7);
}

export function daysLater(day: Day, days: number): Day {
  return new Date((epochDays(day) + days) * DAY_MS).toISOString().slice(0, 10);
}

function epochDays(day: Day): number {
  return Date.parse(`${day}T00:00:00Z`) / DAY_MS;
}

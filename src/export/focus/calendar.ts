import type { Entry } from "../../books/entry.ts";
import { dayInstantOf, dayOfEntry } from "../../books/evolve.ts";
import {
  type Day,
  dayStart,
  epochOf,
  instantOf,
  type Month,
  monthStart,
  nextMonth,
  type TimeZone,
} from "../../values/month.ts";
import { daysLater } from "../../values/period.ts";
import type { FocusRow } from "./columns.ts";

const SECOND_MS = 1000;

/** The first instant of a period, and the first one after it, in milliseconds since 1970. */
type Bounds = { readonly start: number; readonly end: number };

/** The days and months of a time zone. */
export type Calendar = {
  readonly timezone: TimeZone;
  readonly day: (day: Day) => Bounds;
  readonly month: (month: Month) => Bounds;
};

/** The calendar of a time zone; it keeps what it found out, of which there isn't much more than days of a report. */
export function calendarOf(timezone: TimeZone): Calendar {
  const day = kept((one) => ({
    start: epochOf(dayStart(one, timezone)),
    end: epochOf(dayStart(daysLater(one, 1), timezone)),
  }));
  const month = kept((one) => ({
    start: epochOf(monthStart(one, timezone)),
    end: epochOf(monthStart(nextMonth(one), timezone)),
  }));
  return { timezone, day, month };
}

function kept(find: (name: string) => Bounds): (name: string) => Bounds {
  const known = new Map<string, Bounds>();
  return (name) => {
    const bounds = known.get(name) ?? find(name);
    known.set(name, bounds);
    return bounds;
  };
}

/** The day of the month it is booked in on which an entry counts. */
export function dayIn({ timezone }: Calendar, entry: Entry): Day {
  return dayOfEntry({ current_month: entry.month, timezone }, entry);
}

/**
 * The billing period, which is the month that an entry names, and its charge period: from the beginning of the
 * execution to the second in which it counts, all of it on the day on which it counts. What an import brought was spent
 * since the month began.
 */
export function periodColumns(calendar: Calendar, entry: Entry): Partial<FocusRow> {
  const month = calendar.month(entry.month);
  const day = calendar.day(dayIn(calendar, entry));
  const counted = Math.min(Math.max(epochOf(dayInstantOf(entry)), day.start), day.end - 1);
  const last = Math.floor(counted / SECOND_MS) * SECOND_MS;
  const began = entry.started_at === undefined ? last : epochOf(entry.started_at);
  const first = Math.max(day.start, Math.floor(began / SECOND_MS) * SECOND_MS);
  return {
    BillingPeriodStart: instantOf(month.start),
    BillingPeriodEnd: instantOf(month.end),
    ChargePeriodStart: instantOf(entry.kind === "import" ? month.start : Math.min(first, last)),
    ChargePeriodEnd: instantOf(last + SECOND_MS),
  };
}

/** The charge period of a day. */
export function dayColumns(calendar: Calendar, day: Day): Pick<FocusRow, "ChargePeriodStart" | "ChargePeriodEnd"> {
  const { start, end } = calendar.day(day);
  return { ChargePeriodStart: instantOf(start), ChargePeriodEnd: instantOf(end) };
}

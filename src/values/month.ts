import { TZDateMini } from "@date-fns/tz";

/** A calendar month, "2026-02". Months compare as strings. */
export type Month = string;

/** A calendar day, "2026-02-14". */
export type Day = string;

/** A UTC instant as an ISO string, "2026-02-14T10:07:31Z", with milliseconds where there are any. */
export type Instant = string;

/** An IANA time zone, "Europe/Berlin". */
export type TimeZone = string;

export const MONTH_PATTERN = /^\d{4}-(0[1-9]|1[0-2])$/;

/** The last month with a four-digit year. */
const LAST_MONTH: Month = "9999-12";

const HOUR_MS = 3_600_000;

/** The zone that needs no zone data, whose loading is a fifth of a check's time. */
const UTC: TimeZone = "UTC";

/** A point of time as an instant, without milliseconds where there are none. Throws a RangeError for no time at all. */
export function instantOf(epochMs: number): Instant {
  return new Date(epochMs).toISOString().replace(".000Z", "Z");
}

/** Milliseconds since 1970. Throws a RangeError for what isn't an instant. */
export function epochOf(instant: Instant): number {
  const epochMs = Date.parse(instant);
  if (Number.isNaN(epochMs)) throw new RangeError(`${instant} is not an instant`);
  return epochMs;
}

/** The last instant with a four-digit year. */
const LAST_MS = Date.parse("9999-12-31T23:59:59.999Z");

/** The instant a number of milliseconds later, at most the last one of the year 9999. */
export function later(instant: Instant, ms: number): Instant {
  return instantOf(Math.min(LAST_MS, epochOf(instant) + ms));
}

/** Whether the time zone is one that the runtime's IANA data knows. */
export function isTimeZone(name: string): boolean {
  if (name === UTC) return true;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** The calendar day an instant falls on in a time zone. */
export function dayOf(instant: Instant, timezone: TimeZone): Day {
  if (timezone === UTC) return new Date(epochOf(instant)).toISOString().slice(0, 10);
  const local = new TZDateMini(epochOf(instant), timezone);
  return `${pad(local.getFullYear(), 4)}-${pad(local.getMonth() + 1, 2)}-${pad(local.getDate(), 2)}`;
}

/** The time of day an instant falls on in a time zone, "10:07". */
export function timeOf(instant: Instant, timezone: TimeZone): string {
  if (timezone === UTC) return new Date(epochOf(instant)).toISOString().slice(11, 16);
  const local = new TZDateMini(epochOf(instant), timezone);
  return `${pad(local.getHours(), 2)}:${pad(local.getMinutes(), 2)}`;
}

/** The calendar month an instant falls in, in a time zone. */
export function monthOf(instant: Instant, timezone: TimeZone): Month {
  return dayOf(instant, timezone).slice(0, 7);
}

/** The month after; the last one there is has none and comes back. */
export function nextMonth(month: Month): Month {
  const [year, number] = partsOf(month);
  if (month >= LAST_MONTH) return LAST_MONTH;
  return number === 12 ? `${pad(year + 1, 4)}-01` : `${pad(year, 4)}-${pad(number + 1, 2)}`;
}

/** The month before. */
export function monthBefore(month: Month): Month {
  const [year, number] = partsOf(month);
  return number === 1 ? `${pad(year - 1, 4)}-12` : `${pad(year, 4)}-${pad(number - 1, 2)}`;
}

/** The instant a month begins in a time zone. */
export function monthStart(month: Month, timezone: TimeZone): Instant {
  return dayStart(`${month}-01`, timezone);
}

/** Days that were asked for: each of a thousand sub-budgets asks for the same one, and a zone's data is slow. */
const starts = new Map<string, Instant>();
const MAX_STARTS = 1_000;

/** The instant a day begins in a time zone. */
export function dayStart(day: Day, timezone: TimeZone): Instant {
  if (timezone === UTC) return `${day}T00:00:00Z`;
  const key = `${day} ${timezone}`;
  const known = starts.get(key);
  if (known !== undefined) return known;
  const [year, number] = partsOf(day);
  const start = instantOf(new TZDateMini(year, number - 1, Number(day.slice(8, 10)), timezone).getTime());
  if (starts.size >= MAX_STARTS) starts.clear();
  starts.set(key, start);
  return start;
}

/** How many days a month has. */
export function daysIn(month: Month): number {
  const [year, number] = partsOf(month);
  return new Date(Date.UTC(year, number, 0)).getUTCDate();
}

/** The last day of a month. */
export function lastDayOf(month: Month): Day {
  return `${month}-${daysIn(month)}`;
}

/** A UTC hour as the ledger names it: the folder's month and the file's name, "2026-02/14T10". */
export type LedgerHour = string;

/** The UTC hour an instant falls in. */
export function ledgerHourOf(instant: Instant): LedgerHour {
  const hour = new Date(Math.floor(epochOf(instant) / HOUR_MS) * HOUR_MS).toISOString();
  return `${hour.slice(0, 7)}/${hour.slice(8, 13)}`;
}

/** When a UTC hour begins, milliseconds since 1970. */
export function hourStart(hour: LedgerHour): number {
  return epochOf(`${hour.slice(0, 7)}-${hour.slice(8)}:00:00Z`);
}

function partsOf(month: Month): [year: number, month: number] {
  return [Number(month.slice(0, 4)), Number(month.slice(5, 7))];
}

function pad(value: number, width: number): string {
  return value.toString().padStart(width, "0");
}

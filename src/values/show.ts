import { grouped } from "./counts.ts";
import { type NanoUsd, plainUsd, showUsd } from "./money.ts";
import { type Day, dayOf, epochOf, type Instant, type Month, type TimeZone, timeOf } from "./month.ts";

const MINUTE_MS = 60_000;
const MONTHS = "January February March April May June July August September October November December".split(" ");

/** A whole number with commas: "142,500". */
export function showCount(count: number): string {
  return grouped(Math.trunc(count).toString());
}

/** A count with its noun: "1 execution", "96 executions". */
export function showMany(count: number, noun: string): string {
  return `${showCount(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** A number with one decimal below ten, none from ten, and never ".0". */
export function showNumber(value: number): string {
  return value < 9.95 ? value.toFixed(1).replace(".0", "") : showCount(Math.round(value));
}

/** A unit price as it was used: "$3", "$0.60", "$0.0375". */
export function showUnitPrice(usd: number): string {
  const [whole = "0", fraction] = String(Number(usd.toPrecision(12))).split(".");
  return fraction === undefined ? `$${whole}` : `$${whole}.${fraction.padEnd(2, "0")}`;
}

/** What an entry added: "+$0.0313", "-$0.0237". */
export function showSigned(amount: NanoUsd): string {
  return amount < 0 ? showUsd(amount) : `+${showUsd(amount)}`;
}

/** Dollars with all decimals: "$0.031275". */
export function showExact(amount: NanoUsd): string {
  const plain = plainUsd(amount);
  const [whole = "0", fraction = ""] = plain.replace("-", "").split(".");
  return `${amount < 0 ? "-" : ""}$${grouped(whole)}.${fraction.padEnd(2, "0")}`;
}

/** "February 2026". */
export function showMonth(month: Month): string {
  return `${MONTHS[Number(month.slice(5, 7)) - 1]} ${month.slice(0, 4)}`;
}

/** "24 Feb". */
export function showDay(day: Day): string {
  return `${Number(day.slice(8, 10))} ${MONTHS[Number(day.slice(5, 7)) - 1]?.slice(0, 3)}`;
}

/** A day with its year: "14 Feb 2026". */
export function showDate(day: Day): string {
  return `${showDay(day)} ${day.slice(0, 4)}`;
}

/** "1 Mar 2026, 00:00 (UTC)": an instant as the budget's clock shows it. */
export function showInstant(instant: Instant, timezone: TimeZone): string {
  const day = dayOf(instant, timezone);
  return `${showDay(day)} ${day.slice(0, 4)}, ${timeOf(instant, timezone)} (${timezone})`;
}

/** The time from one instant to another: "14 days 13 h", "3 h 20 min", "5 min"; "now" if it is over. */
export function showWait(from: Instant, to: Instant): string {
  const minutes = Math.ceil((epochOf(to) - epochOf(from)) / MINUTE_MS);
  return minutes <= 0 ? "now" : minutesText(minutes);
}

/** How long ago an instant was, in whole minutes that have passed: "5 min"; "now" for less than one. */
export function showAge(at: Instant, now: Instant): string {
  // Milliseconds only keep the ledger's instants apart.
  const atMs = Math.floor(epochOf(at) / 1000) * 1000;
  const minutes = Math.floor((epochOf(now) - atMs) / MINUTE_MS);
  return minutes <= 0 ? "now" : minutesText(minutes);
}

/** The age of something, "5 min"; "new" for less than a minute. */
export function ageText(at: Instant, now: Instant): string {
  const age = showAge(at, now);
  return age === "now" ? "new" : age;
}

function minutesText(minutes: number): string {
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  const days = Math.floor(hours / 24);
  return hours % 24 === 0 ? showMany(days, "day") : `${showMany(days, "day")} ${hours % 24} h`;
}

/** Hours between two executions as a person would say it: "20 min", "2 h", "3 days". */
export function showHours(hours: number): string {
  if (hours < 1) return `${Math.max(1, Math.round(hours * 60))} min`;
  return hours < 48 ? `${showNumber(hours)} h` : `${showNumber(hours / 24)} days`;
}

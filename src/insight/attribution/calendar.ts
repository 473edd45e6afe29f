import type { Entry } from "../../books/entry.ts";
import { dayInstantOf, dayOfEntry } from "../../books/evolve.ts";
import { type Day, epochOf, type TimeZone, timeOf } from "../../values/month.ts";

/** An entry, and the day and hour of the day, "00" to "23", on which it counts. */
export type Placed = { readonly entry: Entry; readonly day: Day; readonly hour: string };

const QUARTER_MS = 900_000;

/**
 * Finds where entries count in a time zone. Days and hours begin with a quarter of an hour in every zone, so the entries
 * of one quarter are looked up once: that takes longer than everything else that is done with an entry.
 */
export function calendarOf(timezone: TimeZone): (entry: Entry) => Placed {
  let known = { quarter: Number.NaN, month: "", day: "", hour: "" };
  return (entry) => {
    const instant = dayInstantOf(entry);
    const quarter = Math.floor(epochOf(instant) / QUARTER_MS);
    const { month } = entry;
    if (quarter !== known.quarter || month !== known.month) {
      const day = dayOfEntry({ current_month: month, timezone }, entry);
      known = { quarter, month, day, hour: timeOf(instant, timezone).slice(0, 2) };
    }
    return { entry, day: known.day, hour: known.hour };
  };
}

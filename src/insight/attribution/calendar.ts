import type { Entry } from "../../books/entry.ts";
import { dayInstantOf, dayOfEntry } from "../../books/evolve.ts";
import { type Day, epochOf, type TimeZone, timeOf } from "../../values/month.ts";

/** An entry, and when it counts: the day, the hour of the day, "00" to "23", and the minutes since midnight. */
export type Placed = { readonly entry: Entry; readonly day: Day; readonly hour: string; readonly minute: number };

const QUARTER_MS = 900_000;
const MINUTE_MS = 60_000;

/**
 * Finds where entries count in a time zone. Days and hours begin with a quarter of an hour in every zone, so the entries
 * of one quarter are looked up once: that takes longer than everything else that is done with an entry.
 */
export function calendarOf(timezone: TimeZone): (entry: Entry) => Placed {
  let known = { quarter: Number.NaN, month: "", day: "", hour: "", minute: 0 };
  return (entry) => {
    const instant = dayInstantOf(entry);
    const epochMs = epochOf(instant);
    const quarter = Math.floor(epochMs / QUARTER_MS);
    const { month } = entry;
    if (quarter !== known.quarter || month !== known.month) {
      const day = dayOfEntry({ current_month: month, timezone }, entry);
      const time = timeOf(instant, timezone);
      const [hour = "", minutes] = time.split(":");
      const minute = 60 * Number(hour) + Math.floor(Number(minutes) / 15) * 15;
      known = { quarter, month, day, hour, minute };
    }
    const { day, hour, minute } = known;
    return { entry, day, hour, minute: minute + Math.floor((epochMs - quarter * QUARTER_MS) / MINUTE_MS) };
  };
}

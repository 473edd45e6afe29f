import { excessOf, expectedDay } from "../src/forecast/expected-day.ts";
import type { DaySpent } from "../src/forecast/history.ts";
import { boundedNanoOf } from "../src/values/money.ts";
import { daysLater } from "../src/values/period.ts";
import { quantileOf } from "../src/values/stats.ts";
import { type DailySeries, withSpikes } from "./daily-series.ts";

/** What the days with a spike are multiplied by. */
export const SPIKES = [2, 4, 8];

const APART = 30;
const FIRST_JUDGED = 60;
const MEMORY = 190;

/** Whether a day is odd by the days before it, in order. */
type IsOdd = (today: DaySpent, before: readonly DaySpent[]) => boolean;

/** The project's detector, and two that many use. */
export const DETECTORS = [
  {
    name: "expected range",
    isOdd: (today, before) => {
      const range = expectedDay(before, today);
      return range !== null && excessOf(today.spent, range) !== null;
    },
  },
  {
    name: "z-score 3",
    isOdd: (today, before) => {
      const mean = before.reduce<number>((sum, { spent }) => sum + spent, 0) / before.length;
      const variance = before.reduce((sum, { spent }) => sum + (spent - mean) ** 2, 0) / (before.length - 1);
      return today.spent > mean + 3 * Math.sqrt(variance);
    },
  },
  {
    name: "IQR",
    isOdd: (today, before) => {
      const rising = before.map(({ spent }) => spent).sort((a, b) => a - b);
      const [lower, upper] = [quantileOf(rising, 0.25), quantileOf(rising, 0.75)];
      return today.spent > upper + 1.5 * (upper - lower);
    },
  },
] as const satisfies readonly { readonly name: string; readonly isOdd: IsOdd }[];

/** The shares of spikes that a detector finds, in the order of `SPIKES`, and its false alarms in 30 days. */
export function detectionOf(
  series: readonly DailySeries[],
  isOdd: IsOdd,
): { readonly found: readonly number[]; readonly falseAlarms: number } {
  let [ordinary, alarms] = [0, 0];
  const found = SPIKES.map((factor) => {
    let [spikes, hits] = [0, 0];
    for (const one of series) {
      const spiked = withSpikes(one, factor, APART);
      const odd = oddDays(spiked.series, isOdd);
      const places = new Set(spiked.spikes);
      for (let at = FIRST_JUDGED; at < one.amounts.length; at += 1) {
        const isHit = odd.has(at) ? 1 : 0;
        if (!places.has(at)) [ordinary, alarms] = [ordinary + 1, alarms + isHit];
        else if ((one.amounts[at] ?? 0) > 0) [spikes, hits] = [spikes + 1, hits + isHit];
      }
    }
    return hits / spikes;
  });
  return { found, falseAlarms: (alarms / ordinary) * APART };
}

function oddDays(series: DailySeries, isOdd: IsOdd): Set<number> {
  const days = series.amounts.map((amount, at) => ({ day: daysLater(series.first, at), spent: boundedNanoOf(amount) }));
  const judged = days.map((today, at) => ({ today, at })).slice(FIRST_JUDGED);
  const odd = judged.filter(({ today, at }) => isOdd(today, days.slice(Math.max(0, at - MEMORY), at)));
  return new Set(odd.map(({ at }) => at));
}

import { readFileSync } from "node:fs";
import type { Day } from "../src/values/month.ts";
import { daysLater } from "../src/values/period.ts";
import { type Dice, diceOf } from "./dice.ts";

/** What something cost, or how often it happened, day after day. */
export type DailySeries = {
  readonly name: string;
  readonly first: Day;
  readonly amounts: readonly number[];
};

type Family = (dice: Dice, variant: number) => (at: number, weekday: number) => number;

const MADE_DAYS = 400;
const VARIANTS = 4;

/** How many runs a day, by variant: from a small team to a busy one. */
const RUNS = [4, 12, 40, 100];
const runsOf = (variant: number) => RUNS[variant % RUNS.length] ?? 1;
const isWeekend = (weekday: number) => weekday === 0 || weekday === 6;

/** How a day's mean number of runs comes about in each family. Weekdays count from Sunday, 0. */
const FAMILIES: Readonly<Record<string, Family>> = {
  steady: (_, variant) => () => runsOf(variant),
  trend: (dice, variant) => {
    const factor = variant % 2 === 0 ? 2 + 2 * dice.share() : 0.3 + 0.3 * dice.share();
    return (at, weekday) => runsOf(variant) * factor ** (at / MADE_DAYS) * (isWeekend(weekday) ? 0.6 : 1);
  },
  bursty: (dice, variant) => {
    let left = 0;
    return () => {
      left = left > 0 ? left - 1 : dice.share() < 0.06 ? 1 + dice.count(1) : 0;
      return runsOf(variant) * (left > 0 ? 5 : 1);
    };
  },
  sparse: (dice, variant) => () => (dice.share() < 0.2 + 0.1 * variant ? 12 : 0),
  nightly: (_, variant) => (__, weekday) => 20 + (isWeekend(weekday) ? 0 : runsOf(variant) / 4),
  shifting: (dice, variant) => {
    let level = 1;
    return (_, weekday) => {
      if (dice.share() < 1 / 60) level = Math.exp(0.6 * dice.normal());
      return runsOf(variant) * level * (isWeekend(weekday) ? 0.5 : 1);
    };
  },
  weekday: (dice, variant) => {
    const shape = Array.from({ length: 7 }, (_, weekday) => (isWeekend(weekday) ? 0.08 * variant : 0.7 + dice.share()));
    return (_, weekday) => runsOf(variant) * (shape[weekday] ?? 1);
  },
};

/** Made series, four of each family, that a seed decides. A day's dollars are the costs of its runs, each by chance. */
export function madeSeries(seed: number): DailySeries[] {
  return Object.entries(FAMILIES).flatMap(([name, family], place) =>
    Array.from({ length: VARIANTS }, (_, variant) => {
      const dice = diceOf(seed * 1000 + place * VARIANTS + variant);
      const first = daysLater("2024-01-01", Math.floor(dice.share() * 365));
      return { name: `${name} ${variant + 1}`, first, amounts: amountsOf(family(dice, variant), dice, first) };
    }),
  );
}

function amountsOf(runsAt: ReturnType<Family>, dice: Dice, first: Day): number[] {
  return Array.from({ length: MADE_DAYS }, (_, at) => {
    const runs = dice.count(runsAt(at, weekdayOf(daysLater(first, at))));
    const costs = Array.from({ length: runs }, () => 0.05 * Math.exp(0.8 * dice.normal()));
    return costs.reduce((sum, cost) => sum + cost, 0);
  });
}

/** Real daily counts that are in the public domain: reports of wildlife strikes, football matches and goals. */
export function realSeries(): DailySeries[] {
  const path = new URL("data/daily-counts.json", import.meta.url);
  const kept = JSON.parse(readFileSync(path, "utf8")) as { name: string; first: Day; counts: number[] }[];
  return kept.map(({ name, first, counts }) => ({ name, first, amounts: counts }));
}

/** The same series with one day in every `apart` days times `factor`, and the places of these days. */
export function withSpikes(
  series: DailySeries,
  factor: number,
  apart: number,
): { series: DailySeries; spikes: number[] } {
  const spikes = series.amounts.map((_, at) => at).filter((at) => at % apart === apart - 1);
  const amounts = series.amounts.map((amount, at) => (at % apart === apart - 1 ? amount * factor : amount));
  return { series: { ...series, amounts }, spikes };
}

function weekdayOf(day: Day): number {
  return new Date(`${day}T00:00:00Z`).getUTCDay();
}

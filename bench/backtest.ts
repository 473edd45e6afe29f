import { demandOf, totalOf } from "../src/forecast/demand.ts";
import type { DaySpent } from "../src/forecast/history.ts";
import { boundedNanoOf, ZERO } from "../src/values/money.ts";
import { type Day, daysIn, nextMonth } from "../src/values/month.ts";
import { daysLater } from "../src/values/period.ts";
import type { DailySeries } from "./daily-series.ts";

/** A month-end forecast to make: at the start of a day, from the month so far and the months before it. */
export type Task = {
  readonly series: string;
  readonly day: number;
  readonly monthsBefore: number;
  /** The known days before today, in order. */
  readonly history: readonly DaySpent[];
  readonly today: Day;
  readonly to: Day;
  /** What the month spent before today, and at its end, in dollars. */
  readonly spent: number;
  readonly total: number;
};

/** A forecast: a point and, where the method has them, the ranges of 50, 80 and 95 %, in dollars. */
export type Prediction = {
  readonly point: number;
  readonly ranges?: readonly (readonly [low: number, high: number])[];
};

export const DAYS = [5, 10, 15, 20, 25];
export const MONTHS_BEFORE = [0, 1, 3, 6];

/** All tasks of a series: each month with six whole months before it and something spent in it. */
export function tasksOf(series: DailySeries): Task[] {
  const days = series.amounts.map((amount, at) => ({ day: daysLater(series.first, at), amount }));
  const last = days.at(-1)?.day ?? series.first;
  const firstWhole = series.first.endsWith("-01") ? series.first.slice(0, 7) : nextMonth(series.first.slice(0, 7));
  const months = monthsFrom(firstWhole, last);
  return months.slice(6).flatMap((month, at) =>
    DAYS.flatMap((day) =>
      MONTHS_BEFORE.map((monthsBefore) => ({ month, day, monthsBefore, began: `${months[at + 6 - monthsBefore]}-01` })),
    ).flatMap(({ day, monthsBefore, began }) => {
      const today = `${month}-${String(day).padStart(2, "0")}`;
      const to = `${month}-${daysIn(month)}`;
      const sum = (from: Day, before: Day) =>
        days.reduce((all, one) => (one.day >= from && one.day < before ? all + one.amount : all), 0);
      const total = sum(`${month}-01`, daysLater(to, 1));
      const history = days
        .filter((one) => one.day >= began && one.day < today)
        .map((one) => ({ day: one.day, spent: boundedNanoOf(one.amount) }));
      return total > 0
        ? [{ series: series.name, day, monthsBefore, history, today, to, spent: sum(`${month}-01`, today), total }]
        : [];
    }),
  );
}

/** The project's forecast. */
export function ourForecast({ history, today, to, spent }: Task): Prediction {
  const demand = demandOf({ history, today: { day: today, spent: ZERO, left: 1 } });
  const from = `${today.slice(0, 7)}-01`;
  const forecast = totalOf(demand, { from, to, spent: boundedNanoOf(spent) });
  if (forecast.kind === "pace") return { point: forecast.point / 1e9 };
  const ranges = [forecast.likely50, forecast.likely80, forecast.likely95];
  return { point: forecast.point / 1e9, ranges: ranges.map(({ low, high }) => [low / 1e9, high / 1e9] as const) };
}

/** What the month spent a day so far, on all of its days. */
export function plainPace({ day, to, spent }: Task): Prediction {
  return { point: (spent / (day - 1)) * Number(to.slice(8)) };
}

/** A straight line by least squares through the known days, drawn on to the month's end and never below zero. */
export function straightLine({ history, day, to, spent }: Task): Prediction {
  const n = history.length;
  const middle = (n - 1) / 2;
  const level = history.reduce((sum, one) => sum + one.spent / 1e9, 0) / n;
  const slope =
    history.reduce((sum, one, at) => sum + (at - middle) * (one.spent / 1e9 - level), 0) /
    history.reduce((sum, _, at) => sum + (at - middle) ** 2, 0);
  let rest = 0;
  for (let at = n; at < n + Number(to.slice(8)) - day + 1; at += 1) rest += Math.max(0, level + slope * (at - middle));
  return { point: spent + rest };
}

/** How good the forecasts of some tasks are; shares of 1. Width is that of the range ÷ the month's total. */
export type Quality = {
  readonly tasks: number;
  readonly error: number;
  readonly within15: number;
  readonly bias: number;
  readonly ranges: readonly { readonly held: number; readonly width: number }[];
};

export function qualityOf(tasks: readonly Task[], predict: (task: Task) => Prediction): Quality {
  const all = tasks.map((task) => ({ total: task.total, ...predict(task) }));
  const mean = (of: (one: (typeof all)[number]) => number) => all.reduce((sum, one) => sum + of(one), 0) / all.length;
  return {
    tasks: tasks.length,
    error: mean(({ point, total }) => Math.abs(point - total) / total),
    within15: mean(({ point, total }) => (Math.abs(point - total) <= 0.15 * total ? 1 : 0)),
    bias: mean(({ point, total }) => (point - total) / total),
    ranges: [0, 1, 2].flatMap((at) => {
      const ranged = all.flatMap(({ total, ranges }) =>
        ranges?.[at] === undefined ? [] : [{ total, range: ranges[at] }],
      );
      if (ranged.length === 0) return [];
      const over = (of: (one: (typeof ranged)[number]) => number) =>
        ranged.reduce((sum, one) => sum + of(one), 0) / ranged.length;
      const isIn = ({ total, range: [low, high] }: (typeof ranged)[number]) =>
        low - 1e-6 <= total && total <= high + 1e-6;
      return [
        {
          held: over((one) => (isIn(one) ? 1 : 0)),
          width: over(({ total, range: [low, high] }) => (high - low) / total),
        },
      ];
    }),
  };
}

function monthsFrom(first: string, last: Day): string[] {
  const months: string[] = [];
  for (let month = first; `${month}-${daysIn(month)}` <= last; month = nextMonth(month)) months.push(month);
  return months;
}

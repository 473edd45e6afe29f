import type { Forecast } from "../../forecast/forecast.ts";
import type { Outlook } from "../../insight/outlook.ts";
import type { PartOutlook } from "../../insight/part-outlook.ts";
import { usdOf } from "../../values/money.ts";
import { numberOfQuantity } from "../../values/quantity.ts";

/** The details of `status` for machines, besides its outputs: dollars and tokens as numbers, shares from 0 to 1. */
export function statusDetails(forecast: Forecast, outlook: Outlook): Readonly<Record<string, unknown>> {
  const { burnRate, averageCost, monthEndSpent } = forecast;
  return {
    forecast: {
      ...inSnakeCase(forecast),
      burn_rate: usdOf(burnRate),
      average_cost: averageCost === null ? null : usdOf(averageCost),
      month_end_spent: usdOf(monthEndSpent),
      quarter_spent: usdOf(outlook.quarterSpent),
      year_spent: usdOf(outlook.yearSpent),
    },
    budgets: outlook.budgets.map(budgetOf),
    unallocated: outlook.unallocated === null ? null : usdOf(outlook.unallocated),
    books: outlook.books,
    large_runs: outlook.largeRuns,
    predictions: outlook.predictions,
  };
}

function budgetOf({ efficiency, ...part }: PartOutlook) {
  const plain = (amount: number) => numberOfQuantity(part.unit, amount);
  return {
    ...inSnakeCase(part),
    limit: plain(part.limit),
    spent: plain(part.spent),
    held: plain(part.held),
    remaining: plain(part.remaining),
    per_day: plain(part.perDay),
    efficiency: efficiency.map(({ target, cost, ...one }) => ({
      ...inSnakeCase(one),
      cost: usdOf(cost),
      ...(target !== undefined && {
        target: { unit: target.unit, amount: numberOfQuantity(target.unit, target.amount) },
      }),
    })),
  };
}

/** The same with its keys in snake case: `burnRate` is `burn_rate`. */
function inSnakeCase(values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const written = (key: string) => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [written(key), value]));
}

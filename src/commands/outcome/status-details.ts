import type { Forecast } from "../../forecast/forecast.ts";
import type { Outlook } from "../../insight/outlook.ts";
import type { PartOutlook } from "../../insight/part-outlook.ts";
import { usdOf } from "../../values/money.ts";
import { numberOfQuantity } from "../../values/quantity.ts";

/** What `status` tells machines beside its outputs: dollars and tokens as numbers, shares from 0 to 1. */
export function statusDetails(forecast: Forecast, outlook: Outlook): Readonly<Record<string, unknown>> {
  const { burn_rate, average_cost, month_end_spent } = forecast;
  return {
    forecast: {
      ...forecast,
      burn_rate: usdOf(burn_rate),
      average_cost: average_cost === null ? null : usdOf(average_cost),
      month_end_spent: usdOf(month_end_spent),
      quarter_spent: usdOf(outlook.quarter_spent),
      year_spent: usdOf(outlook.year_spent),
    },
    budgets: outlook.budgets.map(budgetOf),
    unallocated: outlook.unallocated === null ? null : usdOf(outlook.unallocated),
    books: outlook.books,
    large_runs: outlook.large_runs,
    predictions: outlook.predictions,
  };
}

function budgetOf({ efficiency, ...part }: PartOutlook) {
  const plain = (amount: number) => numberOfQuantity(part.unit, amount);
  return {
    ...part,
    limit: plain(part.limit),
    spent: plain(part.spent),
    held: plain(part.held),
    remaining: plain(part.remaining),
    per_day: plain(part.per_day),
    efficiency: efficiency.map(({ target, cost, ...one }) => ({
      ...one,
      cost: usdOf(cost),
      ...(target !== undefined && {
        target: { unit: target.unit, amount: numberOfQuantity(target.unit, target.amount) },
      }),
    })),
  };
}

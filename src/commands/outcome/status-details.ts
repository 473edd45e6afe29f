import type { State } from "../../books/state.ts";
import type { Forecast } from "../../forecast/forecast.ts";
import type { Outlook } from "../../insight/outlook.ts";
import type { PartOutlook } from "../../insight/part-outlook.ts";
import { usdOf } from "../../values/money.ts";
import { numberOfQuantity } from "../../values/quantity.ts";

/** The details of `status` for machines, besides its outputs: dollars and tokens as numbers, shares from 0 to 1. */
export function statusDetails(forecast: Forecast, outlook: Outlook): Readonly<Record<string, unknown>> {
  const { burnRate, averageCost, monthEndSpent } = forecast;
  return {
    today: todayOf(outlook.today),
    forecast: {
      ...forecast,
      burnRate: usdOf(burnRate),
      averageCost: averageCost === null ? null : usdOf(averageCost),
      monthEndSpent: usdOf(monthEndSpent),
      quarterSpent: usdOf(outlook.quarterSpent),
      yearSpent: usdOf(outlook.yearSpent),
    },
    budgets: outlook.budgets.map(budgetOf),
    unallocated: outlook.unallocated === null ? null : usdOf(outlook.unallocated),
    books: outlook.books,
    largeRuns: outlook.largeRuns,
    predictions: outlook.predictions,
  };
}

/** The pause that is on for machines; null without one. */
export function pausedDetails({ paused }: Pick<State, "paused">) {
  if (paused === undefined) return null;
  const { by, at, reason, until = null, below = null } = paused;
  return { by, at, reason, until, below };
}

function todayOf({ spent, range, severity }: Outlook["today"]) {
  return {
    spent: usdOf(spent),
    expected: range === null ? null : usdOf(range.expected),
    upper: range === null ? null : usdOf(range.upper),
    severity,
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
    perDay: plain(part.perDay),
    efficiency: efficiency.map(({ target, cost, ...one }) => ({
      ...one,
      cost: usdOf(cost),
      ...(target !== undefined && {
        target: { unit: target.unit, amount: numberOfQuantity(target.unit, target.amount) },
      }),
    })),
  };
}

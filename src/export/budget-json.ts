import type { DemandForecast, Range } from "../forecast/demand.ts";
import type { PartOutlook } from "../insight/part-outlook.ts";
import { usdOf } from "../values/money.ts";
import { numberOfQuantity } from "../values/quantity.ts";

/** A forecast for machines; the ranges are null while only a pace is known. */
export function forecastJson(forecast: DemandForecast) {
  const range = ({ low, high }: Range) => ({ low: usdOf(low), high: usdOf(high) });
  const { kind, spent, point } = forecast;
  const ranges =
    kind === "pace"
      ? { likely50: null, likely80: null, likely95: null }
      : {
          likely50: range(forecast.likely50),
          likely80: range(forecast.likely80),
          likely95: range(forecast.likely95),
        };
  return { spent: usdOf(spent), point: usdOf(point), ...ranges };
}

/** A sub-budget for machines: amounts are numbers of its unit, shares from 0 to 1, null for what isn't known. */
export function budgetJson({ efficiency, forecast, ...part }: PartOutlook) {
  const plain = (amount: number) => numberOfQuantity(part.unit, amount);
  return {
    ...part,
    limit: plain(part.limit),
    spent: plain(part.spent),
    held: plain(part.held),
    remaining: plain(part.remaining),
    perDay: plain(part.perDay),
    projected: part.projected === null ? null : plain(part.projected),
    forecast: forecast === null ? null : forecastJson(forecast),
    projectedBy: part.projected === null ? null : forecast === null ? "pace" : "share",
    efficiency: efficiency.map(({ target, cost, ...one }) => ({
      ...one,
      cost: usdOf(cost),
      ...(target !== undefined && {
        target: { unit: target.unit, amount: numberOfQuantity(target.unit, target.amount) },
      }),
    })),
  };
}

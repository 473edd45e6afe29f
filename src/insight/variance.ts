import { minus, type NanoUsd } from "../values/money.ts";

/** What was spent above a budget: below zero where something is left. */
export type Variance = {
  readonly amount: NanoUsd;
  /** Of the budget, to a tenth of a percent; undefined where there is none. */
  readonly percent?: number | undefined;
};

/** How much more than the budget was spent. */
export function varianceOf(spent: NanoUsd, budget: NanoUsd): Variance {
  const amount = minus(spent, budget);
  if (budget <= 0) return { amount };
  // Adding zero turns -0 into 0.
  return { amount, percent: Math.sign(amount) * (Math.round((Math.abs(amount) * 1_000) / budget) / 10) + 0 };
}

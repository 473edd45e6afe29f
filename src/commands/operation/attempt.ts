import { BudgetError } from "../../values/errors.ts";

/** The result of `work`, or the BudgetError it throws; other errors are bugs. */
export async function attempt<T>(work: () => Promise<T>): Promise<T | BudgetError> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof BudgetError) return error;
    throw error;
  }
}

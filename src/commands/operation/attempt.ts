import { BudgetError } from "../../values/errors.ts";

/** What `work` answers, or the error that says why it doesn't; other errors are bugs. */
export async function attempt<T>(work: () => Promise<T>): Promise<T | BudgetError> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof BudgetError) return error;
    throw error;
  }
}

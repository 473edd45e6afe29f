import { BudgetError } from "../budget/budget-error.ts";
import type { Finding } from "../report/findings-text.ts";
import { StoreFault } from "../store/store.ts";

/** What can't be done, with the error's first line as the sentence and the lines to copy apart. */
export function findingOf(about: string, error: BudgetError | StoreFault): Finding {
  const [text = "", ...lines] = error.message.split("\n");
  if (error instanceof StoreFault) {
    return { tone: "warn", about, text: `couldn't be looked at: ${text}`, mend: { text: "Try again later." } };
  }
  return { tone: "bad", about, text, ...(lines.length > 0 && { mend: { text: "Namely:", code: lines.join("\n") } }) };
}

/** What `work` answers, or the error that says why it doesn't; other errors are bugs. */
export async function attempt<T>(work: () => Promise<T>): Promise<T | BudgetError>;
export async function attempt<T>(work: () => Promise<T>, faults: "faults too"): Promise<T | BudgetError | StoreFault>;
export async function attempt<T>(work: () => Promise<T>, faults?: string): Promise<T | BudgetError | StoreFault> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof BudgetError || (faults !== undefined && error instanceof StoreFault)) return error;
    throw error;
  }
}

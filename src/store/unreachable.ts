import { BudgetError } from "../values/errors.ts";
import type { Place } from "./port.ts";

/** The error for books that could not be reached, with the last failure. */
export function unreachable({ description }: Place, faults: number, cause: unknown): BudgetError {
  const reason = cause instanceof Error ? ` (${cause.message})` : "";
  const text = `The books in ${description} could not be reached after ${faults} failures${reason}. Run it again later.`;
  return new BudgetError("state-unreachable", text, { cause });
}

import type { BudgetError } from "../../values/errors.ts";
import type { Outcome } from "./outcome.ts";
import { errorOutputs } from "./outputs-of.ts";
import { problemOutcome, type Where } from "./problem.ts";

/** The outcome of a command that a BudgetError ended before it had its own answer. */
export function failedOutcome(error: BudgetError, from: Where): Outcome {
  return problemOutcome(from, error, { title: titleOf(error), outputs: errorOutputs(error, false), isFailure: true });
}

function titleOf(error: BudgetError): string {
  switch (error.code) {
    case "bad-input":
      return "Bad input";
    case "not-allowed":
      return "Not allowed";
    case "id-reused":
      return "The id belongs to another booking";
    default:
      return "The budget command failed";
  }
}

/** The text of an unforeseen error: a bug, with where to report it. */
export function bugText(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `This is a bug in token-budget; please report it: https://github.com/token-budget/token-budget/issues/new?template=bug.yml\n${stack}`;
}

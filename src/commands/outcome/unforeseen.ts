import type { BudgetError } from "../../values/errors.ts";
import type { Outcome } from "./outcome.ts";
import { errorOutputs } from "./outputs-of.ts";
import { problemPictures } from "./show.ts";

/** The outcome of a command that a BudgetError ended before it could answer for itself. */
export function failedOutcome(
  error: BudgetError,
  from: { readonly place: string; readonly now: () => number },
): Outcome {
  return {
    outputs: errorOutputs(error, false),
    sentence: error.message,
    notes: [],
    failure: error.message,
    isDenied: false,
    ...problemPictures(from, error, titleOf(error)),
    deliver: null,
  };
}

function titleOf(error: BudgetError): string {
  switch (error.code) {
    case "bad-input":
      return "Bad input";
    case "not-allowed":
      return "Not allowed";
    case "id-reused":
      return "The id stands for another booking";
    default:
      return "The budget could not do this";
  }
}

/** What people read of an error that nobody foresaw: a bug, with where to tell. */
export function bugText(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `This is a bug in token-budget; please tell us: https://github.com/token-budget/token-budget/issues/new?template=bug.yml\n${stack}`;
}

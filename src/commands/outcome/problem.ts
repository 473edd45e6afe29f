import { DEFAULT_NAME } from "../../books/settings.ts";
import type { BooksView } from "../../report/model/view.ts";
import type { BudgetError } from "../../values/errors.ts";
import { instantOf } from "../../values/month.ts";
import type { Ports } from "../operation/ports.ts";
import type { Outcome } from "./outcome.ts";

/** Where a problem occurred, and the clock there. */
export type Where = Pick<Ports, "now"> & { readonly place: string };

/** Where a problem occurred with these ports. */
export function whereOf(ports: Ports): Where {
  return { now: ports.now, place: ports.store.place.description };
}

/** An outcome that shows a problem; it fails the step if `isFailure` is true. */
export function problemOutcome(
  from: Where,
  error: BudgetError,
  own: Pick<BooksView, "title"> &
    Pick<Outcome, "outputs"> &
    Partial<Pick<Outcome, "isDenied" | "delivery" | "notes">> & { readonly isFailure: boolean },
): Outcome {
  const { title, outputs, isFailure, isDenied = false, delivery = null, notes = [] } = own;
  const failure = isFailure ? error.message : null;
  return { outputs, view: problemView(from, error, title), notes, failure, isDenied, delivery };
}

function problemView({ place, now }: Where, { code, message }: BudgetError, title: string): BooksView {
  return {
    title,
    sentence: message,
    tone: "bad",
    name: DEFAULT_NAME,
    place,
    now: instantOf(now()),
    month: null,
    problem: { code, message },
    nextSteps: [],
    notes: [],
  };
}

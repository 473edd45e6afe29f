import type { Admission, Booking, Figures } from "../budget/answer.ts";
import type { BudgetError } from "../budget/budget-error.ts";
import { plainUsd, plus } from "../budget/money.ts";
import type { Outputs } from "./outcome.ts";

/** The outputs of every command that has read the books; dollars as plain decimals. */
export function outputsOf(figures: Figures, admission: Admission, message: string): Outputs {
  return {
    allowed: String(admission.decision === "allow"),
    decision: admission.decision,
    reason: admission.reason,
    message,
    month: figures.month,
    budget: plainUsd(plus(figures.budget, figures.top_ups)),
    spent: plainUsd(figures.spent),
    held: plainUsd(figures.held),
    remaining: plainUsd(figures.remaining),
    "percent-used": String(Math.round(figures.percent_used * 100) / 100),
    health: figures.health,
    executions: String(figures.executions),
    "resets-at": figures.resets_at,
    estimate: plainUsd(admission.estimate),
  };
}

/** The outputs of a booking. */
export function bookingOutputs(booking: Booking): Outputs {
  return {
    ...(booking.hold !== undefined && { hold: booking.hold }),
    cost: plainUsd(booking.cost),
    "cost-quality": booking.quality,
    milestones: booking.milestones.map(plainUsd).join(","),
  };
}

/** The outputs where the books could not be read or written. */
export function errorOutputs(error: BudgetError, isAllowed: boolean): Outputs {
  return {
    allowed: String(isAllowed),
    decision: isAllowed ? "allow" : "deny",
    reason: error.code,
    message: error.message,
  };
}

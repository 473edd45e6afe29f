import type { PartFigures } from "../../books/answer.ts";
import { type Admission, type Booking, type Figures, isAllowed } from "../../books/answer.ts";
import type { MonthOutlook } from "../../books/month-demand.ts";
import type { BudgetError } from "../../values/errors.ts";
import { plainUsd, plus } from "../../values/money.ts";
import { plainQuantity } from "../../values/quantity.ts";
import type { Outputs } from "./outcome.ts";

type Known = { readonly figures: Figures; readonly admission: Admission; readonly ahead: MonthOutlook };

/** The outputs of every command that has read the books; dollars as plain decimals. */
export function outputsOf({ figures, admission, ahead }: Known, message: string): Outputs {
  return {
    allowed: String(isAllowed(admission)),
    decision: admission.decision,
    reason: admission.reason,
    message,
    month: figures.month,
    budget: plainUsd(plus(figures.budget, figures.topUps)),
    spent: plainUsd(figures.spent),
    held: plainUsd(figures.held),
    remaining: plainUsd(figures.remaining),
    "percent-used": String(Math.round(figures.percentUsed * 100) / 100),
    health: figures.health,
    executions: String(figures.executions),
    ...forecastOutputs(ahead),
    "resets-at": figures.resetsAt,
    estimate: plainUsd(admission.estimate),
    ...(admission.model !== undefined && { model: admission.model }),
    ...limitOutputs(admission.limitedBy),
    ...(admission.approvedBy !== undefined && { "approved-by": admission.approvedBy }),
  };
}

/** The outputs of the month's forecast; a pace alone has none. */
function forecastOutputs({ forecast, chance }: MonthOutlook): Outputs {
  if (forecast.kind === "pace" || chance === null) return {};
  return {
    forecast: plainUsd(forecast.point),
    "forecast-low": plainUsd(forecast.likely80.low),
    "forecast-high": plainUsd(forecast.likely80.high),
    "exhaustion-chance": String(Math.round(1000 * chance) / 10),
  };
}

/** The outputs of the sub-budget that affects the decision. */
function limitOutputs(part: PartFigures | undefined): Outputs {
  if (part === undefined) return {};
  const plain = (amount: number) => plainQuantity(part.unit, amount);
  return {
    "limited-by": part.name,
    limit: plain(part.limit),
    "limit-unit": part.unit,
    "limit-spent": plain(part.spent),
    "limit-held": plain(part.held),
    "limit-remaining": plain(part.remaining),
    "limit-resets-at": part.resetsAt ?? "",
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

/** The outputs if the books could not be read or written. */
export function errorOutputs(error: BudgetError, isAllowed: boolean): Outputs {
  return {
    allowed: String(isAllowed),
    decision: isAllowed ? "allow" : "deny",
    reason: error.code,
    message: error.message,
  };
}

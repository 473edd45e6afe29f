import type { Admission, Booking, Figures } from "../../books/answer.ts";
import { shownFigures } from "../../books/figures.ts";
import { partStanding } from "../../books/gate/denial.ts";
import { pausedText } from "../../books/pause-text.ts";
import { showUsd } from "../../values/money.ts";
import { dayOf, type TimeZone } from "../../values/month.ts";
import { showPercent } from "../../values/percent.ts";

/** "$5.27 of $15.00 spent (35.1%), $9.73 left". */
export function standing(figures: Figures): string {
  const { total, spent, held, remaining } = shownFigures(figures);
  const waiting = figures.held > 0 ? `, ${held} held` : "";
  return `${spent} of ${total} spent (${showPercent(figures.percentUsed)})${waiting}, ${remaining} left`;
}

/** The answer of a check, in one sentence. */
export function admissionSentence(admission: Admission, figures: Figures, timezone: TimeZone): string {
  const estimate = showUsd(admission.estimate);
  const part = partStanding(admission.limitedBy);
  switch (admission.reason) {
    case "ok":
      return `Allowed: ${estimate} set aside; ${standing(figures)}.`;
    case "exhausted":
      return `Denied: a run of ${estimate} no longer fits; ${standing(figures)}. The budget resets on ${dayOf(figures.resetsAt, timezone)}.`;
    case "insufficient":
      return `Denied for now: a run of ${estimate} doesn't fit next to the open holds; ${standing(figures)}. Try again when open runs are booked.`;
    case "too-many-holds":
      return `Denied: ${figures.openHolds} holds are open, the most that can be kept. They close when their runs are booked, or expire as charges.`;
    case "alert":
      return `Allowed, past an alert: ${estimate} set aside; ${part}; ${standing(figures)}.`;
    case "budget-exceeded":
      return admission.decision === "warn"
        ? `Allowed beyond a limit: ${estimate} set aside; ${part}; ${standing(figures)}.`
        : `Denied: a run of ${estimate} no longer fits into a sub-budget that it counts in; ${part}.${partReset(admission, timezone)}`;
    case "approval-needed": {
      const what = admission.limitedBy === undefined ? "only the month's reserve has room for it" : part;
      return `Not allowed yet: a run of ${estimate} needs human approval; ${what}; ${standing(figures)}.`;
    }
    case "approved":
      return `Allowed, approved by ${admission.approvedBy ?? "a human"}: ${estimate} set aside; ${standing(figures)}.`;
    case "reserve":
      return `Denied: only the month's reserve has room for a run of ${estimate}; ${standing(figures)}.`;
    case "priority":
      return `Denied: what is left of the month is kept for runs of a higher priority; ${standing(figures)}.`;
    case "tags-missing":
      return `Denied: the run lacks the tags ${(admission.missingTags ?? []).join(", ")}, which the policy requires.`;
    case "paused":
      return admission.paused === undefined ? "Denied: paused." : `Denied: ${pausedText(admission.paused, timezone)}`;
    default:
      return `Denied (${admission.reason}).`;
  }
}

function partReset({ limitedBy: part }: Admission, timezone: TimeZone): string {
  return part?.resetsAt ? ` It resets on ${dayOf(part.resetsAt, timezone)}.` : "";
}

/** The milestones a booking crossed: "$5 milestone reached", "$5 and $10 milestones reached"; empty if none. */
export function milestonesText({ milestones }: Booking): string {
  const named = milestones.map((amount) => showUsd(amount).replace(/\.00$/, ""));
  const last = named.pop();
  if (last === undefined) return "";
  return named.length === 0 ? `${last} milestone reached` : `${named.join(", ")} and ${last} milestones reached`;
}

/**
 * What a booking did: one sentence, and a second one if it crossed milestones. `isApproximate`: what is estimated of it
 * was counted by length.
 */
export function bookingSentence(booking: Booking, figures: Figures, isApproximate = false): string {
  const reached = milestonesText(booking);
  return `${bookedText(booking, figures, isApproximate)}${reached === "" ? "" : ` ${reached}.`}`;
}

function bookedText(booking: Booking, figures: Figures, isApproximate: boolean): string {
  const cost = showUsd(booking.cost);
  switch (booking.how) {
    case "repeated":
      return `Already booked: ${cost} by this operation, nothing changed; ${standing(figures)}.`;
    case "booked-already":
      return `Nothing to book: this run's hold was closed by another step; ${standing(figures)}.`;
    case "released":
      return `Nothing was used: the hold was released; ${standing(figures)}.`;
    case "corrected":
      return `Corrected by ${cost} to ${showUsd(booking.charged)}${qualityText(booking, isApproximate)}; ${standing(figures)}.`;
    default:
      return `Booked ${cost}${qualityText(booking, isApproximate)}; ${standing(figures)}.`;
  }
}

function qualityText({ quality }: Booking, isApproximate: boolean): string {
  if (quality === "estimated" && isApproximate) return " (at least; a part was counted by length)";
  if (quality === "estimated") return " (the estimate; the usage isn't known)";
  return quality === "reported" ? " (as reported)" : "";
}

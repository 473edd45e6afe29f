import { minus, type NanoUsd, plus, showUsd, ZERO } from "../../values/money.ts";
import type { Instant } from "../../values/month.ts";
import { book, type Draft, withNote, withState } from "../draft.ts";
import {
  ambiguousHold,
  chargedFor,
  closeAgain,
  closeHold,
  estimatedFor,
  type FoundHold,
  findHold,
  howClosed,
  withLessonOf,
} from "../holds.ts";
import { pullShare } from "../pulls.ts";
import type { RecordRequest } from "../request.ts";
import type { ClosedHold, Hold } from "../state.ts";
import { rememberId } from "./booked-before.ts";
import { chargeFor } from "./charge.ts";
import {
  bookingOf,
  chargeInFull,
  closingOf,
  entryOf,
  largeness,
  type UncheckedHold,
  usedBy,
  warned,
} from "./charging.ts";
import { costlyRunNoted } from "./costly-run.ts";
import { predictionOf } from "./prediction.ts";
import { releaseHold } from "./release-hold.ts";
import { countSessions } from "./sessions.ts";
import { type Outcome, releases } from "./settled.ts";
import { sharesOfCorrection, sharesOfHold } from "./shares.ts";

/** Books what a run cost and settles its hold. Throws a BudgetError if several are possible and none is named. */
export function settle(draft: Draft, request: RecordRequest): Outcome {
  const found = findHold(draft.state, request);
  const counted = countSessions(draft.state.sessions, request.usage.lines, ranAt(draft, request, found));
  const { lines } = counted;
  const isBookedBefore = counted.isBookedBefore || request.usage.isBookedBefore === true;
  const outcome = settleFound(draft, { ...request, usage: { ...request.usage, lines, isBookedBefore } }, found);
  const isBooked = outcome.draft.entries.length > draft.entries.length;
  const after = isBooked ? withState(outcome.draft, { sessions: counted.sessions }) : outcome.draft;
  const noted = costlyRunNoted(after, draft.state, request.id);
  return { ...outcome, draft: rememberId(noted, request, outcome.booking.cost) };
}

/** When the run began, for tools that don't say when they counted. */
function ranAt(draft: Draft, request: RecordRequest, found: FoundHold): Instant {
  return (found.kind === "open" ? found.hold.at : request.startedAt) ?? draft.circumstances.now;
}

function settleFound(draft: Draft, request: RecordRequest, found: FoundHold): Outcome {
  switch (found.kind) {
    case "open":
      return settleOpen(draft, request, found.hold);
    case "closed":
      return settleClosed(draft, request, found.closed);
    case "several":
      throw ambiguousHold(found.holds);
    case "unknown":
      return settleUnknown(draft, request, found.id);
    case "foreign":
      return settleForeign(draft, request, found.id);
    case "none":
      return settleUnheld(draft, request);
  }
}

function settleOpen(draft: Draft, asked: RecordRequest, hold: Hold): Outcome {
  const request = onTermsOf(hold, asked);
  if (releases(request)) return releaseOpen(draft, request, hold);
  // If nothing is known, the run may have used all that its meter was granted.
  const isNothing = request.usage.lines.length === 0;
  const figure = chargeFor(request, isNothing ? hold.amount : estimatedFor(hold));
  const shares = sharesOfHold(draft.state, hold, usedBy(draft, request, figure));
  const booked = book(draft, {
    ...entryOf(request, figure, hold),
    ...predictionOf(hold),
    ...largeness(draft, figure),
    ...shares,
    ...pullShare(draft, request.pull, hold.pull),
    kind: "charge",
    cost: figure.cost,
  });
  const isOwn = hold.gate === true && request.origin === "record" && request.jobHold === hold.id;
  const own = isOwn ? { own: true as const } : {};
  const closed = closeHold(booked, hold, { ...closingOf(request, figure, shares), ...own });
  return { draft: warned(closed, figure), booking: bookingOf(figure, { how: "settled", hold: hold.id }) };
}

/** The terms that admitted a run apply to it, even if a later step doesn't repeat them. */
function onTermsOf({ billing, unsettled }: Pick<Hold, "billing" | "unsettled">, request: RecordRequest): RecordRequest {
  return { ...request, billing: billing ?? request.billing, unsettled: unsettled ?? request.unsettled };
}

function settleClosed(draft: Draft, request: RecordRequest, closed: ClosedHold): Outcome {
  const how = howClosed(closed);
  if (how === "expired") return correct(draft, onTermsOf(closed, request), closed);
  // What another job has settled was that job's cost: what this one used is added to it.
  const isOwn = how === "settled" && (closed.own === true || request.settledHold === closed.id);
  if (request.origin === "post" && (isOwn || !request.usage.found)) {
    return bookedAlready(draft, closed.id, chargedFor(closed));
  }
  if (how === "released") return settleReleased(draft, request, closed);
  const outcome = chargeFurther(draft, onTermsOf(closed, request), closed);
  const text = `Hold ${closed.id} was already settled: this is a further charge for the same execution, in full, without a check that the budget covers it.`;
  // Two records in one job are normal; a hold named by hand is more likely a re-run without its gate.
  const level = request.hold === undefined ? "notice" : "warning";
  return { ...outcome, draft: withNote(outcome.draft, level, text) };
}

function bookedAlready(draft: Draft, hold: string, charged: NanoUsd): Outcome {
  return { draft, booking: { cost: ZERO, charged, quality: "reported", how: "booked-already", hold } };
}

/** The hold expired and was charged at its estimate: the difference is booked. */
function correct(draft: Draft, request: RecordRequest, closed: ClosedHold): Outcome {
  const figure = chargeFor(request, closed.charged);
  const cost = minus(figure.cost, closed.charged);
  const shares = sharesOfCorrection(draft.state, closed, usedBy(draft, request, figure));
  const booked = book(draft, {
    ...entryOf(request, figure, closed),
    ...largeness(draft, figure),
    // What was charged without tags is corrected without tags; version 0.1 kept neither profile nor tags.
    ...(closed.profile !== undefined && { tags: { ...closed.tags } }),
    ...shares.difference,
    ...pullOfCorrection(draft, request, { closed, whole: figure.cost }),
    kind: "correction",
    cost,
    replaces: closed.charged,
  });
  const settled = closeAgain(booked, closed, closingOf(request, figure, shares.whole));
  const text = `Hold ${closed.id} had expired and was charged at ${showUsd(closed.charged)}: the difference is booked.`;
  return {
    draft: warned(withNote(settled, "notice", text), figure),
    booking: bookingOf(figure, { how: "corrected", hold: closed.id, cost }),
  };
}

/** A pull request that counts the expired hold's charge gets the difference, any other one the whole cost. */
function pullOfCorrection(
  draft: Draft,
  { pull: asked }: RecordRequest,
  { closed, whole }: { readonly closed: ClosedHold; readonly whole: NanoUsd },
): ReturnType<typeof pullShare> {
  const { pull: of } = closed;
  const share = pullShare(draft, of === undefined ? asked : asked && { ...asked, of }, of);
  return share.pull === undefined || of !== undefined ? share : { pull: { ...share.pull, cost: whole } };
}

function settleUnknown(draft: Draft, request: RecordRequest, holdId: string): Outcome {
  // Closed holds are forgotten in time: what an earlier step of this job settled is not charged again.
  if (request.origin === "post" && request.settledHold === holdId) return bookedAlready(draft, holdId, ZERO);
  return settleUnchecked(draft, request, { id: holdId });
}

function settleUnchecked(draft: Draft, request: RecordRequest, hold: UncheckedHold): Outcome {
  const outcome = chargeInFull(draft, request, { how: "unchecked", hold });
  const text = `Hold ${hold.id} is not open (released, or not in these books): charged in full, without a check that the budget covers it.`;
  return { ...outcome, draft: withNote(outcome.draft, "warning", text) };
}

/** The run happened after all: it counts once, where its hold did. */
function settleReleased(draft: Draft, asked: RecordRequest, closed: ClosedHold): Outcome {
  const request = onTermsOf(closed, asked);
  const outcome = settleUnchecked(draft, request, closed);
  const { quality, charged } = outcome.booking;
  const [entry] = outcome.draft.entries.slice(-1);
  const after = closeAgain(outcome.draft, closed, {
    how: "settled",
    by: request.id,
    charged,
    shares: entry?.budgets,
    ...(quality === "estimated" && { quality }),
  });
  return { ...outcome, draft: after };
}

/** One more charge of an execution that was counted before: its profile learns the sum of its charges. */
function chargeFurther(draft: Draft, request: RecordRequest, closed: ClosedHold): Outcome {
  // Version 0.1 didn't keep whether a charge was estimated.
  const isLearned = closed.profile !== undefined && closed.quality !== "estimated";
  const learned = isLearned ? (closed.lesson ?? closed.charged) : undefined;
  const outcome = chargeInFull(draft, request, { how: "further", hold: closed, learned });
  const isMeasured = learned !== undefined && outcome.booking.quality !== "estimated";
  return isMeasured
    ? { ...outcome, draft: withLessonOf(outcome.draft, closed, plus(learned, outcome.booking.cost)) }
    : outcome;
}

/** The job remembers another run's hold: this run has none, and a gate that finds no usage has nothing to book. */
function settleForeign(draft: Draft, request: RecordRequest, holdId: string): Outcome {
  const outcome =
    request.origin === "post" && !request.usage.found
      ? bookedAlready(draft, holdId, ZERO)
      : settleUnheld(draft, request);
  const text = `Hold ${holdId} belongs to another run: it was left unchanged.`;
  return { ...outcome, draft: withNote(outcome.draft, "warning", text) };
}

function settleUnheld(draft: Draft, request: RecordRequest): Outcome {
  if (releases(request)) {
    const booking = { cost: ZERO, charged: ZERO, quality: "reported" as const, how: "released" as const };
    return { draft, booking };
  }
  const outcome = chargeInFull(draft, request, { how: "unheld" });
  const text = "This run has no open hold: charged in full, without a check that the budget covers it.";
  return { ...outcome, draft: withNote(outcome.draft, "warning", text) };
}

function releaseOpen(draft: Draft, request: RecordRequest, hold: Hold): Outcome {
  return {
    draft: releaseHold(draft, hold, { id: request.id, run: request.run, reason: "no usage was found" }),
    booking: { cost: ZERO, charged: ZERO, quality: "reported", how: "released", hold: hold.id },
  };
}

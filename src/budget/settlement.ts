import type { Booking } from "./answer.ts";
import { type Books, book, type Draft, lineOf, withNote, withState } from "./books.ts";
import { BudgetError } from "./budget-error.ts";
import { type ChargeFigure, chargeFor } from "./charge.ts";
import { decodeEntry, type Entry } from "./entry.ts";
import { estimateOf } from "./estimate.ts";
import { chargedFor, closedBy, closeHold, type FoundHold, findHold, howClosed, sayWhich } from "./holds.ts";
import { isLargeRun, largeRunNoted } from "./large-run.ts";
import { minus, type NanoUsd, showUsd, ZERO } from "./money.ts";
import type { Instant } from "./month.ts";
import { queueWarning } from "./outbox.ts";
import { sharesByTags, sharesOfCorrection, sharesOfHold } from "./part-shares.ts";
import { letHoldGo } from "./release.ts";
import type { RecordRequest } from "./request.ts";
import { countSessions } from "./sessions.ts";
import type { ClosedHold, Hold } from "./state.ts";

/** What a booking did, before it is known which milestones it crossed. */
export type Settled = Omit<Booking, "milestones" | "alerts">;

type Outcome = { readonly draft: Draft; readonly booking: Settled };

/** Books what a run cost and settles its hold. Throws a BudgetError for an id that stands for something else. */
export function settle(draft: Draft, request: RecordRequest, books: Books): Outcome {
  const repeated = repeatOf(draft, request, books);
  if (repeated !== undefined) return { draft, booking: repeated };
  const found = holdFor(draft, request);
  const counted = countSessions(draft.state.sessions, request.usage.lines, ranAt(draft, request, found));
  const { lines, isBookedBefore } = counted;
  const outcome = settleFound(draft, { ...request, usage: { ...request.usage, lines, isBookedBefore } }, found);
  const isBooked = outcome.draft.entries.length > draft.entries.length;
  const after = isBooked ? withState(outcome.draft, { sessions: counted.sessions }) : outcome.draft;
  return { ...outcome, draft: rememberId(after, request, outcome.booking.cost) };
}

/** When the run began, for tools that don't say when they counted. */
function ranAt(draft: Draft, request: RecordRequest, found: FoundHold): Instant {
  return (found.kind === "open" ? found.hold.at : request.startedAt) ?? draft.circumstances.now;
}

/** The hold named, or found by the run; else the one this job was let in with, which a step before may have settled. */
function holdFor(draft: Draft, request: RecordRequest): FoundHold {
  const { hold, jobHold, triedHold, run } = request;
  const found = findHold(draft.state, hold, run);
  if (found.kind !== "none") return found;
  if (jobHold !== undefined) return findHold(draft.state, jobHold, run);
  const tried = triedHold === undefined ? found : findHold(draft.state, triedHold, run);
  return tried.kind === "unknown" ? found : tried;
}

function settleFound(draft: Draft, request: RecordRequest, found: FoundHold): Outcome {
  switch (found.kind) {
    case "open":
      return settleOpen(draft, request, found.hold);
    case "closed":
      return settleClosed(draft, request, found.closed);
    case "several":
      throw sayWhich(found.holds);
    case "unknown":
      return settleUnknown(draft, request, found.id);
    case "none":
      return settleUnheld(draft, request);
  }
}

function settleOpen(draft: Draft, request: RecordRequest, hold: Hold): Outcome {
  if (letsGo(request)) return letGo(draft, request, hold);
  const figure = chargeFor(request, hold.amount);
  const entry = {
    ...entryOf(request, figure, hold),
    ...largeness(draft, figure),
    ...sharesOfHold(draft.state, hold, usedBy(draft, request, figure)),
    kind: "charge" as const,
    cost: figure.cost,
  };
  const booked = closeHold(book(draft, entry), hold.id, "settled", request.id, figure.cost);
  return { draft: warned(booked, figure), booking: bookingOf("settled", figure, figure.cost, hold.id) };
}

function settleClosed(draft: Draft, request: RecordRequest, closed: ClosedHold): Outcome {
  const how = howClosed(closed);
  if (how === "expired") return correct(draft, request, closed);
  if (request.origin === "post" && (how === "settled" || !request.usage.found)) {
    return bookedAlready(draft, closed.id, chargedFor(closed));
  }
  if (how === "released") return settleUnchecked(draft, request, closed.id);
  const outcome = chargeInFull(draft, request, "further", closed.id);
  const text = `Hold ${closed.id} was settled before: this is a further charge of the same execution, in full, and nobody checked whether the money was there.`;
  // Two records in one job are as they should be; a hold named by hand is rather a re-run without its gate.
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
  const entry = {
    ...entryOf(request, figure, { id: closed.id }),
    ...largeness(draft, figure),
    ...sharesOfCorrection(draft.state, closed, usedBy(draft, request, figure)),
    kind: "correction" as const,
    cost,
    replaces: closed.charged,
  };
  const booked = closeHold(book(draft, entry), closed.id, "settled", request.id, figure.cost);
  const text = `Hold ${closed.id} had expired and was charged at ${showUsd(closed.charged)}: the difference is booked.`;
  return {
    draft: warned(withNote(booked, "notice", text), figure),
    booking: bookingOf("corrected", figure, cost, closed.id),
  };
}

function settleUnknown(draft: Draft, request: RecordRequest, holdId: string): Outcome {
  // Closed holds are forgotten in time: what an earlier step of this job settled is not charged once more.
  if (request.origin === "post" && request.settledHold === holdId) return bookedAlready(draft, holdId, ZERO);
  return settleUnchecked(draft, request, holdId);
}

function settleUnchecked(draft: Draft, request: RecordRequest, holdId: string): Outcome {
  const outcome = chargeInFull(draft, request, "unchecked", holdId);
  const text = `Hold ${holdId} is not open (released, or not of these books): charged in full, and nobody checked whether the money was there.`;
  return { ...outcome, draft: withNote(outcome.draft, "warning", text) };
}

function settleUnheld(draft: Draft, request: RecordRequest): Outcome {
  if (letsGo(request)) {
    const booking = { cost: ZERO, charged: ZERO, quality: "reported" as const, how: "released" as const };
    return { draft, booking };
  }
  const outcome = chargeInFull(draft, request, "unheld", undefined);
  const text = "No open hold of this run: charged in full, and nobody checked whether the money was there.";
  return { ...outcome, draft: withNote(outcome.draft, "warning", text) };
}

function chargeInFull(draft: Draft, request: RecordRequest, how: Settled["how"], hold: string | undefined): Outcome {
  const model = request.usage.lines.length === 1 ? request.usage.lines[0]?.model : undefined;
  const { settings } = draft.circumstances;
  const next = { ...request, model: model || undefined };
  const estimate = estimateOf(draft.state, { ...settings, estimate: "auto" }, next);
  const figure = chargeFor(request, estimate.amount);
  const shared = sharesByTags(draft, usedBy(draft, request, figure));
  const booked = book(shared.draft, {
    ...entryOf(request, figure, hold === undefined ? {} : { id: hold }),
    ...largeness(draft, figure),
    ...shared.shares,
    kind: "charge",
    cost: figure.cost,
    ...(how === "further" && { further: true as const }),
  });
  return { draft: warned(booked, figure), booking: bookingOf(how, figure, figure.cost, hold) };
}

function letsGo(request: RecordRequest): boolean {
  return request.unsettled === "release" && !request.usage.found;
}

function letGo(draft: Draft, request: RecordRequest, hold: Hold): Outcome {
  return {
    draft: letHoldGo(draft, hold, { id: request.id, run: request.run, reason: "no usage was found" }),
    booking: { cost: ZERO, charged: ZERO, quality: "reported", how: "released", hold: hold.id },
  };
}

function entryOf(
  request: RecordRequest,
  figure: ChargeFigure,
  hold: Partial<Hold>,
): Pick<Entry, "id"> & Partial<Entry> {
  return {
    id: request.id,
    kind: "charge",
    cost: figure.cost,
    quality: figure.quality,
    ...(figure.notional !== undefined && { notional: figure.notional }),
    ...(hold.amount !== undefined && { predicted: hold.amount }),
    ...(hold.tokens !== undefined && { predicted_tokens: hold.tokens }),
    ...(hold.formula_tokens !== undefined && { formula_tokens: hold.formula_tokens }),
    ...(hold.id !== undefined && { hold: hold.id }),
    ...(hold.approved_by !== undefined && { approved_by: hold.approved_by }),
    started_at: hold.at ?? request.startedAt,
    result: request.result,
    prs: request.prs,
    pr: request.pr,
    ...(Object.keys(request.outcomes).length > 0 && { outcomes: { ...request.outcomes } }),
    profile: hold.profile ?? request.profile,
    // What was let in is what was booked: the hold's tags win.
    tags: { ...request.tags, ...hold.tags },
    run: request.run,
    usage: [...figure.usage],
    source: request.usage.source,
  };
}

function bookingOf(how: Settled["how"], figure: ChargeFigure, cost: NanoUsd, hold: string | undefined): Settled {
  return { cost, charged: figure.cost, quality: figure.quality, how, ...(hold !== undefined && { hold }) };
}

function usedBy({ circumstances }: Draft, request: RecordRequest, figure: ChargeFigure) {
  return { request, figure, rules: circumstances.settings.parts ?? [] };
}

function largeness({ circumstances }: Draft, figure: ChargeFigure): Pick<Entry, "large"> {
  return isLargeRun(figure, circumstances.settings.largeRun) ? { large: true } : {};
}

function warned(booked: Draft, figure: ChargeFigure): Draft {
  const draft = largeRunNoted(booked, figure);
  if (figure.unpriced.length === 0) return draft;
  const models = [...new Set(figure.unpriced)].join(", ");
  return queueWarning(
    draft,
    "unpriced-model",
    `No price is known for ${models}: its runs are charged at the estimate. Give its price under prices: in the policy file.`,
  );
}

/** The first answer again, where this very operation was booked before. */
function repeatOf(draft: Draft, request: RecordRequest, books: Books): Settled | undefined {
  const remembered = draft.state.booked_ids?.find((booked) => booked.id === request.id);
  if (remembered !== undefined && remembered.request !== request.fingerprint) {
    throw idReused(request.id, `another booking (${showUsd(remembered.charged)}, ${remembered.at})`);
  }
  // What a chosen id was booked under is remembered: an entry that isn't of a booking is another operation's.
  const mayBeForeign = request.fingerprint !== undefined && remembered === undefined && !letsGo(request);
  const line = lineOf(books.lines, request.id);
  if (line !== undefined) {
    const entry = decodeEntry(line);
    if (mayBeForeign && entry.kind !== "charge" && entry.kind !== "correction") {
      throw idReused(request.id, `a ${entry.kind} (${entry.at})`);
    }
    return {
      cost: entry.cost,
      charged: entry.replaces === undefined ? entry.cost : ((entry.cost + entry.replaces) as NanoUsd),
      quality: entry.quality ?? "reported",
      how: "repeated",
      ...(entry.hold !== undefined && { hold: entry.hold }),
    };
  }
  const closed = draft.state.closed_holds.find((one) => closedBy(one) === request.id);
  if (closed === undefined && remembered === undefined) return undefined;
  if (mayBeForeign && closed !== undefined && howClosed(closed) === "released")
    throw idReused(request.id, `a release (${closed.at})`);
  const charged = closed === undefined ? (remembered?.charged ?? ZERO) : chargedFor(closed);
  return {
    cost: remembered?.charged ?? charged,
    charged,
    quality: "reported",
    how: "repeated",
    ...(closed !== undefined && { hold: closed.id }),
  };
}

function idReused(id: string, other: string): BudgetError {
  return new BudgetError("id-reused", `The id ${id} stands for ${other}: give each operation an id of its own.`);
}

function rememberId(draft: Draft, request: RecordRequest, charged: NanoUsd): Draft {
  if (request.fingerprint === undefined) return draft;
  const booked = { id: request.id, request: request.fingerprint, charged, at: draft.circumstances.now };
  return withState(draft, { booked_ids: [...(draft.state.booked_ids ?? []), booked] });
}

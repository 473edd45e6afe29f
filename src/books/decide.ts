import { BudgetError } from "../values/errors.ts";
import { AmountError, ZERO } from "../values/money.ts";
import { adjust } from "./adjust.ts";
import { type Acknowledged, acknowledge } from "./alerts/acknowledge.ts";
import type { Admission, Booking, Figures } from "./answer.ts";
import type { Done } from "./done.ts";
import { doneBefore } from "./done-before.ts";
import { type Books, book, type Circumstances, type Draft, type Note } from "./draft.ts";
import type { Entry } from "./entry.ts";
import type { Upcoming } from "./estimate/estimate.ts";
import { figuresOf } from "./figures.ts";
import { fitted } from "./file/fits.ts";
import { admissionOf, admit, nextEstimate } from "./gate/admission.ts";
import { keepAskedBudget, withDecisionBudget } from "./gate/decision-budget.ts";
import { forget } from "./memory.ts";
import { noteChannels, resetChannel } from "./messages/channels.ts";
import { takeOff } from "./messages/leases.ts";
import { pause, resume } from "./pause.ts";
import { noteComments } from "./pulls.ts";
import { type Recapped, recap } from "./recap.ts";
import { type Released, release } from "./release.ts";
import type { RepairRequest, Request } from "./request.ts";
import { reset } from "./reset.ts";
import { settle } from "./settle/settle.ts";
import type { State } from "./state.ts";
import { finish, upkeep } from "./upkeep.ts";

/** The answer to an operation. `admission` says whether the next run would be admitted, or whether this one was. */
export type Answer = {
  readonly figures: Figures;
  readonly admission: Admission;
  readonly notes: readonly Note[];
  readonly booking?: Booking;
  readonly released?: Released;
  readonly recapped?: Recapped;
  readonly acknowledged?: Acknowledged;
};

/** New books and an answer. Nothing needs to be committed if `isChanged` is false. */
export type Decision = {
  readonly state: State;
  readonly entries: readonly Entry[];
  readonly answer: Answer;
  readonly isChanged: boolean;
};

/** A ledger line stays a line: a long list of differences is cut. */
const MAX_REASON_LENGTH = 2_000;

/**
 * Decides one request: books and a request in, new books and an answer out. Throws a BudgetError for a request that
 * must be refused.
 */
export function decide(books: Books, request: Request, circumstances: Circumstances): Decision {
  return withinBooks(request.kind, () => decided(books, request, circumstances));
}

/** The result of a computation; a BudgetError for this kind of request if amounts add up to more than can be stored. */
export function withinBooks<T>(kind: Request["kind"], work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof AmountError ? tooMuch(kind, error) : error;
  }
}

/** The error of amounts that add up to more than the books can keep: of a cost, or in the books themselves. */
function tooMuch(kind: Request["kind"], error: AmountError): BudgetError {
  const isBooked = error.cause instanceof AmountError;
  const text = isBooked
    ? error.message
    : "Amounts add up to more than the largest amount that can be stored, $8,388,607. Check whether the costs are correct.";
  return new BudgetError(kind === "check" ? "state-unreadable" : "bad-input", text, { cause: error });
}

function decided(books: Books, request: Request, circumstances: Circumstances): Decision {
  const { entries = [] } = books;
  // The ledger's figures are those before this operation: they come in before a month is closed or a hold expires.
  const kept = withDecisionBudget(upkeep({ state: repaired(books.state, request), entries, notes: [], circumstances }));
  const done = doneBefore(kept, request, books) ?? doneNow(kept, request, books);
  const isTaken = isRunTaken(kept, done.draft, request);
  const judge = isTaken && request.kind === "record" ? circumstances.judge : undefined;
  const { draft, crossed } = finish(isTaken ? keepAskedBudget(done.draft) : done.draft, judge);
  const isChanged = draft.state !== books.state || draft.entries.length > 0;
  const { state, notes, entries: written } = isChanged ? fitted(forget(noteChannels(draft))) : draft;
  return {
    state,
    entries: written,
    isChanged,
    answer: {
      ...(done.admission === undefined
        ? whatNext(state, request, draft.circumstances)
        : admitted(state, done.admission, draft.circumstances)),
      notes,
      ...(done.settled !== undefined && { booking: { ...done.settled, ...crossed } }),
      ...(done.released !== undefined && { released: done.released }),
      ...(done.recapped !== undefined && { recapped: done.recapped }),
      ...(done.acknowledged !== undefined && { acknowledged: done.acknowledged }),
    },
  };
}

/** The figures and the hypothetical admission, with due work done in memory only. */
export function preview(state: State, next: Upcoming, circumstances: Circumstances) {
  const draft = withDecisionBudget(upkeep({ state, entries: [], notes: [], circumstances }));
  const { settings } = draft.circumstances;
  const estimate = nextEstimate(draft.state, settings, next);
  return {
    state: draft.state,
    figures: figuresOf(draft.state, estimate.amount, settings.budgetCap),
    admission: admissionOf(draft.state, settings, { estimate }),
    notes: draft.notes,
  };
}

/** Whether this decision has admitted or booked a run. */
function isRunTaken(before: Draft, after: Draft, { kind, id }: Request): boolean {
  if (kind === "check") {
    const isOpen = ({ state }: Draft) => state.holds.some((hold) => hold.id === id);
    return isOpen(after) && !isOpen(before);
  }
  const entry = after.entries.length > before.entries.length ? after.entries.find((one) => one.id === id) : undefined;
  return kind === "record" && entry !== undefined && entry.kind !== "release";
}

function doneNow(kept: Draft, request: Request, books: Books): Done {
  switch (request.kind) {
    case "check":
      return admit(kept, request);
    case "record": {
      const { draft, booking } = settle(kept, request);
      return { draft, settled: booking };
    }
    case "release":
      return release(kept, request);
    case "reset":
      return { draft: reset(kept, request) };
    case "adjust":
      return { draft: adjust(kept, request) };
    case "pause":
      return { draft: pause(kept, request) };
    case "resume":
      return { draft: resume(kept, request) };
    case "recap":
      return recap(
        kept,
        request,
        kept.state.current_month === books.state.current_month ? undefined : books.state.current_month,
      );
    case "acknowledge":
      return acknowledge(kept, request);
    case "alerts":
      return { draft: kept };
    case "repair":
      return { draft: repair(kept, request) };
    case "sent":
      return { draft: takeOff(kept, request.messages) };
    case "commented":
      return { draft: noteComments(kept, request) };
    case "reset-channel":
      return { draft: resetChannel(kept, request) };
  }
}

function repaired(state: State, request: Request): State {
  return request.kind !== "repair" || request.differences.length === 0 ? state : { ...state, ...request.figures };
}

/** Notes in the ledger that its figures replaced the state's: an entry that costs nothing. */
function repair(draft: Draft, request: RepairRequest): Draft {
  if (request.differences.length === 0) return draft;
  return book(draft, {
    id: request.id,
    kind: "correction",
    cost: ZERO,
    actor: request.actor,
    run: request.run,
    reason: `repair: ${request.differences.join("; ")}`.slice(0, MAX_REASON_LENGTH),
    source: "verify",
  });
}

/** The answer to a run after a decision. */
function admitted(
  state: State,
  admission: Admission,
  { settings }: Circumstances,
): Pick<Answer, "figures" | "admission"> {
  return { figures: figuresOf(state, admission.estimate, settings.budgetCap), admission };
}

/** The answer that the next run would get. */
function whatNext(state: State, request: Request, circumstances: Circumstances): Pick<Answer, "figures" | "admission"> {
  const { settings } = circumstances;
  const next = "profile" in request ? { profile: request.profile, tags: request.tags } : { profile: "" };
  const estimate = nextEstimate(state, settings, next);
  return admitted(state, admissionOf(state, settings, { estimate }), circumstances);
}

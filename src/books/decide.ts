import { BudgetError } from "../values/errors.ts";
import { AmountError } from "../values/money.ts";
import type { Acknowledged } from "./alerts/acknowledge.ts";
import { lowerForecasts } from "./alerts/forecasts.ts";
import type { Admission, Booking, Figures } from "./answer.ts";
import type { Done } from "./done.ts";
import { doneBefore } from "./done-before.ts";
import type { Books, Circumstances, Draft, Note } from "./draft.ts";
import type { Entry } from "./entry.ts";
import type { Upcoming } from "./estimate/estimate.ts";
import { figuresOf, moneyOf } from "./figures.ts";
import { fitted } from "./file/fits.ts";
import { admissionOf, admit, nextEstimate } from "./gate/admission.ts";
import { keepAskedBudget, withDecisionBudget } from "./gate/decision-budget.ts";
import type { Extended } from "./gate/extend.ts";
import { forget } from "./memory.ts";
import { noteChannels } from "./messages/channels.ts";
import { takeOff } from "./messages/leases.ts";
import { type MonthOutlook, monthOutlook, outlookFor } from "./month-demand.ts";
import type { Recapped } from "./recap.ts";
import type { Released } from "./release.ts";
import type { Request } from "./request.ts";
import type { State } from "./state.ts";
import { finish, upkeep } from "./upkeep.ts";

/** The answer to an operation. `admission` says whether the next run would be admitted, or whether this one was. */
export type Answer = {
  readonly figures: Figures;
  readonly admission: Admission;
  /** What the month comes to, seen from the time of the operation. */
  readonly ahead: MonthOutlook;
  readonly notes: readonly Note[];
  readonly extended?: Extended;
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

/** Decides every request but a gate's and what removes messages that were sent. A gate doesn't load this code. */
export type Others = (kept: Draft, request: OtherRequest, books: Books) => Done;
export type OtherRequest = Exclude<Request, { readonly kind: "check" | "sent" }>;

/** What a decision is made under. */
export type Deciding = Circumstances & { readonly others?: Others | undefined };

/**
 * Decides one request: books and a request in, new books and an answer out. Throws a BudgetError for a request that
 * must be refused.
 */
export function decide(books: Books, request: Request, circumstances: Deciding): Decision {
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

function decided(books: Books, request: Request, { others, ...circumstances }: Deciding): Decision {
  const { entries = [] } = books;
  // The ledger's figures are those before this operation: they come in before a month is closed or a hold expires.
  const kept = withDecisionBudget(upkeep({ state: repaired(books.state, request), entries, notes: [], circumstances }));
  const done = doneBefore(kept, request, books) ?? doneNow(kept, request, { books, others });
  const isTaken = isRunTaken(kept, done.draft, request);
  const judge = isTaken && request.kind === "record" ? circumstances.judge : undefined;
  const { draft, crossed, ahead } = finish(isTaken ? keepAskedBudget(done.draft) : done.draft, judge);
  const isChanged = draft.state !== books.state || draft.entries.length > 0;
  const { state, notes, entries: written } = isChanged ? fitted(forget(noteChannels(draft))) : draft;
  const answered =
    done.admission === undefined
      ? whatNext(state, request, draft.circumstances)
      : admitted(state, done.admission, draft.circumstances);
  return {
    state,
    entries: written,
    isChanged,
    answer: {
      ...answered,
      ahead: outlookFor(ahead, moneyOf(answered.figures)),
      notes,
      ...(done.extended !== undefined && { extended: done.extended }),
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
  const figures = figuresOf(draft.state, estimate.amount, settings.budgetCap);
  const ahead = monthOutlook(draft.state, circumstances.now);
  return {
    state: withoutFallen(draft, ahead).state,
    figures,
    ahead: outlookFor(ahead, moneyOf(figures)),
    admission: admissionOf(draft.state, settings, { estimate }),
    notes: draft.notes,
  };
}

/** Without alerts of a chance that has fallen; one that takes another's place comes with the next write. */
function withoutFallen(draft: Draft, ahead: MonthOutlook): Draft {
  const lowered = lowerForecasts(draft, ahead);
  return lowered.entries.length > draft.entries.length ? draft : lowered;
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

function doneNow(kept: Draft, request: Request, { books, others }: { books: Books; others: Others | undefined }): Done {
  if (request.kind === "check") return admit(kept, request);
  if (request.kind === "sent") return { draft: takeOff(kept, request.messages) };
  if (others === undefined) throw new Error(`nothing that decides a ${request.kind} was loaded`);
  return others(kept, request, books);
}

function repaired(state: State, request: Request): State {
  return request.kind !== "repair" || request.differences.length === 0 ? state : { ...state, ...request.figures };
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
  const next =
    "profile" in request ? { profile: request.profile, tags: request.tags, run: request.run } : { profile: "" };
  const estimate = nextEstimate(state, settings, next);
  return admitted(state, admissionOf(state, settings, { estimate }), circumstances);
}

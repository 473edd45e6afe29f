import { BudgetError } from "../values/errors.ts";
import { AmountError, ZERO } from "../values/money.ts";
import { adjust } from "./adjust.ts";
import type { Admission, Booking, Figures } from "./answer.ts";
import { type Books, book, type Circumstances, type Draft, type Note } from "./draft.ts";
import type { Entry } from "./entry.ts";
import type { Upcoming } from "./estimate/estimate.ts";
import { figuresOf } from "./figures.ts";
import { fitted } from "./file/fits.ts";
import { admissionOf, admit, nextEstimate } from "./gate/admission.ts";
import { keepAskedBudget, withDecisionBudget } from "./gate/decision-budget.ts";
import { forget } from "./memory.ts";
import { takeOff } from "./messages/outbox.ts";
import { type Recapped, recap } from "./recap.ts";
import { type Released, release } from "./release.ts";
import type { RepairRequest, Request } from "./request.ts";
import { reset } from "./reset.ts";
import { settle } from "./settle/settle.ts";
import type { Settled } from "./settle/settled.ts";
import type { State } from "./state.ts";
import { finish, upkeep } from "./upkeep.ts";

/** What an operation is told. `admission` says whether the next run would be let in, or whether this one was. */
export type Answer = {
  readonly figures: Figures;
  readonly admission: Admission;
  readonly notes: readonly Note[];
  readonly booking?: Booking;
  readonly released?: Released;
  readonly recapped?: Recapped;
};

/** New books and an answer. Nothing is to be committed where `isChanged` is false. */
export type Decision = {
  readonly state: State;
  readonly entries: readonly Entry[];
  readonly answer: Answer;
  readonly isChanged: boolean;
};

/** A ledger line stays a line: a long list of differences is cut. */
const LONGEST_REASON = 2_000;

type Part = { readonly draft: Draft; readonly settled?: Settled } & Pick<Answer, "released" | "recapped"> & {
    readonly admission?: Admission;
  };

/**
 * Decides one request: books and a request in, new books and an answer out. `entries` are those that opening the books
 * wrote already (an import). Throws a BudgetError for a request that must be refused.
 */
export function decide(
  books: Books,
  request: Request,
  circumstances: Circumstances,
  entries: readonly Entry[] = [],
): Decision {
  return withinBooks(request.kind, () => decided(books, request, { circumstances, entries }));
}

/** What is worked out; a BudgetError, as of a request of this kind, where amounts add up to more than can be kept. */
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
    : "Amounts add up to more than the most that can be kept, $8,388,607. Look whether the costs are right.";
  return new BudgetError(kind === "check" ? "state-unreadable" : "bad-input", text, { cause: error });
}

function decided(
  books: Books,
  request: Request,
  { circumstances, entries }: { readonly circumstances: Circumstances; readonly entries: readonly Entry[] },
): Decision {
  // The ledger's figures are those before this operation: they come in before a month is closed or a hold expires.
  const kept = withDecisionBudget(upkeep({ state: repaired(books.state, request), entries, notes: [], circumstances }));
  const part = decidePart(kept, request, books);
  const { draft, crossed } = finish(isRunTaken(kept, part.draft, request) ? keepAskedBudget(part.draft) : part.draft);
  const isChanged = draft.state !== books.state || draft.entries.length > 0;
  const { state, notes, entries: written } = isChanged ? fitted(forget(draft)) : draft;
  return {
    state,
    entries: written,
    isChanged,
    answer: {
      ...whatNext(state, request, draft.circumstances, part.admission),
      notes,
      ...(part.settled !== undefined && { booking: { ...part.settled, ...crossed } }),
      ...(part.released !== undefined && { released: part.released }),
      ...(part.recapped !== undefined && { recapped: part.recapped }),
    },
  };
}

/** The figures and the admission that would be, with what is due done in memory alone. */
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

/** Whether this decision has let a run in or booked one. */
function isRunTaken(before: Draft, after: Draft, { kind, id }: Request): boolean {
  if (kind === "check") {
    const isOpen = ({ state }: Draft) => state.holds.some((hold) => hold.id === id);
    return isOpen(after) && !isOpen(before);
  }
  const entry = after.entries.length > before.entries.length ? after.entries.find((one) => one.id === id) : undefined;
  return kind === "record" && entry !== undefined && entry.kind !== "release";
}

function decidePart(kept: Draft, request: Request, books: Books): Part {
  switch (request.kind) {
    case "check":
      return admit(kept, request);
    case "record": {
      const { draft, booking } = settle(kept, request, books);
      return { draft, settled: booking };
    }
    case "release":
      return release(kept, request, books);
    case "reset":
      return { draft: reset(kept, request, books) };
    case "adjust":
      return { draft: adjust(kept, request, books) };
    case "recap":
      return recap(
        kept,
        request,
        kept.state.current_month === books.state.current_month ? undefined : books.state.current_month,
      );
    case "repair":
      return { draft: repair(kept, request) };
    case "sent":
      return { draft: takeOff(kept, request.messages) };
  }
}

function repaired(state: State, request: Request): State {
  return request.kind !== "repair" || request.differences.length === 0 ? state : { ...state, ...request.figures };
}

/** Notes in the ledger that its figures took the place of the state's: an entry that costs nothing. */
function repair(draft: Draft, request: RepairRequest): Draft {
  if (request.differences.length === 0) return draft;
  return book(draft, {
    id: request.id,
    kind: "correction",
    cost: ZERO,
    actor: request.actor,
    run: request.run,
    reason: `repair: ${request.differences.join("; ")}`.slice(0, LONGEST_REASON),
    source: "verify",
  });
}

function whatNext(state: State, request: Request, circumstances: Circumstances, admission: Admission | undefined) {
  const { settings } = circumstances;
  if (admission !== undefined) {
    return { figures: figuresOf(state, admission.estimate, settings.budgetCap), admission };
  }
  const next = "profile" in request ? { profile: request.profile, tags: request.tags } : { profile: "" };
  const estimate = nextEstimate(state, settings, next);
  return {
    figures: figuresOf(state, estimate.amount, settings.budgetCap),
    admission: admissionOf(state, settings, { estimate }),
  };
}

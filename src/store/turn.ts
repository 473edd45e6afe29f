import { type Answer, type Deciding, type Decision, decide } from "../books/decide.ts";
import { type Entry, encodeEntry } from "../books/entry.ts";
import { isSameState } from "../books/file/encode.ts";
import type { Request } from "../books/request.ts";
import { type RestsOn, refusalRestsOn, restsOn } from "../books/rests-on.ts";
import type { State } from "../books/state.ts";
import { BudgetError } from "../values/errors.ts";
import { epochOf } from "../values/month.ts";
import { openBooks } from "./opening.ts";
import type { BookFile, Place, Snapshot } from "./port.ts";

/** Before every entry. */
const EVER = "1970-01-01T00:00:00Z";

/** The plan of an operation for a snapshot: its policy may affect it. */
export type Plan = {
  readonly request: Request;
  readonly circumstances: Omit<Deciding, "now" | "operation">;
  /** The books must exist: an operation with a hold in them doesn't create new ones. */
  readonly mustExist?: boolean;
  /** Ledger lines of the holds that the request names and the state doesn't know. */
  readonly lines?: readonly string[];
  /** Files that land in the same commit. */
  readonly files?: readonly BookFile[] | undefined;
};

/** An operation that isn't even tried on these books. */
export type Refused = { readonly refused: BudgetError };

export type Transacted = {
  readonly answer: Answer;
  readonly state: State;
  readonly entries: readonly Entry[];
  readonly snapshot: Snapshot;
  /** The commit that was made, null if there was nothing to write or its name is unknown. */
  readonly commit: string | null;
  /** The books as they were written; null if that isn't known. */
  readonly after: Snapshot | null;
};

/** What one try wrote: the decision, and the operation's own ledger line where it has one. */
export type Attempt = {
  readonly decision: Decision;
  readonly ownLine: string | undefined;
  readonly base: Base;
};

/**
 * When books had their last entry, milliseconds since 1970, and how many holds were open; between entries they only
 * open.
 */
type Base = { readonly atMs: number; readonly openHolds: number };

/** How many holds are open, and the position among them of the one that a try closes. */
export type Crowd = { readonly openHolds: number; readonly place: number | undefined };

/** An answer for which nothing is written, and what it rests on. */
export type Idle = {
  readonly kind: "idle";
  readonly restsOn: RestsOn;
  /** The books that were read are older than those of a try before, which may have landed. */
  readonly isOld: boolean;
  /** Hands the answer back. Throws a BudgetError if it is a refusal. */
  readonly answer: () => Transacted;
};

/** The result of one look at the books. */
export type Turn = Idle | { readonly kind: "try"; readonly attempt: Attempt; readonly crowd: Crowd };

/** The input of a turn: the books as they were read, where they are, and the tries before it. */
export type Looked = {
  readonly snapshot: Snapshot;
  readonly place: Place;
  readonly attempts: readonly Attempt[];
};

/** Decides on a snapshot, unless an earlier attempt turns out to have landed. Throws a BudgetError for a refusal. */
export function takeTurn({ snapshot, place, attempts }: Looked, plan: Plan | Refused): Turn {
  if ("refused" in plan) return refusal(plan.refused);
  const { request } = plan;
  const circumstances = { ...plan.circumstances, now: snapshot.at, operation: request.id };
  if (plan.mustExist === true && isWithoutState(snapshot)) return refusal(vanished(place), { restsOn: "absence" });
  const { draft } = openBooks(snapshot, place, circumstances);
  const { lines } = snapshot;
  const landed = landedOf(attempts, snapshot);
  if (landed !== undefined) {
    const transacted = { ...resultOf(landed.decision, snapshot), state: draft.state };
    return { kind: "idle", restsOn: "proof", isOld: false, answer: () => transacted };
  }
  const base = baseOf(draft.state);
  // Only a commit shows that a read was too old, and an operation without a write makes none.
  const isOld = attempts.some((attempt) => isBefore(base, attempt.base));
  const decision = decidedOr(() =>
    decide({ state: draft.state, lines, found: plan.lines, entries: draft.entries }, request, circumstances),
  );
  if (decision instanceof BudgetError) return refusal(decision, { isOld });
  if (!decision.isChanged) {
    const transacted = resultOf(decision, snapshot);
    return { kind: "idle", restsOn: restsOn(request, decision), isOld, answer: () => transacted };
  }
  const own = decision.entries.find((entry) => entry.id === request.id);
  const attempt = { decision, ownLine: own && encodeEntry(own), base };
  return { kind: "try", attempt, crowd: crowdOf(draft.state, decision.state) };
}

function isWithoutState({ state }: Snapshot): boolean {
  return state.kind === "none" || state.kind === "lost";
}

/** The turn in which an operation is refused. */
export function refusal(error: BudgetError, known: Partial<Pick<Idle, "restsOn" | "isOld">> = {}): Idle {
  const { restsOn = refusalRestsOn(error.code), isOld = false } = known;
  return {
    ...{ kind: "idle", restsOn, isOld },
    answer: () => {
      throw error;
    },
  };
}

/** The result of a decision, with the books it was made on. */
export function resultOf(decision: Decision, snapshot: Snapshot): Transacted {
  const { answer, state, entries } = decision;
  return { answer, state, entries, snapshot, commit: null, after: null };
}

function decidedOr(decideNow: () => Decision): Decision | BudgetError {
  try {
    return decideNow();
  } catch (error) {
    if (error instanceof BudgetError) return error;
    throw error;
  }
}

function crowdOf(before: State, after: State): Crowd {
  const open = new Set(after.holds.map(({ id }) => id));
  const place = before.holds.findIndex(({ id }) => !open.has(id));
  return place < 0 ? { openHolds: after.holds.length, place: undefined } : { openHolds: before.holds.length, place };
}

const baseOf = ({ last_entry, holds }: State): Base => ({
  atMs: epochOf(last_entry?.at ?? EVER),
  openHolds: holds.length,
});

const isBefore = (a: Base, b: Base): boolean => a.atMs < b.atMs || (a.atMs === b.atMs && a.openHolds < b.openHolds);

/**
 * The try that has landed. Several may have written the same line in the same second: none could land on books older
 * than those of another, because the head had moved past them.
 */
function landedOf(attempts: readonly Attempt[], { state: read, lines }: Snapshot): Attempt | undefined {
  const exact = attempts.find(({ decision }) => read.kind === "state" && isSameState(decision.state, read.state));
  // Other lines of a try may come from any writer: two writers expire the same hold with the same words.
  const possible = attempts.filter(({ ownLine }) => ownLine !== undefined && lines.includes(ownLine));
  const newest = (a: Attempt, b: Attempt) => (isBefore(b.base, a.base) ? a : b);
  return exact ?? (possible.length === 0 ? undefined : possible.reduce(newest));
}

function vanished(place: Place): BudgetError {
  return new BudgetError(
    "books-vanished",
    `The books in ${place.description} are gone, although they admitted this run: the branch or ${place.path} was deleted. Restore it; nothing was written.`,
  );
}

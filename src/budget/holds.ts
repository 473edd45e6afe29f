import { type Draft, withNote, withState } from "./books.ts";
import { BudgetError } from "./budget-error.ts";
import type { RunRef } from "./fields.ts";
import { type NanoUsd, showUsd, ZERO } from "./money.ts";
import { epochOf } from "./month.ts";
import { forgetSessions } from "./sessions.ts";
import type { ClosedHold, Hold, HowClosed, State } from "./state.ts";

/** How many holds may be open at once. */
export const MOST_HOLDS = 500;

const REMEMBERED_MS = 7 * 24 * 3_600_000;

/**
 * Closed holds and chosen ids are remembered for seven days, and so many of each: the state stays small. What a hold
 * that expired was charged is needed by whoever comes late, so the others make room for those.
 */
const MOST_CLOSED = 400;
const MOST_EXPIRED = 200;
const MOST_BOOKED_IDS = 200;

/** The id of the operation by which a gate's post step settles its hold. */
export function settleId(holdId: string): string {
  return `${holdId}:settle`;
}

/** Which operation closed a hold. */
export function closedBy(closed: ClosedHold): string {
  return closed.by ?? settleId(closed.id);
}

/** What became of a hold. */
export function howClosed(closed: ClosedHold): HowClosed {
  return closed.how ?? "settled";
}

export type FoundHold =
  | { readonly kind: "open"; readonly hold: Hold }
  | { readonly kind: "closed"; readonly closed: ClosedHold }
  | { readonly kind: "unknown"; readonly id: string }
  | { readonly kind: "none" }
  /** Several would do: it must be said which. */
  | { readonly kind: "several"; readonly holds: readonly Hold[] };

/**
 * The hold an operation is about: the one named; else the open one of the same run, attempt, job, matrix index and
 * check run; else the only open one of the same run and attempt. At a terminal: the only open one made at a terminal.
 */
export function findHold(state: State, id: string | undefined, run: RunRef): FoundHold {
  if (id !== undefined) return namedHold(state, id);
  if (run.run_id === undefined) {
    const mine = state.holds.filter((hold) => hold.run.run_id === undefined);
    return mine.length > 1 ? { kind: "several", holds: mine } : only(mine);
  }
  const mates = state.holds.filter((hold) => isSameAttempt(hold.run, run));
  const own = mates.filter((hold) => isSameJob(hold.run, run));
  return own.length > 0 ? only(own) : only(mates);
}

/** The error of who has several open holds and names none. */
export function sayWhich(holds: readonly Hold[]): BudgetError {
  const named = holds.map(({ id, amount }) => `${id} (${showUsd(amount)})`).join(", ");
  return new BudgetError("bad-input", `Bad input: several holds are open; say which one with hold: ${named}.`);
}

function namedHold(state: State, id: string): FoundHold {
  const hold = state.holds.find((open) => open.id === id);
  if (hold !== undefined) return { kind: "open", hold };
  const closed = state.closed_holds.find((one) => one.id === id);
  return closed === undefined ? { kind: "unknown", id } : { kind: "closed", closed };
}

function only(holds: readonly Hold[]): FoundHold {
  const [hold] = holds;
  return holds.length === 1 && hold !== undefined ? { kind: "open", hold } : { kind: "none" };
}

function isSameAttempt(a: RunRef, b: RunRef): boolean {
  return a.repository === b.repository && a.run_id === b.run_id && a.attempt === b.attempt;
}

function isSameJob(a: RunRef, b: RunRef): boolean {
  return a.job === b.job && (a.index ?? 0) === (b.index ?? 0) && a.check_run === b.check_run;
}

/** Moves a hold from the open ones to the closed ones; one that was closed before is closed anew. */
export function closeHold(draft: Draft, id: string, how: HowClosed, by: string, charged: NanoUsd): Draft {
  const { state, circumstances } = draft;
  const budgets = how === "expired" ? state.holds.find((hold) => hold.id === id)?.budgets : undefined;
  const closed: ClosedHold = {
    id,
    ...(by !== settleId(id) && { by }),
    ...(how !== "settled" && { how }),
    charged,
    at: circumstances.now,
    ...(budgets !== undefined && { budgets }),
  };
  return withState(draft, {
    holds: state.holds.filter((hold) => hold.id !== id),
    closed_holds: [...state.closed_holds.filter((one) => one.id !== id), closed],
  });
}

/** Forgets what needs no remembering any more. */
export function forget(draft: Draft): Draft {
  const { state, circumstances } = draft;
  const sinceMs = epochOf(circumstances.now) - REMEMBERED_MS;
  const recent = <T extends { at: string }>(items: readonly T[], most: number): T[] =>
    items.filter((item) => epochOf(item.at) >= sinceMs).slice(-most);
  const { sessions, early } = forgetSessions(state.sessions, circumstances.now);
  const after = withState(draft, {
    sessions,
    closed_holds: mostNeeded(recent(state.closed_holds, Number.POSITIVE_INFINITY)),
    ...(state.booked_ids !== undefined && { booked_ids: recent(state.booked_ids, MOST_BOOKED_IDS) }),
  });
  const text = `More sessions are resumed than can be remembered: ${early} forgotten early; a run that resumes one is booked whole.`;
  return early === 0 ? after : withNote(after, "warning", text);
}

function mostNeeded(closed: readonly ClosedHold[]): ClosedHold[] {
  if (closed.length <= MOST_CLOSED) return [...closed];
  const expired = closed.filter((one) => howClosed(one) === "expired").slice(-MOST_EXPIRED);
  const others = closed.filter((one) => howClosed(one) !== "expired").slice(expired.length - MOST_CLOSED);
  const kept = new Set([...expired, ...others]);
  return closed.filter((one) => kept.has(one));
}

/** What a closed hold was charged. */
export function chargedFor(closed: ClosedHold): NanoUsd {
  return howClosed(closed) === "released" ? ZERO : closed.charged;
}

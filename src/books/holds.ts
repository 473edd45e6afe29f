import type { RunRef } from "../values/codecs.ts";
import { BudgetError } from "../values/errors.ts";
import { minus, type NanoUsd, showUsd, ZERO } from "../values/money.ts";
import { type Draft, withState } from "./draft.ts";
import type { PartShares } from "./entry.ts";
import { CLOSED_HOLD_KEYS } from "./hold-keys.ts";
import type { ClosedHold, Hold, HowClosed, State } from "./state.ts";

/** Tags of closed holds are kept up to this many characters: hundreds of holds are remembered. */
const MAX_TAG_CHARACTERS = 1_000;

/** The id of the operation by which a gate's post step settles its hold. */
export function settleId(holdId: string): string {
  return `${holdId}:settle`;
}

/** What its run was expected to cost before a meter raised the hold. */
export function estimatedFor({ amount, extended }: Pick<Hold, "amount" | "extended">): NanoUsd {
  return extended === undefined ? amount : minus(amount, extended.amount);
}

/** Which operation closed a hold. */
export function closedBy(closed: ClosedHold): string {
  return closed.by ?? settleId(closed.id);
}

/** How a hold ended. */
export function howClosed(closed: ClosedHold): HowClosed {
  return closed.how ?? "settled";
}

/** What an operation knows about its hold. */
export type Sought = {
  /** Named by its user. */
  readonly hold?: string | undefined;
  /**
   * The hold that admitted an earlier step of the same job, according to the job's environment, which may contain
   * anything.
   */
  readonly jobHold?: string | undefined;
  /** The hold that an earlier step of the same job requested without getting an answer: it may not exist. */
  readonly triedHold?: string | undefined;
  readonly run: RunRef;
};

export type FoundHold =
  | { readonly kind: "open"; readonly hold: Hold }
  | { readonly kind: "closed"; readonly closed: ClosedHold }
  | { readonly kind: "unknown"; readonly id: string }
  /** Remembered by the job, but it belongs to another run: it is left unchanged. */
  | { readonly kind: "foreign"; readonly id: string }
  | { readonly kind: "none" }
  /** Several are possible: the request must name one. */
  | { readonly kind: "several"; readonly holds: readonly Hold[] };

/**
 * The hold of an operation: the one named; otherwise the one of this run that admitted its job; otherwise the open one
 * of the same run, attempt, job, matrix index and check run; otherwise the only open one of the same run and attempt;
 * otherwise the one of this run that its job requested. A hold of `guard` is never found by its run: its post part
 * settles it. At a terminal: the only open one made at a terminal.
 */
export function findHold(state: State, sought: Sought): FoundHold {
  const { hold, jobHold, triedHold, run } = sought;
  if (hold !== undefined) return namedHold(state, hold);
  const remembered = jobHold === undefined ? undefined : rememberedHold(state, jobHold, run);
  if (remembered !== undefined && remembered.kind !== "foreign") return remembered;
  const found = holdOfRun(state, run);
  if (found.kind !== "none") return found;
  if (remembered !== undefined) return remembered;
  const tried = triedHold === undefined ? found : rememberedHold(state, triedHold, run);
  return tried.kind === "unknown" || tried.kind === "foreign" ? found : tried;
}

/** The error of an operation that has several open holds to choose from and names none. */
export function ambiguousHold(holds: readonly Hold[]): BudgetError {
  const named = holds.map(({ id, amount }) => `${id} (${showUsd(amount)})`).join(", ");
  return new BudgetError("bad-input", `Bad input: several holds are open, so hold must name one: ${named}.`);
}

function holdOfRun(state: State, run: RunRef): FoundHold {
  if (run.run_id === undefined) {
    const mine = state.holds.filter((hold) => hold.run.run_id === undefined);
    return mine.length > 1 ? { kind: "several", holds: mine } : only(mine);
  }
  const mates = state.holds.filter((hold) => hold.gate !== true && isSameAttempt(hold.run, run));
  const own = mates.filter((hold) => isSameJob(hold.run, run));
  return own.length > 0 ? only(own) : only(mates);
}

function namedHold(state: State, id: string): FoundHold {
  const hold = state.holds.find((open) => open.id === id);
  if (hold !== undefined) return { kind: "open", hold };
  const closed = state.closed_holds.find((one) => one.id === id);
  return closed === undefined ? { kind: "unknown", id } : { kind: "closed", closed };
}

function rememberedHold(state: State, id: string, run: RunRef): FoundHold {
  const found = namedHold(state, id);
  if (found.kind === "open" && !(isSameAttempt(found.hold.run, run) && found.hold.run.job === run.job)) {
    return { kind: "foreign", id };
  }
  // The details of a run are dropped from older holds, and version 0.1 didn't keep their runs.
  const closedRun = found.kind === "closed" ? found.closed.run?.run_id : undefined;
  return closedRun !== undefined && closedRun !== run.run_id ? { kind: "foreign", id } : found;
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

/** How a hold is closed: by which operation, at what cost, and how its charge counted in its sub-budgets. */
export type Closing = Pick<ClosedHold, "charged" | "quality" | "own" | "run" | "pull"> & {
  readonly how: HowClosed;
  readonly by: string;
  readonly shares?: PartShares | undefined;
};

/** Moves an open hold to the closed ones, with what later bookings of its run need to know about it. */
export function closeHold(draft: Draft, hold: Hold, closing: Closing): Draft {
  const { holds } = draft.state;
  const { id, profile, tags, billing, budgets, run } = hold;
  const size = Object.keys(tags).length === 0 ? undefined : JSON.stringify(tags).length;
  const isKept = size !== undefined && size <= MAX_TAG_CHARACTERS;
  const known = { id, profile, billing, budgets, tags: isKept ? tags : undefined, run: inShort(run) };
  return remembered(withState(draft, { holds: holds.filter((one) => one.id !== id) }), known, closing);
}

/** Closes a hold that was closed before: an expired one is corrected, a released one charged after all. */
export function closeAgain(draft: Draft, closed: ClosedHold, closing: Closing): Draft {
  const { by: _, how: __, quality: ___, lesson: ____, own: _____, ...known } = closed;
  return remembered(draft, { ...known, run: inShort(known.run) }, closing);
}

/** Enough of a run to distinguish it from others: hundreds of closed holds are remembered. */
function inShort(run: RunRef | undefined): RunRef | undefined {
  return run?.run_id === undefined ? undefined : { run_id: run.run_id };
}

/** Remembers what the charges of a closed hold's run have cost in all. */
export function withLessonOf(draft: Draft, closed: ClosedHold, lesson: NanoUsd): Draft {
  const { closed_holds } = draft.state;
  return withState(draft, {
    closed_holds: closed_holds.map((one) => (one.id === closed.id ? inOrder({ ...one, lesson }) : one)),
  });
}

/** What isn't known has no key. */
type Known = { readonly [Key in keyof ClosedHold]?: ClosedHold[Key] | undefined } & { readonly id: string };

function remembered(draft: Draft, known: Known, { how, by, shares, ...closing }: Closing): Draft {
  const { state, circumstances } = draft;
  const closed = inOrder({
    ...known,
    ...closing,
    by: by === settleId(known.id) ? undefined : by,
    how: how === "settled" ? undefined : how,
    at: circumstances.now,
    budgets: known.budgets && chargedTokens(known.budgets, shares),
  });
  return withState(draft, { closed_holds: [...state.closed_holds.filter(({ id }) => id !== known.id), closed] });
}

/** In written form: the keys are in the same order whether it was read or created. */
function inOrder(closed: Known): ClosedHold {
  const keys = new Set<string>([...CLOSED_HOLD_KEYS, ...Object.keys(closed)]);
  const entries = [...keys].map((key) => [key, closed[key]] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as ClosedHold;
}

function chargedTokens(budgets: Readonly<Record<string, number>>, shares: PartShares = {}): Record<string, number> {
  return Object.fromEntries(Object.keys(budgets).map((name) => [name, shares[name]?.tokens ?? 0]));
}

/** What a closed hold was charged. */
export function chargedFor(closed: ClosedHold): NanoUsd {
  return howClosed(closed) === "released" ? ZERO : closed.charged;
}

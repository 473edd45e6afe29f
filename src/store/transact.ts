import type { Circumstances } from "../budget/books.ts";
import { BudgetError } from "../budget/budget-error.ts";
import { type Answer, type Decision, decide } from "../budget/decide.ts";
import { encodeState } from "../budget/encode-state.ts";
import { type Entry, encodeEntry } from "../budget/entry.ts";
import { epochOf, type LedgerHour } from "../budget/month.ts";
import type { Request } from "../budget/request.ts";
import type { State } from "../budget/state.ts";
import { LEAST_TRIES, MOST_FAULTS, waitAfterConflict, waitAfterFault } from "./backoff.ts";
import { openBooks } from "./opening.ts";
import { ledgerFileFor, ledgerFolderOf } from "./paths.ts";
import { unreachable } from "./read-patiently.ts";
import { type Change, type LedgerFile, type Snapshot, type Store, StoreFault } from "./store.ts";

/** Before every entry. */
const EVER = "1970-01-01T00:00:00Z";

/** What a snapshot makes of an operation: the policy it holds may bear on it. */
export type Plan = {
  readonly request: Request;
  readonly circumstances: Omit<Circumstances, "now" | "hour" | "operation">;
  /** The books must exist: an operation that holds a hold of theirs creates none. */
  readonly mustExist?: boolean;
};

export type Waiting = {
  /** Milliseconds since 1970, which never go back. */
  readonly clock: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  readonly random: () => number;
  /** How long to try in all. */
  readonly patienceMs: number;
};

export type Transaction = {
  readonly store: Store;
  readonly plan: (snapshot: Snapshot) => Promise<Plan>;
  /** The commit's message, and the page beside the books where they have a branch of their own. */
  readonly describe: (decision: Decision, plan: Plan) => { readonly message: string; readonly page: string | null };
  readonly waiting: Waiting;
  /** Told what happens, step by step, for the log. */
  readonly tell?: ((text: string) => void) | undefined;
  /** The books as this process has just written them: saves the first read. */
  readonly from?: Snapshot | undefined;
};

export type Transacted = {
  readonly answer: Answer;
  readonly state: State;
  readonly entries: readonly Entry[];
  readonly snapshot: Snapshot;
  /** The commit that was made, null where there was nothing to write or its name is unknown. */
  readonly commit: string | null;
  /** The books as they were written; null where that isn't known. */
  readonly after: Snapshot | null;
};

/** What one try wrote: the state, and the operation's own ledger line where it has one. */
type Attempt = {
  readonly decision: Decision;
  readonly ownLine: string | undefined;
  readonly state: string;
  readonly base: Base;
};

/** When books had their last entry, milliseconds since 1970, and how many holds were open; between entries they only open. */
type Base = { readonly atMs: number; readonly openHolds: number };

/**
 * The one way books change: read, decide, commit. After a lost race it reads and decides again; after an answer that
 * never came it reads again and looks for what it wrote before it tries again. Throws a BudgetError when it can't.
 */
export function transact(transaction: Transaction): Promise<Transacted> {
  return transaction.store.exclusively(() => loop(transaction));
}

async function loop({ store, plan, describe, waiting, from, tell = () => {} }: Transaction): Promise<Transacted> {
  const begunAt = waiting.clock();
  const attempts: Attempt[] = [];
  let conflicts = 0;
  let faults = 0;
  let cause: unknown;
  let hour: LedgerHour | undefined;
  let written = from;
  for (;;) {
    let waitMs: number;
    const startedAt = waiting.clock();
    try {
      const snapshot = written ?? (await store.read(hour));
      written = undefined;
      // A store may put the hour forward, and it stays there.
      hour = snapshot.hour;
      tell(`Read ${versionName(snapshot.version)}, ${snapshot.readAt}.`);
      const planned = await plan(snapshot);
      const turn = takeTurn(store, snapshot, planned, attempts);
      if (turn.kind === "done") {
        tell("Nothing to write.");
        return turn.transacted;
      }
      const change = { ...turn.change, ...describe(turn.attempt.decision, planned) };
      attempts.push(turn.attempt);
      const committed = await store.commit(snapshot, change);
      if (committed.kind === "committed") {
        tell(`Wrote ${versionName(committed.version)}: ${change.message}`);
        const after = writtenSnapshot(snapshot, change, committed.version);
        return { ...resultOf(turn.attempt.decision, snapshot), commit: committed.version, after };
      }
      tell("Somebody else was quicker: reading and deciding again.");
      // It surely didn't land; within the same second the next try may write the very same line.
      attempts.pop();
      conflicts += 1;
      cause = undefined;
      const nowMs = waiting.clock();
      const triedMs = nowMs - startedAt;
      waitMs = waitAfterConflict({ conflicts, triedMs, ...turn.crowd, nowMs, random: waiting.random() });
    } catch (error) {
      if (!(error instanceof StoreFault)) throw error;
      tell(`${error.message}: trying again.`);
      faults += 1;
      cause = error;
      waitMs = waitAfterFault({ faults, waitMs: error.waitMs, random: waiting.random() });
    }
    const endedAt = waiting.clock();
    const spentMs = endedAt - begunAt;
    // Another try takes as long as this one: what is left after the wait must do for it.
    const isLate = spentMs + waitMs + (endedAt - startedAt) > waiting.patienceMs;
    if (faults >= MOST_FAULTS || (isLate && (faults > 0 || conflicts >= LEAST_TRIES || spentMs > waiting.patienceMs))) {
      throw givenUp(store, { conflicts, faults, cause });
    }
    await waiting.sleep(waitMs);
  }
}

function versionName(version: string | null): string {
  return version === null ? "no books yet" : version.slice(0, 10);
}

type Turn =
  | { readonly kind: "done"; readonly transacted: Transacted }
  | {
      readonly kind: "try";
      readonly attempt: Attempt;
      readonly change: Omit<Change, "message" | "page">;
      readonly crowd: Crowd;
    };

/** How many holds are open, and where among them the one stands that this try closes. */
type Crowd = { readonly openHolds: number; readonly place: number | undefined };

/** Decides on a snapshot, unless an earlier attempt turns out to have landed or there is nothing to write. */
function takeTurn(store: Store, snapshot: Snapshot, plan: Plan, attempts: readonly Attempt[]): Turn {
  const { request } = plan;
  const circumstances = { ...plan.circumstances, now: snapshot.readAt, hour: snapshot.hour, operation: request.id };
  // A read can be older than the branch: books are gone only when they stay away.
  if (plan.mustExist === true && snapshot.state === null) throw new StoreFault("no books", { cause: vanished(store) });
  const { draft } = openBooks(snapshot, store.place, circumstances);
  const lines = snapshot.ledger.flatMap((file) => file.text.split("\n"));
  const landed = landedOf(attempts, snapshot, lines);
  if (landed !== undefined) {
    return { kind: "done", transacted: { ...resultOf(landed.decision, snapshot), state: draft.state } };
  }
  const base = baseOf(draft.state);
  const isOld = attempts.some((attempt) => isBefore(base, attempt.base));
  const decision = decided(() => decide({ state: draft.state, lines }, request, circumstances, draft.entries), isOld);
  if (!decision.isChanged) return { kind: "done", transacted: resultOf(decision, snapshot) };
  const added = decision.entries.map((entry) => encodeEntry(entry));
  const ownLine = added[decision.entries.findIndex((entry) => entry.id === request.id)];
  const ledger = ledgerAfter(store, snapshot, added);
  const named = { ...decision, state: namingFile(decision.state, ledger, store) };
  const state = encodeState(named.state);
  const crowd = crowdOf(draft.state, named.state);
  const attempt = { decision: named, ownLine, state, base };
  return { kind: "try", attempt, change: { state, ledger }, crowd };
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
 * The decision, unless it would write nothing on books older than those of a try before, which may have landed: only a
 * commit shows that a read was too old, and a denial or a refusal makes none.
 */
function decided(decideNow: () => Decision, isOld: boolean): Decision {
  const what = "a read from before the last try";
  try {
    const decision = decideNow();
    if (isOld && !decision.isChanged) throw new StoreFault(what);
    return decision;
  } catch (cause) {
    throw isOld && cause instanceof BudgetError ? new StoreFault(what, { cause }) : cause;
  }
}

/**
 * Which try has landed. Several may have written the very same line in the same second: none could land on books older
 * than those of another, for the head had moved past them.
 */
function landedOf(attempts: readonly Attempt[], snapshot: Snapshot, lines: readonly string[]): Attempt | undefined {
  const possible = attempts.filter((attempt) => hasLanded(attempt, snapshot, lines));
  const exact = possible.find(({ state }) => state === snapshot.state);
  const newest = (a: Attempt, b: Attempt) => (isBefore(b.base, a.base) ? a : b);
  return exact ?? (possible.length === 0 ? undefined : possible.reduce(newest));
}

/** Other lines of a try may be anybody's: two writers expire the same hold with the same words. */
function hasLanded({ state, ownLine }: Attempt, snapshot: Snapshot, lines: readonly string[]): boolean {
  return snapshot.state === state || (ownLine !== undefined && lines.includes(ownLine));
}

function ledgerAfter(store: Store, snapshot: Snapshot, added: readonly string[]): LedgerFile | null {
  if (added.length === 0) return null;
  const text = `${added.join("\n")}\n`;
  const folder = ledgerFolderOf(store.place.path);
  const file = ledgerFileFor(snapshot.ledger, folder, { hour: snapshot.hour, addedBytes: Buffer.byteLength(text) });
  return { path: file.path, text: file.text + text };
}

/** The state names the file its last line went to: an hour's second file where the first is full. */
function namingFile(state: State, ledger: LedgerFile | null, store: Store): State {
  if (ledger === null || state.last_entry == null) return state;
  const file = ledger.path.slice(ledgerFolderOf(store.place.path).length + 1);
  return { ...state, last_entry: { ...state.last_entry, file } };
}

function resultOf(decision: Decision, snapshot: Snapshot): Transacted {
  const { answer, state, entries } = decision;
  return { answer, state, entries, snapshot, commit: null, after: null };
}

function writtenSnapshot(snapshot: Snapshot, { state, ledger }: Change, version: string): Snapshot {
  if (ledger === null) return { ...snapshot, version, state };
  const others = snapshot.ledger.filter((file) => file.path !== ledger.path);
  return { ...snapshot, version, state, ledger: [...others, ledger], hasLedger: true };
}

function vanished(store: Store): BudgetError {
  return new BudgetError(
    "books-vanished",
    `The books in ${store.place.description} are gone, though this run was let in by them: the branch or ${store.place.path} was deleted. Restore it; nothing was written.`,
  );
}

function givenUp(store: Store, met: { conflicts: number; faults: number; cause: unknown }): BudgetError {
  const { description } = store.place;
  // What the last try met decides: many lost races after one dropped connection are still lost races.
  if (met.cause === undefined) {
    const text = `${met.conflicts} writers in a row were quicker: the books in ${description} could not be written in time. Run it again.`;
    return new BudgetError("state-contended", text);
  }
  if (met.cause instanceof StoreFault && met.cause.cause instanceof BudgetError) return met.cause.cause;
  return unreachable(store, met.faults, met.cause);
}

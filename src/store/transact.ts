import type { Decision } from "../books/decide.ts";
import { BudgetError } from "../values/errors.ts";
import { MAX_FAULTS, MIN_TRIES, patienceAfterConflict, waitAfterConflict, waitAfterFault } from "./backoff.ts";
import type { FirstRead } from "./first-read.ts";
import { waitForFreshRead } from "./freshness.ts";
import { type Change, type Snapshot, type Store, StoreFault } from "./port.ts";
import {
  type Attempt,
  type Crowd,
  type Idle,
  type Plan,
  type Refused,
  refusal,
  resultOf,
  type Transacted,
  type Turn,
  takeTurn,
} from "./turn.ts";
import { unreachable } from "./unreachable.ts";
import type { Waiting } from "./waiting.ts";

/** `Known` is what a plan knows in addition, returned with the result. */
export type Transaction<Known = unknown> = {
  readonly store: Store;
  readonly plan: (snapshot: Snapshot) => Promise<Known & (Plan | Refused)>;
  /** The commit's message, and the page next to the books if they have a separate branch. */
  readonly describe: (decision: Decision, plan: Plan, before: Snapshot) => Change["note"];
  readonly waiting: Waiting;
  /** Gets each step, for the log. */
  readonly tell?: ((text: string) => void) | undefined;
  /** The books as this process has just written them: saves the first read. */
  readonly from?: Snapshot | undefined;
  /** The first read, if it is under way: the operation counts as asked when it began. */
  readonly first?: FirstRead | undefined;
};

/** The result of an operation: an answer with its plan, or the error with the last plan. */
export type Result<Known = unknown> =
  | (Transacted & { readonly ok: true; readonly plan: Known & Plan })
  | { readonly ok: false; readonly error: BudgetError; readonly plan: (Known & (Plan | Refused)) | undefined };

/** What an operation has encountered so far. */
type Course<Known> = {
  readonly askedAt: number;
  /** Tries that may or may not have landed. */
  readonly unheard: Attempt[];
  lastTriedAt: number;
  conflicts: number;
  faults: number;
  /** How often the books were read again because a read may have been too old. */
  rereads: number;
  /** What the last try met; undefined after a lost race. */
  cause: unknown;
  /** How long to try in total, as of now. */
  patienceMs: number;
  /** The first read, if it was begun before the operation and isn't used yet. */
  begun: FirstRead | undefined;
  /** The first books that were read: later reads reach back to them. */
  first: Snapshot | undefined;
  /** Books that needn't be read, as they were just written. */
  written: Snapshot | undefined;
  /** The plan made last. */
  plan: (Known & (Plan | Refused)) | undefined;
};

/**
 * The one way books change: read, decide, commit. After a lost race it reads and decides again; after an answer that
 * never came it reads again and looks for what it wrote before it tries again. An answer for which nothing is written
 * is one that books no older than the question give. Never throws a BudgetError: why there is no answer is a result.
 */
export async function transact<Known>(transaction: Transaction<Known>): Promise<Result<Known>> {
  const course = courseOf(transaction);
  try {
    const transacted = await transaction.store.exclusively(() => loop(transaction, course));
    const { plan } = course;
    if (plan === undefined || "refused" in plan) throw new Error("an answer was given without a plan");
    return { ok: true, ...transacted, plan };
  } catch (error) {
    if (!(error instanceof BudgetError)) throw error;
    return { ok: false, error, plan: course.plan };
  }
}

/** The answer of a result, for callers that need one. Throws the BudgetError if there is none. */
export function orThrow<Known extends { readonly ok: true } | { readonly ok: false; readonly error: BudgetError }>(
  result: Known,
): Extract<Known, { readonly ok: true }> {
  if (!result.ok) throw result.error;
  return result as Extract<Known, { readonly ok: true }>;
}

async function loop<Known>(transaction: Transaction<Known>, course: Course<Known>): Promise<Transacted> {
  const { waiting } = transaction;
  for (;;) {
    const startedAt = course.begun?.atMs ?? waiting.clock();
    let waitMs: number;
    try {
      const step = await stepOf(transaction, course, startedAt);
      if ("transacted" in step) return step.transacted;
      waitMs = step.waitMs;
      if (!step.isLost) {
        await waiting.sleep(waitMs);
        continue;
      }
    } catch (error) {
      if (!(error instanceof StoreFault)) throw error;
      transaction.tell?.(`${error.message}: trying again.`);
      if (error.isContended) course.conflicts += 1;
      else course.faults += 1;
      course.cause = error.isContended ? undefined : error;
      const faults = error.isContended ? course.conflicts : course.faults;
      waitMs = waitAfterFault({ faults, waitMs: error.waitMs, random: waiting.random() });
    }
    if (isOver(course, { startedAt, endedAt: waiting.clock(), waitMs })) throw givenUp(transaction.store, course);
    await waiting.sleep(waitMs);
  }
}

function courseOf<Known>({ waiting, from, first }: Transaction<Known>): Course<Known> {
  const begun = from === undefined ? first : undefined;
  const askedAt = begun?.atMs ?? waiting.clock();
  return {
    ...{ askedAt, unheard: [], lastTriedAt: askedAt, conflicts: 0, faults: 0, rereads: 0, cause: undefined },
    ...{ patienceMs: waiting.patienceMs, begun, first: undefined, written: from, plan: undefined },
  };
}

/** The result of reading, deciding and committing once: an answer, or how long to wait before it is done again. */
type Step = { readonly transacted: Transacted } | { readonly waitMs: number; readonly isLost: boolean };

async function stepOf<Known>(transaction: Transaction<Known>, course: Course<Known>, startedAt: number): Promise<Step> {
  const { store, describe, tell = () => {} } = transaction;
  const isRead = course.written === undefined;
  const { turn, snapshot, planningMs = 0 } = await turnOf(transaction, course);
  if (turn.kind === "idle") return idled(transaction, course, { turn, readAt: isRead ? startedAt : undefined });
  const { plan } = course;
  if (snapshot === undefined || plan === undefined || "refused" in plan) {
    throw new Error("nothing is tried without books and a plan");
  }
  const { decision } = turn.attempt;
  const note = describe(decision, plan, snapshot);
  course.unheard.push(turn.attempt);
  const committed = await store
    .commit(snapshot, { state: decision.state, entries: decision.entries, files: plan.files, note })
    .finally(() => {
      course.lastTriedAt = transaction.waiting.clock();
    });
  if (committed.kind === "committed") {
    const { version, after } = committed;
    tell(`Wrote ${versionName(version)}: ${note.message}`);
    return { transacted: { ...resultOf(decision, snapshot), commit: version, after } };
  }
  tell("Another writer was faster: reading and deciding again.");
  // It certainly didn't land; within the same second the next try may write the same line.
  course.unheard.pop();
  // A gate that gives up denies a run; any other booking that isn't written is lost.
  const share = plan.request.kind === "check" ? 0.5 : 1;
  const triedMs = transaction.waiting.clock() - startedAt - planningMs;
  return { waitMs: waitOfLoser(transaction, course, { triedMs, crowd: turn.crowd, share }), isLost: true };
}

type Tried = {
  readonly turn: Turn;
  readonly snapshot?: Snapshot;
  /** How long the plan took: the first one may read large files, so it doesn't predict later tries. */
  readonly planningMs?: number;
};

async function turnOf<Known>(
  { store, plan, waiting, tell = () => {} }: Transaction<Known>,
  course: Course<Known>,
): Promise<Tried> {
  try {
    const { written, begun, first } = course;
    Object.assign(course, { written: undefined, begun: undefined });
    const snapshot = written ?? (await (begun?.snapshot ?? store.read(first)));
    course.first ??= snapshot;
    tell(`Read ${versionName(snapshot.version)}, ${snapshot.at}.`);
    const readAt = waiting.clock();
    course.plan = await plan(snapshot);
    const planningMs = waiting.clock() - readAt;
    const looked = { snapshot, place: store.place, attempts: course.unheard };
    return { turn: takeTurn(looked, course.plan), snapshot, planningMs };
  } catch (error) {
    // Unreadable books or an unreadable policy may have been restored a moment ago.
    if (error instanceof BudgetError) return { turn: refusal(error) };
    throw error;
  }
}

/** An answer without a write: given immediately, or after a read that is recent enough. */
function idled(
  { store, waiting, tell = () => {} }: Transaction,
  course: Course<unknown>,
  { turn, readAt }: { readonly turn: Idle; readonly readAt: number | undefined },
): Step {
  // If a try may have landed without an answer, the books must be no older than that try.
  const sinceAt = course.unheard.length === 0 ? course.askedAt : course.lastTriedAt;
  const waitMs = waitForFreshRead({
    restsOn: turn.isOld ? "absence" : turn.restsOn,
    staleMs: store.staleMs,
    readAfterMs: readAt === undefined ? Number.NEGATIVE_INFINITY : readAt - sinceAt,
    elapsedMs: waiting.clock() - sinceAt,
    rereads: course.rereads,
    random: waiting.random(),
  });
  if (waitMs === undefined) {
    if (turn.isOld) throw new StoreFault("the read is older than the last try");
    tell("Nothing to write.");
    return { transacted: turn.answer() };
  }
  tell(`Nothing to write, but the read may be outdated: reading again in ${(waitMs / 1000).toFixed(1)} s.`);
  course.rereads += 1;
  return { waitMs, isLost: false };
}

function waitOfLoser(
  { waiting }: Transaction,
  course: Course<unknown>,
  { triedMs, crowd, share }: { readonly triedMs: number; readonly crowd: Crowd; readonly share: number },
): number {
  course.conflicts += 1;
  course.cause = undefined;
  const nowMs = waiting.clock();
  const { conflicts, patienceMs } = course;
  const mostPatienceMs = Math.max(patienceMs, share * (waiting.mostPatienceMs ?? patienceMs));
  const race = { conflicts, triedMs, openHolds: crowd.openHolds, mostPatienceMs };
  course.patienceMs = patienceAfterConflict({ ...race, patienceMs });
  return waitAfterConflict({ ...race, place: crowd.place, nowMs, random: waiting.random() });
}

/**
 * Whether it is time to give up: another try takes as long as this one, and must fit into the time left after the wait.
 */
function isOver(
  { askedAt, conflicts, faults, patienceMs }: Course<unknown>,
  { startedAt, endedAt, waitMs }: { readonly startedAt: number; readonly endedAt: number; readonly waitMs: number },
): boolean {
  const spentMs = endedAt - askedAt;
  const isLate = spentMs + waitMs + (endedAt - startedAt) > patienceMs;
  return faults >= MAX_FAULTS || (isLate && (faults > 0 || conflicts >= MIN_TRIES || spentMs > patienceMs));
}

function versionName(version: string | null): string {
  return version === null ? "no books yet" : version.slice(0, 10);
}

function givenUp(store: Store, met: Pick<Course<unknown>, "conflicts" | "faults" | "cause">): BudgetError {
  const { description } = store.place;
  // What the last try met decides: many lost races after one dropped connection are still lost races.
  if (met.cause === undefined) {
    const text = `${met.conflicts} writers in a row were faster: the books in ${description} could not be written in time. Run it again.`;
    return new BudgetError("state-contended", text);
  }
  return unreachable(store.place, met.faults, met.cause);
}

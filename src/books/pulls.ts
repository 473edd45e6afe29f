import { epochOf, later } from "../values/month.ts";
import { type Draft, withState } from "./draft.ts";
import type { Entry } from "./entry.ts";
import type { DueComment, Pull } from "./notify-keys.ts";
import type { AskedPull, CommentedRequest } from "./request.ts";
import type { State } from "./state.ts";

const LEASE_MS = 10 * 60_000;
const UNCLAIMED_MS = 7 * 24 * 3_600_000;
/** A run also writes what a few runs before it left. */
const MAX_LEASED = 3;

const UNLEASED = { lease_until: undefined, lease_by: undefined };

/** A pull request whose comment has to be written, under its name "owner/name#12". */
export type DuePull = Pull & { readonly of: string; readonly due: DueComment };

/** The pull request that counts a run: its own if a comment is wanted, or was by a run before; else its hold's. */
export function countedPull({ pulls }: State, pull: AskedPull | undefined, ofHold?: string): string | undefined {
  return pull !== undefined && (pull.isWanted || pulls?.[pull.of] !== undefined) ? pull.of : ofHold;
}

/** How an entry counts in a pull request. */
export function pullShare({ state }: Draft, pull: AskedPull | undefined, ofHold?: string): Pick<Entry, "pull"> {
  const of = countedPull(state, pull, ofHold);
  return of === undefined ? {} : { pull: { of, ...(pull?.isFull && { full: true as const }) } };
}

/** Takes a ten-minute lease on the comments that are due in the run's repository, the newest first. */
export function leasePulls(draft: Draft): Draft {
  const { commentsIn, now, operation: lease_by } = draft.circumstances;
  if (commentsIn === undefined) return draft;
  const nowMs = epochOf(now);
  const isFree = ([of, { due, at, lease_until: until }]: readonly [string, Pull]) =>
    due !== undefined &&
    of.startsWith(`${commentsIn}#`) &&
    nowMs - epochOf(at) < UNCLAIMED_MS &&
    (until === undefined || epochOf(until) <= nowMs);
  const due = entriesOf(draft.state).filter(isFree).slice(-MAX_LEASED);
  return withPulls(
    draft,
    due.map(([of, pull]) => [of, { ...pull, lease_until: later(now, LEASE_MS), lease_by }]),
  );
}

/** The comments that an operation holds the lease on, the newest first. */
export function pullsLeasedBy(state: State, operation: string): readonly DuePull[] {
  return entriesOf(state)
    .flatMap(([of, { due, ...pull }]) =>
      due !== undefined && pull.lease_by === operation ? [{ ...pull, of, due }] : [],
    )
    .reverse();
}

/**
 * Notes which comments were written, and what they show. One whose figures have changed since stays due, and leased by
 * the operation that wrote it unless that has ended.
 */
export function noteComments(draft: Draft, { by, comments, isLast }: CommentedRequest): Draft {
  const { pulls = {} } = draft.state;
  return withPulls(
    draft,
    comments.flatMap(({ of, shown, comment = pulls[of]?.comment }) => {
      const { [of]: pull } = pulls;
      if (pull === undefined) return [];
      const isShown = pull.due === undefined || pull.due.id === shown;
      const lease = isLast || isShown ? UNLEASED : { lease_until: later(draft.circumstances.now, LEASE_MS) };
      const isOwn = isShown || pull.lease_by === by;
      return [[of, { ...pull, comment, ...(isShown && { due: undefined }), ...(isOwn && lease) }]];
    }),
  );
}

function entriesOf({ pulls = {} }: State): [string, Pull][] {
  return Object.entries(pulls);
}

function withPulls(draft: Draft, changed: readonly (readonly [string, Pull])[]): Draft {
  if (changed.length === 0) return draft;
  return withState(draft, { pulls: { ...draft.state.pulls, ...Object.fromEntries(changed) } });
}

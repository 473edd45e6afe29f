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

/** A pull request whose comment has to be written, under its name "owner/name#12". */
export type DuePull = Pull & { readonly of: string; readonly due: DueComment };

/**
 * The pull request that a run counts in: its own if a comment is wanted, or was wanted by a run before; undefined if
 * none counts it.
 */
export function countedPull({ pulls = {} }: State, pull: AskedPull | undefined): string | undefined {
  return pull !== undefined && (pull.isWanted || Object.hasOwn(pulls, pull.of)) ? pull.of : undefined;
}

/** How an entry counts in a pull request: the run's own, otherwise its hold's. */
export function pullShare({ state }: Draft, pull: AskedPull | undefined, ofHold?: string): Pick<Entry, "pull"> {
  const counted = countedPull(state, pull);
  const of = counted ?? ofHold;
  if (of === undefined) return {};
  return { pull: { of, ...(counted !== undefined && pull?.isFull === true && { full: true as const }) } };
}

/** Takes a ten-minute lease on the comments that are due in the run's repository, the newest first. */
export function leasePulls(draft: Draft): Draft {
  const { state, circumstances } = draft;
  const { commentsIn: repository, now, operation } = circumstances;
  const { pulls } = state;
  if (repository === undefined || pulls === undefined) return draft;
  const nowMs = epochOf(now);
  const free = Object.entries(pulls)
    .filter(([of, { due, lease_until: until }]) => {
      const isFree = until === undefined || epochOf(until) <= nowMs;
      return due !== undefined && isFree && of.startsWith(`${repository}#`);
    })
    .reverse();
  if (free.length === 0) return draft;
  const fresh = free.filter(([, { at }]) => nowMs - epochOf(at) < UNCLAIMED_MS).slice(0, MAX_LEASED);
  const lease = { lease_until: later(now, LEASE_MS), lease_by: operation };
  const old = free.filter(([, { at }]) => nowMs - epochOf(at) >= UNCLAIMED_MS);
  const changed = [
    ...fresh.map(([of, pull]) => [of, { ...pull, ...lease }] as const),
    ...old.map(([of, pull]) => [of, written(pull)] as const),
  ];
  return changed.length === 0 ? draft : withState(draft, { pulls: { ...pulls, ...Object.fromEntries(changed) } });
}

/** The comments that an operation holds the lease on, the run's own first. */
export function pullsLeasedBy({ pulls = {} }: State, operation: string): readonly DuePull[] {
  return Object.entries(pulls)
    .flatMap(([of, pull]) => {
      const { due } = pull;
      return due !== undefined && pull.lease_by === operation ? [{ ...pull, of, due }] : [];
    })
    .reverse();
}

/**
 * Notes which comments were written, and what they show. One whose figures have changed since stays due, and leased by
 * the operation that wrote it unless that has ended.
 */
export function noteComments(draft: Draft, { by, comments, isLast }: CommentedRequest): Draft {
  const { state, circumstances } = draft;
  const { pulls } = state;
  if (pulls === undefined) return draft;
  const changed = comments.flatMap(({ of, shown, comment }) => {
    const pull = Object.hasOwn(pulls, of) ? pulls[of] : undefined;
    if (pull === undefined) return [];
    const known = comment === undefined ? pull : { ...pull, comment };
    if (pull.due === undefined || pull.due.id === shown) return [[of, written(known)] as const];
    const isOwn = pull.lease_by === by;
    if (isOwn && isLast) return [[of, withoutLease(known)] as const];
    return [[of, isOwn ? { ...known, lease_until: later(circumstances.now, LEASE_MS) } : known] as const];
  });
  return changed.length === 0 ? draft : withState(draft, { pulls: { ...pulls, ...Object.fromEntries(changed) } });
}

function written(pull: Pull): Pull {
  const { due: _, ...rest } = withoutLease(pull);
  return rest;
}

function withoutLease(pull: Pull): Pull {
  const { lease_until: _, lease_by: __, ...rest } = pull;
  return rest;
}

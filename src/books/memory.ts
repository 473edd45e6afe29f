import { epochOf } from "../values/month.ts";
import { IDS_REMEMBERED_MS, MAX_BOOKED_IDS } from "./booked-ids.ts";
import { type Draft, withNote, withState } from "./draft.ts";
import { recentApprovals } from "./gate/approval.ts";
import { howClosed } from "./holds.ts";
import { forgetSessions } from "./settle/forget-sessions.ts";
import type { ClosedHold } from "./state.ts";

const DAY_MS = 24 * 3_600_000;

/** How long closed holds are remembered. */
const REMEMBERED_MS = 7 * DAY_MS;

/**
 * How long expired holds are: a workflow run may last 35 days (https://docs.github.com/en/actions/reference/limits),
 * and its last job must still find what was charged for it.
 */
const EXPIRED_REMEMBERED_MS = 40 * DAY_MS;

/** At most this many closed holds are remembered, expired ones first: the state stays small. */
const MAX_CLOSED = 300;
const MAX_EXPIRED = 200;
const MAX_DETAILED = 80;

/** Forgets what is no longer needed. */
export function forget(draft: Draft): Draft {
  return forgetSessionsOf(forgetApprovals(forgetIds(forgetClosed(draft))));
}

function forgetApprovals(draft: Draft): Draft {
  const { approvals } = draft.state;
  if (approvals === undefined) return draft;
  const recent = recentApprovals(approvals, draft.circumstances.now);
  return Object.keys(recent).length === Object.keys(approvals).length ? draft : withState(draft, { approvals: recent });
}

function forgetClosed(draft: Draft): Draft {
  const { state, circumstances } = draft;
  const nowMs = epochOf(circumstances.now);
  const isRecent = (closed: ClosedHold) => {
    const rememberedMs = howClosed(closed) === "expired" ? EXPIRED_REMEMBERED_MS : REMEMBERED_MS;
    return nowMs - epochOf(closed.at) <= rememberedMs;
  };
  return withState(draft, { closed_holds: withoutOldDetails(mostNeeded(state.closed_holds.filter(isRecent))) });
}

/** A run's later bookings come soon: details of the run are kept only for the newest holds, and for expired ones. */
function withoutOldDetails(closed: readonly ClosedHold[]): ClosedHold[] {
  return closed.map((one, index) => {
    const isOld = index < closed.length - MAX_DETAILED && howClosed(one) !== "expired";
    if (!isOld || one.profile === undefined) return one;
    const { profile: _, tags: __, budgets: ___, run: ____, ...rest } = one;
    return rest;
  });
}

function mostNeeded(closed: readonly ClosedHold[]): ClosedHold[] {
  if (closed.length <= MAX_CLOSED) return [...closed];
  const expired = closed.filter((one) => howClosed(one) === "expired").slice(-MAX_EXPIRED);
  const others = closed.filter((one) => howClosed(one) !== "expired").slice(expired.length - MAX_CLOSED);
  const kept = new Set([...expired, ...others]);
  return closed.filter((one) => kept.has(one));
}

function forgetIds(draft: Draft): Draft {
  const { state, circumstances } = draft;
  if (state.booked_ids === undefined) return draft;
  const sinceMs = epochOf(circumstances.now) - IDS_REMEMBERED_MS;
  const recent = state.booked_ids.filter(({ at }) => epochOf(at) >= sinceMs);
  const after = withState(draft, { booked_ids: recent.slice(-MAX_BOOKED_IDS) });
  if (recent.length <= MAX_BOOKED_IDS) return after;
  const text = `More booking ids were used within seven days than can be remembered: only the last ${MAX_BOOKED_IDS} are kept. A booking repeated with an older id is booked again.`;
  return withNote(after, "notice", text);
}

function forgetSessionsOf(draft: Draft): Draft {
  const { sessions, early } = forgetSessions(draft.state.sessions, draft.circumstances.now);
  const after = sessions === draft.state.sessions ? draft : withState(draft, { sessions });
  const text = `More sessions were resumed than can be remembered: ${early} forgotten early. A run that resumes one of them is booked in full.`;
  return early === 0 ? after : withNote(after, "warning", text);
}

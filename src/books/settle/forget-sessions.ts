import { epochOf, type Instant, later } from "../../values/month.ts";
import type { State } from "../state.ts";

const MAX_SESSIONS = 100;
const REMEMBERED_MS = 30 * 24 * 3_600_000;

/** Forgets counters after 30 days, and the oldest of more than 100; returns how many of those were recent. */
export function forgetSessions(
  sessions: State["sessions"],
  now: Instant,
): { sessions: State["sessions"]; early: number } {
  const since = epochOf(later(now, -REMEMBERED_MS));
  const recent = Object.entries(sessions).filter(([, kept]) => epochOf(keptAt(kept)) >= since);
  const early = Math.max(0, recent.length - MAX_SESSIONS);
  if (early === 0 && recent.length === Object.keys(sessions).length) return { sessions, early };
  const byAge = [...recent].sort(([, a], [, b]) => epochOf(keptAt(a)) - epochOf(keptAt(b)));
  return { sessions: Object.fromEntries(byAge.slice(early)), early };
}

/** When a counter was booked last: a tool's own time may come from a months-old file. */
function keptAt({ at, kept_at }: State["sessions"][string]): Instant {
  return kept_at ?? at;
}

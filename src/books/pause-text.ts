import type { TimeZone } from "../values/month.ts";
import { showInstant } from "../values/show.ts";
import type { Pause } from "./outlook-keys.ts";

type Terms = Pick<Pause, "by" | "reason" | "until" | "below">;

/** Who paused until when and why: "paused by octocat until 20 Feb 2026, 00:00 (UTC): Release week.". */
export function pausedText({ by, reason, until, below }: Terms, timezone: TimeZone): string {
  const who = below === undefined ? "" : " for low priority";
  const end = until === undefined ? "a maintainer resumes" : showInstant(until, timezone);
  return `paused${who} by ${by} until ${end}: ${reason}${/[.!?…]$/.test(reason) ? "" : "."}`;
}

/** The same as a sentence. */
export function pausedSentence(paused: Terms, timezone: TimeZone): string {
  const text = pausedText(paused, timezone);
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

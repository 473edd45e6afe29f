import type { Quality } from "./entry.ts";
import type { NanoUsd } from "./money.ts";
import type { Instant, Month } from "./month.ts";

/** Why a run was let in or not; stable codes that workflows may compare with. */
export const REASONS = [
  "ok",
  "exhausted",
  "insufficient",
  "state-unreadable",
  "state-unreachable",
  "state-contended",
  "books-vanished",
  "missing-permission",
  "read-only-token",
  "bad-policy",
  "too-many-holds",
] as const;
export type Reason = (typeof REASONS)[number];

export type Health = "green" | "yellow" | "red" | "blocked";

/** The month at a glance; dollars in nano-dollars, percentages of budget + top-ups. */
export type Figures = {
  readonly month: Month;
  readonly budget: NanoUsd;
  readonly top_ups: NanoUsd;
  readonly spent: NanoUsd;
  readonly held: NanoUsd;
  readonly remaining: NanoUsd;
  readonly percent_used: number;
  readonly percent_held: number;
  readonly health: Health;
  readonly executions: number;
  readonly prs: number;
  readonly open_holds: number;
  readonly resets_at: Instant;
};

/** Whether the next execution may start, and on what it was decided. */
export type Admission = {
  readonly decision: "allow" | "deny";
  readonly reason: Reason;
  readonly estimate: NanoUsd;
  /** The estimate comes from too few costs to go by. */
  readonly cold_start: boolean;
};

/** What a booking did. */
export type Booking = {
  /** What this operation added to `spent`; signed where it corrected an expired hold. */
  readonly cost: NanoUsd;
  /** What the execution cost as a whole: differs from `cost` where an expired hold was corrected. */
  readonly charged: NanoUsd;
  readonly quality: Quality;
  readonly how:
    | "settled" // an open hold was settled
    | "unheld" // no hold was named or found
    | "further" // the hold had been settled by another operation
    | "corrected" // the hold had expired; the difference was booked
    | "unchecked" // the hold named is released or unknown
    | "released" // nothing was used and the caller wants it let go
    | "repeated" // this very operation was booked before
    | "booked-already"; // the gate's post step found its hold settled by an explicit record
  readonly hold?: string;
  readonly milestones: readonly NanoUsd[];
  readonly alerts: readonly number[];
};

import type { Reason } from "../values/errors.ts";
import type { NanoUsd } from "../values/money.ts";
import type { Instant, Month } from "../values/month.ts";
import type { Unit } from "../values/quantity.ts";
import type { Quality } from "./entry.ts";
import type { Pause } from "./outlook-keys.ts";

export type Health = "green" | "yellow" | "red" | "blocked";

/** The month at a glance; dollars in nano-dollars, percentages of budget + top-ups. */
export type Figures = {
  readonly month: Month;
  readonly budget: NanoUsd;
  readonly topUps: NanoUsd;
  readonly spent: NanoUsd;
  readonly held: NanoUsd;
  readonly remaining: NanoUsd;
  readonly percentUsed: number;
  readonly percentHeld: number;
  readonly health: Health;
  readonly executions: number;
  readonly prs: number;
  readonly openHolds: number;
  readonly resetsAt: Instant;
};

/** A sub-budget's current period at a glance, in its own unit: nano-dollars or tokens. */
export type PartFigures = {
  readonly name: string;
  readonly unit: Unit;
  /** With what transfers and grants added. */
  readonly limit: number;
  readonly spent: number;
  readonly held: number;
  readonly remaining: number;
  readonly percentUsed: number;
  /** Null if the period never restarts. */
  readonly resetsAt: Instant | null;
};

/** Whether the next execution may start, and the figures behind the decision. */
export type Admission = {
  /** Warn admits it past a limit or an alert; approve doesn't, but a human may say yes. */
  readonly decision: "allow" | "warn" | "approve" | "deny";
  readonly reason: Reason;
  /** The tightest of the sub-budgets, if it affects the decision. */
  readonly limitedBy?: PartFigures;
  readonly missingTags?: readonly string[];
  /** The pause that keeps the run out. */
  readonly paused?: Pause;
  /** The people who approved the overage or the reserve for it. */
  readonly approvedBy?: string;
  readonly estimate: NanoUsd;
  /** The model that the policy has for the run now. */
  readonly model?: string;
  /** There are too few costs to estimate from. */
  readonly coldStart: boolean;
};

/** Whether the run was admitted. */
export function isAllowed({ decision }: Pick<Admission, "decision">): boolean {
  return decision === "allow" || decision === "warn";
}

/** What a booking did. */
export type Booking = {
  /** What this operation added to `spent`; signed where it corrected an expired hold. */
  readonly cost: NanoUsd;
  /** The full cost of the execution: differs from `cost` where an expired hold was corrected. */
  readonly charged: NanoUsd;
  readonly quality: Quality;
  readonly how:
    | "settled" // an open hold was settled
    | "unheld" // no hold was named or found
    | "further" // the hold had been settled by another operation
    | "corrected" // the hold had expired; the difference was booked
    | "unchecked" // the hold named is released or unknown
    | "released" // nothing was used and the caller wants it released
    | "repeated" // this very operation was booked before
    | "booked-already"; // the gate's post step found its hold settled by an explicit record
  readonly hold?: string;
  readonly milestones: readonly NanoUsd[];
  readonly alerts: readonly number[];
};

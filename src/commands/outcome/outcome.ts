import type { Note } from "../../books/draft.ts";
import type { OutputName } from "../../inputs/outputs.ts";
import type { View } from "../../report/view.ts";
import type { NanoUsd } from "../../values/money.ts";
import type { MeterRead } from "../meter/meter-read.ts";
import type { Delivery } from "../operation/delivery.ts";
import type { BookedBefore } from "../operation/ports.ts";
import type { CommentOrder } from "../operation/pull-comments.ts";
import type { Rules } from "../operation/rules.ts";

export type Outputs = Partial<Record<OutputName, string>>;

/** The rules that let a run in, with what was set aside for it and the model that the policy has for it. */
export type AllowedBy = {
  readonly rules: Pick<Rules, "inputs" | "settings" | "terms" | "prices" | "policy">;
  readonly amount: NanoUsd | null;
  readonly model?: string | undefined;
};

/**
 * The answer of a gate: allowed with a hold; allowed although the books gave no answer, so that the requested hold may
 * exist; denied; or denied without knowing whether the hold was made.
 */
export type GateOutcome =
  | { readonly kind: "held"; readonly hold: string; readonly run: AllowedBy }
  | { readonly kind: "unheld"; readonly hold: string; readonly run?: AllowedBy }
  | { readonly kind: "denied" }
  | { readonly kind: "unknown" };

/** The outcome of a command: everything the outside sees, as plain data. */
export type Outcome = {
  readonly outputs: Outputs;
  /** Details for machines only, besides the outputs. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** What people see. */
  readonly view: View;
  /** The command has printed its own answer: the view is only for those who get no print. */
  readonly isPrinted?: true;
  /** Notes for people. */
  readonly notes: readonly Note[];
  /** Why the step fails; null if it doesn't. */
  readonly failure: string | null;
  /** Of a check. */
  readonly gate?: GateOutcome;
  /** The hold that was settled or released. */
  readonly closedHold?: string;
  /** What a booking booked, for later steps of the job. */
  readonly booked?: BookedBefore;
  /** How much of the job's meter's record it covers, and what the meter says. */
  readonly meter?: Pick<MeterRead, "bytes" | "figures">;
  /** The budget said no. */
  readonly isDenied: boolean;
  /** What to deliver once the outputs are written; null if nothing. */
  readonly delivery: Delivery | null;
  /** Which comments on pull requests to write then; null or left out if none. */
  readonly comments?: CommentOrder | null;
};

/** The outcome with more notes before its own. */
export function withNotes(outcome: Outcome, notes: readonly Note[]): Outcome {
  return { ...outcome, notes: [...notes, ...outcome.notes] };
}

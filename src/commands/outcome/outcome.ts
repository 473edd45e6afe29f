import type { Note } from "../../books/draft.ts";
import type { OutputName } from "../../inputs/outputs.ts";
import type { View } from "../../report/view.ts";
import type { Delivery } from "../operation/delivery.ts";
import type { BookedBefore } from "../operation/ports.ts";

export type Outputs = Partial<Record<OutputName, string>>;

/**
 * How a gate was answered: let in with a hold; let in though the books gave no answer, when the hold that was asked for
 * may have been made; not let in; or not let in by who can't tell whether its hold was made.
 */
export type GateOutcome =
  | { readonly kind: "held"; readonly hold: string }
  | { readonly kind: "unheld"; readonly hold: string }
  | { readonly kind: "denied" }
  | { readonly kind: "unknown" };

/** What a command came to: everything the outside sees of it, as plain data. */
export type Outcome = {
  readonly outputs: Outputs;
  /** What only machines are told, beside the outputs. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** What people see. */
  readonly view: View;
  /** What people should know beside it. */
  readonly notes: readonly Note[];
  /** Why the step fails; null where it doesn't. */
  readonly failure: string | null;
  /** Of a check. */
  readonly gate?: GateOutcome;
  /** The hold that was settled or released. */
  readonly closedHold?: string;
  /** What a booking booked, for later steps of the job. */
  readonly booked?: BookedBefore;
  /** The budget said no. */
  readonly isDenied: boolean;
  /** What is to be delivered once the outputs are written; null where nothing is. */
  readonly delivery: Delivery | null;
};

/** The outcome with more notes before its own. */
export function withNotes(outcome: Outcome, notes: readonly Note[]): Outcome {
  return { ...outcome, notes: [...notes, ...outcome.notes] };
}

import type { Note } from "../../books/draft.ts";
import type { OutputName } from "../../inputs/outputs.ts";
import type { Terminal } from "../../report/terminal/terminal.ts";
import type { BookedBefore } from "../operation/ports.ts";

export type Outputs = Partial<Record<OutputName, string>>;

/** What a command came to: everything the outside sees of it, before it is shown. */
export type Outcome = {
  readonly outputs: Outputs;
  /** What only machines are told, beside the outputs. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** The command's answer in a few words. */
  readonly title?: string;
  /** One sentence, the command's answer. */
  readonly sentence: string;
  readonly notes: readonly Note[];
  /** Why the step fails; null where it doesn't. */
  readonly failure: string | null;
  /** The hold that was asked for where a run is let in without an answer: it may have been made. */
  readonly triedHold?: string;
  /** What a booking booked, for later steps of the job. */
  readonly booked?: BookedBefore;
  /** The budget said no. */
  readonly isDenied: boolean;
  readonly summary: () => string;
  readonly terminal: (terminal: Terminal) => string;
  /** Delivers messages; run after the outputs are written. Null where there is nothing to deliver. */
  readonly deliver: (() => Promise<readonly Note[]>) | null;
};

/** The outcome with more notes before its own. */
export function withNotes(outcome: Outcome, notes: readonly Note[]): Outcome {
  return { ...outcome, notes: [...notes, ...outcome.notes] };
}

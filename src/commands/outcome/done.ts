import type { Admission, Booking, Figures } from "../../books/answer.ts";
import type { Note } from "../../books/draft.ts";
import type { Entry } from "../../books/entry.ts";
import type { State } from "../../books/state.ts";
import type { RuleInputs } from "../../inputs/settings-of.ts";
import type { Outlook } from "../../insight/outlook.ts";
import type { Difference, NextStep, Tone } from "../../report/model/view.ts";
import type { Snapshot } from "../../store/port.ts";
import { type Chatter, deliveryOf } from "../operation/delivery.ts";
import type { Operated } from "../operation/operate.ts";
import type { Ports } from "../operation/ports.ts";
import type { Rules } from "../operation/rules.ts";
import type { Outcome, Outputs } from "./outcome.ts";
import { outputsOf } from "./outputs-of.ts";
import { pictures } from "./show.ts";

/** What a command says once the books have answered. */
export type Told = {
  readonly title: string;
  readonly sentence: string;
  readonly tone: Tone;
  /** Beside those of every command. */
  readonly outputs?: Outputs;
  /** In place of what was noted on the way. */
  readonly notes?: readonly Note[];
  readonly nextSteps?: readonly NextStep[];
  readonly differences?: readonly Difference[];
  readonly failure?: string | null;
  readonly isDenied?: boolean;
  readonly outlook?: Outlook;
  readonly chatter?: Chatter | undefined;
};

/** The books as a command has seen them. */
export type Seen = {
  readonly state: State;
  readonly figures: Figures;
  readonly admission: Admission;
  readonly snapshot: Snapshot;
  readonly rules: Rules;
  readonly notes: readonly Note[];
  readonly entry?: Entry | undefined;
  readonly booking?: Booking | undefined;
};

/** The outcome of a look at the books. */
export function seenOutcome(ports: Ports, seen: Seen, told: Told): Outcome {
  const { state, figures, admission, rules, snapshot, entry, booking } = seen;
  const { title, sentence, tone, nextSteps = [], differences = [], notes = seen.notes } = told;
  const shown = { title, sentence, tone, nextSteps, differences, notes, state, figures, admission, entry, booking };
  return {
    outputs: { ...outputsOf(figures, admission, sentence), ...told.outputs },
    sentence,
    notes,
    failure: told.failure ?? null,
    isDenied: told.isDenied ?? false,
    ...pictures(ports, { ...shown, outlook: told.outlook, name: rules.settings.name, now: snapshot.readAt }),
    deliver: null,
  };
}

/** The outcome of an operation that the books have answered. */
export function doneOutcome(ports: Ports, inputs: RuleInputs, operated: Operated, told: Told): Outcome {
  const { answer, entries, operation, commit } = operated;
  const entry = entries.find(({ id, kind }) => id === operation && kind !== "reset");
  return {
    ...seenOutcome(
      ports,
      { ...operated, figures: answer.figures, admission: answer.admission, booking: answer.booking, entry },
      { ...told, outputs: { ...told.outputs, commit: commit ?? "" } },
    ),
    deliver: deliveryOf(ports, inputs, operated, told.chatter),
  };
}

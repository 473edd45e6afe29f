import type { Admission, Booking, Figures } from "../../books/answer.ts";
import type { Note } from "../../books/draft.ts";
import type { Entry } from "../../books/entry.ts";
import { monthForecast } from "../../books/month-forecast.ts";
import { DEFAULT_NAME } from "../../books/settings.ts";
import type { State } from "../../books/state.ts";
import type { Outlook } from "../../insight/outlook.ts";
import { renderJobSummary } from "../../report/markdown/job-summary.ts";
import type { Difference, NextStep, Tone, View } from "../../report/model/view.ts";
import { renderTerminal } from "../../report/terminal/answer.ts";
import { renderDifferencesTerminal } from "../../report/verify-text.ts";
import type { BudgetError } from "../../values/errors.ts";
import { type Instant, instantOf } from "../../values/month.ts";
import type { Ports } from "../operation/ports.ts";
import type { Outcome, Outputs } from "./outcome.ts";

/** What a command has to show once the books are read. */
export type Shown = {
  readonly title: string;
  readonly sentence: string;
  readonly tone: Tone;
  readonly name: string;
  readonly now: Instant;
  readonly state: State;
  readonly figures: Figures;
  readonly admission: Admission;
  readonly entry?: Entry | undefined;
  readonly booking?: Booking | undefined;
  readonly outlook?: Outlook | undefined;
  readonly nextSteps: readonly NextStep[];
  readonly differences: readonly Difference[];
  readonly notes: readonly Note[];
};

/** Both pictures of what a command did: the job summary and the terminal's. */
export function pictures(ports: Ports, shown: Shown): Pick<Outcome, "title" | "summary" | "terminal"> {
  const { figures, state, now, admission } = shown;
  const view: View = {
    title: shown.title,
    sentence: shown.sentence,
    tone: shown.tone,
    name: shown.name,
    place: ports.store.place.description,
    runUrl: ports.caller.fullRun.url,
    now,
    month: {
      figures,
      state,
      forecast: monthForecast({ figures, state, now, estimate: admission.estimate }),
      outlook: shown.outlook,
    },
    booked: shown.entry,
    booking: shown.booking,
    admission,
    nextSteps: [...shown.nextSteps],
    differences: shown.differences,
    notes: shown.notes.map((note) => note.text),
  };
  // At a terminal notes go to the error output, after the picture.
  return {
    title: view.title,
    summary: () => renderJobSummary(view),
    terminal: (terminal) => {
      const picture = renderTerminal({ ...view, notes: [] }, terminal);
      if (shown.differences.length === 0) return picture;
      return `${picture}\n${renderDifferencesTerminal(shown.differences, terminal)}`;
    },
  };
}

/** Both pictures of books that could not be read or written. */
export function problemPictures(
  from: Pick<Ports, "now"> & { readonly place: string },
  error: BudgetError,
  title: string,
  nextSteps: readonly NextStep[] = [],
): Pick<Outcome, "title" | "summary" | "terminal"> {
  const view: View = {
    title,
    sentence: error.message,
    tone: "bad",
    name: DEFAULT_NAME,
    place: from.place,
    now: instantOf(from.now()),
    month: null,
    problem: { code: error.code, message: error.message },
    nextSteps: [...nextSteps],
    notes: [],
  };
  return { title, summary: () => renderJobSummary(view), terminal: (terminal) => renderTerminal(view, terminal) };
}

/** Where a problem was met. */
export function whereOf(ports: Ports): Pick<Ports, "now"> & { readonly place: string } {
  return { now: ports.now, place: ports.store.place.description };
}

/** An outcome that shows a problem: it fails the step unless it is told not to. */
export function problemOutcome(
  from: Pick<Ports, "now"> & { readonly place: string },
  error: BudgetError,
  told: {
    readonly title: string;
    readonly outputs: Outputs;
    readonly isFailure: boolean;
    readonly isDenied?: boolean;
    readonly deliver?: Outcome["deliver"];
    readonly notes?: readonly Note[];
    readonly nextSteps?: readonly NextStep[];
  },
): Outcome {
  return {
    outputs: told.outputs,
    sentence: error.message,
    notes: told.notes ?? [],
    failure: told.isFailure ? error.message : null,
    isDenied: told.isDenied ?? false,
    ...problemPictures(from, error, told.title, told.nextSteps),
    deliver: told.deliver ?? null,
  };
}

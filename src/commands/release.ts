import type { Inputs } from "../inputs/parse-inputs.ts";
import { DEFAULT_TERMS } from "../inputs/settings-of.ts";
import type { BudgetError } from "../values/errors.ts";
import { showUsd } from "../values/money.ts";
import { type Operated, operate } from "./operation/operate.ts";
import type { Ports } from "./operation/ports.ts";
import { doneOutcome } from "./outcome/done.ts";
import type { Outcome } from "./outcome/outcome.ts";
import { errorOutputs } from "./outcome/outputs-of.ts";
import { problemOutcome, whereOf } from "./outcome/problem.ts";
import { standing } from "./outcome/sentences.ts";

/** What a release says besides, where a booking came to it. */
export type ReleaseWords = {
  /** Why, to begin the sentence with. */
  readonly sentence: string;
  /** A hold that isn't open is as it should be. */
  readonly isExpected: boolean;
};

/** Lets a hold go: the run didn't happen. */
export async function release(ports: Ports, inputs: Inputs, words?: ReleaseWords): Promise<Outcome> {
  const { id = ports.newId(), hold } = inputs;
  const { jobHold, fullRun: run } = ports.caller;
  const request = { kind: "release", id, hold, jobHold, run, reason: inputs.reason } as const;
  const mustExist = (hold ?? jobHold) !== undefined;
  const operated = await operate(ports, inputs, {
    strictness: "lenient",
    mustExist,
    request: async () => ({ request }),
  });
  return operated.ok ? released(ports, operated, words) : unreleased(ports, inputs, operated.error);
}

function unreleased(ports: Ports, inputs: Inputs, error: BudgetError): Outcome {
  if (error.code === "bad-input") throw error;
  return problemOutcome(whereOf(ports), error, {
    title: "The hold could not be let go",
    outputs: errorOutputs(error, false),
    isFailure: (inputs.onError ?? DEFAULT_TERMS.onError) === "deny",
  });
}

function released(ports: Ports, operated: Operated, words: ReleaseWords | undefined): Outcome {
  const { released, figures } = operated.answer;
  const isReleased = released?.hold !== undefined;
  const what = isReleased ? `${showUsd(released.amount)} let go` : "Nothing was let go";
  const isFine = isReleased || words?.isExpected === true;
  const outcome = doneOutcome(ports, operated, {
    title: isReleased ? "Hold released" : "No hold to release",
    sentence: `${words === undefined ? what : `${words.sentence}: ${lowerFirst(what)}`}; ${standing(figures)}.`,
    tone: isFine ? "good" : "warn",
    outputs: isReleased ? { hold: released.hold } : {},
    notes: isReleased || !isFine ? operated.notes : operated.notes.map((note) => ({ ...note, level: "notice" })),
  });
  return isReleased ? { ...outcome, closedHold: released.hold } : outcome;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

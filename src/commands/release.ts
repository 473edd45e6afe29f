import type { InputsOf } from "../inputs/commands/table.ts";
import { DEFAULT_TERMS, type RuleInputs, type Terms } from "../inputs/settings-of.ts";
import type { BudgetError } from "../values/errors.ts";
import { showUsd } from "../values/money.ts";
import { type Operated, operate } from "./operation/operate.ts";
import type { Ports } from "./operation/ports.ts";
import { doneOutcome } from "./outcome/done.ts";
import type { Outcome } from "./outcome/outcome.ts";
import { errorOutputs } from "./outcome/outputs-of.ts";
import { problemOutcome, whereOf } from "./outcome/problem.ts";
import { standing } from "./outcome/sentences.ts";

/** What a release adds to its sentence if a booking led to it. */
export type ReleaseWords = {
  /** Why; it begins the sentence. */
  readonly sentence: string;
  /** A hold that isn't open is no problem. */
  readonly isExpected: boolean;
};

/** How a release is requested: by its command, or by another one whose run didn't happen. */
export type ReleaseOrder = {
  /** A random one if the caller chose none. */
  readonly id?: string | undefined;
  /** Undefined if it is the job's. */
  readonly hold: string | undefined;
  /** Why, for the books. */
  readonly reason?: string;
  /** Whether books that can't be read or written are a failure: deny. */
  readonly onError: Terms["onError"];
  readonly words?: ReleaseWords;
};

/** Releases a hold: the run didn't happen. */
export function release(ports: Ports, inputs: InputsOf<"release">): Promise<Outcome> {
  const { id, hold, onError = DEFAULT_TERMS.onError } = inputs;
  return releaseHold(ports, inputs, { id, hold, onError });
}

/** Releases a hold for a command; its inputs only set the rules. */
export async function releaseHold(ports: Ports, inputs: RuleInputs, order: ReleaseOrder): Promise<Outcome> {
  const { id = ports.newId(), hold, reason } = order;
  const { jobHold, fullRun: run } = ports.caller;
  const request = { kind: "release", id, hold, jobHold, run, reason } as const;
  const mustExist = (hold ?? jobHold) !== undefined;
  const operated = await operate(ports, inputs, {
    strictness: "lenient",
    mustExist,
    request: async () => ({ request }),
  });
  return operated.ok ? released(ports, operated, order.words) : unreleased(ports, order, operated.error);
}

function unreleased(ports: Ports, { onError }: ReleaseOrder, error: BudgetError): Outcome {
  if (error.code === "bad-input") throw error;
  return problemOutcome(whereOf(ports), error, {
    title: "The hold could not be released",
    outputs: errorOutputs(error, false),
    isFailure: onError === "deny",
  });
}

function released(ports: Ports, operated: Operated, words: ReleaseWords | undefined): Outcome {
  const { released, figures } = operated.answer;
  const isReleased = released?.hold !== undefined;
  const what = isReleased ? `${showUsd(released.amount)} released` : "Nothing was released";
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

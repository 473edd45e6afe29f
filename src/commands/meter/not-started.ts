import type { Note } from "../../books/draft.ts";
import type { RuleInputs } from "../../inputs/settings-of.ts";
import { BudgetError } from "../../values/errors.ts";
import { attempt } from "../operation/attempt.ts";
import type { Ports } from "../operation/ports.ts";
import type { GateOutcome, Outcome } from "../outcome/outcome.ts";
import { releaseHold } from "../release.ts";

/** That a run goes on although its meter could not be started. */
export function withoutMeterNote({ message }: BudgetError): Note {
  return { level: "warning", text: `The run continues without its meter (on-error: allow). ${message}` };
}

/** Releases the hold of a run that could not be metered; says that it was not started, and what became of its hold. */
export async function releaseUnmetered(
  ports: Ports,
  inputs: RuleInputs,
  { hold, kind }: { readonly hold: string; readonly kind: GateOutcome["kind"] },
): Promise<{ readonly note: Note; readonly delivery: Outcome["delivery"] }> {
  const order = { hold, reason: "the run could not be metered", onError: "allow" as const };
  const released = await attempt(() => releaseHold(ports, inputs, order));
  return released instanceof BudgetError
    ? { note: notStartedNote(kind, false), delivery: null }
    : { note: notStartedNote(kind, released.closedHold !== undefined), delivery: released.delivery };
}

function notStartedNote(kind: GateOutcome["kind"], isReleased: boolean): Note {
  if (isReleased)
    return { level: "warning", text: "Nothing was started, and what was set aside for the run is released." };
  const hold = "What was set aside for the run could not be released: it is charged when its hold expires.";
  return { level: "warning", text: kind === "unheld" ? "Nothing was started." : `Nothing was started. ${hold}` };
}

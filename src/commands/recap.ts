import { hasMonth, lastClosedMonth, recapFacts } from "../books/messages/recap-facts.ts";
import type { InputsOf } from "../inputs/commands/table.ts";
import { type RecapView, recapSentence } from "../report/recap-text.ts";
import { orThrow } from "../store/transact.ts";
import type { Month } from "../values/month.ts";
import { look } from "./operation/look.ts";
import { operate } from "./operation/operate.ts";
import type { Ports } from "./operation/ports.ts";
import { doneOutcome, lookedOutcome } from "./outcome/done.ts";
import type { Outcome } from "./outcome/outcome.ts";
import { recapDetails } from "./outcome/recap-details.ts";

type RecapInputs = InputsOf<"recap">;

/**
 * Recaps a month. Without `month` it closes the month if it is over and posts the recap of the last closed one, once;
 * with `month` it only shows that one, unless `post` or `force` is true. Throws a BudgetError.
 */
export async function recap(ports: Ports, inputs: RecapInputs): Promise<Outcome> {
  const isPosting = inputs.post ?? (inputs.month === undefined || inputs.force === true);
  return isPosting ? postRecap(ports, inputs) : showRecap(ports, inputs);
}

/** Nothing is written and nothing is posted. */
async function showRecap(ports: Ports, inputs: RecapInputs): Promise<Outcome> {
  const looked = await look(ports, inputs);
  const { state, rules } = looked;
  const month = inputs.month ?? lastClosedMonth(state);
  if (month === undefined || !hasMonth(state, month)) return lookedOutcome(ports, looked, nothingIn(month));
  const view = { facts: recapFacts(state, month), name: rules.settings.name, timezone: state.timezone };
  return withRecap(lookedOutcome(ports, looked, recapText(view)), view);
}

async function postRecap(ports: Ports, inputs: RecapInputs): Promise<Outcome> {
  const id = ports.newId();
  const request = { kind: "recap", id, month: inputs.month, force: inputs.force ?? false } as const;
  const operated = orThrow(await operate(ports, inputs, { strictness: "lenient", request: async () => ({ request }) }));
  const { state, rules } = operated;
  const { recapped } = operated.answer;
  const month = recapped?.month;
  if (month === undefined || !hasMonth(state, month)) return doneOutcome(ports, operated, nothingIn(month));
  const view = { facts: recapFacts(state, month), name: rules.settings.name, timezone: state.timezone };
  const notes = [...operated.notes, ...deliveryNotes(ports, recapped?.queued ?? false)];
  return withRecap(doneOutcome(ports, operated, { ...recapText(view), notes }), view);
}

function withRecap(outcome: Outcome, recap: RecapView): Outcome {
  const { title, sentence } = recapText(recap);
  return { ...outcome, details: { recap: recapDetails(recap.facts) }, view: { title, sentence, recap } };
}

function recapText(view: RecapView) {
  return { title: "Monthly recap", sentence: recapSentence(view), tone: "good" } as const;
}

function nothingIn(month: Month | undefined) {
  return { title: "Nothing to recap", sentence: unknownText(month), tone: "warn" } as const;
}

function unknownText(month: Month | undefined): string {
  return month === undefined
    ? "No month has been closed yet: there is nothing to recap."
    : `The books have no month ${month}.`;
}

function deliveryNotes(ports: Ports, isQueued: boolean) {
  if (!isQueued) {
    const text = "This month's recap was already posted or queued; force: true posts it again.";
    return [{ level: "notice" as const, text }];
  }
  if (ports.webhook !== null || ports.channels.length > 0) return [];
  const text = "The recap is in the queue: a run with a Discord webhook posts it.";
  return [{ level: "notice" as const, text }];
}

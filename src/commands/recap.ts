import { hasMonth, recapFacts } from "../books/messages/recap-facts.ts";
import type { InputsOf } from "../inputs/commands/table.ts";
import { recapSentence } from "../report/recap-text.ts";
import { orThrow } from "../store/transact.ts";
import { operate } from "./operation/operate.ts";
import type { Ports } from "./operation/ports.ts";
import { doneOutcome } from "./outcome/done.ts";
import type { Outcome } from "./outcome/outcome.ts";

/** Recaps a month and posts it: the last closed one, once; with `month`, that one. Throws a BudgetError. */
export async function recap(ports: Ports, inputs: InputsOf<"recap">): Promise<Outcome> {
  const id = ports.newId();
  const request = { kind: "recap", id, month: inputs.month, force: inputs.force ?? false } as const;
  const operated = orThrow(await operate(ports, inputs, { strictness: "lenient", request: async () => ({ request }) }));
  const { state, rules } = operated;
  const { recapped } = operated.answer;
  const month = recapped?.month;
  if (month === undefined || !hasMonth(state, month)) {
    return doneOutcome(ports, operated, {
      title: "Nothing to recap",
      sentence: unknownText(month),
      tone: "warn",
    });
  }
  const recap = { facts: recapFacts(state, month), name: rules.settings.name, timezone: state.timezone };
  const title = "Monthly recap";
  const sentence = recapSentence(recap);
  const outcome = doneOutcome(ports, operated, {
    title,
    sentence,
    tone: "good",
    notes: [...operated.notes, ...deliveryNotes(ports, recapped?.queued ?? false)],
  });
  return { ...outcome, view: { title, sentence, recap } };
}

function unknownText(month: string | undefined): string {
  return month === undefined
    ? "No month has been closed yet: there is nothing to recap."
    : `The books have no month ${month}.`;
}

function deliveryNotes(ports: Ports, isQueued: boolean) {
  if (!isQueued) {
    const text = "This month's recap was already posted or queued; force: true posts it again.";
    return [{ level: "notice" as const, text }];
  }
  if (ports.webhook !== null) return [];
  const text = "The recap is in the queue: a run with a Discord webhook posts it.";
  return [{ level: "notice" as const, text }];
}

import { hasMonth, recapFacts } from "../budget/recap-facts.ts";
import type { Inputs } from "../config/parse-inputs.ts";
import { recapSentence, renderRecap, renderRecapTerminal } from "../report/recap-text.ts";
import { deliveryOf } from "./delivery.ts";
import { operate } from "./operate.ts";
import type { Outcome } from "./outcome.ts";
import { outputsOf } from "./outputs-of.ts";
import type { Ports } from "./ports.ts";
import { pictures } from "./show.ts";

/** Sums a month up and posts it: the one closed last, once; with `month` that one. Throws a BudgetError. */
export async function recap(ports: Ports, inputs: Inputs): Promise<Outcome> {
  const id = ports.newId();
  const operated = await operate(ports, inputs, {
    strictness: "lenient",
    request: async () => ({ kind: "recap", id, month: inputs.month, force: inputs.force ?? false }),
  });
  const { answer, state, rules, snapshot } = operated;
  const { figures, admission, recapped } = answer;
  const month = recapped?.month;
  const isKnown = month !== undefined && hasMonth(state, month);
  const view = isKnown
    ? { facts: recapFacts(state, month), name: rules.settings.name, timezone: state.timezone }
    : undefined;
  const sentence = view === undefined ? unknownText(month) : recapSentence(view);
  const notes = [...operated.notes, ...(isKnown ? deliveryNotes(ports, recapped?.queued ?? false) : [])];
  const plain = pictures(ports, {
    title: "Nothing to recap",
    sentence,
    tone: "warn",
    name: rules.settings.name,
    now: snapshot.readAt,
    state,
    figures,
    admission,
    notes,
  });
  return {
    outputs: { ...outputsOf(figures, admission, sentence), commit: operated.commit ?? "" },
    sentence,
    notes,
    failure: null,
    isDenied: false,
    ...(view === undefined
      ? plain
      : { summary: () => renderRecap(view), terminal: (terminal) => renderRecapTerminal(view, terminal) }),
    deliver: deliveryOf(ports, inputs, operated, undefined),
  };
}

function unknownText(month: string | undefined): string {
  return month === undefined
    ? "No month has been closed yet: there is nothing to sum up."
    : `The books know nothing of ${month}.`;
}

function deliveryNotes(ports: Ports, isQueued: boolean) {
  if (!isQueued) {
    const text = "This month's recap was posted or queued before; force: true posts it again.";
    return [{ level: "notice" as const, text }];
  }
  if (ports.webhook !== null) return [];
  const text = "The recap waits in the queue: a run with a Discord webhook posts it.";
  return [{ level: "notice" as const, text }];
}

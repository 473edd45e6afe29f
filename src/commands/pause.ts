import { pausedSentence } from "../books/pause-text.ts";
import type { InputsOf } from "../inputs/commands/table.ts";
import { orThrow } from "../store/transact.ts";
import { mustBeMaintainer } from "./operation/maintainers.ts";
import { operate } from "./operation/operate.ts";
import type { Ports } from "./operation/ports.ts";
import { doneOutcome } from "./outcome/done.ts";
import type { Outcome } from "./outcome/outcome.ts";

/**
 * Denies every run, or only those of low priority, until a day, an instant, or a `resume`. In a workflow only a
 * maintainer may do this, by `workflow_dispatch` on the default branch. Throws a BudgetError for anyone else, for an end
 * in the past, and for books that can't be written.
 */
export async function pause(ports: Ports, inputs: InputsOf<"pause">): Promise<Outcome> {
  await mustBeMaintainer(ports, "A pause");
  const { reason, until, below } = inputs;
  const { actor, fullRun: run } = ports.caller;
  const request = { kind: "pause", id: ports.newId(), actor, reason, until, below, run } as const;
  const operated = orThrow(await operate(ports, inputs, { strictness: "lenient", request: async () => ({ request }) }));
  const { entries, state } = operated;
  const own = entries.find(({ id }) => id === request.id);
  const sentence =
    own === undefined
      ? "Already done, nothing changed."
      : pausedSentence({ ...own, by: own.actor ?? actor, reason: own.reason ?? reason }, state.timezone);
  return doneOutcome(ports, operated, { title: "AI runs paused", sentence, tone: "good" });
}

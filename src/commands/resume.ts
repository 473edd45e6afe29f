import type { InputsOf } from "../inputs/commands/table.ts";
import { orThrow } from "../store/transact.ts";
import { mustBeMaintainer } from "./operation/maintainers.ts";
import { operate } from "./operation/operate.ts";
import type { Ports } from "./operation/ports.ts";
import { doneOutcome } from "./outcome/done.ts";
import type { Outcome } from "./outcome/outcome.ts";
import { standing } from "./outcome/sentences.ts";

/**
 * Ends a pause; without one it changes nothing. In a workflow only a maintainer may do this, by `workflow_dispatch` on
 * the default branch. Throws a BudgetError for anyone else, and for books that can't be read or written.
 */
export async function resume(ports: Ports, inputs: InputsOf<"resume">): Promise<Outcome> {
  await mustBeMaintainer(ports, "A resume");
  const { reason } = inputs;
  const { actor, fullRun: run } = ports.caller;
  const request = { kind: "resume", id: ports.newId(), actor, reason, run } as const;
  const operated = orThrow(await operate(ports, inputs, { strictness: "lenient", request: async () => ({ request }) }));
  const { entries, answer } = operated;
  const isResumed = entries.some(({ id }) => id === request.id);
  const what = isResumed ? `Resumed by ${actor}: runs start again` : "Nothing is paused";
  return doneOutcome(ports, operated, {
    title: isResumed ? "AI runs resumed" : "Nothing to resume",
    sentence: `${what}; ${standing(answer.figures)}.`,
    tone: "good",
  });
}

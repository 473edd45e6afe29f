import type { InputsOf } from "../inputs/commands/table.ts";
import { orThrow } from "../store/transact.ts";
import { showUsd } from "../values/money.ts";
import { mustBeMaintainer } from "./operation/maintainers.ts";
import { operate } from "./operation/operate.ts";
import type { Ports } from "./operation/ports.ts";
import { doneOutcome } from "./outcome/done.ts";
import type { Outcome } from "./outcome/outcome.ts";
import { standing } from "./outcome/sentences.ts";

/**
 * Archives the current month and starts it again at zero. In a workflow only a maintainer may do this, by
 * `workflow_dispatch` on the default branch. Throws a BudgetError for anyone else and for books that can't be written.
 */
export async function reset(ports: Ports, inputs: InputsOf<"reset">): Promise<Outcome> {
  await mustBeMaintainer(ports, "A reset");
  const { reason } = inputs;
  const id = ports.newId();
  const { actor, fullRun } = ports.caller;
  const request = { kind: "reset", id, actor, reason, run: fullRun } as const;
  const operated = orThrow(await operate(ports, inputs, { strictness: "lenient", request: async () => ({ request }) }));
  const { figures } = operated.answer;
  const archived = operated.entries.find((entry) => entry.id === id);
  const what = `${showUsd(archived?.amount ?? figures.spent)} of ${figures.month} archived by ${actor}`;
  return doneOutcome(ports, operated, {
    title: "Budget reset",
    sentence: `${what}; the month starts again: ${standing(figures)}.`,
    tone: "good",
  });
}

import { showUsd } from "../budget/money.ts";
import type { Inputs } from "../config/parse-inputs.ts";
import { doneOutcome } from "./done.ts";
import { mustBeMaintainer } from "./maintainers.ts";
import { operate } from "./operate.ts";
import type { Outcome } from "./outcome.ts";
import type { Ports } from "./ports.ts";
import { standing } from "./sentences.ts";

/**
 * Archives the running month and starts it again at zero. In a workflow only a maintainer may, by `workflow_dispatch`
 * on the default branch. Throws a BudgetError for anyone else and for books that can't be written.
 */
export async function reset(ports: Ports, inputs: Inputs): Promise<Outcome> {
  await mustBeMaintainer(ports, "A reset");
  const reason = inputs.reason ?? "";
  const id = ports.newId();
  const { actor, fullRun } = ports.caller;
  const operated = await operate(ports, inputs, {
    strictness: "lenient",
    request: async () => ({ kind: "reset", id, actor, reason, run: fullRun }),
  });
  const { figures } = operated.answer;
  const archived = operated.entries.find((entry) => entry.id === id);
  const what = `${showUsd(archived?.amount ?? figures.spent)} of ${figures.month} archived by ${actor}`;
  return doneOutcome(ports, inputs, operated, {
    title: "Budget reset",
    sentence: `${what}; the month starts again: ${standing(figures)}.`,
    tone: "good",
  });
}

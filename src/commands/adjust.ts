import { adjustmentText } from "../books/adjustment-text.ts";
import type { AdjustRequest } from "../books/request.ts";
import type { InputsOf } from "../inputs/commands/table.ts";
import { orThrow } from "../store/transact.ts";
import { BudgetError } from "../values/errors.ts";
import { mustBeMaintainer } from "./operation/maintainers.ts";
import { operate } from "./operation/operate.ts";
import type { Ports } from "./operation/ports.ts";
import { doneOutcome } from "./outcome/done.ts";
import type { Outcome } from "./outcome/outcome.ts";
import { standing } from "./outcome/sentences.ts";

/** Of a day, "2026-02-24". */
const DAY_LENGTH = 10;

/**
 * Moves money: adds to the month's budget, grants from its reserve, transfers between sub-budgets, or corrects what was
 * booked. In a workflow only a maintainer may do this, by `workflow_dispatch` on the default branch. Throws a
 * BudgetError for anyone else, and if it would take money that is spent or held.
 */
export async function adjust(ports: Ports, inputs: InputsOf<"adjust">): Promise<Outcome> {
  await mustBeMaintainer(ports, "An adjustment");
  const request = requestOf(ports, inputs);
  const operated = orThrow(await operate(ports, inputs, { strictness: "strict", request: async () => ({ request }) }));
  const { figures } = operated.answer;
  const entry = operated.entries.find(({ id }) => id === request.id);
  const what =
    entry === undefined ? "Already done, nothing changed" : `${capital(adjustmentText(entry))} by ${request.actor}`;
  return doneOutcome(ports, operated, {
    title: "Budget adjusted",
    sentence: `${what}; ${standing(figures)}.`,
    tone: "good",
  });
}

function requestOf(ports: Ports, inputs: InputsOf<"adjust">): AdjustRequest {
  const { adjustment, amount, from, to, until, tags = {}, reason } = inputs;
  const { actor, fullRun: run } = ports.caller;
  if (until !== undefined && until.length > DAY_LENGTH) {
    throw new BudgetError("bad-input", `Bad input: until is ${until}: a transfer needs a day such as 2026-02-24.`);
  }
  return { kind: "adjust", id: ports.newId(), adjustment, amount, from, to, until, tags, actor, reason, run };
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

import { BudgetError } from "../budget/budget-error.ts";
import type { CheckRequest } from "../budget/request.ts";
import { askPatiently } from "../store/read-patiently.ts";
import type { Ports } from "./ports.ts";

export type Approval = NonNullable<CheckRequest["approval"]>;

/** Who has approved this run for an environment, as GitHub has it; undefined where the step names none. */
export async function approvalFor(
  { store, waiting, approversOf, caller }: Ports,
  environment: string | undefined,
): Promise<Approval | undefined> {
  if (environment === undefined) return undefined;
  const { repository, run_id: runId } = caller.run;
  if (approversOf === null || repository === undefined || runId === undefined) {
    throw new BudgetError("bad-input", "Bad input: approval is read from a workflow run, and there is none here.");
  }
  const approvers = await askPatiently(store, waiting, () => approversOf({ repository, runId, environment }));
  return { environment, approvers };
}

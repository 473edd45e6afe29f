import { BudgetError } from "../budget/budget-error.ts";
import type { CheckRequest } from "../budget/request.ts";
import type { Ports } from "./ports.ts";

export type Approval = NonNullable<CheckRequest["approval"]>;

/** Who has approved this run for an environment, as GitHub has it; undefined where the step names none. */
export async function approvalFor(
  { approversOf, caller }: Pick<Ports, "approversOf" | "caller">,
  environment: string | undefined,
): Promise<Approval | undefined> {
  if (environment === undefined) return undefined;
  const { repository, run_id: runId } = caller.run;
  if (approversOf === null || repository === undefined || runId === undefined) {
    throw new BudgetError("bad-input", "Bad input: approval is read from a workflow run, and there is none here.");
  }
  return { environment, approvers: await approversOf({ repository, runId, environment }) };
}

/**
 * The approval as it stands at each look at the books: what was known before the first of them, and asked for again at
 * each later one as long as nobody has approved.
 */
export function approvalAtEachLook(
  ports: Pick<Ports, "approversOf" | "caller">,
  first: Approval | undefined,
): () => Promise<Approval | undefined> {
  let known = first;
  let looks = 0;
  return async () => {
    looks += 1;
    if (looks > 1 && known?.approvers.length === 0) known = await approvalFor(ports, known.environment);
    return known;
  };
}

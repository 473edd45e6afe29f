import type { CheckRequest } from "../../books/request.ts";
import type { NextStep } from "../../report/model/view.ts";
import type { Approver } from "../../store/github/approvals.ts";
import { BudgetError } from "../../values/errors.ts";
import { isMaintainer } from "./maintainers.ts";
import type { Ports } from "./ports.ts";

export type Approval = NonNullable<CheckRequest["approval"]> & {
  /** Approvers who may not open these books, which a repository other than the run's keeps. */
  readonly uncounted: readonly Approver[];
};

/**
 * Who has approved this run for an environment, as GitHub has it; undefined if the step names none. The run's
 * repository chooses the reviewers of an environment, so only the maintainers of another repository can open the books
 * it keeps.
 */
export async function approvalFor(
  { approversOf, caller }: Pick<Ports, "approversOf" | "caller">,
  environment: string | undefined,
): Promise<Approval | undefined> {
  if (environment === undefined) return undefined;
  const { repository, run_id: runId } = caller.run;
  if (approversOf === null || repository === undefined || runId === undefined) {
    throw new BudgetError("bad-input", "Bad input: approval needs a workflow run, and this isn't one.");
  }
  const all = await approversOf({ repository, runId, environment });
  const counts = ({ inBooks }: Approver) => inBooks === undefined || isMaintainer(inBooks.role);
  return {
    environment,
    approvers: all.filter(counts).map(({ login }) => login),
    uncounted: all.filter((approver) => !counts(approver)),
  };
}

/** Why approvals didn't count, one sentence each after a space; empty if all of them did. */
export function uncountedText(approval: Approval | undefined): string {
  const sentences = (approval?.uncounted ?? []).map(
    ({ login, inBooks }) =>
      ` ${login} approved, but has the role ${inBooks?.role} in ${inBooks?.repository}, which keeps these books: only its maintainers can approve runs of other repositories.`,
  );
  return sentences.join("");
}

/** What to do about approvals that didn't count. */
export function uncountedSteps(approval: Approval | undefined): readonly NextStep[] {
  const books = approval?.uncounted[0]?.inBooks?.repository;
  if (books === undefined) return [];
  return [
    {
      text: `Ask someone with the role maintain or admin in ${books} to approve the run, or to grant from the reserve, transfer or top up there with command: adjust.`,
    },
  ];
}

/**
 * The approval at each read of the books: the known one at the first read, and requested again at each later read until
 * someone has approved.
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

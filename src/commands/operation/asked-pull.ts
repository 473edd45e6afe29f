import type { AskedPull } from "../../books/request.ts";
import type { Given } from "../../inputs/options.ts";
import type { Caller, Ports } from "./ports.ts";

/** The inputs about a run's pull request. */
export type PullInputs = Pick<Given, "comment" | "pr">;

/** Whether a comment on the run's pull request is wanted. */
export function isCommentWanted({ comment = "false" }: Pick<PullInputs, "comment">): boolean {
  return comment !== "false";
}

/**
 * The pull request that a run belongs to: its event's, otherwise the one that `pr` names in the run's repository. A
 * fork's or Dependabot's pull request is none: nothing is written there.
 */
export function askedPull({ caller }: Pick<Ports, "caller">, inputs: PullInputs): AskedPull | undefined {
  const { repository } = caller.run;
  const number = caller.isReadOnly ? undefined : (caller.pull ?? pullIn(inputs.pr, caller));
  if (repository === undefined || number === undefined) return undefined;
  return { of: `${repository}#${number}`, isWanted: isCommentWanted(inputs), isFull: inputs.comment === "full" };
}

/** The number of a pull request of the run's repository, given as number or URL. */
function pullIn(pr: string | undefined, { run, fullRun }: Caller): number | undefined {
  const [, page = "", number] = /^(?:(https:.*)\/pull\/)?(\d+)$/.exec(pr ?? "") ?? [];
  const own = `${fullRun.url?.replace(/(\/\/[^/]+)\/.*/, "$1")}/${run.repository}`;
  return number === undefined || (page !== "" && page.toLowerCase() !== own.toLowerCase()) ? undefined : Number(number);
}

import type { Figures } from "../../books/answer.ts";
import type { Note } from "../../books/draft.ts";
import { figuresOf } from "../../books/figures.ts";
import { type DuePull, pullsLeasedBy } from "../../books/pulls.ts";
import type { AskedPull } from "../../books/request.ts";
import type { State } from "../../books/state.ts";
import type { Given } from "../../inputs/options.ts";
import type { RuleInputs } from "../../inputs/settings-of.ts";
import type { Snapshot } from "../../store/port.ts";
import { ZERO } from "../../values/money.ts";
import type { Operated } from "./operate.ts";
import type { Caller, Ports } from "./ports.ts";

/** The inputs about a run's pull request. */
export type PullInputs = Pick<Given, "comment" | "pr">;

/** The comments that an operation has leased, and the books that they show. */
export type CommentOrder = {
  /** The inputs of the operation. */
  readonly inputs: RuleInputs;
  readonly operation: string;
  /** The budget's name, "AI Orchestration". */
  readonly name: string;
  readonly pulls: readonly DuePull[];
  readonly figures: Figures;
  readonly timezone: State["timezone"];
  /** The books as they were just written. */
  readonly from: Snapshot | null;
};

/**
 * The pull request that a run belongs to: its event's, otherwise the one that `pr` names in the run's repository. A
 * fork's or Dependabot's pull request is none: nothing is written there.
 */
export function askedPull({ caller }: Ports, { comment = false, pr }: PullInputs): AskedPull | undefined {
  const { repository } = caller.run;
  const number = caller.isReadOnly ? undefined : (caller.pull ?? pullIn(pr, caller));
  if (repository === undefined || number === undefined) return undefined;
  return { of: `${repository}#${number}`, isWanted: comment !== false, isFull: comment === "full" };
}

/** The number of a pull request of the run's repository, given as number or URL. */
function pullIn(pr: string | undefined, { run, fullRun }: Caller): number | undefined {
  if (pr === undefined) return undefined;
  if (/^\d+$/.test(pr)) return Number(pr);
  const [, server, repository, number] = /^(https:\/\/[^/]+)\/([^/]+\/[^/]+)\/pull\/(\d+)$/.exec(pr) ?? [];
  const own = /^https?:\/\/[^/]+/.exec(fullRun.url ?? "")?.[0];
  const isOwn = server === own && repository?.toLowerCase() === run.repository?.toLowerCase();
  return isOwn ? Number(number) : undefined;
}

/** Why a comment that was asked for isn't written; empty if it can be, or if nobody asked. */
export function pullNotes(ports: Ports, inputs: PullInputs): Note[] {
  const isAsked = inputs.comment !== undefined && inputs.comment !== false;
  if (!isAsked || ports.caller.isReadOnly) return [];
  if (askedPull(ports, inputs) === undefined) {
    const text =
      "No comment was written: this run belongs to no pull request. Its event has none, and pr names none of this repository.";
    return [{ level: "notice", text }];
  }
  const text = "No comment was written: comment-token is empty. Leave it out to use the workflow's own token.";
  return ports.comments === null ? [{ level: "notice", text }] : [];
}

/** The repository on whose pull requests the run comments. */
export function commentsIn({ caller, comments }: Ports): string | undefined {
  return comments === null || caller.isReadOnly ? undefined : caller.run.repository;
}

/** What an operation has leased; null if there is nothing to write. */
export function commentsOf(operated: Operated, inputs: RuleInputs): CommentOrder | null {
  const { state, operation, after, rules } = operated;
  const pulls = pullsLeasedBy(state, operation);
  if (pulls.length === 0) return null;
  // A smaller budget for this one decision isn't the month's.
  const figures = figuresOf(state, ZERO);
  return { inputs, operation, name: rules.settings.name, pulls, figures, timezone: state.timezone, from: after };
}

import type { Figures } from "../../books/answer.ts";
import type { Note } from "../../books/draft.ts";
import { figuresOf } from "../../books/figures.ts";
import { type DuePull, pullsLeasedBy } from "../../books/pulls.ts";
import type { State } from "../../books/state.ts";
import type { RuleInputs } from "../../inputs/settings-of.ts";
import type { Snapshot } from "../../store/port.ts";
import { ZERO } from "../../values/money.ts";
import { askedPull, type PullInputs } from "./asked-pull.ts";
import type { Operated } from "./operate.ts";
import type { Ports } from "./ports.ts";

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

/** What an operation has leased; null if there is nothing to write. */
export function commentsOf(operated: Operated, inputs: RuleInputs): CommentOrder | null {
  const { state, operation, after, rules } = operated;
  const pulls = pullsLeasedBy(state, operation);
  if (pulls.length === 0) return null;
  // A smaller budget for this one decision isn't the month's.
  const figures = figuresOf(state, ZERO);
  return { inputs, operation, name: rules.settings.name, pulls, figures, timezone: state.timezone, from: after };
}

/** Why a wanted comment isn't written; empty if it can be. */
export function commentNotes(ports: Ports, inputs: PullInputs): Note[] {
  if (ports.caller.isReadOnly) return [];
  if (askedPull(ports, inputs) === undefined) {
    const text =
      "No comment was written: this run belongs to no pull request. Its event has none, and pr names none of this repository.";
    return [{ level: "notice", text }];
  }
  const text = "No comment was written: comment-token is empty. Leave it out to use the workflow's own token.";
  return ports.comments === null ? [{ level: "notice", text }] : [];
}

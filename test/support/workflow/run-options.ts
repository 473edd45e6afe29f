import type { ActionOptions, RunContext } from "../runner/action.ts";
import type { Told } from "../runner/step-files.ts";
import type { Status } from "./expression.ts";

/** What happened, and to whom: all that a run of a workflow depends on besides its text. */
export type RunOptions = Pick<
  ActionOptions,
  "github" | "discord" | "repository" | "clock" | "time" | "hosts" | "action"
> & {
  /** The workflow as GitHub has it; for a pull request that is the one on the pull request's branch. */
  readonly workflow: string;
  readonly event: { readonly name: string; readonly payload?: Readonly<Record<string, unknown>> };
  /** What was filled in by hand, for `workflow_dispatch`. */
  readonly inputs?: Readonly<Record<string, string | boolean>>;
  readonly run?: Pick<RunContext, "id" | "attempt" | "actor" | "triggeringActor" | "ref" | "sha">;
  /** A pull request from a fork: no secrets, and a token that can only read. */
  readonly fork?: boolean;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly vars?: Readonly<Record<string, string>>;
  /** What takes the place of other people's actions, by `owner/name`. */
  readonly standIns?: Readonly<Record<string, StandIn>>;
  /** Programs that take the place of others in `run:` steps: bash scripts by name. */
  readonly programs?: Readonly<Record<string, string>>;
  /** The files in the workspace of every job. */
  readonly workspace?: Readonly<Record<string, string>>;
};

/** Does what an action would have done; throwing fails its step. */
export type StandIn = (step: StandInStep) => void | Promise<void>;

export type StandInStep = {
  readonly inputs: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  readonly workspace: string;
  readonly temp: string;
  readonly home: string;
  readonly setOutput: (name: string, value: string) => void;
  readonly setSecret: (value: string) => void;
  /** Is done when the job ends, after the post steps of later steps. */
  readonly onPost: (post: () => void | Promise<void>) => void;
  /** Somebody presses Cancel while this step runs: it ends here. */
  readonly cancel: () => never;
};

/** A `run:` step that prints this line on its standard error is where somebody pressed Cancel. */
export const CANCEL_LINE = "::cancel-the-run::";

export type StepResult = {
  readonly id: string;
  /** The action's `owner/name`, or `run`. */
  readonly kind: string;
  readonly outcome: Status | "skipped";
  readonly conclusion: Status | "skipped";
  readonly told?: Told;
};

export type JobResult = {
  readonly id: string;
  readonly matrix: Readonly<Record<string, unknown>>;
  readonly result: Status | "skipped";
  readonly outputs: Readonly<Record<string, string>>;
  readonly steps: readonly StepResult[];
  /** The post steps, in the order in which they ran. */
  readonly posts: readonly StepResult[];
};

export type RunResult = {
  readonly conclusion: Status | "skipped";
  /** Every job, every leg of a matrix for itself, in the workflow's order. */
  readonly jobs: readonly JobResult[];
};

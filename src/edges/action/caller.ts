import type { Caller } from "../../commands/operation/ports.ts";
import type { Given } from "../../inputs/options.ts";
import type { Place } from "../../store/port.ts";
import type { RunRef } from "../../values/codecs.ts";
import { namedServer } from "../../values/run-link.ts";
import { jobStartedMs } from "../machine/job-start.ts";
import { bookedInEnvironment } from "./booked-sessions.ts";
import type { Context } from "./context.ts";
import { type Environment, HOLD_VARIABLE, holdInEnvironment, SETTLED_VARIABLE, TRIED_VARIABLE } from "./inputs.ts";

/** One name for these books, so that a hold of others isn't mistaken for theirs. */
export function booksName({ description, path }: Place): string {
  return `${description}:${path}`;
}

/** Events whose workflow may come from a stranger. */
const OF_CHANGES = /^pull_request|^merge_group$/;

/** The inputs by which the runner says which job this is. */
export type JobInputs = Pick<Given, "jobIndex" | "checkRun">;

/**
 * Who runs this in a workflow, according to the runner: the same for a step of the action and for the terminal program.
 */
export function workflowCaller(
  env: Environment,
  context: Context,
  { inputs, place }: { readonly inputs: JobInputs; readonly place: Place },
): Caller {
  const books = booksName(place);
  const server = namedServer(context.serverUrl);
  const run: RunRef = {
    repository: context.repository,
    run_id: context.runId,
    attempt: context.attempt,
    job: context.job,
    index: inputs.jobIndex ?? 0,
    ...(inputs.checkRun !== undefined && { check_run: inputs.checkRun }),
  };
  // A hold has no page of its run, only what makes it up.
  const heldRun = { ...run, ...(server !== undefined && { server }) };
  const actor = context.triggeringActor ?? context.actor ?? "";
  return {
    run: heldRun,
    fullRun: {
      ...run,
      workflow: context.workflow,
      actor,
      event: context.event,
      ref: context.ref,
      url: context.runUrl,
    },
    profile: context.workflow ?? "default",
    actor,
    pull: context.pullRequest,
    isReadOnly: context.readOnly !== undefined,
    maySetBudget: context.onDefaultBranch && !OF_CHANGES.test(context.event ?? ""),
    mayMaintain: context.event === "workflow_dispatch" && context.onDefaultBranch,
    startedMs: jobStartedMs(env, Date.now()),
    jobHold: holdInEnvironment(env, HOLD_VARIABLE, books),
    triedHold: holdInEnvironment(env, TRIED_VARIABLE, books),
    settledHold: holdInEnvironment(env, SETTLED_VARIABLE, books),
    booked: bookedInEnvironment(env, books),
  };
}

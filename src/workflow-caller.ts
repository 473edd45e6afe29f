import { statSync } from "node:fs";
import { dirname } from "node:path";
import type { RunRef } from "./budget/fields.ts";
import type { Caller } from "./commands/ports.ts";
import type { Inputs } from "./config/parse-inputs.ts";
import { bookedInEnvironment } from "./runner/booked-sessions.ts";
import type { Context } from "./runner/context.ts";
import {
  type Environment,
  HOLD_VARIABLE,
  holdInEnvironment,
  SETTLED_VARIABLE,
  TRIED_VARIABLE,
} from "./runner/inputs.ts";
import type { Place } from "./store/store.ts";

/** Books by one name, so that a hold of others isn't taken for theirs. */
export function booksName({ description, path }: Place): string {
  return `${description}:${path}`;
}

/** Events whose workflow may be a stranger's. */
const OF_CHANGES = /^pull_request|^merge_group$/;

/** Who runs this in a workflow, as the runner says: the same for a step of the action and for the terminal program. */
export function workflowCaller(
  env: Environment,
  context: Context,
  { inputs, place }: { readonly inputs: Inputs; readonly place: Place },
): Caller {
  const books = booksName(place);
  const run: RunRef = {
    repository: context.repository,
    run_id: context.runId,
    attempt: context.attempt,
    job: context.job,
    index: inputs.jobIndex ?? 0,
    ...(inputs.checkRun !== undefined && { check_run: inputs.checkRun }),
  };
  const actor = context.triggeringActor ?? context.actor ?? "";
  return {
    run,
    fullRun: { ...run, workflow: context.workflow, actor, url: context.runUrl },
    profile: context.workflow ?? "default",
    actor,
    result: inputs.result,
    isReadOnly: context.readOnly !== undefined,
    maySetBudget: context.onDefaultBranch && !OF_CHANGES.test(context.event ?? ""),
    mayMaintain: context.event === "workflow_dispatch" && context.onDefaultBranch,
    startedMs: jobStartedMs(env),
    jobHold: holdInEnvironment(env, HOLD_VARIABLE, books),
    triedHold: holdInEnvironment(env, TRIED_VARIABLE, books),
    settledHold: holdInEnvironment(env, SETTLED_VARIABLE, books),
    booked: bookedInEnvironment(env, books),
  };
}

/**
 * When the job began, from which usage files count: the runner makes the event file's folder with the job's first step,
 * and writes the file itself again before every step, in place.
 * https://github.com/actions/runner/blob/main/src/Runner.Worker/ExecutionContext.cs (WriteWebhookPayload).
 */
function jobStartedMs({ GITHUB_EVENT_PATH: path }: Environment): number {
  const times = path === undefined ? [] : [path, dirname(path)].map(modifiedMs);
  return Math.min(Date.now(), ...times.filter((time) => time !== undefined));
}

function modifiedMs(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}

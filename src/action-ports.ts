import { booksInGitHub } from "./books-in-github.ts";
import { BudgetError } from "./budget/budget-error.ts";
import type { RunRef } from "./budget/fields.ts";
import type { Caller, Ports } from "./commands/ports.ts";
import type { Inputs } from "./config/parse-inputs.ts";
import { parseWebhook, type Webhook } from "./notify/webhook.ts";
import { bookedInEnvironment } from "./runner/booked-sessions.ts";
import { boundedReader } from "./runner/bounded-reader.ts";
import type { Context } from "./runner/context.ts";
import { fetchFor } from "./runner/fetch.ts";
import {
  type Environment,
  HOLD_VARIABLE,
  holdInEnvironment,
  SETTLED_VARIABLE,
  TRIED_VARIABLE,
} from "./runner/inputs.ts";
import { jobStartedMs } from "./runner/job-start.ts";
import { newId } from "./runner/randomness.ts";
import { sessionFinder } from "./runner/session-logs.ts";
import { usageFinder, usageReader } from "./runner/usage-files.ts";
import { machineWaiting } from "./runner/waiting.ts";
import type { Place } from "./store/store.ts";

/** All that a command touches, on a runner of GitHub Actions. Throws a BudgetError for what can't be used. */
export function actionPorts(from: {
  readonly env: Environment;
  readonly context: Context;
  readonly inputs: Inputs;
  readonly webhook: Webhook | null;
  readonly patienceMs: number;
  readonly log: Ports["log"];
}): Ports {
  const { env, context, inputs, webhook, patienceMs, log } = from;
  const fetch = fetchFor(env);
  const repository = inputs.repository ?? context.repository;
  if (repository === undefined) {
    throw new BudgetError("bad-input", "Bad input: repository is missing: write owner/name of the books' repository.");
  }
  if (inputs.githubToken === undefined && context.readOnly !== undefined) throw withoutToken();
  const waiting = machineWaiting(patienceMs);
  // The other half is for the books.
  const readAll = boundedReader(patienceMs / 2000);
  const { store, roleOf, factsOf, approversOf } = booksInGitHub({
    repository,
    branch: inputs.branch,
    path: inputs.path,
    token: inputs.githubToken ?? "",
    defaultBranch: repository === context.repository ? context.defaultBranch : undefined,
    apiUrl: context.apiUrl,
    graphqlUrl: context.graphqlUrl,
    fetch,
    // An answer that never comes must leave time for other tries, and for saying what came of them.
    timeoutMs: patienceMs / 4,
    waiting,
  });
  return {
    store,
    roleOf,
    factsOf,
    approversOf,
    waiting,
    caller: callerOf(env, context, inputs, booksName(store.place)),
    edge: "action",
    newId,
    now: Date.now,
    fetch,
    webhook,
    log,
    findUsage: usageFinder(env),
    readUsage: usageReader(readAll),
    findSessions: sessionFinder(env, readAll),
  };
}

/** The webhook of the inputs. Throws a BudgetError that doesn't show it, for what isn't one of Discord's. */
export function webhookOf(inputs: Pick<Inputs, "discordWebhook">, env: Environment): Webhook | null {
  if (inputs.discordWebhook === undefined) return null;
  return parseWebhook(inputs.discordWebhook, { testOrigin: env["TOKEN_BUDGET_TEST_DISCORD"] });
}

/** Books by one name, so that a hold of others isn't taken for theirs. */
export function booksName({ description, path }: Place): string {
  return `${description}:${path}`;
}

function callerOf(env: Environment, context: Context, inputs: Inputs, books: string): Caller {
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
    mayMaintain: context.event === "workflow_dispatch" && context.onDefaultBranch,
    startedMs: jobStartedMs(env, Date.now()),
    jobHold: holdInEnvironment(env, HOLD_VARIABLE, books),
    triedHold: holdInEnvironment(env, TRIED_VARIABLE, books),
    settledHold: holdInEnvironment(env, SETTLED_VARIABLE, books),
    booked: bookedInEnvironment(env, books),
  };
}

function withoutToken(): BudgetError {
  return new BudgetError(
    "missing-permission",
    "This pull request comes from a fork or from Dependabot: the secret that holds the token isn't there.",
  );
}

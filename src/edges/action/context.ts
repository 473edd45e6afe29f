import type { Context as RunnerContext } from "@actions/github/lib/context";
import { flatten, shorten } from "../../inputs/text-kinds.ts";
import type { Environment } from "./inputs.ts";

/** Where, when and by which account this was started, according to the runner. */
export type Context = {
  /** The workflow's repository, `owner/name`. */
  readonly repository: string | undefined;
  readonly runId: number | undefined;
  /** Grows with every re-run of the same run. */
  readonly attempt: number | undefined;
  readonly job: string | undefined;
  readonly workflow: string | undefined;
  /** Who caused the run, and who started this attempt of it. */
  readonly actor: string | undefined;
  readonly triggeringActor: string | undefined;
  readonly event: string | undefined;
  readonly ref: string | undefined;
  readonly sha: string | undefined;
  readonly defaultBranch: string | undefined;
  /** The run is of the default branch itself. */
  readonly onDefaultBranch: boolean;
  /** Why the run's token may not write and has no secrets; undefined if it may. */
  readonly readOnly: "fork" | "dependabot" | undefined;
  readonly pullRequest: number | undefined;
  readonly apiUrl: string;
  readonly graphqlUrl: string;
  readonly serverUrl: string;
  readonly runUrl: string | undefined;
  readonly workspace: string | undefined;
  readonly tempFolder: string | undefined;
};

type Payload = RunnerContext["payload"];

/** The events whose runs have a read-only token when the pull request comes from a fork or from Dependabot. */
const PULL_REQUEST_EVENTS = ["pull_request", "pull_request_review", "pull_request_review_comment"];

/** The longest name of a workflow, job or person in the books, as long as a profile may be. */
const MAX_NAME_LENGTH = 100;

/** GitHub has no longer ones. */
const MAX_REF_LENGTH = 300;

/** Dependabot's pushes are treated like its pull requests. */
const DEPENDABOT_EVENTS = [...PULL_REQUEST_EVENTS, "push", "create", "deployment", "deployment_status"];

/**
 * The context of a run from what `@actions/github` found in the environment, where anything may be missing or of
 * another form than its types promise, and from the variables it leaves out.
 */
export function contextOf(runner: RunnerContext, env: Environment): Context {
  // Anyone who may open a pull request may name a workflow, and the name goes into the books.
  const name = (text: string | undefined, most = MAX_NAME_LENGTH) => shorten(flatten(text ?? ""), most) || undefined;
  const { payload } = runner;
  const [repository, event] = [env["GITHUB_REPOSITORY"], runner.eventName].map(textOf);
  const ref = name(runner.ref, MAX_REF_LENGTH);
  const defaultBranch = textOf(payload.repository?.["default_branch"]);
  const serverUrl = urlOf(runner.serverUrl) ?? "https://github.com";
  const runId = numberOf(runner.runId, env["GITHUB_RUN_ID"]);
  const attempt = numberOf(runner.runAttempt, env["GITHUB_RUN_ATTEMPT"]);
  return {
    repository,
    runId,
    attempt,
    job: name(runner.job),
    workflow: name(runner.workflow),
    actor: name(runner.actor),
    triggeringActor: name(env["GITHUB_TRIGGERING_ACTOR"]),
    event,
    ref,
    sha: textOf(runner.sha),
    defaultBranch,
    onDefaultBranch: defaultBranch !== undefined && ref === `refs/heads/${defaultBranch}`,
    readOnly: readOnlyOf({ payload, name: event, actor: textOf(runner.actor) }),
    pullRequest: pullRequestOf(payload, ref),
    apiUrl: urlOf(runner.apiUrl) ?? "https://api.github.com",
    graphqlUrl: urlOf(runner.graphqlUrl) ?? "https://api.github.com/graphql",
    serverUrl,
    runUrl: repository && runId ? runUrlOf(`${serverUrl}/${repository}/actions/runs/${runId}`, attempt) : undefined,
    workspace: textOf(env["GITHUB_WORKSPACE"]),
    tempFolder: textOf(env["RUNNER_TEMP"]),
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value.trim() || undefined : undefined;
}

/** A number that the text is, whole: the package also takes "12abc" for 12. */
function numberOf(value: number, text: string | undefined): number | undefined {
  return Number.isSafeInteger(value) && value > 0 && String(value) === text?.trim() ? value : undefined;
}

function urlOf(value: string): string | undefined {
  const text = value.trim();
  return /^https?:/.test(text) && URL.canParse(text) ? text.replace(/\/+$/, "") : undefined;
}

function runUrlOf(url: string, attempt: number | undefined): string {
  return attempt !== undefined && attempt > 1 ? `${url}/attempts/${attempt}` : url;
}

type Run = { readonly payload: Payload; readonly name: string | undefined; readonly actor: string | undefined };

function readOnlyOf({ payload, name = "", actor }: Run): Context["readOnly"] {
  if (PULL_REQUEST_EVENTS.includes(name)) {
    const { pull_request: pull } = payload;
    const head = textOf(pull?.["head"]?.repo?.full_name);
    const base = textOf(pull?.["base"]?.repo?.full_name);
    // The head of a deleted fork has no repository.
    if (base !== undefined && head?.toLowerCase() !== base.toLowerCase()) return "fork";
  }
  return actor === "dependabot[bot]" && DEPENDABOT_EVENTS.includes(name) ? "dependabot" : undefined;
}

function pullRequestOf({ pull_request: pull, issue }: Payload, ref: string | undefined): number | undefined {
  const named: unknown = pull?.number;
  if (typeof named === "number") return named;
  const commented: unknown = issue?.number;
  if (typeof commented === "number" && issue?.["pull_request"] !== undefined) return commented;
  const [, number] = /^refs\/pull\/(\d+)\//.exec(ref ?? "") ?? [];
  return numberOf(Number(number), number);
}

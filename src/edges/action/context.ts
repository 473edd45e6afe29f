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

type Json = { readonly [key: string]: unknown };

/** The events whose runs have a read-only token when the pull request comes from a fork or from Dependabot. */
const PULL_REQUEST_EVENTS = ["pull_request", "pull_request_review", "pull_request_review_comment"];

/** The longest name of a workflow, job or person in the books, as long as a profile may be. */
const MAX_NAME_LENGTH = 100;

/** Dependabot's pushes are treated like its pull requests. */
const DEPENDABOT_EVENTS = [...PULL_REQUEST_EVENTS, "push", "create", "deployment", "deployment_status"];

/** The context of a run from its environment and the text of its event file, empty if there is none. */
export function contextOf(env: Environment, eventText: string): Context {
  const text = (name: string) => env[name]?.trim() || undefined;
  // Anyone who may open a pull request may name a workflow, and the name goes into the books.
  const name = (variable: string) => shorten(flatten(env[variable] ?? ""), MAX_NAME_LENGTH) || undefined;
  const event = eventOf(eventText);
  const repository = text("GITHUB_REPOSITORY");
  const ref = text("GITHUB_REF");
  const defaultBranch = stringAt(event, "repository", "default_branch");
  const serverUrl = urlOf(text("GITHUB_SERVER_URL")) ?? "https://github.com";
  const runId = numberOf(text("GITHUB_RUN_ID"));
  const attempt = numberOf(text("GITHUB_RUN_ATTEMPT"));
  return {
    repository,
    runId,
    attempt,
    job: name("GITHUB_JOB"),
    workflow: name("GITHUB_WORKFLOW"),
    actor: name("GITHUB_ACTOR"),
    triggeringActor: name("GITHUB_TRIGGERING_ACTOR"),
    event: text("GITHUB_EVENT_NAME"),
    ref,
    sha: text("GITHUB_SHA"),
    defaultBranch,
    onDefaultBranch: defaultBranch !== undefined && ref === `refs/heads/${defaultBranch}`,
    readOnly: readOnlyOf({ event, name: text("GITHUB_EVENT_NAME"), actor: text("GITHUB_ACTOR") }),
    pullRequest: pullRequestOf(event, ref),
    apiUrl: urlOf(text("GITHUB_API_URL")) ?? "https://api.github.com",
    graphqlUrl: urlOf(text("GITHUB_GRAPHQL_URL")) ?? "https://api.github.com/graphql",
    serverUrl,
    runUrl: repository && runId ? runUrlOf(`${serverUrl}/${repository}/actions/runs/${runId}`, attempt) : undefined,
    workspace: text("GITHUB_WORKSPACE"),
    tempFolder: text("RUNNER_TEMP"),
  };
}

function eventOf(eventText: string): Json {
  try {
    const event: unknown = JSON.parse(eventText);
    return typeof event === "object" && event !== null ? (event as Json) : {};
  } catch {
    return {};
  }
}

function at(event: Json, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Json | null | undefined)?.[key], event);
}

function stringAt(event: Json, ...path: readonly string[]): string | undefined {
  const value = at(event, ...path);
  return typeof value === "string" && value !== "" ? value : undefined;
}

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^[1-9]\d{0,15}$/.test(text) && Number.isSafeInteger(Number(text))
    ? Number(text)
    : undefined;
}

function urlOf(text: string | undefined): string | undefined {
  return text !== undefined && /^https?:/.test(text) && URL.canParse(text) ? text.replace(/\/+$/, "") : undefined;
}

function runUrlOf(url: string, attempt: number | undefined): string {
  return attempt !== undefined && attempt > 1 ? `${url}/attempts/${attempt}` : url;
}

function readOnlyOf(run: { event: Json; name: string | undefined; actor: string | undefined }): Context["readOnly"] {
  const { event, name = "", actor } = run;
  if (PULL_REQUEST_EVENTS.includes(name)) {
    const head = stringAt(event, "pull_request", "head", "repo", "full_name");
    const base = stringAt(event, "pull_request", "base", "repo", "full_name");
    // The head of a deleted fork has no repository.
    if (base !== undefined && head?.toLowerCase() !== base.toLowerCase()) return "fork";
  }
  return actor === "dependabot[bot]" && DEPENDABOT_EVENTS.includes(name) ? "dependabot" : undefined;
}

function pullRequestOf(event: Json, ref: string | undefined): number | undefined {
  const named = at(event, "pull_request", "number");
  if (typeof named === "number") return named;
  const issue = at(event, "issue", "number");
  if (typeof issue === "number" && at(event, "issue", "pull_request") !== undefined) return issue;
  return numberOf(/^refs\/pull\/(\d+)\//.exec(ref ?? "")?.[1]);
}

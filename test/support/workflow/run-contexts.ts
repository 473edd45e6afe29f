import { type ActionOptions, eventOf } from "../runner/action.ts";
import type { Workflow, WrittenJob } from "./parse.ts";
import type { RunOptions } from "./run-options.ts";
import { partOf, textOf } from "./template.ts";

/** What `github.token` may be: the tokens the stand-in GitHub knows. */
const TOKENS = { write: "ghs_write", read: "ghs_read", comment: "ghs_pulls" };

/** What the runner tells the action of the run; the job's own facts come on top. */
export function actionOptionsOf(options: RunOptions, workflow: Workflow, job: WrittenJob): ActionOptions {
  const { github, discord, repository, clock, time, hosts, action, event, run } = options;
  const name = textOf(workflow.written.find("name"), { contexts: {} });
  return {
    github,
    ...(discord === undefined ? {} : { discord }),
    ...(repository === undefined ? {} : { repository }),
    ...(clock === undefined ? {} : { clock }),
    ...(time === undefined ? {} : { time }),
    ...(hosts === undefined ? {} : { hosts }),
    ...(action === undefined ? {} : { action }),
    event,
    token: tokenOf(options, workflow, job),
    run: { ...run, workflow: name, job: job.job.id.value },
  };
}

/** What the job's token may write: by its own `permissions`, else by the workflow's; nothing for a fork. */
function tokenOf({ fork = false }: RunOptions, workflow: Workflow, { written }: WrittenJob): string {
  const permissions = written.find("permissions") ?? workflow.written.find("permissions");
  if (fork || permissions === undefined) return TOKENS.read;
  const mayWrite = (what: string) =>
    permissions.isScalar
      ? textOf(permissions, { contexts: {} }) === "write-all"
      : textOf(partOf(permissions.assertMapping("permissions"), what), { contexts: {} }) === "write";
  if (!mayWrite("contents")) return TOKENS.read;
  return mayWrite("pull-requests") ? TOKENS.comment : TOKENS.write;
}

/** The contexts that are the same for every job of the run but for `github.token` and `github.job`. */
export function runContexts(options: RunOptions, workflow: Workflow, action: ActionOptions): Record<string, unknown> {
  const { repository = "o/r", token, run = {}, github } = action;
  const { ref = "refs/heads/main", actor = "octocat" } = run;
  return {
    github: {
      token,
      event: eventOf(action),
      event_name: options.event.name,
      repository,
      repository_owner: repository.split("/")[0],
      run_id: String(run.id ?? 1),
      run_attempt: String(run.attempt ?? 1),
      ref,
      ref_name: ref.replace(/^refs\/(heads|tags|pull)\//, ""),
      sha: run.sha ?? "1".repeat(40),
      actor,
      triggering_actor: run.triggeringActor ?? actor,
      workflow: run.workflow,
      job: run.job,
      server_url: github.url,
      api_url: github.apiUrl,
    },
    inputs: inputsOf(options, workflow),
    secrets: { ...(options.fork ? {} : options.secrets), GITHUB_TOKEN: token },
    vars: options.vars ?? {},
  };
}

/** What was filled in by hand, with the declared defaults; an input that is required and empty throws. */
function inputsOf({ event, inputs = {} }: RunOptions, { on }: Workflow): Record<string, unknown> {
  if (event.name !== "workflow_dispatch") return {};
  const declared = on.workflow_dispatch?.inputs ?? {};
  for (const name of Object.keys(inputs)) if (!(name in declared)) throw new Error(`The workflow has no input ${name}`);
  return Object.fromEntries(
    Object.entries(declared).map(([name, { default: byDefault, required, type }]) => {
      const value = inputs[name] ?? byDefault ?? (String(type) === "boolean" ? false : "");
      if (required === true && value === "") throw new Error(`The workflow requires the input ${name}`);
      return [name, value];
    }),
  );
}

/** Throws where the event starts no run of the workflow. */
export function expectTrigger({ event }: RunOptions, { on }: Workflow): void {
  const trigger = on[event.name] as { readonly types?: readonly string[] } | undefined;
  if (!(event.name in on)) throw new Error(`The workflow doesn't run on ${event.name}`);
  const action = String(event.payload?.["action"] ?? "");
  if (trigger?.types !== undefined && !trigger.types.includes(action))
    throw new Error(`The workflow doesn't run on ${event.name} ${action}`);
}

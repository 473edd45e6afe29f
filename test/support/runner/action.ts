import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import type { Hosts } from "./hosts.ts";
import type { SharedTime } from "./shared-time.ts";
import { type Ended, parentEnvironment, startNode } from "./spawn.ts";
import { createStepFiles, type StepFiles, type Told } from "./step-files.ts";

/** What the runner knows of the run and the job. */
export type RunContext = {
  readonly id?: number;
  readonly attempt?: number;
  readonly job?: string;
  readonly workflow?: string;
  readonly actor?: string;
  readonly triggeringActor?: string;
  readonly ref?: string;
  readonly sha?: string;
  /** The step (`GITHUB_ACTION`). */
  readonly action?: string;
  /** The job's status so far (`job.status`). */
  readonly status?: "success" | "failure" | "cancelled";
  readonly index?: number;
  readonly total?: number;
  readonly checkRunId?: number;
};

export type ActionOptions = {
  readonly github: { readonly url: string; readonly apiUrl: string; readonly graphqlUrl: string };
  /** Its webhook goes into `discord-webhook` unless that input is given. */
  readonly discord?: { readonly origin: string; readonly webhookUrl: () => string };
  /** What stands in `with:`; the declared defaults fill the rest. */
  readonly inputs?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** The event's name and payload; a push to `main` when left out. */
  readonly event?: { readonly name: string; readonly payload?: Readonly<Record<string, unknown>> };
  /** The workflow's repository; `o/r` when left out. */
  readonly repository?: string;
  /** What `github.token` is; `ghs_write` when left out. */
  readonly token?: string;
  readonly run?: RunContext;
  readonly phase?: "main" | "post";
  /** What main saved; a post step finds it as STATE_*. */
  readonly state?: Readonly<Record<string, string>>;
  /** The workspace; an empty folder when left out. */
  readonly cwd?: string;
  /** RUNNER_TEMP; an empty folder when left out. */
  readonly temp?: string;
  /** HOME; an empty folder when left out: what tools left in the home of who runs the tests is none of a job's. */
  readonly home?: string;
  readonly clock?: number | string;
  /** The time the step lives in with others, in place of real time. */
  readonly time?: SharedTime;
  /** Processes that played other steps before; only with `time`. One of its own when left out. */
  readonly hosts?: Hosts;
  /** The folder with action.yml; the project's own when left out. */
  readonly action?: string;
  /** What is started in place of the action's program. */
  readonly script?: string;
  /** Told of the step's process as it starts, for who may want to end it. */
  readonly onStart?: (started: StartedAction) => void;
};

/** How the step ended, and what it told the runner; its state is the one handed in and what it added. */
export type ActionResult = Ended & Told;

export type StartedAction = {
  readonly pid: number;
  readonly kill: (signal: NodeJS.Signals) => void;
  readonly ended: Promise<ActionResult>;
};

type ActionFile = {
  readonly inputs?: Readonly<Record<string, { default?: unknown } | null>>;
  readonly runs: Readonly<Record<string, string>>;
};

const PROJECT = fileURLToPath(new URL("../../..", import.meta.url));

let root: string | undefined;

/** An empty folder that is gone when the tests end. */
export function emptyFolder(name: string): string {
  if (root === undefined) {
    const made = mkdtempSync(join(tmpdir(), "runner-"));
    root = made;
    process.once("exit", () => rmSync(made, { recursive: true, force: true }));
  }
  return mkdtempSync(join(root, `${name}-`));
}

/** Runs a step of the action to its end, as the runner would. */
export const runAction = (options: ActionOptions): Promise<ActionResult> => startAction(options).ended;

/** What the runner starts for a step: a script with its environment, and the files it leaves its results in. */
export type PreparedStep = {
  readonly script: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly files: StepFiles;
};

const actionFiles = new Map<string, ActionFile>();

function actionFile(action: string): ActionFile {
  const file = actionFiles.get(action) ?? (parse(readFileSync(join(action, "action.yml"), "utf8")) as ActionFile);
  actionFiles.set(action, file);
  return file;
}

/** Makes everything ready for a step, and starts nothing. */
export function prepareStep(options: ActionOptions): PreparedStep {
  const { phase = "main", action = PROJECT } = options;
  const file = actionFile(action);
  const entry = file.runs[phase];
  if (entry === undefined) throw new Error(`action.yml has no ${phase}`);
  const cwd = options.cwd ?? emptyFolder("workspace");
  const temp = options.temp ?? emptyFolder("temp");
  const files = createStepFiles(temp);
  const eventPath = writeEvent(temp, options);
  const env = {
    ...parentEnvironment(),
    ...runnerEnvironment(options),
    GITHUB_EVENT_PATH: eventPath,
    GITHUB_WORKSPACE: cwd,
    RUNNER_TEMP: temp,
    HOME: options.home ?? emptyFolder("home"),
    ...files.env,
    ...(options.discord === undefined ? {} : { TOKEN_BUDGET_TEST_DISCORD: options.discord.origin }),
    ...options.env,
    ...inputEnvironment(file, options),
    ...(phase === "post" ? prefixed("STATE_", options.state ?? {}) : {}),
  };
  return { script: options.script ?? join(action, entry), cwd, env, files };
}

/**
 * The event's file, which the runner writes again before every step, in a folder that it makes once a job.
 * https://github.com/actions/runner/blob/main/src/Runner.Worker/ExecutionContext.cs (WriteWebhookPayload).
 */
function writeEvent(temp: string, options: ActionOptions): string {
  const folder = join(temp, "_github_workflow");
  mkdirSync(folder, { recursive: true });
  const path = join(folder, "event.json");
  writeFileSync(path, JSON.stringify(eventOf(options)));
  // In a time of the test's making the file is of that time, as far as that is after real time.
  const nowMs = options.time?.nowMs() ?? 0;
  if (nowMs > Date.now()) utimesSync(path, nowMs / 1000, nowMs / 1000);
  return path;
}

/** Starts a step of the action as the runner would; it can be killed on the way. */
export function startAction(options: ActionOptions): StartedAction {
  const { script, cwd, env, files } = prepareStep(options);
  const { clock, time, hosts } = options;
  const own = { cwd, env, ...(clock === undefined ? {} : { clock }) };
  const started =
    time === undefined
      ? startNode(script, [], own)
      : (hosts?.start(script, { ...own, time }) ?? startNode(script, [], { ...own, time }));
  const ended = started.ended.then((end): ActionResult => {
    const told = files.told(end);
    return { ...end, ...told, state: { ...options.state, ...told.state } };
  });
  const running = { pid: started.pid, kill: started.kill, ended };
  options.onStart?.(running);
  return running;
}

const prefixed = (prefix: string, values: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [prefix + name, value]));

/**
 * `INPUT_<NAME>`: upper case, spaces as `_`, hyphens kept; an input without a value is there and empty. A default is
 * for an input that isn't given at all: one whose expression came to nothing is empty, whatever its default.
 * https://github.com/actions/runner/blob/main/src/Runner.Worker/ActionRunner.cs ("Merge the default inputs").
 */
function inputEnvironment(file: ActionFile, options: ActionOptions): Record<string, string> {
  const declared = Object.entries(file.inputs ?? {}).map(([name, input]): [string, string] => [
    name,
    evaluated(String(input?.default ?? ""), options),
  ]);
  const webhook = options.discord === undefined ? {} : { "discord-webhook": options.discord.webhookUrl() };
  const given = Object.entries({ ...Object.fromEntries(declared), ...webhook, ...options.inputs });
  return Object.fromEntries(given.map(([name, value]) => [`INPUT_${name.replaceAll(" ", "_").toUpperCase()}`, value]));
}

/** An input's default with the expressions the action uses filled in. */
function evaluated(text: string, { token = "ghs_write", run = {} }: ActionOptions): string {
  const contexts: Readonly<Record<string, string>> = {
    "github.token": token,
    "job.status": run.status ?? "success",
    "strategy.job-index": String(run.index ?? 0),
    "strategy.job-total": String(run.total ?? 1),
    "job.check_run_id": String(run.checkRunId ?? 1001),
  };
  return text.replace(/\$\{\{\s*(.*?)\s*\}\}/g, (_, expression: string) => {
    const value = contexts[expression];
    if (value === undefined) throw new Error(`The stand-in runner can't evaluate ${expression}`);
    return value;
  });
}

/** The event's payload, with what GitHub puts into every one. */
export function eventOf({ event, repository = "o/r", run = {} }: ActionOptions): Readonly<Record<string, unknown>> {
  const [owner, name] = repository.split("/");
  const common = {
    repository: { name, full_name: repository, default_branch: "main", private: false, owner: { login: owner } },
    sender: { login: run.actor ?? "octocat" },
  };
  return { ...common, ...event?.payload };
}

/** The variables every step finds, whatever it is. */
export function runnerEnvironment(options: ActionOptions): Record<string, string> {
  const { github, repository = "o/r", run = {}, event } = options;
  const { ref = "refs/heads/main", workflow = "ai-pr", actor = "octocat" } = run;
  return {
    CI: "true",
    GITHUB_ACTIONS: "true",
    GITHUB_ACTION: run.action ?? "__token-budget",
    GITHUB_ACTOR: actor,
    GITHUB_TRIGGERING_ACTOR: run.triggeringActor ?? actor,
    GITHUB_API_URL: github.apiUrl,
    GITHUB_GRAPHQL_URL: github.graphqlUrl,
    GITHUB_SERVER_URL: github.url,
    GITHUB_EVENT_NAME: event?.name ?? "push",
    GITHUB_JOB: run.job ?? "agent",
    GITHUB_REF: ref,
    GITHUB_REF_NAME: ref.replace(/^refs\/(heads|tags|pull)\//, ""),
    GITHUB_REF_TYPE: ref.startsWith("refs/tags/") ? "tag" : "branch",
    GITHUB_REPOSITORY: repository,
    GITHUB_REPOSITORY_OWNER: repository.split("/")[0] ?? "",
    GITHUB_RUN_ID: String(run.id ?? 1),
    GITHUB_RUN_NUMBER: "1",
    GITHUB_RUN_ATTEMPT: String(run.attempt ?? 1),
    GITHUB_SHA: run.sha ?? "1".repeat(40),
    GITHUB_WORKFLOW: workflow,
    RUNNER_OS: "Linux",
    RUNNER_ARCH: "X64",
    RUNNER_NAME: "GitHub Actions 1",
    RUNNER_ENVIRONMENT: "github-hosted",
  };
}

export type Job = {
  readonly workspace: string;
  readonly temp: string;
  readonly home: string;
  /** Runs a step's main; what it sets for later steps they find in their environment. */
  readonly step: (options?: Partial<ActionOptions>) => Promise<ActionResult>;
  /** Runs the post part of the step that ran last, with its state and its options, unless others are given. */
  readonly post: (options?: Partial<ActionOptions>) => Promise<ActionResult>;
};

/** One job: steps that share a workspace, a temporary folder, a home folder and the variables they set. */
export function createJob(common: ActionOptions): Job {
  const workspace = common.cwd ?? emptyFolder("workspace");
  const temp = common.temp ?? emptyFolder("temp");
  const home = common.home ?? emptyFolder("home");
  mkdirSync(temp, { recursive: true });
  let variables: Readonly<Record<string, string>> = {};
  let last: { options: Partial<ActionOptions>; state: Readonly<Record<string, string>> } = { options: {}, state: {} };
  const run = async (options: Partial<ActionOptions>): Promise<ActionResult> => {
    const inputs = { ...common.inputs, ...options.inputs };
    const env = { ...common.env, ...variables, ...options.env };
    const result = await runAction({
      ...common,
      ...options,
      inputs,
      env,
      run: { ...common.run, ...options.run },
      cwd: workspace,
      temp,
      home,
    });
    variables = { ...variables, ...result.env };
    return result;
  };
  return {
    workspace,
    temp,
    home,
    async step(options = {}) {
      const result = await run({ ...options, phase: "main" });
      last = { options, state: result.state };
      return result;
    },
    post(options = {}) {
      const inputs = { ...last.options.inputs, ...options.inputs };
      return run({ ...last.options, state: last.state, ...options, inputs, phase: "post" });
    },
  };
}

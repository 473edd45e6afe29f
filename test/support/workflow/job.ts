import { join } from "node:path";
import { type ActionOptions, type ActionResult, startAction } from "../runner/action.ts";
import { holds, type Scope, type Status } from "./expression.ts";
import { createPlace, type JobPlace } from "./job-place.ts";
import type { WrittenJob, WrittenStep } from "./parse.ts";
import type { JobResult, RunOptions, StepResult } from "./run-options.ts";
import { type Done, runScript, runStandIn } from "./step-programs.ts";
import { jsonOf, partOf, textOf, textsOf } from "./template.ts";

const OWN_ACTION = /^token-budget\/token-budget@|^\.\//;

/** One job, or one leg of its matrix, about to run. */
export type Leg = {
  readonly options: RunOptions;
  readonly job: WrittenJob;
  readonly action: ActionOptions;
  readonly contexts: Readonly<Record<string, unknown>>;
  /** The workflow's `env`. */
  readonly env: Readonly<Record<string, string>>;
  readonly matrix: Readonly<Record<string, unknown>>;
  /** Tells the run that somebody pressed Cancel. */
  readonly cancel: () => void;
  readonly isCancelled: () => boolean;
};

/** Runs a job's steps, then the post steps in reverse, as the runner does. */
export const runLeg = (leg: Leg): Promise<JobResult> => new LegRun(leg).run();

const postResult = (id: string, { outcome, told }: Done): StepResult => {
  return { id, kind: "post", outcome, conclusion: outcome, told };
};

class LegRun {
  readonly #leg: Leg;
  readonly #place: JobPlace;
  readonly #jobEnv: Readonly<Record<string, string>>;
  readonly #seen: Record<string, unknown> = {};
  readonly #steps: StepResult[] = [];
  readonly #posts: (() => Promise<StepResult>)[] = [];
  readonly #secrets: Set<string>;
  #status: Status = "success";

  constructor(leg: Leg) {
    this.#leg = leg;
    this.#place = createPlace(leg.options);
    this.#secrets = new Set(Object.values(leg.contexts["secrets"] as Record<string, string>).filter((it) => it !== ""));
    this.#jobEnv = { ...leg.env, ...textsOf(leg.job.job.env, { contexts: { ...leg.contexts, env: leg.env } }) };
  }

  async run(): Promise<JobResult> {
    for (const step of this.#leg.job.steps) await this.#take(step);
    const posts: StepResult[] = [];
    for (const post of this.#posts.reverse()) {
      const result = await post();
      posts.push(result);
      if (result.told !== undefined) this.#place.keep(result.told);
      if (result.conclusion === "failure" && this.#status === "success") this.#status = "failure";
    }
    const { job, matrix } = this.#leg;
    const outputs = Object.entries(textsOf(job.job.outputs, this.#scope()));
    return {
      id: job.job.id.value,
      matrix,
      result: this.#status,
      // The runner drops an output in which it finds a secret.
      outputs: Object.fromEntries(
        outputs.filter(([, value]) => ![...this.#secrets].some((secret) => value.includes(secret))),
      ),
      steps: this.#steps,
      posts,
    };
  }

  #scope(env: Readonly<Record<string, string>> = {}): Scope {
    const { contexts, action } = this.#leg;
    const status = this.#status;
    return {
      status,
      contexts: {
        ...contexts,
        steps: this.#seen,
        env: { ...this.#jobEnv, ...this.#place.set(), ...env },
        job: { status, check_run_id: action.run?.checkRunId },
        runner: { temp: this.#place.temp, os: "Linux", arch: "X64" },
        github: { ...(contexts["github"] as object), workspace: this.#place.workspace },
      },
    };
  }

  async #take(written: WrittenStep): Promise<void> {
    const { step } = written;
    const kind = "uses" in step ? (step.uses.value.split("@")[0] ?? "") : "run";
    if (this.#leg.isCancelled()) this.#status = "cancelled";
    if (!holds(step.if.expression, this.#scope())) {
      this.#note({ id: step.id, kind, outcome: "skipped", conclusion: "skipped" });
      return;
    }
    const { outcome, told, post } = await this.#do(written);
    if (post !== undefined) this.#posts.push(async () => postResult(step.id, await post()));
    this.#place.keep(told);
    for (const mask of told.masks) this.#secrets.add(mask);
    const goesOn = written.written.find("continue-on-error");
    const conclusion =
      outcome === "failure" && goesOn !== undefined && jsonOf(goesOn, this.#scope()) === true ? "success" : outcome;
    this.#note({ id: step.id, kind, outcome, conclusion, told });
    if (outcome === "cancelled") this.#leg.cancel();
    if (conclusion !== "success" && this.#status === "success") this.#status = conclusion;
  }

  #note(result: StepResult): void {
    this.#steps.push(result);
    const { id, outcome, conclusion, told } = result;
    this.#seen[id] = { outcome, conclusion, outputs: told?.outputs ?? {} };
  }

  async #do(written: WrittenStep): Promise<Done> {
    const { step } = written;
    const env = textsOf(step.env, this.#scope());
    if ("run" in step) return this.#runScript(written, env);
    const uses = step.uses.value;
    if (OWN_ACTION.test(uses)) return this.#runOwn(written, env);
    const standIn = this.#leg.options.standIns?.[uses.split("@")[0] ?? ""];
    if (standIn === undefined) throw new Error(`Nothing stands in for ${uses}`);
    const inputs = textsOf(written.written.find("with"), this.#scope(env));
    return runStandIn(standIn, this.#place, { inputs, env: this.#environment(step.id, env) });
  }

  #runScript({ step, written }: WrittenStep, env: Readonly<Record<string, string>>): Promise<Done> {
    const scope = this.#scope(env);
    const setting = (name: string): string =>
      textOf(written.find(name) ?? partOf(this.#leg.job.written, "defaults", "run", name), scope);
    return runScript(textOf("run" in step ? step.run : undefined, scope), {
      shell: setting("shell"),
      cwd: join(this.#place.workspace, setting("working-directory")),
      env: this.#environment(step.id, env),
    });
  }

  async #runOwn(written: WrittenStep, env: Readonly<Record<string, string>>): Promise<Done> {
    const done = (told: ActionResult): Done => ({ outcome: told.exitCode === 0 ? "success" : "failure", told });
    const main = await startAction({ ...this.#ownStep(written, env), phase: "main" }).ended;
    const post = () => startAction({ ...this.#ownStep(written, env), phase: "post", state: main.state }).ended;
    return { ...done(main), post: async () => done(await post()) };
  }

  /** The runner fills in the inputs anew for post: by then the agent has put out its file, and the job has a status. */
  #ownStep({ step, written }: WrittenStep, env: Readonly<Record<string, string>>): ActionOptions {
    const { action } = this.#leg;
    return {
      ...action,
      run: { ...action.run, status: this.#status, action: step.id },
      inputs: { "discord-webhook": "", ...textsOf(written.find("with"), this.#scope(env)) },
      env: this.#environment(step.id, env),
      cwd: this.#place.workspace,
      temp: this.#place.temp,
    };
  }

  #environment(id: string, env: Readonly<Record<string, string>>): Record<string, string> {
    const { action } = this.#leg;
    const own = this.#place.environment({ ...action, run: { ...action.run, action: id } });
    return { ...this.#jobEnv, ...this.#place.set(), ...env, ...own };
  }
}

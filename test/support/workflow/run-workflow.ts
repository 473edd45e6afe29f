import { holds, type Scope } from "./expression.ts";
import { type Leg, runLeg } from "./job.ts";
import { legsOf } from "./matrix.ts";
import { type Workflow, type WrittenJob, workflowOf } from "./parse.ts";
import { actionOptionsOf, expectTrigger, runContexts } from "./run-contexts.ts";
import type { JobResult, RunOptions, RunResult } from "./run-options.ts";
import { jsonOf, partOf, textsOf } from "./template.ts";

type Result = JobResult["result"];

/**
 * Runs a workflow's jobs on this machine, with GitHub's own parser and expressions: our action from `dist/` as a
 * process, `run:` steps in bash, and a stand-in for every other action.
 */
export async function runWorkflow(options: RunOptions): Promise<RunResult> {
  const workflow = await workflowOf(options.workflow);
  expectTrigger(options, workflow);
  const run = { options, workflow, cancelled: false, ended: new Map<string, Promise<JobEnd>>() };
  for (const job of workflow.jobs) {
    const { id, needs = [] } = job.job;
    // Begun a moment later, when all jobs are known: one may be written before those it needs.
    run.ended.set(
      id.value,
      Promise.resolve().then(() =>
        runJob(
          run,
          job,
          needs.map((need) => need.value),
        ),
      ),
    );
  }
  const ends = await Promise.all(workflow.jobs.map(({ job }) => endOf(run, job.id.value)));
  return {
    jobs: ends.flatMap(({ legs }) => legs),
    conclusion: run.cancelled ? "cancelled" : together(ends.map(({ result }) => result)),
  };
}

type Run = {
  readonly options: RunOptions;
  readonly workflow: Workflow;
  readonly ended: Map<string, Promise<JobEnd>>;
  cancelled: boolean;
};

type JobEnd = {
  readonly result: Result;
  readonly outputs: Readonly<Record<string, string>>;
  readonly legs: readonly JobResult[];
  /** The results of all jobs this one needed, directly or not. */
  readonly before: readonly Result[];
};

function endOf(run: Run, id: string): Promise<JobEnd> {
  const end = run.ended.get(id);
  if (end === undefined) throw new Error(`No job ${id}`);
  return end;
}

async function runJob(run: Run, written: WrittenJob, needs: readonly string[]): Promise<JobEnd> {
  const ends = await Promise.all(needs.map(async (id) => [id, await endOf(run, id)] as const));
  const before = ends.flatMap(([, end]) => [end.result, ...end.before]);
  const action = actionOptionsOf(run.options, run.workflow, written);
  const contexts = {
    ...runContexts(run.options, run.workflow, action),
    needs: Object.fromEntries(ends.map(([id, { result, outputs }]) => [id, { result, outputs }])),
  };
  const id = written.job.id.value;
  const status = statusBefore(run, before);
  if (!holds(written.job.if.expression, { contexts, status })) {
    const result = run.cancelled ? "cancelled" : "skipped";
    return { result, outputs: {}, before, legs: [{ id, matrix: {}, result, outputs: {}, steps: [], posts: [] }] };
  }
  const legs = await Promise.all(legsFor(run, written, { contexts }).map((leg) => runLeg(leg)));
  const outputs = Object.assign({}, ...legs.map((leg) => leg.outputs));
  return { result: together(legs.map(({ result }) => result)), outputs, legs, before };
}

/** What success(), failure() and cancelled() ask of the jobs before; a skipped one is none of the three. */
function statusBefore(run: Run, before: readonly Result[]): Result {
  if (run.cancelled) return "cancelled";
  if (before.includes("failure")) return "failure";
  return before.every((result) => result === "success") ? "success" : "skipped";
}

function legsFor(run: Run, job: WrittenJob, scope: Scope): readonly Leg[] {
  const { options, workflow } = run;
  const action = actionOptionsOf(options, workflow, job);
  const strategy = job.job.strategy === undefined ? {} : (jsonOf(job.job.strategy, scope) as Strategy);
  if (strategy.matrix !== undefined && strategy["fail-fast"] !== false)
    throw new Error("The stand-in runner stops no leg because of another: say fail-fast: false");
  const legs = strategy.matrix === undefined ? [{}] : legsOf(strategy.matrix);
  const place = workflow.jobs.indexOf(job) * 100;
  const env = textsOf(partOf(workflow.written, "env"), scope);
  return legs.map((matrix, index) => {
    const checkRunId = (action.run?.id ?? 1) * 10_000 + place + index;
    const position = { "job-index": index, "job-total": legs.length, "fail-fast": false };
    return {
      options,
      job,
      env,
      matrix,
      action: { ...action, run: { ...action.run, index, total: legs.length, checkRunId } },
      contexts: { ...scope.contexts, matrix, strategy: position },
      cancel: () => {
        run.cancelled = true;
      },
      // A job whose condition holds although the run was cancelled goes on.
      isCancelled: () => run.cancelled && !holds(job.job.if.expression, { ...scope, status: "cancelled" }),
    };
  });
}

type Strategy = { readonly matrix?: Parameters<typeof legsOf>[0]; readonly "fail-fast"?: boolean };

function together(results: readonly Result[]): Result {
  const worst = (["failure", "cancelled", "success"] as const).find((it) => results.includes(it));
  return worst ?? "skipped";
}

import {
  convertWorkflowTemplate,
  isMapping,
  isSequence,
  NoOperationTraceWriter,
  parseWorkflow,
} from "@actions/workflow-parser";
import type { ActionStep, EventsConfig, Job, RunStep } from "@actions/workflow-parser/model/workflow-template";
import type { MappingToken } from "@actions/workflow-parser/templates/tokens/index";
import { partOf } from "./template.ts";

/** A step as GitHub's parser understands it, beside what was written. */
export type WrittenStep = { readonly step: RunStep | ActionStep; readonly written: MappingToken };
export type WrittenJob = { readonly job: Job; readonly written: MappingToken; readonly steps: readonly WrittenStep[] };
export type Workflow = {
  readonly written: MappingToken;
  readonly on: EventsConfig;
  readonly jobs: readonly WrittenJob[];
};

/** Parses a workflow with GitHub's own parser; a workflow that isn't valid throws with all that is wrong. */
export async function workflowOf(text: string, name = "workflow.yml"): Promise<Workflow> {
  const { context, value } = parseWorkflow({ name, content: text }, new NoOperationTraceWriter());
  const template = value === undefined ? undefined : await convertWorkflowTemplate(context, value);
  const errors = context.errors.getErrors().map(({ message }) => message);
  if (errors.length > 0 || template === undefined || value === undefined || !isMapping(value))
    throw new Error(`${name} is no valid workflow:\n${errors.join("\n")}`);
  return { written: value, on: template.events, jobs: template.jobs.map((job) => writtenJob(value, job)) };
}

function writtenJob(workflow: MappingToken, job: Job | { readonly type: "reusableWorkflowJob" }): WrittenJob {
  if (job.type !== "job") throw new Error("The stand-in runner calls no reusable workflows");
  const written = partOf(workflow, "jobs", job.id.value);
  if (written === undefined || !isMapping(written)) throw new Error(`No job ${job.id.value}`);
  for (const key of ["container", "services"])
    if (written.find(key) !== undefined) throw new Error(`The stand-in runner has no ${key}`);
  const steps = written.find("steps");
  return {
    job,
    written,
    steps: job.steps.map((step, index) => {
      const token = steps !== undefined && isSequence(steps) ? steps.get(index) : undefined;
      if (token === undefined || !isMapping(token)) throw new Error(`No step ${index} in ${job.id.value}`);
      if (!("run" in step || "uses" in step)) throw new Error("The stand-in runner knows only run and uses");
      return { step, written: token };
    }),
  };
}

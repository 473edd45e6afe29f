import { setTimeout } from "node:timers/promises";
import { type ActionOptions, type ActionResult, runAction } from "../support/runner/action.ts";
import type { WriterPlan } from "./schedule.ts";
import type { Step, World } from "./world.ts";

/** How long a job takes from one step to the next. */
const START_MS = 1_000;

export type Job = Partial<ActionOptions> & { readonly cwd: string; readonly temp: string };

export const isAllowed = ({ outputs }: ActionResult): boolean => outputs["allowed"] === "true";
export const diedWithItsMachine = ({ signal }: ActionResult): boolean => signal === "SIGKILL";

/** The job after a step: later ones find in their environment what it set. */
export const after = (job: Job, { env }: ActionResult): Job => ({ ...job, env: { ...job.env, ...env } });

/** `isMetered` is a cost that no input tells: the meter does. */
type PartOfWriter = Pick<Step, "part" | "plan"> &
  Partial<Pick<Step, "cost" | "leastCost">> & { readonly isMetered?: boolean };

export async function part(
  world: World,
  writer: WriterPlan,
  { part, plan, cost, leastCost, isMetered = false }: PartOfWriter,
  job: Job,
): Promise<ActionResult> {
  const step = world.open({ plan, writer, part, cost, leastCost });
  const command = part === "main" || part === "post" ? "guard" : part;
  const told = cost == null || isMetered || job.inputs?.["usage-file"] !== undefined ? {} : { cost };
  return run(world, step, { ...job, inputs: { command, ...job.inputs, ...told } });
}

/** What a step of the action is started with. */
export function optionsOf(world: World, step: Step, options: Partial<ActionOptions>): ActionOptions {
  const { github, discord, hosts, time, plan } = world;
  const isTold = step.writer?.hasWebhook ?? true;
  return {
    ...(process.env["TEST_ACTION"] === undefined ? {} : { action: process.env["TEST_ACTION"] }),
    ...options,
    inputs: { ...options.inputs, ...world.keeper.inputs(step) },
    github,
    repository: "o/r",
    token: step.token,
    ...(isTold ? { discord: { origin: discord.origin, webhookUrl: () => discord.webhookUrl(step.thread) } } : {}),
    ...(hosts === undefined ? {} : { hosts }),
    time,
    clock: step.writer?.clockShiftMs ?? 0,
    env: {
      ...options.env,
      TEST_RANDOM_SEED: String(plan.seed * 100 + world.steps.indexOf(step)),
    },
  };
}

/** One process, on a machine whose clock is off by what was drawn. */
export async function run(world: World, step: Step, options: Partial<ActionOptions>): Promise<ActionResult> {
  const { github, note } = world;
  github.clock.advance(START_MS);
  const ended = new AbortController();
  const result = await runAction({
    ...optionsOf(world, step, options),
    onStart(started) {
      step.running = started;
      const { kill } = step.plan;
      if (kill === null || !("ms" in kill.at)) return;
      const timer = setTimeout(kill.at.ms, undefined, { signal: ended.signal });
      timer.then(
        () => started.kill(kill.signal),
        () => {},
      );
    },
  });
  ended.abort();
  step.result = result;
  note(`${step.plan.name} (${step.part}) ended: ${endOf(result)}`);
  return result;
}

function endOf({ exitCode, signal, outputs, annotations }: ActionResult): string {
  const { allowed, reason, cost, hold, spent, held } = outputs;
  const said = annotations.flatMap(({ level, message }) => (level === "notice" ? [] : [`${level}: ${message}`]));
  return [signal ?? `exit ${exitCode}`, JSON.stringify({ allowed, reason, cost, hold, spent, held }), ...said].join(
    " | ",
  );
}

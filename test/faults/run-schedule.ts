import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { decodeState } from "../../src/books/file/decode.ts";
import { emptyFolder } from "../support/runner/action.ts";
import { runMetered } from "./run-metered.ts";
import { after, diedWithItsMachine, isAllowed, type Job, part, run } from "./run-step.ts";
import type { FurtherPlan, SchedulePlan, StepPlan, WriterPlan } from "./schedule.ts";
import type { Stage } from "./stage.ts";
import type { World } from "./world.ts";

/** A hold is open for six hours at most and a lease ten minutes: after this nothing of a writer is on its way. */
const PAST_EVERYTHING_MS = 7 * 3_600_000;
const QUIET: Omit<StepPlan, "name"> = { github: [], discord: [], kill: null, happening: null };

/** Runs a schedule to its end: its writers, and then a quiet one that settles what they left. */
export async function runSchedule(stage: Stage, plan: SchedulePlan): Promise<World> {
  const world = await stage.worldOf(plan);
  const ended: Promise<void>[] = [];
  for (const writer of plan.writers) {
    const previous = writer.waitsForOther ? ended.at(-1) : undefined;
    ended.push(Promise.resolve(previous).then(() => runWriter(world, writer)));
  }
  await Promise.all(ended);
  await world.calm();
  world.github.clock.advance(PAST_EVERYTHING_MS);
  if (await isSomethingLeft(world)) {
    world.note("hours later a quiet run settles what was left");
    const quiet = world.open({ plan: { ...QUIET, name: "quiet" }, writer: null, part: "recap", cost: undefined });
    await run(world, quiet, { inputs: { command: "recap" }, run: { id: 900 } });
  }
  // The judge does the arithmetic of `verify` at every commit; the command itself looks at every tenth schedule.
  if (plan.seed % 10 === 0) {
    const verify = world.open({ plan: { ...QUIET, name: "verify" }, writer: null, part: "verify", cost: undefined });
    await run(world, verify, { inputs: { command: "verify" }, run: { id: 901 } });
  }
  return world;
}

/** Money that is still held, or a message that waits; where the books can't be read or aren't there, anything may be. */
async function isSomethingLeft({ keeper }: World): Promise<boolean> {
  const decoded = decodeState((await keeper.state()) ?? "");
  return decoded.kind !== "state" || decoded.state.holds.length > 0 || decoded.state.outbox.length > 0;
}

async function runWriter(world: World, writer: WriterPlan): Promise<void> {
  const { name: profile, runId: id, job: name } = writer;
  const job: Job = {
    cwd: emptyFolder("workspace"),
    temp: emptyFolder("temp"),
    run: { id, job: name },
    inputs: {
      profile,
      estimate: writer.estimate,
      "hold-minutes": String(writer.holdMinutes),
      tags: "division=any",
      "on-error": writer.onError,
      ...(writer.metered !== null && { overrun: writer.metered.overrun }),
      ...(writer.metered?.maxCost != null && { "max-cost": writer.metered.maxCost }),
    },
  };
  switch (writer.work) {
    case "guard":
      return guard(world, writer, job);
    case "check and record":
      return gated(world, writer, job, "record");
    case "check and release":
      return gated(world, writer, job, "release");
    case "record":
      return recordOnce(world, writer, job);
    case "release":
    case "recap":
      await part(world, writer, { part: writer.work, plan: writer.first }, job);
  }
}

/** A usage file that tells of as many tokens as can be written down. */
function absurdFile({ cwd }: Job, { name }: StepPlan, cost: string): string {
  const usage = [{ model: "x", input: Number.MAX_SAFE_INTEGER, output: 0, cost: Number(cost), billed: true }];
  const file = `${name}.json`;
  writeFileSync(join(cwd, file), JSON.stringify({ token_budget_usage: 1, usage }));
  return file;
}

/** Main, the work where main let it in, and post; a machine that dies takes the post part with it. */
async function guard(world: World, writer: WriterPlan, job: Job): Promise<void> {
  const main = await part(world, writer, { part: "main", plan: writer.first }, job);
  if (diedWithItsMachine(main)) return;
  const hasWorked = main.signal === null && isAllowed(main);
  if (hasWorked && writer.metered !== null) {
    return runMetered(world, { writer, plan: writer.metered, main, job: after(job, main) });
  }
  const end = await recordFurther(world, hasWorked ? writer.further : [], { writer, job: after(job, main) });
  if (end === undefined) return;
  const status = main.signal !== null ? "cancelled" : main.exitCode === 0 ? "success" : "failure";
  const cost = writer.further.length > 0 ? null : writer.cost;
  // A main part that was cancelled with its yes in hand is charged by estimate, like any run of which nothing is known.
  const unworked = main.state["answer"] === "allowed" ? null : undefined;
  await part(
    world,
    writer,
    { part: "post", plan: writer.second, cost: hasWorked ? cost : unworked },
    { ...end, phase: "post", state: main.state, run: { ...end.run, status } },
  );
}

async function gated(world: World, writer: WriterPlan, job: Job, then: "record" | "release"): Promise<void> {
  const check = await part(world, writer, { part: "check", plan: writer.first }, job);
  if (check.signal !== null || !isAllowed(check)) return;
  const { hold } = check.outputs;
  const named = writer.namesHold && hold !== undefined ? { hold } : {};
  const inJob = after({ ...job, inputs: { ...job.inputs, ...named } }, check);
  const cost = then === "record" ? writer.cost : undefined;
  const ended = await part(world, writer, { part: then, plan: writer.second, cost }, inJob);
  if (!diedWithItsMachine(ended)) await recordFurther(world, writer.further, { writer, job: after(inJob, ended) });
}

async function recordOnce(world: World, writer: WriterPlan, job: Job): Promise<void> {
  const inputs = { ...job.inputs, ...(writer.repeats ? { id: `own-${writer.name}` } : {}) };
  const order = { part: "record", cost: writer.cost } as const;
  let ended = await part(world, writer, { ...order, plan: writer.first }, { ...job, inputs });
  if (writer.repeats && ended.exitCode !== 0) {
    ended = await part(world, writer, { ...order, plan: writer.again }, { ...job, inputs });
  }
  if (!diedWithItsMachine(ended)) await recordFurther(world, writer.further, { writer, job: after(job, ended) });
}

/** Books what else a job used, one step after the other; undefined where its machine died. */
async function recordFurther(
  world: World,
  further: readonly FurtherPlan[],
  { writer, job }: { readonly writer: WriterPlan; readonly job: Job },
): Promise<Job | undefined> {
  let current = job;
  for (const { plan, cost, isAbsurd } of further) {
    const used = isAbsurd ? { "usage-file": absurdFile(current, plan, cost) } : {};
    const inputs = { ...current.inputs, ...used };
    const ended = await part(world, writer, { part: "record", plan, cost }, { ...current, inputs });
    if (diedWithItsMachine(ended)) return undefined;
    current = after(current, ended);
  }
  return current;
}

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { withOpenRequest } from "../../src/books/settle/charge.ts";
import { contextIn } from "../../src/edges/action/event-file.ts";
import { METER_FILE_VARIABLE, METERED_VARIABLE, rawInputs } from "../../src/edges/action/inputs.ts";
import { setupOf } from "../../src/edges/action/metering.ts";
import { allowedByInputs, planFor } from "../../src/edges/meter/run.ts";
import { parseInputs } from "../../src/inputs/parse-inputs.ts";
import { type Memory, noMemory } from "../../src/meter/memory.ts";
import type { Open } from "../../src/meter/opens.ts";
import { writeOpens } from "../../src/meter/record-file.ts";
import { type MeterSetup, meterFile } from "../../src/meter/setup.ts";
import { bounded, type NanoUsd, nanoOf, nanoUsd, plainUsd } from "../../src/values/money.ts";
import { recordedIn } from "../meter/support/meter.ts";
import { type ActionResult, eventOf, prepareStep } from "../support/runner/action.ts";
import type { Journaled, MeteredLife } from "./metered-agent.ts";
import { after, diedWithItsMachine, type Job, optionsOf, part, run } from "./run-step.ts";
import { INPUT_PRICE, type LifePlan, type MeteredPlan, OUTPUT_PRICE, type WriterPlan } from "./schedule.ts";
import type { Step, World } from "./world.ts";

const AGENT = fileURLToPath(new URL("./metered-agent.ts", import.meta.url));
/** Nothing listens there: whoever ends a meter finds it ended, and reads its files. */
const NO_PORT = 9;

type Metered = {
  readonly writer: WriterPlan;
  readonly plan: MeteredPlan;
  /** The main part that let the job in, and the job since then. */
  readonly main: ActionResult;
  readonly job: Job;
};

/** What a meter's outer process does: it starts the next life of the meter with what the one before left. */
type Course = {
  readonly hold: string;
  readonly keys: Pick<MeterSetup, "secret" | "control" | "folder">;
  memory: Memory;
  setup: MeterSetup | undefined;
  isDead: boolean;
  readonly journal: Journaled[];
  /** The requests that were open at the end of each life. */
  readonly opens: Open[];
};

/** A guard's job that is metered: its agent's work, perhaps a booking on the way, and the post part. */
export async function runMetered(world: World, { writer, plan, main, job }: Metered): Promise<void> {
  const folder = join(job.temp, "token-budget");
  mkdirSync(folder, { recursive: true });
  const keys = { folder, secret: "a-secret-of-the-schedules", control: "a-control-of-the-schedules" };
  const { hold } = JSON.parse(main.state["gate"] ?? "{}").memory as { hold: string };
  const course: Course = { hold, keys, memory: noMemory(), setup: undefined, isDead: true, journal: [], opens: [] };
  writeFileSync(fileOf(course, "jsonl"), "");
  let current = job;
  for (const [index, life] of plan.lives.entries()) {
    const isLast = index === plan.lives.length - 1;
    await live(world, course, { writer, life, isLast, main, job });
    if (index > 0 || plan.record === null || costOf(course) === null) continue;
    const env = { ...current.env, [METER_FILE_VARIABLE]: fileOf(course, "json") };
    const order = { part: "record", plan: plan.record, cost: costOf(course), isMetered: true } as const;
    const ended = await part(world, writer, order, { ...current, env });
    if (diedWithItsMachine(ended)) return;
    current = after({ ...current, env }, ended);
  }
  await post(world, course, { writer, main, job: current });
}

type Life = {
  readonly writer: WriterPlan;
  readonly life: LifePlan;
  readonly isLast: boolean;
  readonly main: ActionResult;
  readonly job: Job;
};

async function live(world: World, course: Course, { writer, life, isLast, main, job }: Life): Promise<void> {
  const step = world.open({ plan: life.plan, writer, part: "meter", cost: undefined });
  const setup = meterSetup(world, course, { step, main, job });
  course.setup = setup;
  const journal = join(course.keys.folder, `${life.plan.name}.ndjson`);
  const told: MeteredLife = { setup, memory: course.memory, calls: life.calls, isEnded: isLast, journal };
  const env = { ...job.env, TEST_METERED: JSON.stringify(told) };
  await run(world, step, { ...job, script: AGENT, env });
  const journaled = journaledIn(journal);
  course.journal.push(...journaled);
  course.isDead = !journaled.some(({ kind }) => kind === "ended");
  const memory = journaled.findLast((one) => one.kind === "memory")?.memory ?? course.memory;
  course.memory = { ...memory, restarts: memory.restarts + 1 };
  const opens = opensIn(journaled);
  course.opens.push(...opens);
  writeOpens(fileOf(course, "jsonl"), opens);
}

/** What the main part starts a meter with. */
function meterSetup(
  world: World,
  { hold, keys }: Course,
  { step, main, job }: { readonly step: Step; readonly main: ActionResult; readonly job: Job },
): MeterSetup {
  const options = optionsOf(world, step, job);
  const { env } = prepareStep(options);
  const inputs = parseInputs("guard", rawInputs(env), "action");
  const amount = main.outputs["reason"] === "ok" ? nanoOf(Number(step.writer?.estimate)) : null;
  const metering = {
    ...{ env, inputs, hold, context: contextIn(env, eventOf(options)) },
    ports: { caller: { profile: step.writer?.name ?? "" } },
    run: { ...allowedByInputs(inputs), amount },
  };
  return setupOf(metering, planFor(metering, undefined), keys);
}

function journaledIn(path: string): Journaled[] {
  try {
    return readFileSync(path, "utf8")
      .split("\n")
      .flatMap((line) => (line === "" ? [] : [JSON.parse(line) as Journaled]));
  } catch {
    return [];
  }
}

/** The requests that were open at a life's end. */
function opensIn(journal: readonly Journaled[]): Open[] {
  const opens = new Map<number, Open>();
  for (const one of journal) {
    if (one.kind !== "opens") continue;
    for (const open of one.change.opened) opens.set(open.number, open);
    for (const number of one.change.closed) opens.delete(number);
  }
  return [...opens.values()];
}

function fileOf({ hold, keys }: Course, kind: "json" | "jsonl"): string {
  return meterFile({ ...keys, hold }, kind);
}

/** What its record comes to from some element on, worked out by hand. */
function recorded(course: Course, from = 0): { readonly cost: NanoUsd; readonly requests: number } {
  const elements = recordedIn(fileOf(course, "jsonl")).slice(from);
  const costs = elements.map(
    ({ input = 0, output = 0 }) => Number(input) * INPUT_PRICE + Number(output) * OUTPUT_PRICE,
  );
  return { cost: nanoUsd(costs.reduce((sum, cost) => sum + cost, 0)), requests: elements.length };
}

/** What is to be booked of it; null where it has nothing. */
function costOf(course: Course, from = 0): string | null {
  const { cost, requests } = recorded(course, from);
  return requests === 0 ? null : plainUsd(cost);
}

async function post(world: World, course: Course, { writer, main, job }: Omit<Metered, "plan">): Promise<void> {
  const { setup, isDead, journal, opens, hold, keys } = course;
  if (setup === undefined) return;
  const bookedBytes = Number(JSON.parse(job.env?.[METERED_VARIABLE] ?? "[0]")[0]);
  const booked = readFileSync(fileOf(course, "jsonl"), "utf8").slice(0, bookedBytes).split("\n").length - 1;
  const { cost: known, requests } = recorded(course, booked);
  const leastCost = isDead ? bounded(withOpenRequest(known, [{ requests }], 0)) : undefined;
  const cost = isDead ? null : costOf(course, booked);
  const state = { ...main.state, meter: JSON.stringify({ hold, ...keys, pid: 1, port: NO_PORT }) };
  const run = { ...job.run, status: "success" } as const;
  await part(
    world,
    writer,
    { part: "post", plan: writer.second, cost, leastCost, isMetered: true },
    { ...job, phase: "post", state, run },
  );
  const step = world.steps.findLast((one) => one.writer === writer && one.part === "post");
  world.metered.push({ writer, setup, journal, opens, recorded: recorded(course).cost, isDead, post: step });
}

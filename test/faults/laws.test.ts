import { availableParallelism } from "node:os";
import { beforeAll, describe, expect, it } from "vitest";
import { countOf, patient } from "../support/pace/pace.ts";
import { createHosts } from "../support/runner/hosts.ts";
import { type Breach, judge, LAWS } from "./judge.ts";
import { runSchedule } from "./run-schedule.ts";
import { scheduleOf } from "./schedule.ts";
import { closeStage, openStage, type Stage } from "./stage.ts";

/** The schedules are those of the seeds from 1 on; FAULT_SEED picks one. */
const only = process.env["FAULT_SEED"];
const count = countOf("faultSchedules");
const seeds = only === undefined ? Array.from({ length: count }, (_, index) => index + 1) : [Number(only)];

/** Nothing waits in real time: one more than there are cores keeps them busy. */
const AT_ONCE = availableParallelism() + 1;
/** After so many git looks over all they committed. */
const ON_ONE_STAGE = 20;
const MAX_SCHEDULE_MS = 60_000;
const SHOWN_IN_FULL = 3;

type Outcome = { readonly seed: number; readonly breaches: readonly Breach[]; readonly story: string };

async function outcomeOf(stage: Stage, seed: number): Promise<Outcome> {
  const plan = scheduleOf(seed);
  const world = await runSchedule(stage, plan);
  const breaches = await judge(world);
  const told = [
    `Seed ${seed} again: FAULT_SEED=${seed} npx vitest run test/faults`,
    JSON.stringify(plan, withoutNothing),
  ];
  return { seed, breaches, story: [...told, ...world.journal].join("\n") };
}

/** A plan without what it doesn't hold. */
function withoutNothing(_: string, value: unknown): unknown {
  return Array.isArray(value) && value.every((one) => one === null) ? undefined : value;
}

async function outcomesOf(all: readonly number[]): Promise<readonly Outcome[]> {
  const waiting = [...all];
  const outcomes: Outcome[] = [];
  const hosts = createHosts();
  const work = async () => {
    while (waiting.length > 0) {
      const seeds = waiting.splice(0, ON_ONE_STAGE);
      const stage = await openStage(hosts);
      for (const seed of seeds) outcomes.push(await outcomeOf(stage, seed));
      await closeStage(stage).catch((cause: unknown) => {
        throw new Error(`after the seeds ${seeds}`, { cause });
      });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  await hosts.close();
  return outcomes.toSorted((a, b) => a.seed - b.seed);
}

describe(`in ${seeds.length} schedules of faults`, () => {
  let outcomes: readonly Outcome[] = [];

  beforeAll(
    async () => {
      outcomes = await outcomesOf(seeds);
      if (only !== undefined) process.stdout.write(`${outcomes[0]?.story}\n`);
    },
    patient(seeds.length * MAX_SCHEDULE_MS),
  );

  it.each(LAWS)("law %s is kept", (law) => {
    const broken = outcomes.filter(({ breaches }) => breaches.some((one) => one.law === law));
    const told = broken.map(({ seed, breaches, story }, index) => {
      const whats = breaches.filter((one) => one.law === law).map(({ what }) => what);
      return `seed ${seed}: ${whats.join("; ")}${index < SHOWN_IN_FULL ? `\n${story}` : ""}`;
    });
    expect(told.join("\n\n")).toBe("");
  });
});

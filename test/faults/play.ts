import { availableParallelism } from "node:os";
import { beforeAll, expect } from "vitest";
import { patient } from "../support/pace/pace.ts";
import { createHosts, type Hosts } from "../support/runner/hosts.ts";
import { type Breach, judge, type Law } from "./judge.ts";
import { runSchedule } from "./run-schedule.ts";
import { scheduleOf } from "./schedule.ts";
import { closeStage, type Stage } from "./stage.ts";

/** Nothing waits in real time: one more than there are cores keeps them busy. */
const AT_ONCE = availableParallelism() + 1;
/** After so many git looks over all they committed. */
const ON_ONE_STAGE = 20;
const MAX_SCHEDULE_MS = 60_000;
const SHOWN_IN_FULL = 3;

type Outcome = { readonly seed: number; readonly breaches: readonly Breach[]; readonly story: string };

/** Which schedules are played, where, and how one of them is played again. */
export type Plays = {
  readonly count: number;
  /** A variable of the environment whose seed is the only one. */
  readonly variable: string;
  readonly openStage: (hosts: Hosts) => Promise<Stage>;
};

/**
 * Plays the schedules of the seeds from 1 on before the tests of this `describe`. The answered function tells where a
 * law was broken: nothing if it was kept.
 */
export function useSchedules({ count, variable, openStage }: Plays): (law: Law) => string {
  const only = process.env[variable];
  const seeds = only === undefined ? Array.from({ length: count }, (_, index) => index + 1) : [Number(only)];

  async function outcomeOf(stage: Stage, seed: number): Promise<Outcome> {
    const plan = scheduleOf(seed);
    const world = await runSchedule(stage, plan);
    const breaches = await judge(world);
    world.keeper.close();
    const told = [
      `Seed ${seed} again: ${variable}=${seed} npx vitest run test/faults`,
      JSON.stringify(plan, withoutNothing),
    ];
    return { seed, breaches, story: [...told, ...world.journal].join("\n") };
  }

  async function outcomesOf(all: readonly number[]): Promise<readonly Outcome[]> {
    const waiting = [...all];
    const outcomes: Outcome[] = [];
    const hosts = createHosts();
    const onOne = Math.max(1, Math.min(ON_ONE_STAGE, Math.ceil(all.length / AT_ONCE)));
    const work = async () => {
      while (waiting.length > 0) {
        const seeds = waiting.splice(0, onOne);
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

  let outcomes: readonly Outcome[] = [];
  beforeAll(
    async () => {
      outcomes = await outcomesOf(seeds);
      if (only !== undefined) process.stdout.write(`${outcomes[0]?.story}\n`);
    },
    patient(Math.max(4, seeds.length) * MAX_SCHEDULE_MS),
  );

  return (law) => {
    expect(outcomes).toHaveLength(seeds.length);
    const broken = outcomes.filter(({ breaches }) => breaches.some((one) => one.law === law));
    const told = broken.map(({ seed, breaches, story }, index) => {
      const whats = breaches.filter((one) => one.law === law).map(({ what }) => what);
      return `seed ${seed}: ${whats.join("; ")}${index < SHOWN_IN_FULL ? `\n${story}` : ""}`;
    });
    return told.join("\n\n");
  };
}

/** A plan without what it doesn't hold. */
function withoutNothing(_: string, value: unknown): unknown {
  return Array.isArray(value) && value.every((one) => one === null) ? undefined : value;
}

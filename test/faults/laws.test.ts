import { availableParallelism } from "node:os";
import { beforeAll, describe, expect, it } from "vitest";
import { type Breach, judge, LAWS } from "./judge.ts";
import { runSchedule } from "./run-schedule.ts";
import { scheduleOf } from "./schedule.ts";

/** The schedules are those of the seeds from 1 on; FAULT_SEED picks one, FAULT_SCHEDULES says how many. */
const only = process.env["FAULT_SEED"];
const count = Number(process.env["FAULT_SCHEDULES"] ?? "500");
const seeds = only === undefined ? Array.from({ length: count }, (_, index) => index + 1) : [Number(only)];

/** Nothing waits in real time: one more than there are cores keeps them busy. */
const AT_ONCE = availableParallelism() + 1;
const LONGEST_SCHEDULE_MS = 60_000;
const SHOWN_IN_FULL = 3;

type Outcome = { readonly seed: number; readonly breaches: readonly Breach[]; readonly story: string };

async function outcomeOf(seed: number): Promise<Outcome> {
  const plan = scheduleOf(seed);
  const world = await runSchedule(plan);
  try {
    const breaches = await judge(world);
    const told = [
      `Seed ${seed} again: FAULT_SEED=${seed} npx vitest run test/faults`,
      JSON.stringify(plan, withoutNothing),
    ];
    return { seed, breaches, story: [...told, ...world.journal].join("\n") };
  } finally {
    await world.close();
  }
}

/** A plan without what it doesn't hold. */
function withoutNothing(_: string, value: unknown): unknown {
  return Array.isArray(value) && value.every((one) => one === null) ? undefined : value;
}

async function outcomesOf(all: readonly number[]): Promise<readonly Outcome[]> {
  const [first, ...waiting] = all;
  // The first one alone: the stand-ins make ready what all of them use.
  const outcomes = first === undefined ? [] : [await outcomeOf(first)];
  const work = async () => {
    for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift()) outcomes.push(await outcomeOf(seed));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return outcomes.toSorted((a, b) => a.seed - b.seed);
}

describe(`in ${seeds.length} schedules of faults`, () => {
  let outcomes: readonly Outcome[] = [];

  beforeAll(async () => {
    outcomes = await outcomesOf(seeds);
    if (only !== undefined) process.stdout.write(`${outcomes[0]?.story}\n`);
  }, seeds.length * LONGEST_SCHEDULE_MS);

  it.each(LAWS)("law %s is kept", (law) => {
    const broken = outcomes.filter(({ breaches }) => breaches.some((one) => one.law === law));
    const told = broken.map(({ seed, breaches, story }, index) => {
      const whats = breaches.filter((one) => one.law === law).map(({ what }) => what);
      return `seed ${seed}: ${whats.join("; ")}${index < SHOWN_IN_FULL ? `\n${story}` : ""}`;
    });
    expect(told.join("\n\n")).toBe("");
  });
});

import type { Entry } from "../../src/books/entry.ts";
import { DEFAULT_SETTINGS } from "../../src/books/settings.ts";
import type { Hold } from "../../src/books/state.ts";
import { type NanoUsd, nanoOf, plainUsd, plus, ZERO } from "../../src/values/money.ts";
import type { Breach, Evidence, Law } from "./judge.ts";
import type { Life, Step } from "./world.ts";

/**
 * Laws once and own, for money: whatever the jobs of a run met, in whatever order, each cost a step was told is in the
 * books once where the step says so, no other is, and each hold was closed once: settled, let go, or charged when its
 * time had run out.
 */
export function judgeMoney({ world, lives }: Evidence): Breach[] {
  const breaches: Breach[] = [];
  const tell = (law: Law, whats: readonly string[]) => void breaches.push(...whats.map((what) => ({ law, what })));
  for (const runId of new Set(world.plan.writers.map((writer) => writer.runId))) {
    const steps = world.steps.filter(({ writer }) => writer?.runId === runId);
    for (const life of lives) {
      tell("once", wrongBookings(runOf(life, runId), steps));
      tell("once", wrongHolds(life, runOf(life, runId)));
    }
    tell(
      "own",
      missingBookings(
        lives.map((life) => runOf(life, runId)),
        steps,
      ),
    );
  }
  for (const step of world.steps) tell("once", untrueBooking(step, lives));
  const open = lives.find(({ isLost }) => !isLost)?.versions.at(-1)?.state?.holds ?? [];
  if (open.length > 0) tell("once", [`${open.length} holds are still open at the end`]);
  return breaches;
}

/** What one life of the books has of a run: its entries, and the holds it ever had. */
type Run = { readonly entries: readonly Entry[]; readonly holds: readonly Hold[] };

function runOf({ versions }: Life, runId: number): Run {
  const holds = versions.flatMap(({ state }) => state?.holds ?? []).filter(({ run }) => run.run_id === runId);
  const entries = (versions.at(-1)?.entries ?? []).filter(({ run }) => run?.run_id === runId);
  return { entries, holds: [...new Map(holds.map((hold) => [hold.id, hold])).values()] };
}

const isExpiry = ({ source }: Entry): boolean => source === "expired hold";

/** What steps of a run booked, in full also where an estimate was charged before. */
function bookingsIn({ entries }: Run): NanoUsd[] {
  const booked = entries.filter((entry) => entry.kind === "charge" || entry.kind === "correction");
  return booked.filter((entry) => !isExpiry(entry)).map(({ cost, replaces }) => plus(cost, replaces ?? ZERO));
}

/** The steps that book, a repeated one with its repetition. */
function bookersIn(steps: readonly Step[]): Map<string, readonly Step[]> {
  const booking = steps.filter(({ part, cost }) => (part === "record" || part === "post") && cost !== undefined);
  return Map.groupBy(booking, ({ plan, writer }) => (plan === writer?.again ? writer.first.name : plan.name));
}

/** Bookings that no step is known to have made, or not so often. */
function wrongBookings(run: Run, steps: readonly Step[]): string[] {
  const bookers = [...bookersIn(steps).values()];
  const told = bookers.flatMap(([step]) => (step?.cost == null ? [] : [nanoOf(Number(step.cost))]));
  const least = bookers.flatMap(([step]) => step?.leastCost ?? []);
  let untold = bookers.length - told.length - least.length;
  const estimates = new Set([
    DEFAULT_SETTINGS.defaultEstimate,
    ...steps.map(({ writer }) => nanoOf(Number(writer?.estimate))),
    ...run.holds.map(({ amount }) => amount),
  ]);
  const wrong: string[] = [];
  for (const booked of bookingsIn(run)) {
    const index = told.indexOf(booked);
    const bounded = least.findIndex((one) => booked === one || (booked > one && estimates.has(booked)));
    if (index >= 0) told.splice(index, 1);
    else if (bounded >= 0) least.splice(bounded, 1);
    else if (untold > 0 && estimates.has(booked)) untold -= 1;
    else wrong.push(`$${plainUsd(booked)} is booked, which no step of its run reported, or not so often`);
  }
  return wrong;
}

/** Costs that a step says are booked, and the books never had so often. */
function missingBookings(runs: readonly Run[], steps: readonly Step[]): string[] {
  const booked = runs.flatMap(bookingsIn);
  const missing: string[] = [];
  for (const [name, tries] of bookersIn(steps)) {
    const said = tries.find(({ result }) => result?.signal === null && result.outputs["cost"] !== undefined);
    if (said?.cost == null) continue;
    const index = booked.indexOf(nanoOf(Number(said.cost)));
    if (index >= 0) booked.splice(index, 1);
    else missing.push(`${name}: $${said.cost} was reported and is not in the books`);
  }
  return missing;
}

function wrongHolds({ isLost, versions }: Life, { entries, holds }: Run): string[] {
  const open = new Set(versions.at(-1)?.state?.holds.map(({ id }) => id));
  const gates = holds.map(({ profile }) => profile);
  return [
    ...(new Set(gates).size < gates.length ? [`${gates.join(", ")}: a job has several holds`] : []),
    ...holds.flatMap(({ id, amount, profile }) => {
      const own = entries.filter(({ hold }) => hold === id);
      const expired = own.filter(isExpiry);
      const closed = own.filter((entry) => isExpiry(entry) || entry.kind === "release" || isSettlement(entry));
      const isLeftOpen = isLost && open.has(id);
      return [
        ...(closed.length === 1 || (closed.length === 0 && isLeftOpen) ? [] : [`was closed ${closed.length} times`]),
        ...expired.filter(({ cost }) => cost !== amount).map(({ cost }) => `expired at $${plainUsd(cost)}`),
      ].map((what) => `the hold of ${profile}, $${plainUsd(amount)}, ${what}`);
    }),
  ];
}

/** What closed an open hold: a charge that says what had been held, unlike further ones and those after a release. */
function isSettlement({ kind, further, predicted }: Entry): boolean {
  return kind === "charge" && further !== true && predicted !== undefined;
}

/** An answered booking names what is in the history of the books; who can't book says so. */
function untrueBooking({ part, plan, result, writer }: Step, lives: readonly Life[]): string[] {
  if (result === undefined || result.signal !== null || writer === null) return [];
  if (part !== "record" && part !== "post") return [];
  const { cost, commit } = result.outputs;
  const tell = (what: string) => [`${plan.name}: answered ${what}`];
  if (cost === undefined) {
    const isSaid = /Not booked|could not be booked/.test(result.log);
    return part === "post" || isSaid || result.exitCode !== 0 ? [] : tell("neither a booking nor why there is none");
  }
  const versions = lives.flatMap((life) => life.versions);
  const own = versions.flatMap(({ entries }) => entries).filter(({ run }) => run?.run_id === writer.runId);
  if (Number(cost) !== 0 && !own.some((entry) => plainUsd(entry.cost) === cost))
    return tell(`that $${cost} was booked, which no version of the books says`);
  if (!commit) return [];
  const made = versions.find(({ oid }) => oid === commit);
  if (made === undefined) return tell(`the commit ${commit}, which no branch ever had`);
  if (made.author !== plan.name) return tell(`the commit ${commit}, which ${made.author} made`);
  // A step with nothing more to book may have closed a month or told what waited.
  if (Number(cost) === 0) return [];
  const isIn = made.entries.some(({ run, cost: booked }) => run?.run_id === writer.runId && plainUsd(booked) === cost);
  return isIn ? [] : tell(`the commit ${commit}, which doesn't book its $${cost}`);
}

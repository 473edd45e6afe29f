import type { Entry } from "../../src/budget/entry.ts";
import { plainUsd, sum } from "../../src/budget/money.ts";
import type { Hold } from "../../src/budget/state.ts";
import type { Breach, Evidence, Life } from "./judge.ts";
import type { WriterPlan } from "./schedule.ts";
import type { Step } from "./world.ts";

/**
 * Law once, for money: whatever a writer met, its execution is booked at its cost where it was booked, at its estimate
 * where it was let in and never booked, and at nothing where it wasn't let in or was let go.
 */
export function judgeMoney({ world, lives }: Evidence): Breach[] {
  const breaches: Breach[] = [];
  for (const life of lives) {
    for (const writer of world.plan.writers) {
      for (const what of wrongsOf(life, writer)) breaches.push({ law: "once", what: `${writer.name}: ${what}` });
    }
  }
  for (const step of world.steps) {
    for (const what of untrueBooking(step, lives)) breaches.push({ law: "once", what: `${step.plan.name}: ${what}` });
  }
  const open = lives.find(({ isLost }) => !isLost)?.versions.at(-1)?.state?.holds ?? [];
  if (open.length > 0) breaches.push({ law: "once", what: `${open.length} holds are still open at the end` });
  return breaches;
}

/** The holds a writer ever had in these books. */
function holdsOf({ versions }: Life, { runId }: WriterPlan): readonly Hold[] {
  const holds = versions.flatMap(({ state }) => state?.holds ?? []).filter(({ run }) => run.run_id === runId);
  return [...new Map(holds.map((hold) => [hold.id, hold])).values()];
}

function wrongsOf(life: Life, writer: WriterPlan): string[] {
  const entries = (life.versions.at(-1)?.entries ?? []).filter(({ run }) => run?.run_id === writer.runId);
  const holds = holdsOf(life, writer);
  const isCharge = ({ kind }: Entry) => kind === "charge" || kind === "correction";
  const expired = entries.filter((entry) => isCharge(entry) && entry.source === "expired hold");
  const booked = entries.filter((entry) => isCharge(entry) && entry.source !== "expired hold");
  const released = entries.filter(({ kind }) => kind === "release");
  const wrongs = [
    ...(holds.length > 1 ? [`has ${holds.length} holds`] : []),
    ...(booked.length > 1 ? [`was booked ${booked.length} times`] : []),
    ...(expired.length + released.length > 1 ? ["has its hold closed twice"] : []),
  ];
  const [hold] = holds;
  const cost = sum(entries.map((entry) => entry.cost));
  const isRunning = hold !== undefined && life.isLost && entries.length === 0;
  if (isRunning) return wrongs;
  const known = booked[0] === undefined || writer.cost === null ? undefined : writer.cost;
  const estimated = booked[0] !== undefined && hold === undefined ? booked[0].cost : hold?.amount;
  const expected = known ?? (booked.length > 0 || expired.length > 0 ? plainUsd(estimated ?? sum([])) : "0");
  if (plainUsd(cost) !== expected) wrongs.push(`is charged $${plainUsd(cost)}, not $${expected}`);
  const isSettled = booked.length + expired.length + released.length > 0;
  if (hold !== undefined && !isSettled) wrongs.push("has a hold that nothing closed");
  return wrongs;
}

/** An answered booking names what is in the history of the books; who can't book says so. */
function untrueBooking({ part, plan, result, writer }: Step, lives: readonly Life[]): string[] {
  if (result === undefined || result.signal !== null || writer === null) return [];
  if (part !== "record" && part !== "post") return [];
  const { cost, commit } = result.outputs;
  if (cost === undefined) {
    const isSaid = /Not booked|could not be booked/.test(result.log);
    return part === "post" || isSaid || result.exitCode !== 0
      ? []
      : ["answers neither a booking nor why there is none"];
  }
  const versions = lives.flatMap((life) => life.versions);
  const own = versions.flatMap(({ entries }) => entries).filter(({ run }) => run?.run_id === writer.runId);
  if (Number(cost) !== 0 && !own.some((entry) => plainUsd(entry.cost) === cost))
    return [`answered that $${cost} was booked, which no version of the books says`];
  if (!commit) return [];
  const made = versions.find(({ oid }) => oid === commit);
  if (made === undefined) return [`answered the commit ${commit}, which no branch ever had`];
  if (made.author !== plan.name) return [`answered the commit ${commit}, which ${made.author} made`];
  const isIn = made.entries.some(({ run, cost: booked }) => run?.run_id === writer.runId && plainUsd(booked) === cost);
  return isIn ? [] : [`answered the commit ${commit}, which doesn't book its $${cost}`];
}

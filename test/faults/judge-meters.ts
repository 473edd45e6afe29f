import { plainUsd, sum, ZERO } from "../../src/values/money.ts";
import type { Breach, Evidence } from "./judge.ts";
import { INPUT_PRICE, OUTPUT_PRICE } from "./schedule.ts";
import type { Life, MeteredRun } from "./world.ts";

/**
 * Law meter: a metered run asks nothing beyond what the books set aside for it, and never beyond its max-cost; its meter
 * never counts a grant that the books don't have; what its agent was answered is in its record; and once its post part
 * has booked, the books have all of that once, whatever else they charged for its hold on the way.
 */
export function judgeMeters({ world, lives }: Evidence): Breach[] {
  return world.metered.flatMap((run) => {
    const whats = [
      ...wrongRequests(run, lives),
      ...wrongGrants(run, lives),
      ...unrecorded(run),
      ...wrongSum(run, lives),
    ];
    return whats.map((what) => ({ law: "meter" as const, what: `${run.writer.name}: ${what}` }));
  });
}

const costOf = ({ input, output }: { readonly input: number; readonly output: number }): number =>
  input * INPUT_PRICE + output * OUTPUT_PRICE;

/** What any version of the books had set aside for a run at most, and how much of that was granted while it ran. */
function mostHeld({ setup }: MeteredRun, lives: readonly Life[]) {
  const holds = lives
    .flatMap(({ versions }) => versions.flatMap(({ state }) => state?.holds ?? []))
    .filter(({ id }) => id === setup.hold);
  const granted = holds.map(({ extended }) => extended?.amount ?? 0);
  return { amount: Math.max(0, ...holds.map(({ amount }) => amount)), granted: Math.max(0, ...granted) };
}

/** Requests that passed although the answers before them had used up what the run may cost. */
function wrongRequests(run: MeteredRun, lives: readonly Life[]): string[] {
  const { setup, journal } = run;
  const isHeld = setup.cap !== null && setup.overrun !== "warn";
  const held = isHeld ? mostHeld(run, lives).amount : Number.POSITIVE_INFINITY;
  // Where overrun is stop without max-cost, the cap is the estimate, which is what is held at first.
  const own = setup.overrun === "stop" ? (setup.cap ?? held) : held;
  const limit = Math.min(own, setup.maxCost ?? Number.POSITIVE_INFINITY);
  let spent = 0;
  const wrong: string[] = [];
  for (const one of journal) {
    if (one.kind === "passed" && spent >= limit)
      wrong.push(`a request passed after ${spent} nano-dollars, of which the run may cost ${limit}`);
    if (one.kind === "answered" && one.status === 200) spent += costOf(one);
  }
  return wrong;
}

function wrongGrants(run: MeteredRun, lives: readonly Life[]): string[] {
  const counted = run.journal.findLast((one) => one.kind === "memory")?.memory.account.granted ?? ZERO;
  const { granted } = mostHeld(run, lives);
  return counted > granted ? [`its meter counts ${counted} nano-dollars as granted, the books ${granted}`] : [];
}

function unrecorded({ journal, opens, recorded }: MeteredRun): string[] {
  const answered = journal.flatMap((one) => (one.kind === "answered" && one.status === 200 ? [costOf(one)] : []));
  const passed = journal.flatMap((one) => (one.kind === "passed" ? [costOf(one)] : []));
  // Of a request that was open at a meter's end nobody knows whether it had passed: it is recorded at its least.
  const open = opens.map(({ least: { input, output } }) => costOf({ input, output }));
  const [least, most] = [answered, [...passed, ...open]].map((costs) => costs.reduce((all, one) => all + one, 0));
  if (recorded < (least ?? 0)) return [`${least} nano-dollars were answered and ${recorded} recorded`];
  return recorded > (most ?? 0) ? [`${most} nano-dollars were asked for and ${recorded} recorded`] : [];
}

/** What the books charged for the run's hold in all, once its post part was answered that it has booked. */
function wrongSum({ setup, recorded, isDead, post }: MeteredRun, lives: readonly Life[]): string[] {
  const result = post?.result;
  const [life, ...others] = lives;
  if (life === undefined || others.length > 0) return [];
  if (result === undefined || result.signal !== null || result.outputs["cost"] === undefined) return [];
  const entries = (life.versions.at(-1)?.entries ?? []).filter(({ hold }) => hold === setup.hold);
  const charged = sum(entries.map(({ cost }) => cost));
  if (recorded === 0) return [];
  const isWrong = isDead ? charged < recorded : charged !== recorded;
  return isWrong ? [`$${plainUsd(charged)} are booked, and $${plainUsd(recorded)} were metered`] : [];
}

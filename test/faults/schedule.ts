import { createDice, type Dice } from "./dice.ts";
import { type Trouble, troubleWithDiscord, troubleWithGitHub } from "./trouble.ts";

/** What a job does with the books: its steps in order. */
export type Work = "guard" | "check and record" | "record" | "check and release" | "release" | "recap";

/** When a step is ended from outside: at its n-th request (from 0), or so long after its start. */
export type Kill = {
  readonly signal: "SIGTERM" | "SIGINT" | "SIGKILL";
  readonly at: { readonly request: number; readonly when: "before" | "after" } | { readonly ms: number };
};

/** What a person, or a clock, does at the moment a step makes its n-th request. */
export type Happening = {
  readonly request: number;
  readonly what:
    | "branch deleted"
    | "file added"
    | "budget raised"
    | "budget lowered"
    | "key added"
    | "spaces changed"
    | "JSON broken"
    | "merge left open"
    | "branch protected"
    | "time jumps";
  /** How much: dollars of a budget, minutes of a jump. */
  readonly by: number;
  /** After so many more requests of the schedule it is undone; null: not while writers write. */
  readonly undoneAfter: number | null;
};

/** One process of dist/ and what it meets, request by request. */
export type StepPlan = {
  readonly name: string;
  readonly github: readonly (Trouble | null)[];
  readonly discord: readonly (Trouble | null)[];
  readonly kill: Kill | null;
  readonly happening: Happening | null;
};

/** One more `record` of a job; an absurd one comes with more tokens than can be counted on. */
export type FurtherPlan = { readonly cost: string; readonly isAbsurd: boolean; readonly plan: StepPlan };

/** A request of a metered agent, or two at once: how many tokens its answer uses. */
export type CallPlan = {
  readonly input: number;
  readonly output: number;
  readonly isStream: boolean;
  readonly isDouble: boolean;
};

/** A process of a run's meter, and what its agent asks while it lives; a kill of its plan ends it sooner. */
export type LifePlan = { readonly plan: StepPlan; readonly calls: readonly CallPlan[] };

/** How a guard's job is metered. */
export type MeteredPlan = {
  readonly maxCost: string | null;
  readonly overrun: "extend" | "warn" | "stop";
  /** One after the other, as the meter's outer process starts them; the last one hears of the job's end. */
  readonly lives: readonly LifePlan[];
  /** A step books after the first of them what was metered until then; null: none does. */
  readonly record: StepPlan | null;
};

/** One job, on a runner with a clock of its own. */
export type WriterPlan = {
  readonly name: string;
  /** Jobs may be of one run, and legs of a matrix have the same name. */
  readonly runId: number;
  readonly job: string;
  readonly work: Work;
  readonly clockShiftMs: number;
  /** Begins when the writer before it has ended, else at once. */
  readonly waitsForOther: boolean;
  readonly estimate: string;
  /** What the execution costs; null where nothing tells it. */
  readonly cost: string | null;
  readonly holdMinutes: number;
  readonly onError: "deny" | "allow";
  readonly hasWebhook: boolean;
  /** A record under an id of its own that is run again when it failed. */
  readonly repeats: boolean;
  readonly first: StepPlan;
  readonly second: StepPlan;
  readonly again: StepPlan;
  /** After a guard's main and before its post, which has nothing of its own to tell then; elsewhere after all else. */
  readonly further: readonly FurtherPlan[];
  /** Later steps of a job that was let in by `check` name its hold. */
  readonly namesHold: boolean;
  /** A guard's job may have a meter, and then nothing else tells what it used. */
  readonly metered: MeteredPlan | null;
};

/** All that happens in one schedule; drawn from its seed alone. */
export type SchedulePlan = {
  readonly seed: number;
  /** What GitHub's clock shows when it begins. */
  readonly at: string;
  /** What was spent before and what is held by a run long gone; null: no books yet. */
  readonly books: {
    readonly spent: number;
    readonly holds: readonly number[];
    /** They hold nearly as much as can be read again. */
    readonly isFull: boolean;
  } | null;
  /** A policy has a sub-budget that every run counts in, and none reaches the limit of. */
  readonly hasPart: boolean;
  /** The webhook is gone until the writers have ended. */
  readonly isWebhookGone: boolean;
  readonly writers: readonly WriterPlan[];
};

const MAX_REQUESTS = 14;

/** What a token of the metered model costs, in nano-dollars. */
export const INPUT_PRICE = 3_000;
export const OUTPUT_PRICE = 15_000;

/** The schedule of a seed. Who wins a race is the operating system's affair; everything else is drawn here. */
export function scheduleOf(seed: number): SchedulePlan {
  const dice = createDice(seed);
  const isMonthEnd = dice.chance(0.2);
  const hasBooks = dice.chance(0.65);
  const troubleRate = dice.weighted([
    [2, 0],
    [4, 0.12],
    [3, 0.3],
    [1, 0.55],
  ]);
  const isTight = dice.chance(0.5);
  const writers = dice.weighted([
    [5, 1],
    [6, 2],
    [2, 3],
    [1, 4],
  ]);
  const happenings = dice.chance(0.45) ? 1 : 0;
  const strickenWriter = dice.number(0, writers - 1);
  const at = isMonthEnd
    ? `2026-01-31T23:59:${dice.number(50, 58)}Z`
    : `2026-02-14T1${dice.number(0, 9)}:${dice.number(10, 59)}:00Z`;
  const books = hasBooks ? booksOf(dice, isTight) : null;
  const mood = { troubleRate, isTight, isFull: books?.isFull === true };
  return {
    ...{ seed, at, books },
    isWebhookGone: dice.chance(0.06),
    hasPart: dice.chance(0.3),
    writers: withMeters(
      seed,
      inRuns(
        dice,
        Array.from({ length: writers }, (_, index) =>
          writerOf(dice, index, { ...mood, happens: happenings > 0 && index === strickenWriter }),
        ),
        { ...mood, happens: false },
      ),
      { ...mood, happens: false },
    ),
  };
}

function booksOf(dice: Dice, isTight: boolean): NonNullable<SchedulePlan["books"]> {
  return {
    spent: isTight ? dice.oneOf([9.97, 11.5, 13.2, 14.9]) : dice.oneOf([0, 0.31, 4.98, 9.99]),
    holds: isTight && dice.chance(0.3) ? [dice.oneOf([0.5, 1.25])] : [],
    isFull: dice.chance(0.05),
  };
}

/** Makes jobs of one run of some writers, and has some of them book more than once. */
function inRuns(dice: Dice, alone: readonly WriterPlan[], mood: Mood): WriterPlan[] {
  const writers: WriterPlan[] = [];
  for (const writer of alone) {
    const previous = writers.at(-1);
    const mate = previous !== undefined && dice.chance(0.4) ? previous : undefined;
    const books = writer.work === "guard" || writer.work === "check and record" || writer.work === "record";
    const further = books && dice.chance(0.3) ? dice.number(1, 2) : 0;
    writers.push({
      ...writer,
      work: mate !== undefined && writer.work === "record" && dice.chance(0.2) ? "release" : writer.work,
      runId: mate?.runId ?? writer.runId,
      job: mate !== undefined && dice.chance(0.3) ? mate.job : writer.job,
      further: Array.from({ length: further }, (_, index) => ({
        cost: dollars(dice, 120),
        isAbsurd: dice.chance(0.15),
        plan: stepOf(dice, `${writer.name}-further${index + 1}`, { ...mood, isKilled: dice.chance(0.05) }),
      })),
      namesHold: dice.chance(0.4),
    });
  }
  return writers;
}

/** Has some of the guards metered. They have dice of their own, so all else falls as it would without them. */
function withMeters(seed: number, writers: readonly WriterPlan[], mood: Mood): WriterPlan[] {
  const dice = createDice(seed + 1_000_000);
  return writers.map((writer) => {
    const isMetered = writer.work === "guard" && dice.chance(0.5);
    return isMetered ? { ...writer, further: [], metered: meteredOf(dice, writer, mood) } : writer;
  });
}

function meteredOf(dice: Dice, { name, estimate }: WriterPlan, mood: Mood): MeteredPlan {
  const overrun = dice.weighted<MeteredPlan["overrun"]>([
    [8, "extend"],
    [1, "warn"],
    [1, "stop"],
  ]);
  const hasMost = overrun === "stop" || dice.chance(0.25);
  const lives = Array.from({ length: dice.chance(0.35) ? 2 : 1 }, (_, index) => ({
    plan: stepOf(dice, `${name}-meter${index + 1}`, { ...mood, isKilled: dice.chance(0.3) }),
    calls: Array.from({ length: dice.number(0, 6) }, () => callOf(dice, Number(estimate))),
  }));
  const record = dice.chance(0.3) ? stepOf(dice, `${name}-recorded`, { ...mood, isKilled: dice.chance(0.15) }) : null;
  return {
    maxCost: hasMost ? (Number(estimate) * dice.oneOf([0.5, 1.5, 2.5])).toFixed(9) : null,
    overrun,
    lives,
    record,
  };
}

/** A request that costs between a twentieth and two thirds of what its run was expected to cost. */
function callOf(dice: Dice, estimate: number): CallPlan {
  const output = Math.ceil((estimate * dice.number(5, 66)) / 100 / (OUTPUT_PRICE / 1e9));
  return { input: dice.number(1, 40), output, isStream: dice.chance(0.5), isDouble: dice.chance(0.2) };
}

type Mood = {
  readonly troubleRate: number;
  readonly isTight: boolean;
  readonly isFull: boolean;
  readonly happens: boolean;
};

function writerOf(dice: Dice, index: number, mood: Mood): WriterPlan {
  const name = `w${index + 1}`;
  const work = dice.weighted<Work>([
    [9, "guard"],
    [3, "check and record"],
    [7, "record"],
    [1, "check and release"],
    [1, "recap"],
  ]);
  const happensIn = mood.happens
    ? dice.oneOf(work === "record" || work === "recap" ? ["first"] : ["first", "second"])
    : "";
  const killIn = dice.chance(0.22) ? dice.oneOf(["first", "second"]) : "";
  const step = (part: string): StepPlan =>
    stepOf(dice, `${name}-${part}`, {
      ...mood,
      isKilled: killIn === part,
      happens: happensIn === part,
    });
  return {
    name,
    runId: 101 + index,
    job: name,
    work,
    clockShiftMs: dice.chance(0.5) ? 0 : dice.number(-600_000, 600_000),
    waitsForOther: index > 0 && dice.chance(0.25),
    estimate: dollars(dice, mood.isTight ? 4_000 : 600),
    cost: dice.chance(0.85) ? dollars(dice, dice.chance(0.5) ? 6_000 : 120) : null,
    holdMinutes: dice.chance(0.25) ? dice.number(1, 3) : 360,
    onError: dice.chance(0.15) ? "allow" : "deny",
    hasWebhook: dice.chance(0.75),
    repeats: work === "record" && dice.chance(0.4),
    first: step("first"),
    second: step("second"),
    again: { name: `${name}-again`, github: [], discord: [], kill: null, happening: null },
    ...{ further: [], namesHold: false, metered: null },
  };
}

function stepOf(dice: Dice, name: string, mood: Mood & { readonly isKilled: boolean }): StepPlan {
  const drawn = (draw: (dice: Dice) => Trouble, rate: number) =>
    Array.from({ length: MAX_REQUESTS }, () => (dice.chance(rate) ? draw(dice) : null));
  return {
    name,
    github: drawn(troubleWithGitHub, mood.troubleRate),
    discord: drawn(troubleWithDiscord, mood.troubleRate),
    kill: mood.isKilled ? killOf(dice) : null,
    happening: mood.happens ? happeningOf(dice, mood) : null,
  };
}

function killOf(dice: Dice): Kill {
  const signal = dice.weighted<Kill["signal"]>([
    [4, "SIGTERM"],
    [4, "SIGKILL"],
    [1, "SIGINT"],
  ]);
  if (dice.chance(0.2)) return { signal, at: { ms: dice.number(1, 300) } };
  return {
    signal,
    at: {
      request: dice.weighted([
        [2, 0],
        [5, 1],
        [2, 2],
        [1, 3],
      ]),
      when: dice.oneOf(["before", "after"]),
    },
  };
}

function happeningOf(dice: Dice, { isFull }: Mood): Happening {
  const what = dice.weighted<Happening["what"]>([
    [4, "branch deleted"],
    [4, "file added"],
    [2, "budget raised"],
    [3, "budget lowered"],
    [3, "key added"],
    // More spaces in full books would make them too large to be read.
    [isFull ? 0 : 2, "spaces changed"],
    [2, "JSON broken"],
    [2, "merge left open"],
    [2, "branch protected"],
    [5, "time jumps"],
  ]);
  const by = what === "time jumps" ? dice.oneOf([2, 5, 11, 20]) : what.startsWith("budget") ? dice.number(1, 5) : 0;
  return { request: dice.number(0, 2), what, by, undoneAfter: dice.chance(0.7) ? dice.number(1, 6) : null };
}

/** Dollars with up to nine decimals, never nothing. */
function dollars(dice: Dice, mostThousandths: number): string {
  const thousandths = dice.number(1, mostThousandths);
  const nano = dice.chance(0.5) ? dice.number(0, 999_999) : 0;
  return ((thousandths * 1_000_000 + nano) / 1e9).toFixed(9).replace(/\.?0+$/, "");
}

// Crowds of runs over one budget in PostgreSQL, for bench/fleet.ts, and whether each booking is there once.
import { setTimeout as wait } from "node:timers/promises";
import { diceOf } from "./dice.ts";
import { atLeast, atMost, median } from "./figures.ts";
import { type FleetBooks, type FleetDatabase, type Kept, keptIn, type Run, runOf, type Way } from "./fleet-books.ts";
import { quantile } from "./fleet-day.ts";
import type { Result } from "./results.ts";

const OFFERED_A_MINUTE = 1_000;

export type FleetSizes = {
  readonly entries: number;
  readonly seconds: number;
  /** How many runs there are at once. */
  readonly runners: number;
  /** How many of them rush in. */
  readonly rush: number;
  /** How often single commands are measured. */
  readonly rounds: number;
};

export type Table = Result["tables"][number];

/** Where everything happens: the database, and the way to it with and without a distance. */
export type Fleet = FleetDatabase & { readonly far: Way; readonly near: Way };

/** What is left after bookings: how many are lost, and how many are there more than once. */
type Checked = { readonly lost: number; readonly doubled: number };

/** Uses a run and closes its connection. */
export async function used<T>(run: Run, use: (run: Run) => Promise<T>): Promise<T> {
  try {
    return await use(run);
  } finally {
    await run.close();
  }
}

/** A load, a crowd and a rush; how long a turn takes in a crowd, and an operation besides it. `where` says which books. */
export async function loadTables(fleet: Fleet, sizes: FleetSizes, at: { readonly books: FleetBooks; where: string }) {
  const { books, where } = at;
  const offered = await offeredLoad(fleet, books, sizes);
  const fast = await fastAsCan(fleet, books, sizes);
  const rush = await rushes(fleet, books, sizes);
  const cellsOf = ({ count, perMinute }: Crowd) => [count, Math.round(perMinute)].map((it) => it.toLocaleString("en"));
  const endOf = ({ gaveUp, lost, doubled }: Crowd) => [gaveUp, lost, doubled].map(String);
  const name = `${OFFERED_A_MINUTE.toLocaleString("en")} a minute, connecting each time`;
  const late = quantile(offered.sorted, 0.99) / 1000;
  const middle = [seconds(offered.sorted, 0.5), seconds(offered.sorted, 0.99), atMost(Number(late.toFixed(2)), 2)];
  const fastest = [atLeast(Math.round(fast.perMinute), 1_500), seconds(fast.sorted, 0.5), seconds(fast.sorted, 0.99)];
  const load: Table = {
    about: `${where}${sizes.runners} runs at once over one budget, ${sizes.seconds} s each: checks and bookings in turn, each booking for its hold. Offered operations are due at random moments, and what waits counts from then. Lost and doubled: the ledger's lines, their ids, their sum and the state's total against what was confirmed.`,
    rows: [
      [
        "",
        "operations",
        "a minute",
        "at least",
        "median s",
        "99th percentile s",
        "at most",
        "gave up",
        "lost",
        "doubled",
      ],
      [name, ...cellsOf(offered), "", ...middle, ...endOf(offered)],
      ["as fast as they can, connected", ...cellsOf(fast), ...fastest, "", ...endOf(fast)],
    ],
  };
  const rushing: Table = {
    about: `${where}${sizes.rush} runs at once, each connects first: until the last of them is done, medians of ${rush.rounds} rounds.`,
    rows: [
      ["", "half done, s", "last done, s", "at most"],
      ...(["check", "record"] as const).map((command) => {
        const { half, last } = rush[command];
        return [command, half.toFixed(2), last.toFixed(2), atMost(Number(last.toFixed(2)), 3)];
      }),
    ],
  };
  const turnMs = 60_000 / fast.perMinute;
  return { tables: [load, rushing], turnMs, besidesMs: Math.max(0, quantile(offered.sorted, 0.5) - turnMs) };
}

/** What a crowd came to; `sorted` has how long each operation took, in milliseconds. */
type Crowd = Checked & {
  readonly count: number;
  readonly perMinute: number;
  readonly sorted: readonly number[];
  readonly gaveUp: number;
};

/** A quantile of milliseconds, in seconds. */
export const seconds = (sorted: readonly number[], share: number): string =>
  (quantile(sorted, share) / 1000).toFixed(2);

/** No two bookings cost the same, so that no sum hides a lost one behind a double one. */
function costs() {
  let count = 0;
  const made: number[] = [];
  return {
    next: () => {
      count += 1;
      return count / 100_000;
    },
    confirmed: (usd: number) => void made.push(Math.round(usd * 1e9)),
    made,
  };
}

async function booked(
  run: Run,
  hold: string,
  cost: Pick<ReturnType<typeof costs>, "next" | "confirmed">,
): Promise<true> {
  const usd = cost.next();
  await run.record(usd, hold);
  cost.confirmed(usd);
  return true;
}

/** Compares what was confirmed with what the tables have more than before. Throws where the sums don't agree. */
async function checkedBy(
  fleet: Fleet,
  books: FleetBooks,
  { made, before }: { readonly made: readonly number[]; readonly before: Kept },
): Promise<Checked> {
  const after = await keptIn(fleet, books);
  const more = (key: keyof Kept) => after[key] - before[key];
  const [lines, ids, sum, spent] = [more("lines"), more("ids"), more("sum"), more("spent")];
  const expected = made.reduce((total, one) => total + one, 0);
  const found = { lost: Math.max(0, made.length - ids), doubled: lines - ids + Math.max(0, ids - made.length) };
  if (sum !== spent || sum !== expected) {
    throw new Error(
      `${books.name}: confirmed ${expected}, lines ${sum}, state ${spent}; ${lines} lines, ${made.length} made`,
    );
  }
  return found;
}

/** Each operation is a run by itself, which connects; latency counts from when it was due. */
async function offeredLoad(fleet: Fleet, books: FleetBooks, { seconds: length, runners }: FleetSizes) {
  const dice = diceOf(18);
  const cost = { ...costs(), before: await keptIn(fleet, books) };
  const taken: number[] = [];
  let gaveUp = 0;
  const begun = performance.now();
  const one = async (at: number): Promise<string | undefined> => {
    // Every run's operations are due at random moments, as often as its share of the whole.
    let due = 0;
    let hold: string | undefined;
    for (;;) {
      due += -Math.log(1 - dice.share()) * ((60_000 * runners) / OFFERED_A_MINUTE);
      if (due > length * 1000) return hold;
      await wait(Math.max(0, due - (performance.now() - begun)));
      const isDone = await used(runOf(fleet, books, { way: fleet.far, at }), async (run) => {
        const held = hold;
        hold = undefined;
        if (held !== undefined) return booked(run, held, cost);
        hold = await run.check();
        return true;
      }).catch(() => false);
      if (isDone) taken.push(performance.now() - begun - due);
      else gaveUp += 1;
    }
  };
  const open = await Promise.all(Array.from({ length: runners }, (_, at) => one(at)));
  const minutes = (performance.now() - begun) / 60_000;
  await used(runOf(fleet, books, { way: fleet.near, at: 0 }), async (run) => {
    for (const hold of open) if (hold !== undefined) await booked(run, hold, cost);
  });
  const sorted = taken.toSorted((a, b) => a - b);
  return {
    count: taken.length,
    perMinute: taken.length / minutes,
    sorted,
    gaveUp,
    ...(await checkedBy(fleet, books, cost)),
  };
}

/** All of them connected, one operation after the other. */
async function fastAsCan(fleet: Fleet, books: FleetBooks, { seconds: length, runners }: FleetSizes) {
  const cost = { ...costs(), before: await keptIn(fleet, books) };
  const taken: number[] = [];
  const runs = Array.from({ length: runners }, (_, at) => runOf(fleet, books, { way: fleet.far, at }));
  await Promise.all(runs.map((run) => run.open()));
  const begun = performance.now();
  const timed = async <T>(work: () => Promise<T>): Promise<T> => {
    const asked = performance.now();
    const value = await work();
    taken.push(performance.now() - asked);
    return value;
  };
  let gaveUp = 0;
  const loop = async (run: Run) => {
    while (performance.now() - begun < length * 1000) {
      try {
        const hold = await timed(run.check);
        await timed(() => booked(run, hold, cost));
      } catch {
        gaveUp += 1;
      }
    }
  };
  await Promise.all(runs.map(loop));
  const minutes = (performance.now() - begun) / 60_000;
  await Promise.all(runs.map((run) => run.close()));
  const sorted = taken.toSorted((a, b) => a - b);
  return {
    count: taken.length,
    perMinute: taken.length / minutes,
    sorted,
    gaveUp,
    ...(await checkedBy(fleet, books, cost)),
  };
}

async function rushes(fleet: Fleet, books: FleetBooks, { rush, rounds }: FleetSizes) {
  const cost = { ...costs(), before: await keptIn(fleet, books) };
  const found: { readonly check: Half; readonly record: Half }[] = [];
  const times = Math.min(5, rounds);
  for (let round = 0; round < times; round += 1) {
    const runs = () => Array.from({ length: rush }, (_, at) => runOf(fleet, books, { way: fleet.far, at }));
    const holds: (string | undefined)[] = [];
    const check = await halfAndLast(runs(), async (run, at) => {
      holds[at] = await run.check();
    });
    // A booking is another process.
    const record = await halfAndLast(runs(), async (run, at) => {
      const usd = cost.next();
      await run.record(usd, holds[at]);
      cost.confirmed(usd);
    });
    found.push({ check, record });
  }
  const { lost, doubled } = await checkedBy(fleet, books, cost);
  if (lost + doubled > 0) throw new Error(`${lost} lost, ${doubled} doubled in a rush`);
  const of = (command: "check" | "record", key: keyof Half) => median(found.map((one) => one[command][key]));
  const both = (command: "check" | "record") => ({ half: of(command, "half"), last: of(command, "last") });
  return { rounds: times, check: both("check"), record: both("record") };
}

/** After how many seconds half of them were done, and all. */
type Half = { readonly half: number; readonly last: number };

async function halfAndLast(runs: readonly Run[], work: (run: Run, at: number) => Promise<void>): Promise<Half> {
  const begun = performance.now();
  const ended = await Promise.all(
    runs.map(async (run, at) => {
      await work(run, at);
      return (performance.now() - begun) / 1000;
    }),
  );
  await Promise.all(runs.map((run) => run.close()));
  return { half: median(ended), last: Math.max(...ended) };
}

// A working day of many repositories over one budget, in virtual time: what waits, and what is given up, where the books
// are in PostgreSQL and where they are in GitHub. Its service times are measured by bench/fleet.ts.
import { type Dice, diceOf } from "./dice.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** How much of a day's runs begins in each hour from 8:00 on: people come, eat and go. */
const HOURS = [0.06, 0.12, 0.14, 0.12, 0.07, 0.1, 0.13, 0.12, 0.09, 0.05] as const;

/** How long an agent works on average, as in the arithmetic of the bounds. */
const RUN_MS = 10 * MINUTE;
/** How long a check and a booking try, at most: the program's patience with the most that a crowd gets. */
const PATIENCE_MS = { check: 5 * MINUTE, record: 10 * MINUTE } as const;

/** Where the books are. */
export type DayStore = {
  readonly name: string;
  /** What an operation takes besides its turn: connecting, reading the policy. */
  readonly besidesMs: number;
  /** How long an operation has the books for itself while so many holds are open. */
  readonly turnMs: (openHolds: number, dice: Dice) => number;
  /** How many writes the books take in an hour; undefined if nobody counts them. */
  readonly mostWritesAnHour?: number;
  readonly mostHolds: number;
};

/** What came of a day. */
export type Day = {
  readonly executions: number;
  readonly busiestHour: number;
  /** Runs that were denied: because no try got through in time, and because too many holds were open. */
  readonly unanswered: number;
  readonly tooManyHolds: number;
  /** Bookings that weren't made in time: their holds expire and are charged by estimate. */
  readonly unbooked: number;
  /** How long checks and bookings took that got through, in milliseconds, ascending. */
  readonly checks: readonly number[];
  readonly records: readonly number[];
  readonly mostOpen: number;
};

type Event = { readonly at: number; readonly kind: "check" | "record" };

/** Lives through a day in which each repository has so many runs on average. */
export function dayOf(store: DayStore, { repositories = 2_000, runsEach = 5, seed = 1 } = {}): Day {
  const dice = diceOf(seed);
  const starts = HOURS.map((share, hour) => {
    const count = dice.count(repositories * runsEach * share);
    return Array.from({ length: count }, () => (hour + dice.share()) * HOUR);
  });
  const queue = new Soonest();
  for (const at of starts.flat()) queue.add({ at, kind: "check" });
  const books = booksOf(store, dice);
  const found = { unanswered: 0, tooManyHolds: 0, unbooked: 0, mostOpen: 0 };
  const [checks, records]: [number[], number[]] = [[], []];
  let open = 0;
  for (let event = queue.next(); event !== undefined; event = queue.next()) {
    const { at, kind } = event;
    const done = books.write(at, PATIENCE_MS[kind], open);
    if (kind === "record") {
      if (done === undefined) found.unbooked += 1;
      else records.push(done - at);
      open -= 1;
    } else if (done === undefined) found.unanswered += 1;
    else if (open >= store.mostHolds) found.tooManyHolds += 1;
    else {
      checks.push(done - at);
      open += 1;
      found.mostOpen = Math.max(found.mostOpen, open);
      queue.add({ at: done - RUN_MS * Math.log(1 - dice.share()), kind: "record" });
    }
  }
  const busiestHour = Math.max(...starts.map(({ length }) => length));
  const sorted = (values: readonly number[]) => values.toSorted((a, b) => a - b);
  return { ...found, executions: starts.flat().length, busiestHour, checks: sorted(checks), records: sorted(records) };
}

/** The books serve one after the other, as they come: a crowd of optimistic writers does worse, never better. */
function booksOf({ besidesMs, turnMs, mostWritesAnHour = Number.POSITIVE_INFINITY }: DayStore, dice: Dice) {
  let freeAt = 0;
  /** When the writes of the last hour began. */
  const writes: number[] = [];
  return {
    /** When a write that is asked for at a time is done; undefined if its patience ends before. */
    write: (at: number, patienceMs: number, openHolds: number): number | undefined => {
      const asked = at + besidesMs;
      const limited = (writes.at(-mostWritesAnHour) ?? Number.NEGATIVE_INFINITY) + HOUR;
      const begins = Math.max(asked, freeAt, limited);
      if (begins - at > patienceMs) return undefined;
      freeAt = begins + turnMs(openHolds, dice);
      if (Number.isFinite(mostWritesAnHour)) writes.push(begins);
      return freeAt;
    },
  };
}

/** Events, the soonest first: a binary heap. */
class Soonest {
  readonly #heap: Event[] = [];

  add(event: Event): void {
    const heap = this.#heap;
    let at = heap.push(event) - 1;
    for (let up = (at - 1) >> 1; at > 0 && (heap[up]?.at ?? 0) > event.at; up = (at - 1) >> 1) {
      heap[at] = heap[up] as Event;
      at = up;
    }
    heap[at] = event;
  }

  next(): Event | undefined {
    const heap = this.#heap;
    const [first] = heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let down = 2 * at + 1;
      if ((heap[down + 1]?.at ?? Number.POSITIVE_INFINITY) < (heap[down]?.at ?? Number.POSITIVE_INFINITY)) down += 1;
      if ((heap[down]?.at ?? Number.POSITIVE_INFINITY) >= last.at) break;
      heap[at] = heap[down] as Event;
      at = down;
    }
    heap[at] = last;
    return first;
  }
}

/** GitHub's books: a write takes one to two seconds, and a token makes 500 in an hour. */
export const GITHUB_STORE: DayStore = {
  name: "GitHub",
  besidesMs: 300,
  turnMs: (_, dice) => (1 + dice.share()) * SECOND,
  mostWritesAnHour: 500,
  mostHolds: 500,
};

/** The value below which so much of sorted ones is. */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

const RUNS_EACH = [0.5, 1, 5, 10, 20, 40] as const;

/** The table of days with more and more runs. */
export function dayTable(stores: readonly DayStore[]): { readonly about: string; readonly rows: readonly string[][] } {
  const seconds = (values: readonly number[], share: number) =>
    values.length === 0 ? "" : (quantile(values, share) / SECOND).toFixed(2);
  const rows = stores.flatMap((store) =>
    RUNS_EACH.map((runsEach) => {
      const day = dayOf(store, { runsEach });
      const figures = [day.executions, day.busiestHour, day.mostOpen, day.unanswered, day.tooManyHolds, day.unbooked];
      return [
        store.name,
        ...figures.map((figure) => figure.toLocaleString("en")),
        ...[seconds(day.checks, 0.5), seconds(day.checks, 0.99), seconds(day.records, 0.99)],
      ];
    }),
  );
  const about =
    "A simulated working day, 8:00 to 18:00, of 2,000 repositories over one budget, in virtual time, not measured: runs begin at random, most at 10:00 and at 14:00, and last ten minutes on average. PostgreSQL's service time is what the tables above measured, growing with the open holds. GitHub's is one to two seconds, and 500 writes an hour for a token; it serves its writers in their order, which is kinder than reality. A check waits 5 minutes at most and is denied then; a booking waits 10 minutes, then its hold expires and the estimate is charged.";
  const heading = ["books in", "runs", "busiest hour", "most open", "no answer", "too many holds", "not booked"];
  return { about, rows: [[...heading, "check s, median", "99th percentile", "record s, 99th"], ...rows] };
}

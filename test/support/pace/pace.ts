/** How often something is tried: on a very slow machine, on a good one, and in the nightly long run. */
type Counts = {
  readonly least: number;
  readonly usual: number;
  readonly long: number;
  /** An environment variable that says it outright. */
  readonly variable?: string;
};
type Environment = Readonly<Record<string, string | undefined>>;

/** Everything in the tests that is a matter of count. What a single one asserts is the same at every count. */
export const COUNTS = {
  /** Schedules of test/faults. At least 20: every 10th is verified, every 20th has a process for each step. */
  faultSchedules: { least: 20, usual: 100, long: 2_000, variable: "FAULT_SCHEDULES" },
  /** Schedules of writers on a PostgreSQL whose connections are cut. */
  databaseSchedules: { least: 5, usual: 20, long: 200, variable: "DATABASE_SCHEDULES" },
  /** Schedules of test/faults whose books are in a PostgreSQL. */
  databaseFaults: { least: 5, usual: 15, long: 200, variable: "DATABASE_FAULTS" },
  /** Walks of several writers over the model, done again on a PostgreSQL. */
  databaseWalks: { least: 5, usual: 12, long: 300 },
  /** Walks of several writers over the model of the books; more until they met everything there is. */
  modelWalks: { least: 30, usual: 300, long: 5_000, variable: "MODEL_RUNS" },
  /** Walks of one writer through the laws of the books. */
  bookWalks: { least: 40, usual: 300, long: 3_000 },
  /** Games of 60 operations at a terminal. */
  games: { least: 5, usual: 20, long: 200, variable: "GAMES" },
  /** Usage files with something wrong in them. */
  hostileFiles: { least: 500, usual: 10_000, long: 100_000 },
  /** Job summaries and pages whose charts a browser draws: on a good day all there are. */
  pictures: { least: 4, usual: 50, long: 50 },
  /** Pages of the dashboard that axe examines; the last ones are like others. */
  sitePages: { least: 2, usual: 5, long: 6 },
  /** Ways between two places on which a move is cut short at each of its writes; 12 are all there are. */
  cutMoves: { least: 2, usual: 3, long: 12 },
  /** Ledger lines of the books that are moved whole, over 24 closed months. */
  movedLines: { least: 500, usual: 1_000, long: 300_000, variable: "MOVED_LINES" },
  /** Moves of a process that is killed, each at another point. */
  killedMoves: { least: 4, usual: 4, long: 100 },
  /** Exchanges with a provider that pass through the meter. */
  meterExchanges: { least: 100, usual: 500, long: 3_000 },
  /** Cases of a property that is cheap to check. */
  manyCases: { least: 50, usual: 1_000, long: 10_000 },
  /** Cases of a property that says nothing else. */
  cases: { least: 20, usual: 100, long: 1_000 },
  /** Cases of a property that is dear to check. */
  fewCases: { least: 8, usual: 30, long: 300 },
} as const satisfies Readonly<Record<string, Counts>>;

export type CountName = keyof typeof COUNTS;

export type Pace = {
  /** How many times slower than on a good day with two cores this machine is: 1 or more. */
  readonly factor: number;
  readonly countOf: (name: CountName) => number;
  /** So many milliseconds of a good day, on this machine. */
  readonly patient: (ms: number) => number;
};

/** Up to here a slow machine tries as much as a good one. */
const SLOW_FROM = 2;
const LONG_RUN_PATIENCE = 20;
/** A timer set further ahead fires at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;
const SIZES = ["least", "usual", "long"] as const;

/**
 * Reads the pace from TEST_FACTOR (the machine's factor) and TEST_COUNTS (least, usual or long: those counts, however
 * slow the machine is). Without TEST_COUNTS the counts fall from the usual ones to the least as the factor grows.
 */
export function paceOf(environment: Environment): Pace {
  const factor = numberIn(environment, "TEST_FACTOR") ?? 1;
  if (factor < 1) throw new Error(`TEST_FACTOR is 1 or more: ${factor}`);
  const told = environment["TEST_COUNTS"] || undefined;
  const size = SIZES.find((one) => one === told);
  if (told !== undefined && size === undefined) throw new Error(`TEST_COUNTS is one of ${SIZES.join(", ")}: ${told}`);
  return {
    factor,
    countOf(name) {
      const counts: Counts = COUNTS[name];
      const outright = counts.variable === undefined ? undefined : numberIn(environment, counts.variable);
      if (outright !== undefined) return outright;
      if (size !== undefined) return counts[size];
      const bearable = Math.round((counts.usual * SLOW_FROM) / factor);
      return Math.max(counts.least, Math.min(counts.usual, bearable));
    },
    patient: (ms) => Math.min(MAX_TIMER_MS, Math.ceil(ms * factor * (size === "long" ? LONG_RUN_PATIENCE : 1))),
  };
}

function numberIn(environment: Environment, name: string): number | undefined {
  const text = environment[name] || undefined;
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!(value > 0)) throw new Error(`${name} is a number above 0: ${text}`);
  return value;
}

/** The pace of this run; vitest.config.ts measures the machine where TEST_FACTOR says nothing. */
export const { factor, countOf, patient } = paceOf(process.env);

// One budget for a fleet, in a real PostgreSQL (Debian's, started by itself) with 20 ms there and back put in between:
// round trips, a load, a rush, many entries, the bounds, and a simulated day.
// node bench/fleet.ts [entries] [seconds] [runners] [--save | --bounds]; 2000000 entries are the aim, and take minutes
// to make. With --bounds only the books near the bounds.
import { loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { startProxy } from "../test/support/postgres/proxy.ts";
import { startServer } from "../test/support/postgres/server.ts";
import { startDelay } from "./delay-proxy.ts";
import { atMost, median } from "./figures.ts";
import {
  copyWithEntries,
  type FleetBooks,
  fillHolds,
  newBooks,
  newFleetDatabase,
  runOf,
  stateBytes,
  type Way,
  walBytes,
} from "./fleet-books.ts";
import { type DayStore, dayTable, GITHUB_STORE } from "./fleet-day.ts";
import { type Fleet, type FleetSizes, loadTables, type Table, used } from "./fleet-load.ts";
import { plainArgs, type Result, report } from "./results.ts";

const ONE_WAY_MS = 10;
/** Open holds and values of a `for-each` in PostgreSQL's store. */
const BOUND = 1_000;
/** As on a server that somebody rents: what is committed is on the disk. */
const SETTINGS = { fsync: "on", shared_buffers: "256MB", max_connections: "250", max_wal_size: "4GB", jit: "on" };

const SIZES: FleetSizes = { entries: 200_000, seconds: 30, runners: 100, rush: 50, rounds: 41 };

/**
 * Measures all of it, or what happens near the bounds: the fleet's figures, and with all of it what ends one budget.
 * Rejects where there is no PostgreSQL, and where a sum doesn't agree.
 */
export async function benchFleet(
  sizes: FleetSizes = SIZES,
  only?: "bounds",
): Promise<readonly [fleet: Result, scale?: Result]> {
  const server = await startServer(SETTINGS);
  const delay = await startDelay({ host: server.host, port: server.port, oneWayMs: ONE_WAY_MS });
  try {
    const fleet = { ...(await newFleetDatabase(server)), far: delay, near: server };
    const before = loadOf();
    if (only === "bounds") return [{ name: "fleet", tables: (await boundsTables(fleet, sizes)).tables }];
    const small = await newBooks(fleet, "octo-org/small");
    await used(runOf(fleet, small, { way: fleet.near, at: 0 }), async (run) => run.record(0.05, await run.check()));
    const trips = await tripsTable(fleet, small);
    const loads = await loadTables(fleet, sizes, { books: await newBooks(fleet, "octo-org/load"), where: "" });
    const many = await entriesTable(fleet, small, sizes);
    const bounds = await boundsTables(fleet, sizes);
    const day = dayTable([dayStore(loads, bounds.turnMs), GITHUB_STORE]);
    const about = `${trips.about} The machine's load was ${before} at the beginning and ${loadOf()} at the end, and the server, the distance and all runs share its cores.`;
    return [
      { name: "fleet", tables: [{ ...trips, about }, ...loads.tables, many, ...bounds.tables, day] },
      { name: "scale", page: "scale.md", tables: [scaleTable({ ...bounds.few, turnMs: loads.turnMs }, bounds.full)] },
    ];
  } finally {
    await delay.stop();
    server.crash();
  }
}

async function tripsTable(fleet: Fleet, books: FleetBooks): Promise<Table> {
  const proxy = await startProxy(fleet.far);
  const counted: Way = { host: "127.0.0.1", port: proxy.port };
  const short = await newBooks(fleet, "octo-org");
  const tripsOf = async (of: FleetBooks, named: string | null) =>
    used(runOf(fleet, of, { way: counted, at: 1, named }), async (run) => {
      await run.open();
      proxy.roundTrips();
      const hold = await run.check();
      const check = proxy.roundTrips();
      await run.record(0.05, hold);
      return [check, proxy.roundTrips()];
    });
  try {
    const named = await tripsOf(books, "o/policy");
    const unnamed = await tripsOf(short, null);
    const rows = [
      ["books and repository are named", ...named.flatMap((trips) => [String(trips), atMost(trips, 2)])],
      ["books without a slash, no repository", ...unnamed.flatMap((trips) => [String(trips), ""])],
    ];
    const about = `Round trips of one run's commands after connecting. A PostgreSQL on this machine that keeps its commits on the disk, ${2 * ONE_WAY_MS} ms there and back put in between. Runs are the program's own commands over a store and a connection each, all in one process, so that their start-up doesn't count and they compete for one core. A run that knows the books only by a name such as \`octo-org\` asks once which repository has the policy.`;
    return { about, rows: [["", "check", "at most", "record", "at most"], ...rows] };
  } finally {
    proxy.stop();
  }
}

const COMMANDS = ["check", "record", "status"] as const;
type Timed = Readonly<Record<(typeof COMMANDS)[number], readonly number[]>>;

/** The same books with and without entries, in turn, so that both meet the same machine. */
async function timesOf(fleet: Fleet, all: readonly FleetBooks[], { way, rounds }: { way: Way; rounds: number }) {
  const found = all.map(() => ({ check: [] as number[], record: [] as number[], status: [] as number[] }));
  const runs = all.map((books, at) => runOf(fleet, books, { way, at: 5_000 + at }));
  await Promise.all(runs.map((run) => run.open()));
  for (let round = -2; round < rounds; round += 1) {
    for (const at of all.keys()) {
      const [run, times] = [runs[at], found[at]];
      if (run === undefined || times === undefined) continue;
      const timed = async <T>(name: keyof Timed, work: () => Promise<T>) => {
        const begun = performance.now();
        const value = await work();
        if (round >= 0) times[name].push(performance.now() - begun);
        return value;
      };
      const hold = await timed("check", run.check);
      await timed("record", () => run.record(0.05, hold));
      await timed("status", run.status);
    }
  }
  await Promise.all(runs.map((run) => run.close()));
  return found as readonly Timed[];
}

async function entriesTable(fleet: Fleet, small: FleetBooks, { entries, rounds }: FleetSizes): Promise<Table> {
  const [empty, many] = [await newBooks(fleet, "octo-org/few"), await newBooks(fleet, "octo-org/many")];
  await copyWithEntries(fleet, { from: small, to: empty, entries: 0 });
  await copyWithEntries(fleet, { from: small, to: many, entries });
  const far = await timesOf(fleet, [empty, many], { way: fleet.far, rounds });
  const near = await timesOf(fleet, [empty, many], { way: fleet.near, rounds });
  const rows = COMMANDS.map((name) => {
    const [few = Number.NaN, much = Number.NaN] = far.map((times) => median(times[name]));
    const [nearFew = Number.NaN, nearMuch = Number.NaN] = near.map((times) => median(times[name]));
    const [ratio, nearRatio] = [much / few, nearMuch / nearFew];
    return [
      name,
      ...[few.toFixed(1), much.toFixed(1), ratio.toFixed(2), atMost(Math.round(ratio * 100) / 100, 1.1)],
      ...[nearFew.toFixed(1), nearMuch.toFixed(1), nearRatio.toFixed(2)],
    ];
  });
  return {
    about: `${entries.toLocaleString("en")} more entries, made by SQL, beside none, with the same state: medians of ${rounds} interleaved runs, connected. The last columns are without the distance.`,
    rows: [["", "none, ms", "many, ms", "ratio", "at most", "none, near", "many, near", "ratio, near"], ...rows],
  };
}

async function boundsTables(fleet: Fleet, sizes: FleetSizes) {
  const { rounds, runners } = sizes;
  const [plain, full] = [await newBooks(fleet, "octo-org/plain"), await newBooks(fleet, "octo-org/full", true)];
  for (const books of [plain, full]) {
    await used(runOf(fleet, books, { way: fleet.near, at: 0 }), async (run) => run.record(0.05, await run.check()));
  }
  // The runs that follow hold the rest, and theirs are the other repositories.
  const filled = BOUND - runners - 1;
  await fillHolds(fleet, full, filled);
  const times = await timesOf(fleet, [plain, full], { way: fleet.far, rounds });
  const single = [];
  const costs = [];
  for (const [at, books] of [plain, full].entries()) {
    const { plain: bytes, kept } = await stateBytes(fleet, books);
    const wal = await walOfCommits(fleet, books, rounds);
    const cells = COMMANDS.map((command) => median(times[at]?.[command] ?? []).toFixed(1));
    costs.push({ bytes, wal });
    single.push([at === 0 ? "1" : comma(filled + 1), comma(bytes), comma(kept), ...cells, comma(wal)]);
  }
  const where = `With ${comma(filled)} to ${comma(filled + runners)} open holds, as many values, and a state of half a megabyte: `;
  const loads = await loadTables(fleet, sizes, { books: full, where });
  const table: Table = {
    about: `Near the bounds of ${comma(BOUND)} open holds and ${comma(BOUND)} values of a \`for-each\`, beside books with one hold at a time: medians of ${rounds} interleaved runs, connected. The bytes of WAL are those of one commit, on average over ${2 * rounds} without anything else.`,
    rows: [
      ["holds", "bytes of state", "in the table", "check, ms", "record, ms", "status, ms", "WAL, bytes"],
      ...single,
    ],
  };
  const [few = NO_COST, most = NO_COST] = costs;
  return { tables: [table, ...loads.tables], turnMs: loads.turnMs, few, full: { ...most, turnMs: loads.turnMs } };
}

/** What a commit writes: the state's bytes, and those of the log. */
type Cost = { readonly bytes: number; readonly wal: number };
const NO_COST: Cost = { bytes: Number.NaN, wal: Number.NaN };

/** Runs of ten minutes with the most open holds. */
const MOST_RUNS_AN_HOUR = 6 * BOUND;

/** What ends one budget, as docs/scale.md explains it. */
function scaleTable(few: Cost & { readonly turnMs: number }, full: Cost & { readonly turnMs: number }): Table {
  const both = [few, full];
  const perSecond = (tripMs: number) =>
    both.map(({ turnMs }) => (1_000 / Math.max(1, turnMs - 2 * ONE_WAY_MS + tripMs)).toFixed(0));
  const gigabytes = ({ wal }: Cost) => ((wal * 2 * MOST_RUNS_AN_HOUR * 24) / 1e9).toFixed(1);
  return {
    about: `A turn is the time that each run has the books for itself while ${SIZES.runners} runs want them at once: ${2 * ONE_WAY_MS} ms to the database and back, the decision and the write. The server, the distance and all runs share the cores of one machine. A turn with another distance is computed from it.`,
    rows: [
      ["", "few holds", `${comma(BOUND)} holds and values`],
      ["a turn, ms", ...both.map(({ turnMs }) => turnMs.toFixed(0))],
      ["writes a second", ...perSecond(2 * ONE_WAY_MS)],
      ["writes a second, 1 ms there and back", ...perSecond(1)],
      ["writes a second, 50 ms there and back", ...perSecond(50)],
      ["bytes of state in a write", ...both.map(({ bytes }) => comma(bytes))],
      ["bytes of write-ahead log in a write", ...both.map(({ wal }) => comma(wal))],
      [`GB of log in a day of ${comma(MOST_RUNS_AN_HOUR)} runs an hour`, ...both.map(gigabytes)],
    ],
  };
}

/** The bytes that one commit writes, on average over so many checks and bookings. */
async function walOfCommits(fleet: Fleet, books: FleetBooks, rounds: number): Promise<number> {
  return used(runOf(fleet, books, { way: fleet.near, at: 1 }), async (run) => {
    await run.record(0.05, await run.check());
    const before = await walBytes(fleet);
    for (let round = 0; round < rounds; round += 1) await run.record(0.05, await run.check());
    return Math.round(((await walBytes(fleet)) - before) / (2 * rounds));
  });
}

/** PostgreSQL for the simulated day: a turn as the two crowds had it, longer with the open holds. */
function dayStore({ turnMs, besidesMs }: { turnMs: number; besidesMs: number }, atBoundsMs: number): DayStore {
  const perHold = Math.max(0, atBoundsMs - turnMs) / BOUND;
  return { name: "PostgreSQL", besidesMs, turnMs: (holds) => turnMs + perHold * holds, mostHolds: BOUND };
}

/** How many programs wanted a core, on average over the last minute. */
const loadOf = (): string => (loadavg()[0] ?? 0).toFixed(1);

const comma = (value: number): string => value.toLocaleString("en");

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const args = process.argv.slice(2);
  const only = args.includes("--bounds") ? "bounds" : undefined;
  // It would replace all of the fleet's figures.
  if (only !== undefined && args.includes("--save"))
    throw new Error("--bounds can't be saved: leave one of the two out");
  const [entries = SIZES.entries, length = SIZES.seconds, runners = SIZES.runners] = plainArgs(args).map(Number);
  const results = await benchFleet({ ...SIZES, entries, seconds: length, runners }, only);
  for (const result of results) if (result !== undefined) report(result, args);
}

// How bookings go through when many write at once, every request 100 ms away, beside jobs that check out, edit, commit
// and push. node bench/contention.ts [rounds] [writers,...] [--save]
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { constants, open } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { record } from "../src/commands/record.ts";
import { readContext } from "../src/edges/action/event-file.ts";
import { rawInputs } from "../src/edges/action/inputs.ts";
import { actionPorts } from "../src/edges/action/ports.ts";
import { parseInputs } from "../src/inputs/parse-inputs.ts";
import { emptyFolder, prepareStep } from "../test/support/runner/action.ts";
import { startNode } from "../test/support/runner/spawn.ts";
import { atLeast, atMost, median } from "./figures.ts";
import { type GitHubProcess, startGitHubProcess } from "./github-process.ts";
import { makeBooks, spread } from "./made-books.ts";
import { type GitServer, preparePush, startGitServer } from "./pushing.ts";
import { plainArgs, type Result, report } from "./results.ts";

const LATENCY_MS = 100;
const FIRST_RUN = 1_000;

type Booking = { readonly repository: string; readonly run: number; readonly cost: number };

/** Makes one booking, for which everything is ready, and returns whether it was confirmed. */
type Writer = () => Promise<boolean>;

/** What the books contain at the end: which runs, and their sum. */
type Booked = { readonly runs: readonly number[]; readonly spent: number };

/** One way to book, and how to look at what came of it. */
type Way = {
  readonly name: string;
  /** More of them are let loose in the first round alone: it takes minutes. */
  readonly mostWriters: number;
  readonly prepare: (booking: Booking) => Promise<Writer>;
  readonly requests: () => Promise<number>;
  readonly booked: (repository: string) => Promise<Booked>;
};

type Round = {
  readonly lost: number;
  readonly twice: number;
  readonly gaveUp: number;
  readonly requests: number;
  readonly medianS: number;
  readonly lastS: number;
};

const KEYS = ["lost", "twice", "gaveUp", "requests", "medianS", "lastS"] as const satisfies readonly (keyof Round)[];

/** Lets so many writers loose at once, so many times, each of the ways in turn. */
export async function benchContention(rounds: number, writers: readonly number[]): Promise<Result> {
  const github = await startGitHubProcess({ latencyMs: LATENCY_MS, bodies: false });
  const folder = await github.createRepository("o/first");
  const git = await startGitServer(folder, LATENCY_MS);
  try {
    const ways = [ourProcesses(github), pushes(github, git), ourCalls(github)];
    const found = new Map<string, Round>();
    for (const count of writers) {
      const taken = ways.map((): Round[] => []);
      for (let round = 0; round < rounds; round += 1) {
        const repository = `o/w${count}-${round}`;
        await prepareRepository(github, repository, count);
        for (const [at, way] of ways.entries()) {
          if (round === 0 || count <= way.mostWriters) taken[at]?.push(await roundOf(way, repository, count));
        }
      }
      for (const [at, way] of ways.entries()) found.set(`${count} ${way.name}`, mediansOf(taken[at] ?? []));
    }
    return resultOf(found, writers, rounds, ways);
  } finally {
    git.stop();
    await github.stop();
  }
}

async function prepareRepository(github: GitHubProcess, repository: string, count: number): Promise<void> {
  await github.createRepository(repository);
  const nowMs = Date.now();
  for (const branch of ["token-budget", "in-process"]) {
    const folder = emptyFolder("books");
    await makeBooks(folder, nowMs - 86_400_000, spread(nowMs - 86_400_000, nowMs, 20));
    holdFor(
      folder,
      Array.from({ length: count }, (_, at) => ({ repository, run_id: FIRST_RUN + at })),
    );
    await github.commitFolder({ repository, branch, folder });
  }
  const plain = emptyFolder("plain");
  writeFileSync(
    join(plain, "budget.json"),
    `${JSON.stringify({ total_spent: 0, executions: 0, runs: [] }, null, 2)}\n`,
  );
  await github.commitFolder({ repository, branch: "main", folder: plain });
}

/** Each of the runs was let in before, as runs are, and holds what it is about to settle. */
function holdFor(folder: string, runs: readonly { readonly repository: string; readonly run_id: number }[]): void {
  const path = join(folder, "token_budget.json");
  const state = JSON.parse(readFileSync(path, "utf8"));
  const [at, expires_at] = [-60_000, 3_600_000].map((ms) => new Date(Date.now() + ms).toISOString());
  const holds = runs.map((run) => {
    const job = { attempt: 1, job: "agent", index: 0 };
    return {
      id: `held-${run.run_id}`,
      amount: 0.055,
      at,
      expires_at,
      profile: "ai-pr",
      run: { ...run, ...job },
      tags: {},
    };
  });
  writeFileSync(path, JSON.stringify({ ...state, holds }, null, 2));
}

async function roundOf(way: Way, repository: string, count: number): Promise<Round> {
  const before = await way.booked(repository);
  const runs = Array.from({ length: count }, (_, at) => FIRST_RUN + at);
  const writers = await Promise.all(runs.map((run) => way.prepare({ repository, run, cost: costOf(run) })));
  const asked = await way.requests();
  const begun = performance.now();
  const ended = await Promise.all(
    writers.map(async (write) => ({ isDone: await write(), s: (performance.now() - begun) / 1000 })),
  );
  const requests = (await way.requests()) - asked;
  const after = await way.booked(repository);
  const times = (run: number) => after.runs.filter((one) => one === run).length;
  const there = runs.filter((run) => times(run) > 0);
  const grown = nano(after.spent) - nano(before.spent);
  const expected = runs.reduce((sum, run) => sum + nano(costOf(run)) * times(run), 0);
  if (grown !== expected) throw new Error(`${way.name}: the total grew by ${grown}, what is booked is ${expected}`);
  return {
    lost: count - there.length,
    twice: runs.filter((run) => times(run) > 1).length,
    gaveUp: ended.filter(({ isDone }) => !isDone).length,
    requests: requests / Math.max(1, there.length),
    medianS: median(ended.map(({ s }) => s)),
    lastS: Math.max(...ended.map(({ s }) => s)),
  };
}

/** No two runs cost the same, so that no sum hides a lost one behind a double one. */
const costOf = (run: number): number => run / 100_000;
const nano = (dollars: number): number => Math.round(dollars * 1e9);

function mediansOf(rounds: readonly Round[]): Round {
  const sums: readonly (keyof Round)[] = ["lost", "twice", "gaveUp"];
  const of = (key: keyof Round) => {
    const values = rounds.map((round) => round[key]);
    return sums.includes(key) ? values.reduce((sum, value) => sum + value, 0) : median(values);
  };
  return Object.fromEntries(KEYS.map((key) => [key, of(key)])) as Round;
}

/** `record` of dist/, a process for each booking. */
function ourProcesses(github: GitHubProcess): Way {
  return {
    name: "token-budget",
    mostWriters: 50,
    ...countedAt(github, "token-budget"),
    prepare: async (booking) => {
      const { script, cwd, env } = await stepOf(github, booking);
      const go = heldAt(env["GITHUB_EVENT_PATH"] ?? "");
      const { ended } = startNode(script, [], { cwd, env });
      const early = await Promise.race([go.ready.then(() => null), ended]);
      if (early !== null) await go.giveUp(early.stderr);
      return async () => {
        await go.letGo();
        return (await ended).exitCode === 0;
      };
    },
  };
}

/**
 * Holds a program that reads the file until it is released: runners have a machine each, while here some fifty programs
 * load on a few cores. A program reads the file as the first thing once it is loaded.
 */
function heldAt(path: string) {
  const text = readFileSync(path);
  rmSync(path);
  execFileSync("mkfifo", [path]);
  // A pipe opens for its writer when there is a reader.
  const opened = open(path, "w");
  return {
    ready: opened,
    async giveUp(stderr: string): Promise<never> {
      // Without a reader the opening, and with it this process, would wait forever.
      const reader = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
      await Promise.all([reader.close(), opened.then((file) => file.close())]);
      throw new Error(`A writer ended before it was released: ${stderr}`);
    },
    async letGo(): Promise<void> {
      const file = await opened;
      await file.writeFile(text);
      await file.close();
    },
  };
}

/** The same command, all of them inside this process: what is left when starting processes costs nothing. */
function ourCalls(github: GitHubProcess): Way {
  return {
    name: "in one process",
    mostWriters: 50,
    ...countedAt(github, "in-process"),
    prepare: async (booking) => {
      const { env } = await stepOf(github, booking, { branch: "in-process" });
      const context = await readContext(env);
      const inputs = parseInputs("record", rawInputs(env));
      const io = { info: () => {}, mask: () => {}, redact: (text: string) => text };
      const ports = await actionPorts({ env, context, inputs, webhook: null, channels: [], patienceMs: 120_000, io });
      return async () => (await record(ports, inputs)).failure === null;
    },
  };
}

async function stepOf(github: GitHubProcess, { repository, run, cost }: Booking, more: Record<string, string> = {}) {
  const inputs = { command: "record", cost: String(cost), ...more };
  return prepareStep({ github: await github.places(), repository, run: { id: run }, inputs });
}

function countedAt(github: GitHubProcess, branch: string): Pick<Way, "requests" | "booked"> {
  let requests = 0;
  return {
    requests: async () => {
      requests += (await github.takeLog()).length;
      return requests;
    },
    booked: async (repository) => {
      const read = async (path: string) => (await github.readFile({ repository, branch, path })) ?? "";
      const files = (await github.files({ repository, branch })).filter((path) => path.endsWith(".ndjson"));
      const lines = (await Promise.all(files.map(read))).flatMap((text) => text.trimEnd().split("\n"));
      const { total_spent } = JSON.parse(await read("token_budget.json"));
      return { runs: lines.map((line) => JSON.parse(line).run?.run_id), spent: total_spent };
    },
  };
}

/** Jobs as they are written today, against the same repository, which git serves. */
function pushes(github: GitHubProcess, git: GitServer): Way {
  return {
    name: "checkout, edit, push",
    mostWriters: 8,
    requests: git.requests,
    prepare: async (booking) => preparePush(`${git.url}/${booking.repository}.git`, booking),
    booked: async (repository) => {
      const text = (await github.readFile({ repository, branch: "main", path: "budget.json" })) ?? "";
      const { runs, total_spent } = JSON.parse(text);
      return { runs: runs.map(({ run }: { run: number }) => run), spent: total_spent };
    },
  };
}

const HEADING = ["writers", "", "lost", "twice", "gave up", "requests each", "at most", "half done, s", "last done, s"];

function resultOf(
  found: ReadonlyMap<string, Round>,
  writers: readonly number[],
  rounds: number,
  [ours, pushing, calls]: readonly Way[],
): Result {
  const of = (count: number, way: Way | undefined) => found.get(`${count} ${way?.name}`);
  const both = writers.flatMap((count) =>
    [ours, pushing].map((way) => {
      const round = of(count, way);
      if (round === undefined) return [];
      const rate = count / round.lastS;
      const base = count / (of(count, pushing)?.lastS ?? Number.NaN);
      const isOurs = way === ours;
      return [
        ...cellsOf(count, way?.name ?? "", round, isOurs),
        rate.toFixed(2),
        isOurs ? (rate / base).toFixed(1) : "",
        isOurs && count === 8 ? atLeast(rate / base, 3) : "",
      ];
    }),
  );
  const alone = writers.map((count) => {
    const round = of(count, calls);
    return round === undefined ? [] : cellsOf(count, calls?.name ?? "", round, true);
  });
  const heading = [...HEADING, "at most"];
  return {
    name: "contention",
    tables: [
      {
        about: `Single bookings that start at the same moment, each in a separate process that is already loaded; every request is answered ${LATENCY_MS} ms late. Medians of ${rounds} rounds; sums for bookings that were lost, booked twice or given up. token-budget is \`record\` with a cost, which settles the hold of each run. The baseline is what workflows do without it, on the same bare repository served by git: a shallow checkout, an edit of a JSON file, a commit, a push; if the push is refused, \`git pull --rebase\`, and after a conflict the edit again, for at most 60 tries and five minutes (one round only with more than 8 writers). Seconds are from the common start to the end of the process.`,
        rows: [[...heading, "bookings a second", "× pushing", "at least"], ...both],
      },
      {
        about:
          "The same token-budget bookings in a single process. The processes above compete for the machine's cores, while real runners have a machine each; here only the waiting for each other remains.",
        rows: [heading, ...alone],
      },
    ],
  };
}

function cellsOf(count: number, name: string, round: Round, isOurs: boolean): string[] {
  const { lost, twice, gaveUp, requests, medianS, lastS } = round;
  return [
    String(count),
    name,
    ...[lost, twice, gaveUp].map(String),
    requests.toFixed(1),
    isOurs && count >= 20 ? atMost(requests, 6) : "",
    medianS.toFixed(1),
    lastS.toFixed(1),
    isOurs && count === 50 ? atMost(lastS, 15) : "",
  ];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const args = process.argv.slice(2);
  const [rounds = "3", writers = "1,8,20,50"] = plainArgs(args);
  report(await benchContention(Number(rounds), writers.split(",").map(Number)), args);
}

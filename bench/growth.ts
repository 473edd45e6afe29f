// How the cost of a check and a booking grows with the executions of a month, with the months that were closed,
// or with sub-budgets.
// node bench/growth.ts [runs] [executions,...] [closed months] [--save]
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { State } from "../src/books/state.ts";
import { decodePolicy } from "../src/inputs/policy/decode.ts";
import { partSettings } from "../src/inputs/policy/part-settings.ts";
import { POLICY_PATH } from "../src/inputs/policy/policy-path.ts";
import { type ActionOptions, emptyFolder, prepareStep, runAction } from "../test/support/runner/action.ts";
import { atMost, type Figures, measured, median, type Program } from "./figures.ts";
import { withFullLists } from "./full-lists.ts";
import { type GitHubProcess, startGitHubProcess } from "./github-process.ts";
import { AGENTS, makeBooks, spread, TEAMS } from "./made-books.ts";
import { plainArgs, type Result, report } from "./results.ts";

/** When all of it happens: far enough into a month that its executions are spread over many hours. */
const NOW = "2026-02-24T10:30:00Z";
const MONTH_BEGAN = "2026-02-01T00:00:00Z";
const BRANCH = "token-budget";
const CLOCK = new URL("../test/support/runner/clock.mjs", import.meta.url).href;
const TOKENS = { model: "claude-sonnet-4-5", "input-tokens": "125000", "output-tokens": "8000" };
/** More than any team will write down. */
const BUDGETS = 50;
const PERIODS = ["day", "week", "month", "none"] as const;
/** In a month that is closed, so that each of its days has some. */
const EXECUTIONS_A_MONTH = 100;
/** Closed months beside full lists. */
const FULL_MONTHS = 13;

/** Books that have grown, in a separate repository. */
type Grown = {
  readonly name: string;
  readonly repository: string;
  readonly head: string;
  readonly stateBytes: number;
  readonly mostStateBytes: number | undefined;
  readonly hourBytes: number;
};

type Run = Figures & { readonly requests: number; readonly sent: number; readonly received: number };

type Command = {
  readonly name: "check" | "record";
  readonly grown: Grown;
  readonly program: Program;
  /** The books before every run of it. */
  readonly head: string;
  readonly runs: Run[];
};

/** Measures check and record so many times in turn, on books of every size. */
export async function benchGrowth(runs: number, sizes: readonly number[], months: number): Promise<Result> {
  const github = await startGitHubProcess({ bodies: false });
  try {
    const all: Grown[] = [];
    for (const size of [0, ...sizes.filter((one) => one > 0)]) all.push(await monthOf(github, size));
    all.push(await budgetsWithin(github, Math.max(...sizes)));
    all.push(await everythingFull(github, Math.max(...sizes)));
    all.push(await monthsBefore(github, months));
    await github.setClock(NOW);
    const shiftMs = Date.parse(NOW) - Date.now();
    const commands: Command[] = [];
    for (const grown of all) commands.push(...(await commandsOn(github, grown, shiftMs)));
    for (let run = -1; run < runs; run += 1) {
      for (const command of commands) {
        const taken = await runOnce(github, command);
        if (run >= 0) command.runs.push(taken);
      }
    }
    return resultOf(all, commands, runs);
  } finally {
    await github.stop();
  }
}

async function monthOf(github: GitHubProcess, size: number): Promise<Grown> {
  const began = Date.parse(MONTH_BEGAN);
  const instants = spread(began, Date.parse(NOW), size);
  const most = size === 100_000 ? 64_000 : undefined;
  const name = `${size.toLocaleString("en")} executions`;
  return grown(github, { name, repository: `o/n${size}`, began, instants, mostStateBytes: most });
}

/** A policy that has many budgets, each for the runs of one agent or one team. */
function manyBudgets(): string {
  const budgets = Array.from({ length: BUDGETS }, (_, at) => ({
    name: `division-${at}`,
    match: at % 2 === 0 ? { agent: `agent-${at % AGENTS}` } : { team: `team-${at % TEAMS}` },
    limit: at % 4 < 2 ? "1000000 USD" : "1000000000000 tokens",
    period: PERIODS[at % PERIODS.length],
  }));
  return JSON.stringify({ "monthly-budget": 1_000_000, budgets });
}

/** The same month with many budgets. */
async function budgetsWithin(github: GitHubProcess, size: number): Promise<Grown> {
  const began = Date.parse(MONTH_BEGAN);
  return grown(github, {
    ...{ name: `${size.toLocaleString("en")}, ${BUDGETS} budgets`, repository: `o/b${size}`, began },
    instants: spread(began, Date.parse(NOW), size),
    policy: manyBudgets(),
    mostStateBytes: size === 100_000 ? 96_000 : undefined,
  });
}

/** As many budgets as a company may have: by agent, by team, and by both, so that a run counts in three of them. */
function companyBudgets(): string {
  const agents = Array.from({ length: AGENTS }, (_, at) => ({ agent: `agent-${at}` }));
  const teams = Array.from({ length: TEAMS }, (_, at) => ({ team: `team-${at}` }));
  const both = agents.flatMap((agent) => teams.map((team) => ({ ...agent, ...team })));
  const used = [...agents, ...teams, ...both];
  const idle = Array.from({ length: BUDGETS - used.length }, (_, at) => ({ agent: `former-${at}` }));
  const budgets = [...used, ...idle].map((match, at) => ({
    ...{ name: `division-${at}`, match, limit: "1000000 USD", period: PERIODS[at % PERIODS.length] },
  }));
  return JSON.stringify({ "monthly-budget": 1_000_000, budgets });
}

/** The same after a year, with every list of alerts, channels and forecasts at its bound. */
async function everythingFull(github: GitHubProcess, size: number): Promise<Grown> {
  return grown(github, {
    ...{ name: `${size.toLocaleString("en")}, full lists`, repository: `o/f${size}`, began: startOf(FULL_MONTHS) },
    instants: [...closedMonths(FULL_MONTHS), ...spread(Date.parse(MONTH_BEGAN), Date.parse(NOW), size)],
    policy: companyBudgets(),
    change: (state) => withFullLists(state, NOW),
    mostStateBytes: 160_000,
  });
}

/** The start of the month that is so many before the running one. */
function startOf(before: number): number {
  const end = new Date(MONTH_BEGAN);
  return Date.UTC(end.getUTCFullYear(), end.getUTCMonth() - before, 1);
}

/** When the executions of the months before the running one began. */
function closedMonths(months: number): number[] {
  return Array.from({ length: months }, (_, at) => months - at).flatMap((before) =>
    spread(startOf(before), startOf(before - 1), EXECUTIONS_A_MONTH),
  );
}

async function monthsBefore(github: GitHubProcess, months: number): Promise<Grown> {
  const instants = [...closedMonths(months), ...spread(Date.parse(MONTH_BEGAN), Date.parse(NOW), EXECUTIONS_A_MONTH)];
  const most = months === 120 ? 256_000 : undefined;
  const name = `${months} closed months`;
  return grown(github, { name, repository: `o/m${months}`, began: startOf(months), instants, mostStateBytes: most });
}

type Month = {
  readonly began: number;
  readonly instants: readonly number[];
  readonly policy?: string;
  readonly change?: (state: State) => State;
};

async function grown(
  github: GitHubProcess,
  made: Pick<Grown, "name" | "repository" | "mostStateBytes"> & Month,
): Promise<Grown> {
  const { name, repository, mostStateBytes, began, instants, policy, change } = made;
  await github.createRepository(repository);
  if (policy !== undefined) await github.writeFile({ repository, branch: "main", path: POLICY_PATH, text: policy });
  const folder = emptyFolder("books");
  const { parts } = partSettings(await decodePolicy(policy ?? ""));
  await makeBooks(folder, began, instants, { parts, ...(change !== undefined && { change }) });
  const head = await github.commitFolder({ repository, branch: BRANCH, folder });
  const hour = join("token_budget", "ledger", NOW.slice(0, 7), `${NOW.slice(8, 13)}.ndjson`);
  const bytes = { stateBytes: bytesOf(join(folder, "token_budget.json")), hourBytes: bytesOf(join(folder, hour)) };
  return { name, repository, head, mostStateBytes, ...bytes };
}

async function commandsOn(github: GitHubProcess, grown: Grown, shiftMs: number): Promise<Command[]> {
  const { repository, head } = grown;
  const places = await github.places();
  const step = (inputs: Record<string, string>): ActionOptions => ({
    ...{ github: places, repository, inputs },
    env: { NODE_OPTIONS: `--import=${CLOCK}`, TEST_CLOCK_SHIFT_MS: String(shiftMs) },
  });
  const check = step({ command: "check", tags: "agent=agent-0\nteam=team-0" });
  const { outputs, log, exitCode } = await runAction(check);
  if (exitCode !== 0) throw new Error(log);
  const held = (await github.head({ repository, branch: BRANCH })) ?? "";
  const record = step({ command: "record", hold: outputs["hold"] ?? "", ...TOKENS });
  return [
    { name: "check", grown, program: prepareStep(check), head, runs: [] },
    { name: "record", grown, program: prepareStep(record), head: held, runs: [] },
  ];
}

/** Nothing where there is no such file: an hour without a booking has none. */
const bytesOf = (path: string): number => (existsSync(path) ? statSync(path).size : 0);

async function runOnce(github: GitHubProcess, { grown: { repository }, program, head }: Command): Promise<Run> {
  await github.resetBranch({ repository, branch: BRANCH, head });
  await github.takeLog();
  const figures = await measured(program);
  const log = await github.takeLog();
  if ((await github.head({ repository, branch: BRANCH })) === head) throw new Error(`${repository} wrote nothing`);
  const sum = (of: (request: (typeof log)[number]) => number) => log.reduce((total, request) => total + of(request), 0);
  return { ...figures, requests: log.length, sent: sum((it) => it.bytesIn), received: sum((it) => it.bytesOut) };
}

function resultOf(all: readonly Grown[], commands: readonly Command[], runs: number): Result {
  const weights = all.map(({ name, stateBytes, mostStateBytes, hourBytes }) => [
    name,
    shown(stateBytes),
    mostStateBytes === undefined ? "" : atMost(stateBytes, mostStateBytes),
    shown(hourBytes),
  ]);
  const costs = (["check", "record"] as const).flatMap((name) => {
    const mine = commands.filter((command) => command.name === name);
    const first = mediansOf(mine[0]?.runs ?? []);
    return mine.map(({ grown, runs }) => costsOf(name, grown, mediansOf(runs).ms / first.ms, mediansOf(runs)));
  });
  return {
    name: "growth",
    tables: [
      {
        about:
          "The size of the books when no hold is open: the state, which every command reads and every booking writes, and the file of the current hour, to which a booking adds a line. All executions were decided one by one, as `check` and `record` decide them.",
        rows: [["books after", "bytes of state", "at most", "bytes of the hour's ledger"], ...weights],
      },
      {
        about: `What one command costs with these books: medians of ${runs} interleaved runs, from the start of the process to its end; bytes of request and response bodies. \`record\` prices tokens and settles a hold.`,
        rows: [["", "books after", "requests", "bytes sent", "received", "ms", "× 0", "at most"], ...costs],
      },
    ],
  };
}

function costsOf(command: string, { name }: Grown, ratio: number, { requests, sent, received, ms }: Run): string[] {
  const isAimed = command === "check" && name === "100,000 executions";
  const figures = [requests, sent, received, Math.round(ms)].map(shown);
  return [command, name, ...figures, ratio.toFixed(2), isAimed ? atMost(ratio, 1.1) : ""];
}

const shown = (value: number): string => value.toLocaleString("en");

function mediansOf(runs: readonly Run[]): Run {
  const of = (key: keyof Run) => median(runs.map((run) => run[key]));
  return { ms: of("ms"), mb: of("mb"), requests: of("requests"), sent: of("sent"), received: of("received") };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const args = process.argv.slice(2);
  const [runs = "15", sizes = "0,1000,10000,100000", months = "120"] = plainArgs(args);
  report(await benchGrowth(Number(runs), sizes.split(",").map(Number), Number(months)), args);
}

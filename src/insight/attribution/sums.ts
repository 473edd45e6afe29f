import type { Entry } from "../../books/entry.ts";
import { boundedCount } from "../../values/counts.ts";
import { type NanoUsd, plus, ZERO } from "../../values/money.ts";
import type { Piece } from "./pieces.ts";

/** What a group adds up to; changed in place. */
export type Sums = {
  cost: NanoUsd;
  estimated: NanoUsd;
  retry: NanoUsd;
  executions: number;
  /** Those of which tokens are known. */
  measured: number;
  /** Those whose result is known, and how many of them succeeded. */
  judged: number;
  succeeded: number;
  prs: number;
  lines: number;
  requests: number;
  input: number;
  cacheRead: number;
  cacheWrite: number;
  output: number;
  reasoning: number;
  outcomes: Map<string, number> | undefined;
  /** The counts that aren't known because an import brought dollars without them. */
  lacks: readonly Lack[];
};

export type Lack = "executions" | "prs" | "outcomes";

/** There may be a group for each run: it takes no room for what it hasn't. */
const NOTHING: readonly Lack[] = [];

/** Sums in which nothing is added up yet. */
export function noSums(): Sums {
  return {
    cost: ZERO,
    estimated: ZERO,
    retry: ZERO,
    executions: 0,
    measured: 0,
    judged: 0,
    succeeded: 0,
    prs: 0,
    lines: 0,
    requests: 0,
    input: 0,
    cacheRead: 0,
    cacheWrite: 0,
    output: 0,
    reasoning: 0,
    outcomes: undefined,
    lacks: NOTHING,
  };
}

/** Adds a piece of an entry. */
export function addPiece(sums: Sums, piece: Piece, entry: Entry): void {
  const { cost, executions, line, result } = piece;
  sums.cost = plus(sums.cost, cost);
  if (piece.isEstimated) sums.estimated = plus(sums.estimated, cost);
  if (piece.isRetry) sums.retry = plus(sums.retry, cost);
  sums.executions += executions;
  if (executions > 0 && result !== null) {
    sums.judged += 1;
    if (result === "success") sums.succeeded += 1;
  }
  if (executions > 0 && hasCounted(entry)) sums.measured += 1;
  if (piece.isMain) addResults(sums, entry);
  if (line === undefined) return;
  sums.lines += 1;
  sums.requests = added(sums.requests, line.requests);
  sums.input = added(sums.input, line.input);
  sums.cacheRead = added(sums.cacheRead, line.cache_read);
  sums.cacheWrite = added(added(sums.cacheWrite, line.cache_write_5m), line.cache_write_1h);
  sums.output = added(sums.output, line.output);
  sums.reasoning = added(sums.reasoning, line.reasoning);
}

function added(count: number, more = 0): number {
  return boundedCount(count + more);
}

function addResults(sums: Sums, { prs, outcomes }: Entry): void {
  sums.prs = added(sums.prs, prs);
  if (outcomes !== undefined) addOutcomes(sums, Object.entries(outcomes));
}

function addOutcomes(sums: Sums, more: Iterable<readonly [string, number]>): void {
  for (const [name, count] of more) {
    sums.outcomes ??= new Map();
    sums.outcomes.set(name, added(sums.outcomes.get(name) ?? 0, count));
  }
}

/** A finished figure in dollars counts no tokens. */
function hasCounted({ usage = [] }: Entry): boolean {
  return usage.some(({ input, output }) => input > 0 || output > 0);
}

/** What several groups add up to. */
export function sumsTogether(all: readonly Sums[]): Sums {
  const together = noSums();
  for (const sums of all) {
    for (const key of MONEY) together[key] = plus(together[key], sums[key]);
    for (const key of COUNTS) together[key] = added(together[key], sums[key]);
    if (sums.outcomes !== undefined) addOutcomes(together, sums.outcomes);
    if (sums.lacks.length > 0) together.lacks = [...together.lacks, ...sums.lacks];
  }
  return together;
}

const MONEY = ["cost", "estimated", "retry"] as const;
const COUNTS = [
  ...(["executions", "measured", "judged", "succeeded", "prs", "lines", "requests"] as const),
  ...(["input", "cacheRead", "cacheWrite", "output", "reasoning"] as const),
];

/** Whether nothing is left of what was added up, as after a correction that takes everything off. */
export function isNothing(sums: Sums): boolean {
  return [...MONEY, ...COUNTS].every((key) => sums[key] === 0) && sums.outcomes === undefined;
}

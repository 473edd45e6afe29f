import type { Entry } from "../../books/entry.ts";
import { addCounts, boundedCount } from "../../values/counts.ts";
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
  readonly outcomes: Map<string, number>;
  /** What counts are unknown because an import brought dollars without them. */
  readonly lacks: Set<"executions" | "prs" | "outcomes">;
};

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
    outcomes: new Map(),
    lacks: new Set(),
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
  sums.requests = addCounts(sums.requests, line.requests);
  sums.input = addCounts(sums.input, line.input);
  sums.cacheRead = addCounts(sums.cacheRead, line.cache_read);
  sums.cacheWrite = addCounts(sums.cacheWrite, line.cache_write_5m, line.cache_write_1h);
  sums.output = addCounts(sums.output, line.output);
  sums.reasoning = addCounts(sums.reasoning, line.reasoning);
}

function addResults(sums: Sums, { prs, outcomes }: Entry): void {
  sums.prs = addCounts(sums.prs, prs);
  if (outcomes !== undefined) addOutcomes(sums.outcomes, Object.entries(outcomes));
}

function addOutcomes(outcomes: Map<string, number>, more: Iterable<readonly [string, number]>): void {
  for (const [name, count] of more) outcomes.set(name, boundedCount((outcomes.get(name) ?? 0) + count));
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
    for (const key of COUNTS) together[key] = addCounts(together[key], sums[key]);
    addOutcomes(together.outcomes, sums.outcomes);
    for (const lack of sums.lacks) together.lacks.add(lack);
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
  return [...MONEY, ...COUNTS].every((key) => sums[key] === 0) && sums.outcomes.size === 0;
}

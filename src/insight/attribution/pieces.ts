import type { Entry, EntryUsage, RunResult } from "../../books/entry.ts";
import { chargedFor, UNPRICED } from "../../books/evolve.ts";
import { minus, type NanoUsd, nanoUsd, plus, sum, ZERO } from "../../values/money.ts";

/** The part of an entry that counts in one place, whatever a report is grouped by. */
export type Piece = {
  readonly cost: NanoUsd;
  readonly isEstimated: boolean;
  readonly isRetry: boolean;
  readonly model: string;
  readonly provider: string | null;
  /** What of an agent asked for it. */
  readonly agentPart: string | null;
  readonly quality: string | null;
  readonly result: RunResult | null;
  readonly line?: EntryUsage | undefined;
  /** 1 for what counts the execution, -1 where it was counted before it was known better. */
  readonly executions: number;
  /** Whether the piece has what is said of the run as a whole: its pull requests and outcomes. */
  readonly isMain: boolean;
};

type Common = Pick<Piece, "isEstimated" | "isRetry" | "quality" | "result">;

/**
 * The parts of a charge or a correction, whose costs add up to its own: its usage lines at what they are charged, what
 * these leave over, and the estimate of an expired hold that it replaces. The execution counts with the dearest line.
 */
export function piecesOf(entry: Entry): Piece[] {
  const { usage = [], replaces } = entry;
  const common = commonOf(entry);
  const dearest = dearestOf(usage);
  const isFirst = (entry.kind === "charge" && !entry.further) || replaces !== undefined;
  const main = { isMain: true, executions: isFirst ? 1 : 0 };
  const pieces = usage.map((line) => ({
    ...common,
    ...(line === dearest ? main : NOT_MAIN),
    line,
    cost: chargedFor(line, entry),
    model: line.model === "" ? UNPRICED : line.model,
    provider: line.provider || (line.model === "" ? UNPRICED : null),
    agentPart: line.by ?? null,
  }));
  const lines = sum(pieces.map(({ cost }) => cost));
  const rest = minus(plus(entry.cost, replaces ?? ZERO), lines);
  const left = { ...common, ...NO_LINE, ...(dearest === undefined ? main : NOT_MAIN), cost: rest };
  const withRest = rest === ZERO && dearest !== undefined ? pieces : [...pieces, left];
  return replaces === undefined ? withRest : [...withRest, replacedPiece(entry, replaces)];
}

const NOT_MAIN = { isMain: false, executions: 0 };
const NO_LINE = { model: UNPRICED, provider: UNPRICED, agentPart: null };

/** Takes an expired hold's charge off where it stood: nothing was known of its usage and its result. */
function replacedPiece(entry: Entry, replaces: NanoUsd): Piece {
  const unknown = { quality: "estimated", result: null, isEstimated: true, isRetry: isLaterAttempt(entry) };
  return { ...unknown, ...NO_LINE, isMain: false, executions: -1, cost: nanoUsd(-replaces) };
}

function commonOf(entry: Entry): Common {
  const { quality = null, result = null } = entry;
  return {
    quality,
    result,
    isEstimated: quality === "estimated",
    isRetry: isLaterAttempt(entry) || result === "failure",
  };
}

function isLaterAttempt({ run, adjustment }: Entry): boolean {
  return adjustment === undefined && (run?.attempt ?? 1) > 1;
}

/** By list price where a flat fee covers the run; undefined where nothing has a price. */
function dearestOf(usage: readonly EntryUsage[]): EntryUsage | undefined {
  let dearest: EntryUsage | undefined;
  for (const line of usage) {
    if (line.cost !== undefined && line.cost > (dearest?.cost ?? -1)) dearest = line;
  }
  return dearest;
}

import type { UsageLine } from "../usage/usage.ts";
import { bounded, type NanoUsd, ZERO } from "../values/money.ts";
import type { LineCost } from "./pricing.ts";
import type { RefusalCode } from "./reading/refusal.ts";

/** What one model used, and what that costs in nano-dollars. */
export type ModelTally = {
  readonly provider: string;
  readonly model: string;
  /** The model that was asked for last, where answers name another. */
  asked?: string;
  requests: number;
  input: number;
  cache_read: number;
  output: number;
  cost: NanoUsd;
};

const NO_REFUSALS: Readonly<Record<RefusalCode, number>> = {
  "over-cap": 0,
  "over-budget": 0,
  "model-not-allowed": 0,
  batch: 0,
  unavailable: 0,
};

/** Counts of what a meter saw; those that aren't in its record outlive its process in `Counts`. */
export type Counts = {
  /** Requests that were refused, by the code of the refusal. */
  refused: Record<RefusalCode, number>;
  /** The last refusal's code and sentence. */
  refusal: { readonly code: RefusalCode; readonly text: string } | null;
  /** Requests to addresses that the meter doesn't know, whose answers say nothing about what they used. */
  unknown: number;
  /** Answers that say nothing about what they used. */
  unread: number;
  /** Answers that were errors and used nothing, by their status; 502 is a provider that could not be reached. */
  failed: Record<string, number>;
  /** Answers whose usage could not be written to the record. */
  unwritten: number;
};

export type Tally = Counts & {
  /** Answers whose usage was read. */
  requests: number;
  /** Those of them whose usage was partly counted by length. */
  estimated: number;
  /** Those of them that have no price, or a part without one. */
  unpriced: number;
  readonly models: Map<string, ModelTally>;
  /** What each part of an agent cost, in nano-dollars. */
  readonly by: Map<string, NanoUsd>;
  firstAtMs: number | undefined;
};

export function noCounts(): Counts {
  return { refused: { ...NO_REFUSALS }, refusal: null, unknown: 0, unread: 0, failed: {}, unwritten: 0 };
}

export function createTally(counts: Counts): Tally {
  return { ...counts, requests: 0, estimated: 0, unpriced: 0, models: new Map(), by: new Map(), firstAtMs: undefined };
}

/** The counts of a tally that aren't in the meter's record. */
export function countsOf({ refused, refusal, unknown, unread, failed, unwritten }: Tally): Counts {
  return { refused, refusal, unknown, unread, failed, unwritten };
}

/** Adds an answer whose usage was read, and what it costs. */
export function tallyAnswer(
  tally: Tally,
  costs: readonly LineCost[],
  { estimated, agentPart }: { readonly estimated: boolean; readonly agentPart: string | undefined },
): void {
  tally.requests += 1;
  if (estimated) tally.estimated += 1;
  if (costs.some(({ isUnpriced }) => isUnpriced)) tally.unpriced += 1;
  for (const { line, cost } of costs) {
    addTo(modelOf(tally, line), line, cost);
    if (agentPart !== undefined) tally.by.set(agentPart, bounded((tally.by.get(agentPart) ?? 0) + cost));
  }
}

export function tallyRefusal(tally: Tally, code: RefusalCode, text: string): void {
  tally.refused[code] += 1;
  tally.refusal = { code, text };
}

export function tallyFailure({ failed }: Tally, status: number): void {
  failed[status] = (failed[status] ?? 0) + 1;
}

function modelOf({ models }: Tally, { provider, model }: UsageLine): ModelTally {
  const key = `${provider}/${model}`;
  const known = models.get(key);
  if (known !== undefined) return known;
  const added = { provider, model, requests: 0, input: 0, cache_read: 0, output: 0, cost: ZERO };
  models.set(key, added);
  return added;
}

function addTo(sum: ModelTally, line: UsageLine, cost: NanoUsd): void {
  if (line.asked !== undefined) sum.asked = line.asked;
  sum.requests += line.requests;
  sum.input += line.input;
  sum.cache_read += line.cache_read;
  sum.output += line.output;
  sum.cost = bounded(sum.cost + cost);
}

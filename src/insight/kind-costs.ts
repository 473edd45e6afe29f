import { countedIn } from "../books/counted.ts";
import type { EntryUsage } from "../books/entry.ts";
import { COST_KINDS, type CostKind, coveredCostsOf } from "../pricing/cost.ts";
import { UsageError } from "../usage/usage-error.ts";
import { bounded, type NanoUsd, ZERO } from "../values/money.ts";
import type { Piece } from "./attribution/pieces.ts";

/** What one model cost by kind of token; `rest` is everything that no kind of token accounts for. */
export type KindCosts = Readonly<Record<CostKind, NanoUsd>>;

/** By model; changed in place. */
export type CostsByModel = Map<string, KindCosts>;

const NOTHING: KindCosts = { input: ZERO, cacheRead: ZERO, cacheWrite: ZERO, output: ZERO, rest: ZERO };

/** Adds the pieces of an entry: what a model's kinds come to adds up to its cost exactly. */
export function addKindCosts(costs: CostsByModel, pieces: readonly Piece[]): void {
  for (const { model, cost, line } of pieces) {
    const before = costs.get(model) ?? NOTHING;
    const kinds = line === undefined ? undefined : kindsOf(line, cost);
    const more = kinds ?? { ...NOTHING, rest: cost };
    const after = COST_KINDS.map((kind) => [kind, bounded(before[kind] + more[kind])] as const);
    costs.set(model, Object.fromEntries(after) as Record<CostKind, NanoUsd>);
  }
}

/** A usage line's cost by kind; undefined where its unit prices don't give that cost, as where the tool says it. */
function kindsOf(line: EntryUsage, cost: NanoUsd): KindCosts | undefined {
  if (line.prices === undefined || cost === ZERO) return undefined;
  try {
    const kinds = coveredCostsOf(countedIn(line), line.prices);
    const isSound = COST_KINDS.every((kind) => kinds[kind] >= 0);
    return isSound && COST_KINDS.reduce((sum, kind) => sum + kinds[kind], 0) === cost ? kinds : undefined;
  } catch (error) {
    if (error instanceof UsageError) return undefined;
    throw error;
  }
}

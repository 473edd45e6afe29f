import type { Tags } from "../../values/codecs.ts";
import { boundedCount } from "../../values/counts.ts";
import { MAX_NANO_USD, type NanoUsd, nanoUsd } from "../../values/money.ts";
import { median } from "../../values/stats.ts";
import { tagOf } from "../../values/tags.ts";
import type { EstimateFormula } from "../part-rule.ts";
import type { Settings } from "../settings.ts";
import type { State } from "../state.ts";

type Lessons = State["profiles"][string];

const ENOUGH_RATIOS = 3;
const MILLION = 1_000_000;
/** The factor for every value without one. */
const ANY_VALUE = "*";

/**
 * The tokens that the policy's formula says a run with these tags will use: base by the tag agent, times phase, times
 * complexity. Undefined without a formula, and if it doesn't know a value of the run's tags.
 */
export function formulaTokens(formula: EstimateFormula | undefined, tags: Tags): number | undefined {
  if (formula === undefined) return undefined;
  const base = of(formula.base, tagOf(tags, "agent") ?? ANY_VALUE);
  const phase = factorOf(formula.phase, tagOf(tags, "phase"));
  const complexity = factorOf(formula.complexity, tagOf(tags, "complexity"));
  if (base === undefined || phase === undefined || complexity === undefined) return undefined;
  return boundedCount(Math.max(1, Math.round(base * phase * complexity)));
}

/** Without the tag, or in a formula that doesn't use it, the base applies unchanged. */
function factorOf(factors: Readonly<Record<string, number>>, value: string | undefined): number | undefined {
  if (Object.keys(factors).length === 0) return 1;
  return value === undefined ? (of(factors, ANY_VALUE) ?? 1) : of(factors, value);
}

function of(table: Readonly<Record<string, number>>, value: string): number | undefined {
  const key = Object.hasOwn(table, value) ? value : ANY_VALUE;
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

/**
 * What a number of the formula's tokens costs, more than zero: by recent costs, otherwise at the prices the formula
 * names. Undefined if neither is known.
 */
export function formulaDollars(
  lessons: Lessons | undefined,
  tokens: number,
  { formulaPrice }: Pick<Settings, "formulaPrice">,
): NanoUsd | undefined {
  const learned = calibration(lessons, ({ costs }) => costs);
  const perToken = learned ?? (formulaPrice === undefined ? undefined : formulaPrice / MILLION);
  if (perToken === undefined) return undefined;
  return nanoUsd(Math.min(MAX_NANO_USD, Math.max(1, Math.round(tokens * perToken))));
}

/**
 * What one token of the formula became under a profile: the median of actual ÷ predicted over its last runs whose
 * prediction is kept; undefined if there are too few. The newest are last in every list.
 */
export function calibration(
  lessons: Lessons | undefined,
  actualOf: (of: Lessons) => readonly number[] | undefined,
): number | undefined {
  const pairs = lessons === undefined ? [] : pairsOf(lessons, actualOf);
  return pairs.length < ENOUGH_RATIOS ? undefined : median(pairs.map(({ actual, predicted }) => actual / predicted));
}

type Pair = { readonly actual: number; readonly predicted: number };

function pairsOf(lessons: Lessons, actualOf: (of: Lessons) => readonly number[] | undefined): Pair[] {
  const actuals = (actualOf(lessons) ?? []).toReversed();
  const predictions = (lessons.formula_tokens ?? []).toReversed();
  return actuals.flatMap((actual, index) => {
    const predicted = predictions[index] ?? 0;
    return predicted > 0 ? [{ actual, predicted }] : [];
  });
}

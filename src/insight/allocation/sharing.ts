import type { NanoUsd } from "../../values/money.ts";
import { splitBy } from "../../values/split.ts";
import type { Account } from "./account.ts";
import { thousandthsOf } from "./ratio.ts";
import type { Entity, SharedCost, Split, SplitBasis } from "./statement-rules.ts";

/** One entity's part of a shared cost; the parts of all entities add up to `whole`. */
export type SharedPart = {
  readonly name: string;
  readonly split: Split;
  /** Of the whole, from 0 to 1. */
  readonly share: number;
  readonly whole: NanoUsd;
  readonly part: NanoUsd;
  /** A fixed amount of the policy isn't in the books. */
  readonly isInBooks: boolean;
};

type Target = { readonly entity: Entity; readonly account: Account };

/** The part of each entity in a shared cost, in their order. */
export function partsOfShared(
  { name, of, split }: SharedCost,
  whole: NanoUsd,
  targets: readonly Target[],
): SharedPart[] {
  const weights = targets.map((target) => weightOf(split, target));
  const total = weights.reduce((sum, weight) => sum + weight, 0n);
  return splitBy(whole, weights).map((part, index) => ({
    ...{ name, split, whole, part, isInBooks: "match" in of },
    share: total === 0n ? 1 / targets.length : Number(weights[index] ?? 0n) / Number(total),
  }));
}

/** Without any weight among them, all get the same part. */
export function weightOf(split: Split, { entity, account }: Target): bigint {
  switch (split.method) {
    case "equal":
      return 1n;
    case "fixed":
      return Object.hasOwn(split.percents, entity.name) ? thousandthsOf(split.percents[entity.name] ?? 0) : 0n;
    case "proportional":
      return BigInt(Math.max(0, basisOf(split.by, account)));
  }
}

function basisOf(by: SplitBasis, { total, netTokens, executions }: Account): number {
  if (by === "cost") return total.cost;
  return by === "tokens" ? netTokens : executions;
}

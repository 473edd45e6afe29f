import { bookedIn } from "../books/counting.ts";
import type { PartRule } from "../books/part-rule.ts";
import type { PartLine } from "../books/state.ts";
import { type NanoUsd, nanoUsd } from "../values/money.ts";
import type { Quantity } from "../values/quantity.ts";

/** What one execution, pull request or outcome of a sub-budget cost in its period. */
export type Efficiency = {
  /** `execution`, `pr`, or an outcome's name. */
  readonly per: string;
  readonly count: number;
  readonly cost: NanoUsd;
  readonly tokens: number;
  /** The most that it should cost according to the policy, and whether it does. */
  readonly target?: Quantity;
  readonly isMet?: boolean;
};

/** What a sub-budget's executions, pull requests and outcomes cost, if there were any, against the policy's targets. */
export function efficiencyOf(line: PartLine, target: PartRule["target"]): Efficiency[] {
  const counts: [per: string, count: number][] = [
    ["execution", line.executions ?? 0],
    ["pr", line.prs ?? 0],
    ...Object.entries(line.outcomes ?? {}),
  ];
  return counts
    .filter(([, count]) => count > 0)
    .map(([per, count]) => {
      const cost = nanoUsd(Math.round(line.spent / count));
      const tokens = Math.round(line.tokens / count);
      const wanted = Object.hasOwn(target, per) ? target[per] : undefined;
      if (wanted === undefined) return { per, count, cost, tokens };
      return {
        per,
        count,
        cost,
        tokens,
        target: wanted,
        isMet: Math.round(bookedIn(line, wanted.unit) / count) <= wanted.amount,
      };
    });
}

import type { NanoUsd } from "../values/money.ts";
import { addedUp } from "./added-up.ts";
import { totalCostOf } from "./reader.ts";
import type { UsageLine, UsageReport } from "./usage.ts";
import { UsageError } from "./usage-error.ts";

/** Single requests of one format, and what is known to be missing of them, one sentence each. */
export type CallsFacts = {
  readonly format: string;
  readonly lines: readonly UsageLine[];
  readonly missing?: readonly string[];
  readonly notes?: readonly string[];
};

/**
 * The report on single requests: complete when there are any and nothing is missing, with a total where every request
 * has a cost.
 */
export function callsReport({ format, lines, missing: said = [], notes = [] }: CallsFacts): UsageReport {
  const missing = lines.length === 0 && said.length === 0 ? ["It reports no request: its usage is unknown."] : said;
  return {
    format,
    lines: addedUp(lines),
    ...totalOf(lines.every((line) => line.reported_cost !== undefined) ? lines.map((line) => line.reported_cost) : []),
    complete: missing.length === 0,
    notes: [...missing, ...notes],
  };
}

/** The sum of what a tool claims, if there is one and it is a valid amount. */
export function totalOf(claims: readonly (NanoUsd | undefined)[]): Pick<UsageReport, "reported_total"> {
  const costs = claims.filter((cost) => cost !== undefined);
  if (costs.length === 0) return {};
  try {
    return { reported_total: totalCostOf(costs) };
  } catch (error) {
    // Each may be a valid amount and the sum not.
    if (error instanceof UsageError) return {};
    throw error;
  }
}

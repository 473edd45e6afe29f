import { addCounts } from "../values/counts.ts";
import type { EntryUsage } from "./entry.ts";
import type { TokenCount } from "./part-rule.ts";

/** Tokens as limits count them. */
export type Tokens = Readonly<Record<TokenCount, number>>;

/** The tokens of some usage: `net` is input + output minus cache reads. */
export function tokensIn(usage: readonly Pick<EntryUsage, "input" | "output" | "cache_read">[]): Tokens {
  const all = addCounts(...usage.flatMap((line) => [line.input, line.output]));
  return { all, net: Math.max(0, all - addCounts(...usage.map((line) => line.cache_read))) };
}

/** Whether the usage says how many tokens there were: a finished figure in dollars has none. */
export function hasTokens(usage: readonly Pick<EntryUsage, "input" | "output">[]): boolean {
  return usage.every((line) => line.input > 0 || line.output > 0);
}

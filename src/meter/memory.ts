import { ZERO } from "../values/money.ts";
import type { AccountMemory } from "./account.ts";
import { type Counts, noCounts } from "./tally.ts";

/** What of a meter outlives its inner process, beside the record. */
export type Memory = {
  readonly startedAtMs: number | undefined;
  readonly restarts: number;
  readonly account: AccountMemory;
  readonly counts: Counts;
};

export function noMemory(): Memory {
  return {
    startedAtMs: undefined,
    restarts: 0,
    account: { granted: ZERO, isAlerted: false },
    counts: noCounts(),
  };
}

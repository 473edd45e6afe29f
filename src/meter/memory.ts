import { ZERO } from "../values/money.ts";
import type { AccountMemory } from "./account.ts";
import type { Open } from "./opens.ts";
import { type Counts, noCounts } from "./tally.ts";

/** What of a meter outlives its inner process, beside the record. */
export type Memory = {
  readonly startedAtMs: number | undefined;
  readonly restarts: number;
  readonly account: AccountMemory;
  readonly counts: Counts;
  /** Requests that were open when the process before died. */
  readonly opens: readonly Open[];
};

export function noMemory(): Memory {
  return {
    startedAtMs: undefined,
    restarts: 0,
    account: { granted: ZERO, isAlerted: false },
    counts: noCounts(),
    opens: [],
  };
}

import { bounded, type NanoUsd, percentOf, usdOf } from "../values/money.ts";
import type { AccountFigures } from "./account.ts";
import type { RefusalCode } from "./reading/refusal.ts";
import type { MeterSetup } from "./setup.ts";
import type { ModelTally, Tally } from "./tally.ts";

/** What a meter knows, as its live file has it; money is in dollars. */
export type MeterFigures = {
  readonly version: 1;
  readonly hold: string;
  readonly started_at: string;
  readonly at: string;
  /** Answers whose usage was read, and requests that are open. */
  readonly requests: number;
  readonly open: number;
  readonly models: readonly (Omit<ModelTally, "cost"> & { readonly cost: number })[];
  /** What each part of an agent cost: "main", "subagent", "compaction", "side". */
  readonly by: Readonly<Record<string, number>>;
  readonly cost: number;
  readonly estimate: number | null;
  /** The cost in percent of the estimate. */
  readonly percent: number | null;
  /** Dollars a minute since the first answer. */
  readonly burn_per_minute: number;
  /** What the run may cost now, and at most. */
  readonly cap: number | null;
  readonly max_cost: number | null;
  /** What the books granted beyond the first cap. */
  readonly granted: number;
  readonly alerted: boolean;
  readonly estimated: number;
  readonly unpriced: number;
  readonly refused: Readonly<Record<RefusalCode, number>>;
  readonly refusal: { readonly code: RefusalCode; readonly text: string } | null;
  readonly unknown: number;
  readonly unread: number;
  /** Answers that were errors and used nothing, by their status. */
  readonly failed: Readonly<Record<string, number>>;
  readonly unwritten: number;
  /** How often the meter was started again after its process died. */
  readonly restarts: number;
  readonly ended: boolean;
};

export type FiguresParts = {
  readonly setup: MeterSetup;
  readonly account: AccountFigures;
  readonly tally: Tally;
  readonly open: number;
  readonly startedAtMs: number;
  readonly nowMs: number;
  readonly restarts: number;
  readonly hasEnded: boolean;
};

export function figuresOf(parts: FiguresParts): MeterFigures {
  const { setup, account, tally, nowMs } = parts;
  const { refused, refusal, unknown, unread, failed, unwritten, requests, estimated, unpriced } = tally;
  return {
    version: 1,
    hold: setup.hold,
    started_at: new Date(parts.startedAtMs).toISOString(),
    at: new Date(nowMs).toISOString(),
    requests,
    open: parts.open,
    models: [...tally.models.values()].map((one) => ({ ...one, cost: usdOf(one.cost) })),
    by: Object.fromEntries([...tally.by].map(([part, cost]) => [part, usdOf(cost)])),
    cost: usdOf(account.spent),
    estimate: dollars(setup.estimate),
    percent: setup.estimate === null ? null : Math.round(percentOf(account.spent, bounded(setup.estimate))),
    burn_per_minute: usdOf(burnOf(account.spent, tally.firstAtMs, nowMs)),
    cap: dollars(account.cap),
    max_cost: dollars(setup.maxCost),
    granted: usdOf(account.granted),
    alerted: account.isAlerted,
    ...{ estimated, unpriced, refused, refusal, unknown, unread, failed, unwritten },
    restarts: parts.restarts,
    ended: parts.hasEnded,
  };
}

function dollars(amount: number | null): number | null {
  return amount === null ? null : usdOf(bounded(amount));
}

/** A minute at least: the first answer says nothing about the next. */
function burnOf(spent: NanoUsd, firstAtMs: number | undefined, nowMs: number): NanoUsd {
  const minutes = Math.max(1, (nowMs - (firstAtMs ?? nowMs)) / 60_000);
  return bounded(Math.round(spent / minutes));
}

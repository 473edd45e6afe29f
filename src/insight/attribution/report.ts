import type { NanoUsd } from "../../values/money.ts";
import type { Day } from "../../values/month.ts";
import type { ReportQuery } from "./query.ts";

/** Tokens by kind: `input` counts everything that went in, `cacheRead` and `cacheWrite` are parts of it. */
export type TokensByKind = {
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly output: number;
  readonly reasoning: number;
};

/** What a group of ledger entries comes to. Undefined figures aren't known, which is something else than 0. */
export type GroupFigures = {
  /** Nano-dollars; corrections make it less, also negative. */
  readonly cost: NanoUsd;
  /** How much of it is estimated. */
  readonly estimated: NanoUsd;
  /** Undefined only for what an import brought without them. */
  readonly executions?: number | undefined;
  readonly tokens?: TokensByKind | undefined;
  readonly requests?: number | undefined;
  /** The share, from 0 to 1, of the input that was read from a cache. */
  readonly cacheHitRate?: number | undefined;
  readonly prs?: number | undefined;
  /** The users' own figures by name. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** From 0 to 1, of the executions whose result is known. */
  readonly successRate?: number | undefined;
  /** What attempts after the first, and runs that failed, cost. */
  readonly retry: NanoUsd;
  readonly perExecution?: NanoUsd | undefined;
  readonly perPr?: NanoUsd | undefined;
  readonly perOutcome: Readonly<Record<string, NanoUsd>>;
  readonly tokensPerExecution?: number | undefined;
};

/** A row's place among the rows by what one execution, pull request or outcome costs; rank 1 costs the least. */
export type Efficiency = {
  readonly per: string;
  readonly rank: number;
  readonly of: number;
  /** The share, from 0 to 1, of the other rows that cost more. */
  readonly percentile: number;
};

export type ReportRow = {
  /**
   * `other` are the rows beyond the top; `imported` is what an import brought with no more than its sum, and its month
   * where the rows are by month.
   */
  readonly kind: "group" | "other" | "imported";
  /** How many rows are in `other`. */
  readonly rows?: number | undefined;
  /** One value for each dimension; null where the entries have none. */
  readonly key: readonly (string | null)[];
  readonly figures: GroupFigures;
  /**
   * The row in the compared span, where its rows can be the same ones: not by day, week or month. A row that is only in
   * the compared span is here, too, with nothing in its figures.
   */
  readonly before?: GroupFigures | undefined;
  /** The row's share of the total's cost, from 0 to 1; undefined where the total isn't above zero. */
  readonly share?: number | undefined;
  readonly efficiency?: Efficiency | undefined;
};

/**
 * The row that moved the total's cost most in the direction in which it changed, and what moved that row: it ran more
 * or less often (`volume`), its runs cost more or less (`price`), it wasn't there before or isn't there now, or it
 * changed by something else than runs.
 */
export type Driver = {
  readonly row: ReportRow;
  /** The change of the row's cost. */
  readonly change: NanoUsd;
  readonly how: "volume" | "price" | "new" | "gone" | "other";
  /** So much of the change is by `how`: all of it but for `volume` and `price`, which add up to it. */
  readonly amount: NanoUsd;
  /** By `volume` the change of its executions, by `price` of what one costs, as a share: 0.4 for 40 % more. */
  readonly share?: number | undefined;
};

/** A change of the cost in three parts that add up to it. */
export type Bridge = {
  readonly change: NanoUsd;
  /** More or fewer executions, at the former average cost. */
  readonly volume: NanoUsd;
  /** Dearer or cheaper executions among all. */
  readonly mix: NanoUsd;
  /** The same executions at another cost. */
  readonly price: NanoUsd;
};

/** Averages of a day's dollars, and where they lead. */
export type Trend = {
  /** The last day of the averages: the period's, or yesterday. */
  readonly until: Day;
  /** Nano-dollars a day over the last 7, 30 and 90 days; undefined where not all of these days are known. */
  readonly averages: { readonly [days in 7 | 30 | 90]?: NanoUsd | undefined };
  readonly direction: "rising" | "falling" | "steady" | "unknown";
  /** Growth a month as a share, 0.1 for 10 %, with its 80 % interval; undefined where too little is known. */
  readonly growth?: { readonly point: number; readonly low: number; readonly high: number } | undefined;
};

/** A report, as plain data. The rows' costs add up to the total's. */
export type Report = {
  readonly query: ReportQuery;
  readonly total: GroupFigures;
  /** The total of the compared span; undefined if the books didn't exist yet. */
  readonly before?: GroupFigures | undefined;
  readonly rows: readonly ReportRow[];
  readonly bridge?: Bridge | undefined;
  /** For the sentence on top. */
  readonly driver?: Driver | undefined;
  readonly trend?: Trend | undefined;
  /** The rows overlap (by sub-budget): their costs don't add up to the total. */
  readonly isOverlapping: boolean;
  /** The books' first day, where days of the period or of the compared span were before it and aren't known. */
  readonly since?: Day | undefined;
  /**
   * The day before which days of the period were imported without their days. What was imported for days that aren't all
   * in the period is left out of it.
   */
  readonly importedUntil?: Day | undefined;
  /** The same of the compared span. */
  readonly beforeImportedUntil?: Day | undefined;
};

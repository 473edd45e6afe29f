import type { Day, Instant, Month } from "../../values/month.ts";
import type { Health } from "../answer.ts";
import type { PartFacts } from "../limits/alerts.ts";
import type { AlertKind, Severity } from "../notify-keys.ts";

// Facts travel through the state file, so they are plain JSON: dollars are plain numbers of dollars here.

/** What every message carries: the health at the time, and where it came from. */
export type Origin = {
  readonly health: Health;
  readonly repository?: string | undefined;
  readonly url?: string | undefined;
  /** The web page of the books; not in messages of releases before 0.2, nor of books in a folder. */
  readonly page?: string | undefined;
  /** How much of the running month is estimated, if it is much, and the profile with the most of it. */
  readonly estimated_share?: { readonly percent: number; readonly profile?: string | undefined } | undefined;
};

export type RecapFacts = {
  /** The month, or the first month of a span. */
  readonly month: Month;
  /** The span, if it isn't a month: "2026-02-14", "2026-W07", "2026-Q1", "2026" or "2026-02-01/2026-02-14". */
  readonly period?: string;
  readonly spent: number;
  readonly budget: number;
  readonly top_ups: number;
  readonly prs: number;
  readonly executions: number;
  /** How many milestones were reached. */
  readonly milestones: number;
  /** Most expensive first, at most eight. */
  readonly models: readonly { readonly model: string; readonly cost: number }[];
  /** Dollars charged by estimate instead of usage. */
  readonly estimated: number;
  /** The profile with the most of them. */
  readonly estimated_most?: string;
  readonly corrections: { readonly count: number; readonly amount: number };
  /** How often the month was reset. */
  readonly resets: number;
  /** On how many days all runs were paused, at least for a part of the day. */
  readonly paused_days?: number;
  /** Money that maintainers moved: how often, and the last ones. */
  readonly adjustments?: {
    readonly count: number;
    readonly last: readonly { readonly what: string; readonly actor: string; readonly reason: string }[];
  };
  /** What the month booked in its sub-budgets, those that used most first, at most eight. */
  readonly budgets?: readonly { readonly name: string; readonly spent: number; readonly tokens: number }[];
  /** Runs that used more than the policy's `large-run`. */
  readonly large_runs?: number;
  /** The most expensive runs, at most three; not where they aren't known. */
  readonly top_runs?: readonly {
    readonly profile?: string;
    /** The workflow run's id and page; none for a run at a terminal. */
    readonly run?: number;
    readonly url?: string;
    readonly cost: number;
  }[];
  /**
   * The month's own forecasts: how many are scored and how many were right (their range held; in a month that ran out,
   * they predicted it), and by how much that of the 15th missed the total, as a ratio to it.
   */
  readonly forecasts?: {
    readonly count: number;
    readonly right: number;
    readonly ran_out: boolean;
    readonly error: number | null;
  };
  /** When runs began to be denied. */
  readonly exhausted_at: Instant | null;
  readonly previous: { readonly month: Month; readonly period?: string; readonly spent: number } | null;
  /** The month is still running. */
  readonly running: boolean;
  /** What the month after it starts with, if that is the running one: its budget, and what open holds take of it. */
  readonly next?: { readonly month: Month; readonly budget: number; readonly held: number };
};

/** An alert that a message is about: of a sub-budget, or of the month. */
export type RaisedAlert = { readonly id: string; readonly severity: Severity; readonly budget?: string | undefined };

export type MessageFacts = {
  readonly milestone: Origin & {
    /** Milestones crossed by one booking, ascending, dollars. */
    readonly crossed: readonly number[];
    /** Which one the last of them is, and of how many: 1 of 3. */
    readonly number: number;
    readonly of: number;
    readonly spent: number;
    /** Budget + top-ups. */
    readonly budget: number;
    readonly prs: number;
    readonly executions: number;
    /** Given where the milestone equals the budget. */
    readonly recap: RecapFacts | null;
  };
  readonly alert: Origin & {
    /** Those of the month; none if only sub-budgets passed theirs. */
    readonly percents: readonly number[];
    readonly spent: number;
    readonly remaining: number;
    readonly held: number;
    /** Dollars a day, this month so far. */
    readonly burn_rate: number;
    /** The day the money runs out at this pace, null if it lasts. */
    readonly gone_on: Day | null;
    readonly parts?: readonly PartFacts[];
    readonly raised?: readonly RaisedAlert[];
  };
  readonly exhausted: Origin & {
    readonly spent: number;
    readonly budget: number;
    readonly prs: number;
    readonly resets_at: Instant;
    readonly timezone: string;
    /** The alert's id. */
    readonly alert?: string;
  };
  readonly recap: Origin & RecapFacts;
  readonly reset: Origin & {
    readonly actor: string;
    readonly reason: string;
    readonly month: Month;
    readonly spent: number;
    readonly executions: number;
  };
  readonly adjust: Origin & {
    readonly actor: string;
    readonly reason: string;
    /** "transfer of $1.00 from qa to infrastructure". */
    readonly what: string;
    readonly spent: number;
    /** Budget + top-ups. */
    readonly budget: number;
    readonly remaining: number;
  };
  readonly warning: Origin & {
    readonly about: WarningTopic;
    /** One sentence and what to do. */
    readonly text: string;
  };
  readonly anomaly: Origin & {
    readonly alert?: string;
    readonly severity: Severity;
    /** What the day has spent, what it usually spends, and the most of it that is still usual. */
    readonly spent: number;
    readonly expected: number;
    readonly upper: number;
    /** What drove it, the most expensive first: "profile" or a tag, its value, and what it spent today. */
    readonly causes: readonly { readonly by: string; readonly name: string; readonly spent: number }[];
  };
  readonly forecast: Origin & {
    readonly severity: Severity;
    /** The chance that the month's money runs out, 0 to 100. */
    readonly chance: number;
    /** The total of the month if nothing is refused, and its 80 % range. */
    readonly point: number;
    readonly low: number;
    readonly high: number;
    /** Budget + top-ups. */
    readonly budget: number;
    /** The day on which the money is likely gone, null if it lasts. */
    readonly gone_on: Day | null;
    /** The alert's id. */
    readonly alert?: string;
  };
  readonly escalation: Origin & {
    readonly alert: string;
    readonly of: AlertKind;
    readonly severity: Severity;
    /** When the alert was raised. */
    readonly at: Instant;
    /** One sentence that says what it is about. */
    readonly text: string;
  };
  readonly pause: Origin & {
    readonly change: "paused" | "resumed" | "ended";
    readonly actor: string;
    readonly reason: string;
    readonly until: Instant | null;
    /** Only runs below this priority wait; null if all do. */
    readonly below: "normal" | null;
    readonly timezone: string;
  };
};

/** What needs a person; each is announced at most once a day. */
export type WarningTopic =
  | "books-unreadable"
  | "unpriced-model"
  | "budget-changed"
  | "denied"
  | "approval-waiting"
  | "channel-address"
  | "overrun";

/** Messages about single runs: sent once by the run itself, never queued. */
export type ChatterFacts = {
  readonly start: Origin & {
    readonly execution: number;
    readonly estimate: number;
    readonly remaining: number;
  };
  readonly complete: Origin & {
    readonly execution: number;
    readonly cost: number;
    readonly pr: string | null;
    readonly remaining: number;
  };
};

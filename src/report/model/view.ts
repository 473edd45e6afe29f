import type { Admission, Booking, Figures } from "../../books/answer.ts";
import type { Entry } from "../../books/entry.ts";
import type { MonthOutlook } from "../../books/month-demand.ts";
import type { Alert } from "../../books/notify-keys.ts";
import type { State } from "../../books/state.ts";
import type { Pace } from "../../forecast/pace.ts";
import type { Outlook } from "../../insight/outlook.ts";
import type { Instant } from "../../values/month.ts";

/** A figure of the state that differs from the ledger's sum; both as texts. */
export type Difference = { readonly figure: string; readonly expected: string; readonly found: string };

/** What a meter saw of a run; amounts are in dollars. */
export type MeteredRun = {
  readonly requests: number;
  readonly models: readonly {
    readonly model: string;
    readonly requests: number;
    readonly input: number;
    readonly cache_read: number;
    readonly output: number;
    readonly cost: number;
  }[];
  readonly by: Readonly<Record<string, number>>;
  readonly cost: number;
  readonly estimate: number | null;
  readonly percent: number | null;
  readonly cap: number | null;
  readonly max_cost: number | null;
  readonly granted: number;
  readonly refused: Readonly<Record<string, number>>;
  readonly refusal: { readonly code: string; readonly text: string } | null;
  readonly estimated: number;
  readonly unknown: number;
  readonly unread: number;
};

/** How urgent it is: continue, look at it, act. */
export type Tone = "good" | "warn" | "bad";

/** One thing to do next, with lines to copy if there are any. */
export type NextStep = { readonly text: string; readonly code?: string | undefined };

/** The current month as the books have it. */
export type MonthView = {
  readonly figures: Figures;
  readonly pace: Pace;
  /** What it comes to if no run is denied. */
  readonly ahead: MonthOutlook;
  readonly state: State;
  /** The books as a whole, if the command is about them. */
  readonly outlook?: Outlook | undefined;
};

/** What a command shows of the books, or why it could not read them. */
export type BooksView = {
  /** The command's answer in a few words, "AI run allowed". */
  readonly title: string;
  /** One sentence with dollars and percent. */
  readonly sentence: string;
  readonly tone: Tone;
  /** The budget's name, "AI Orchestration". */
  readonly name: string;
  /** Which books: "o/r@token-budget" or a folder. */
  readonly place: string;
  readonly now: Instant;
  /** The page of this run, whose server has the pages of other runs, too. */
  readonly runUrl?: string | undefined;
  /** The server of those pages where this run has none. */
  readonly server?: string | undefined;
  /** Null if the books couldn't be read. */
  readonly month: MonthView | null;
  /** The ledger line that was written, and what it did. */
  readonly booked?: Entry | undefined;
  readonly booking?: Booking | undefined;
  readonly admission?: Admission | undefined;
  readonly problem?: { readonly code: string; readonly message: string } | undefined;
  readonly nextSteps: readonly NextStep[];
  readonly notes: readonly string[];
  /** What differs between the books and the ledger. */
  readonly differences?: readonly Difference[];
  /** What the run's meter saw. */
  readonly metered?: MeteredRun | undefined;
  /** The alerts that the command is about. */
  readonly alerts?: readonly Alert[] | undefined;
};

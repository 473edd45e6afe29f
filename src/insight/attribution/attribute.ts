import type { Entry } from "../../books/entry.ts";
import type { State } from "../../books/state.ts";
import type { NanoUsd } from "../../values/money.ts";
import type { Day, Month } from "../../values/month.ts";
import type { ReportQuery } from "./query.ts";
import type { Report } from "./report.ts";

/** What the state knows and the ledger's entries of a span don't. */
export type ReportBooks = {
  /** The first day of which the books know what was spent; days before aren't zeros. */
  readonly since?: Day | undefined;
  /** Closed months of which only the history knows, since they were imported. */
  readonly imported?: readonly ImportedMonth[] | undefined;
};

export type ImportedMonth = {
  readonly month: Month;
  readonly cost: NanoUsd;
  readonly executions?: number | undefined;
  readonly prs?: number | undefined;
};

/** A report that is being added up. Its size depends on its groups, not on its entries. */
export type Accumulator = { readonly query: ReportQuery; readonly books: ReportBooks };

/** What a report takes from the state. */
export function reportBooks(_state: State): ReportBooks {
  return {};
}

/** A report with nothing added up yet. */
export function startReport(query: ReportQuery, books: ReportBooks = {}): Accumulator {
  return { query, books };
}

/** Adds an entry of the ledger to a report, which changes; one of other days than `spanNeeded` changes nothing. */
export function addToReport(_report: Accumulator, _entry: Entry): void {}

/** What was added up so far, as a report. */
export function reportOf({ query }: Accumulator): Report {
  const nothing = { cost: 0 as NanoUsd, estimated: 0 as NanoUsd, retry: 0 as NanoUsd, outcomes: {}, perOutcome: {} };
  return { query, total: { ...nothing, executions: 0, prs: 0 }, rows: [], isOverlapping: false };
}

/** A report whose actors and pull requests are replaced by what `hash` makes of their names, for `people: none`. */
export function withoutPeople(report: Report, _hash: (text: string) => string): Report {
  return report;
}

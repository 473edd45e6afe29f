import { AmountError, showUsd } from "../values/money.ts";
import { epochOf, type Instant, later } from "../values/month.ts";
import type { ChangeWithoutEntry } from "./changes.ts";
import type { Entry } from "./entry.ts";
import { evolve } from "./evolve.ts";
import type { MonthOutlook } from "./month-demand.ts";
import type { Settings } from "./settings.ts";
import type { State } from "./state.ts";

/** What a decision is based on. */
export type Books = {
  readonly state: State;
  /** The ledger lines of the hour the operation began in. */
  readonly lines: readonly string[];
  /** Lines of the holds that the request names and the state doesn't know, where the store could look them up. */
  readonly found?: readonly string[] | undefined;
  /** What opening the books has written already: the entry of an import. */
  readonly entries?: readonly Entry[];
};

/** The time, the rules and the means of a decision. */
export type Circumstances = {
  /** The store's time of the read. */
  readonly now: Instant;
  readonly settings: Settings;
  /** The repository on whose pull requests the run may comment, so that it may take leases on their comments. */
  readonly commentsIn?: string | undefined;
  /** The channels that the run can deliver to, so it may take leases on what is queued: their addresses' digests. */
  readonly channels: Readonly<Record<string, string>>;
  /** The operation's id: it signs leases. */
  readonly operation: string;
  /** The workflow that sets a budget in its inputs, "o/r ai-pr". */
  readonly setter?: string | undefined;
  /** Where messages say they come from. */
  readonly repository?: string | undefined;
  readonly runUrl?: string | undefined;
  /** The web page of the books, which messages link to. */
  readonly page?: string | undefined;
  /** Where the pages of other runs are, if this run has none: "https://github.com". */
  readonly server?: string | undefined;
  /** Who started the run. */
  readonly actor?: string | undefined;
  /** What only a booking judges, such as the chance of running out: gates don't load this code. */
  readonly judge?: Judge | undefined;
};

/** Changes a draft by what it finds in the books and by what the month comes to; a pure function. */
export type Judge = (draft: Draft, ahead: MonthOutlook) => Draft;

/** A sentence for people about something found during a decision. */
export type Note = { readonly level: "notice" | "warning"; readonly text: string };

/** Books during a decision: the state and the entries so far, and what people should know. */
export type Draft = {
  readonly state: State;
  readonly entries: readonly Entry[];
  readonly notes: readonly Note[];
  readonly circumstances: Circumstances;
};

/** An entry before the books give it its instant and month. */
export type NewEntry = Pick<Entry, "id" | "kind" | "cost"> & Partial<Entry>;

/**
 * Books one entry: its instant is always later than the last one's, so that sorting by it yields the order in which
 * entries were booked, whatever clocks said.
 */
export function book(draft: Draft, entry: NewEntry): Draft {
  const { state, circumstances } = draft;
  const last = state.last_entry?.at;
  const at = last !== undefined && epochOf(last) >= epochOf(circumstances.now) ? later(last, 1) : circumstances.now;
  const { id, ...rest } = entry;
  const booked = { id, at, month: state.current_month, ...rest } as Entry;
  return {
    ...draft,
    // The store decides which file gets the line.
    state: { ...evolvedBy(state, booked), last_entry: { file: state.last_entry?.file ?? "", id, at } },
    entries: [...draft.entries, booked],
  };
}

/** Refused before it is written: a month above what can be stored exactly would also stop every later booking. */
function evolvedBy(state: State, entry: Entry): State {
  try {
    return evolve(state, entry);
  } catch (error) {
    if (!(error instanceof AmountError)) throw error;
    const text = `An entry of ${showUsd(entry.cost)} would raise ${entry.month} above the largest amount that can be stored, $8,388,607. Check whether the cost is correct.`;
    throw new AmountError(text, { cause: error });
  }
}

/** The draft with some keys of its state replaced, of those that change without an entry. */
export function withState(draft: Draft, change: ChangeWithoutEntry): Draft {
  return { ...draft, state: { ...draft.state, ...change } };
}

/** The draft with one more sentence for people. */
export function withNote(draft: Draft, level: Note["level"], text: string): Draft {
  return { ...draft, notes: [...draft.notes, { level, text }] };
}

/** The line of an entry with this id among an hour's lines, if there is one. */
export function lineOf(lines: readonly string[], id: string): string | undefined {
  const start = `{"id":${JSON.stringify(id)},`;
  return lines.find((line) => line.startsWith(start));
}

import type { Bounds } from "../books/bounds.ts";
import type { Entry, LedgerPart } from "../books/entry.ts";
import type { DecodedState } from "../books/file/decode.ts";
import type { State } from "../books/state.ts";
import type { BudgetError } from "../values/errors.ts";
import type { Instant } from "../values/month.ts";

/** Which books: where they are kept and under which name. */
export type Place = {
  /** The state file's path, "token_budget.json". */
  readonly path: string;
  /** For messages: "o/r@token-budget" or a folder. */
  readonly description: string;
  /** Nothing else lives there, so a page may be kept next to the books. */
  readonly ownBranch: boolean;
  /** A web address where people look at the books, without secrets; none for books in a folder. */
  readonly page?: string | undefined;
};

/** A state left on the default branch while the books are elsewhere: imported once, frozen from then on. */
export type LegacyState = {
  readonly path: string;
  readonly branch: string;
  /** Null once the books exist: then it is only mentioned, never read again. */
  readonly state: DecodedState | null;
};

/** The policy file, and why it couldn't be read where it is kept elsewhere than the books: then the text is empty. */
export type PolicyFile = { readonly path: string; readonly text: string; readonly problem?: BudgetError };

/** The books as they were read, at one version. */
export type Snapshot = {
  /** What a commit is made against: the branch's head, the file's fingerprint; null if there is nothing yet. */
  readonly version: string | null;
  /** The store's time of the read. */
  readonly at: Instant;
  /** The state; `none` if the books don't exist yet, `lost` if there is a ledger without a state. */
  readonly state: DecodedState | { readonly kind: "none" } | { readonly kind: "lost" };
  /** The latest ledger lines in order: at least all that were written since the operation's first read. */
  readonly lines: readonly string[];
  /** The policy file of the default branch, null if there is none. */
  readonly policy: PolicyFile | null;
  readonly legacy: LegacyState | null;
};

/** A file beside the books. */
export type BookFile = { readonly path: string; readonly text: string };

/** What a commit writes: all or nothing. */
export type Change = {
  /** The new state; the store sets `last_entry.file`. */
  readonly state: State;
  /** The operation's entries, in the order in which they were booked. */
  readonly entries: readonly Entry[];
  /** Other files beside the books, which no commit writes again: paths in the repository or the folder. */
  readonly files?: readonly BookFile[] | undefined;
  /** For people: the commit's message, and the budget as a page, null except where the books have their own branch. */
  readonly note: {
    readonly message: string;
    readonly page: string | null;
    /** The badge next to the ledger, where there is a page; null or left out if it stays as it is. */
    readonly badge?: string | null;
  };
};

export type CommitResult =
  /** `after` is the books as they were written: the next commit can be made against it without a read. */
  | { readonly kind: "committed"; readonly version: string; readonly after: Snapshot }
  /** Another writer was first: read and decide again. */
  | { readonly kind: "conflict" };

/**
 * Which part of the ledger: all entries booked from one instant to another, both included; open ends where left out.
 */
export type Span = { readonly from?: Instant | undefined; readonly to?: Instant | undefined };

/**
 * Where the books are kept. Reads may be stale; a commit against anything but the current version is a conflict. A
 * store never retries by itself. It throws a BudgetError for what no retry fixes and a StoreFault for the rest. `Own`
 * is what a store itself keeps in its snapshots; it accepts only its own snapshots.
 */
export type Store<Own extends Snapshot = Snapshot> = {
  readonly place: Place;
  /** How outdated a read may be, in milliseconds; 0 if a read always shows the current books. */
  readonly staleMs: number;
  /**
   * Reads books, policy and the latest ledger lines: at least those since `first`, an earlier read of the operation.
   */
  read(first?: Own): Promise<Own>;
  commit(snapshot: Own, change: Change): Promise<CommitResult>;
  /**
   * The ledger at the snapshot's version, in order, read as it is consumed; may have more than the span at either end.
   */
  ledger(snapshot: Own, span?: Span): AsyncIterable<LedgerPart>;
  /**
   * The same with fewer requests, from an archive of the branch, which leaves out files that a `.gitattributes` hides
   * from archives. Not every store has one.
   */
  archive?(snapshot: Own, span?: Span): AsyncIterable<LedgerPart>;
  /** The texts of files beside the books at the snapshot's version; null for what isn't there. */
  files(snapshot: Own, paths: readonly string[]): Promise<readonly (string | null)[]>;
  /** How much the books may have here; as much as in files if left out. */
  readonly bounds?: Bounds;
  /** The ledger lines that belong to these holds, wherever they are. Only a store with an index has it. */
  find?(snapshot: Own, holds: readonly string[]): Promise<readonly string[]>;
  /** A snapshot's ledger stays as it is, whoever writes while it is read. */
  readonly keepsVersions?: boolean;
  /** Runs `work` while no other writer on this machine can; no lock if commits compare versions themselves. */
  exclusively<T>(work: () => Promise<T>): Promise<T>;
};

/** A failure that may pass: the network, an overloaded server, a rate limit. */
export class StoreFault extends Error {
  override readonly name = "StoreFault";
  /** How long the server asked to wait, in milliseconds. */
  readonly waitMs: number | undefined;
  /** It isn't the store that fails: other writers were in the way for as long as a try waits. */
  readonly isContended: boolean;

  constructor(message: string, options?: ErrorOptions & { waitMs?: number; isContended?: boolean }) {
    super(message, options);
    this.waitMs = options?.waitMs;
    this.isContended = options?.isContended === true;
  }
}

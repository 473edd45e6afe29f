import type { Instant, LedgerHour } from "../values/month.ts";

/** Which books: where they are kept and under which name. */
export type Place = {
  /** The state file's path, "token_budget.json". */
  readonly path: string;
  /** For messages: "o/r@token-budget" or a folder. */
  readonly description: string;
  /** Nothing else lives there, so a page may be kept beside the books. */
  readonly ownBranch: boolean;
};

export type LedgerFile = { readonly path: string; readonly text: string };

/** The books as they were read, at one version. */
export type Snapshot = {
  /** What a commit is made against: the branch's head, the file's fingerprint; null where there is nothing yet. */
  readonly version: string | null;
  /** The store's time of the read. */
  readonly readAt: Instant;
  /** The hour whose ledger file this operation writes to. */
  readonly hour: LedgerHour;
  readonly state: string | null;
  /** The hour's ledger files in order; the next lines go to the last of them, or to a new one when it is full. */
  readonly ledger: readonly LedgerFile[];
  /** Whether there is a ledger at all: without a state beside it, something was lost. */
  readonly hasLedger: boolean;
  /** The policy file of the default branch, null where there is none. */
  readonly policy: { readonly path: string; readonly text: string } | null;
  /** A state file left on the default branch while the books are elsewhere: imported once, frozen from then on. */
  readonly legacy: { readonly path: string; readonly branch: string; readonly text: string } | null;
};

/** What a commit writes: whole files, all or none. */
export type Change = {
  readonly state: string;
  /** The ledger file the new lines went to, with all its lines. */
  readonly ledger: LedgerFile | null;
  /** The budget as a page; only where the books have a branch of their own. */
  readonly page: string | null;
  readonly message: string;
};

export type CommitResult =
  | { readonly kind: "committed"; readonly version: string }
  /** Somebody else was first: read and decide again. */
  | { readonly kind: "conflict" };

/**
 * Where the books are kept. Reads may be stale; a commit against anything but the present version is a conflict.
 * A store never retries by itself. It throws a BudgetError for what no retry mends and a StoreFault for the rest.
 */
export type Store = {
  readonly place: Place;
  /** How old what a read shows may be, in milliseconds; 0 where a read shows the books as they are. */
  readonly staleMs: number;
  /** Reads books, policy and the ledger file of `hour`, or of the store's present hour. */
  read(hour?: LedgerHour): Promise<Snapshot>;
  commit(snapshot: Snapshot, change: Change): Promise<CommitResult>;
  /** All ledger files at the snapshot's version, in the order of their names. */
  readLedger(snapshot: Snapshot): Promise<readonly LedgerFile[]>;
  /** Runs `work` while no other writer of this machine can: nothing where commits compare versions themselves. */
  exclusively<T>(work: () => Promise<T>): Promise<T>;
};

/** A failure that may pass: the network, an overloaded server, a rate limit. */
export class StoreFault extends Error {
  override readonly name = "StoreFault";
  /** How long the server asked to wait, in milliseconds. */
  readonly waitMs: number | undefined;

  constructor(message: string, options?: ErrorOptions & { waitMs?: number }) {
    super(message, options);
    this.waitMs = options?.waitMs;
  }
}

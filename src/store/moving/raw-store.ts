import type { LedgerPart } from "../../books/entry.ts";
import type { Instant, LedgerHour } from "../../values/month.ts";
import type { BookFile, Place } from "../port.ts";

/** Books byte for byte, at one version. */
export type RawBooks = {
  /** What a write is made against; null if nothing was ever written. */
  readonly version: string | null;
  readonly at: Instant;
  /** The state's text; null if there is none. */
  readonly state: string | null;
};

/** A file of the ledger by its name in the ledger folder, "2026-02/14T10.ndjson". */
export type RawFile = { readonly name: string; readonly text: string };

/** A file to write: the whole of it, and which of its lines aren't there yet. */
export type WrittenFile = RawFile & { readonly added: readonly string[] };

/** What one write has: all or nothing, in a folder state and ledger one after the other. */
export type RawChange = {
  /** The state's new text; left out if it stays as it is. */
  readonly state?: string | undefined;
  readonly files: readonly WrittenFile[];
  readonly documents: readonly BookFile[];
  /** For people, where a place has such messages. */
  readonly message: string;
};

/** How a place keeps the ledger. */
export type RawForm = {
  /** Whole files, or lines that are only ever added. */
  readonly keeps: "files" | "lines";
  /** What follows the state's last entry, in the order of files, is not part of the ledger. */
  readonly endsWithLastEntry: boolean;
  /** How much one write may have. */
  readonly most: { readonly bytes: number; readonly files: number };
};

/**
 * A place of books as `move` reads and writes it: parts as texts, whatever they say. Like a store it never retries, and
 * throws a BudgetError for what no retry fixes and a StoreFault for the rest.
 */
export type RawStore = {
  readonly place: Place;
  /** The place in one word, as `--from` and `--to` take it, without secrets. */
  readonly name: string;
  readonly form: RawForm;
  read(): Promise<RawBooks>;
  /** The ledger at a version, in order; from an hour's files on, if one is given. */
  ledger(books: RawBooks, from?: LedgerHour): AsyncIterable<LedgerPart>;
  /** Names and contents of the ledger's files in git's form of a hash, where that is cheaper than reading them. */
  hashes?(books: RawBooks): Promise<ReadonlyMap<string, string>>;
  /** The issued statements. */
  documents(books: RawBooks): AsyncIterable<BookFile>;
  /** The new version; undefined if another writer was first. */
  write(books: RawBooks, change: RawChange): Promise<string | undefined>;
};

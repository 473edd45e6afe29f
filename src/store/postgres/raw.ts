import type { LedgerPart } from "../../books/entry.ts";
import { readEntry } from "../../books/read-entry.ts";
import { BudgetError } from "../../values/errors.ts";
import { epochOf, hourStart, instantOf, type LedgerHour } from "../../values/month.ts";
import type { RawBooks, RawChange, RawForm, RawStore, WrittenFile } from "../moving/raw-store.ts";
import type { BookFile, Place } from "../port.ts";
import type { Connection } from "./connection.ts";
import { LOCK_MS } from "./failures.ts";
import { ledgerPages } from "./ledger.ts";
import { booksRowOf } from "./snapshot.ts";
import {
  BEGIN_READ,
  begin,
  COMMIT,
  type ImportedLine,
  importParts,
  NOW,
  readAllDocuments,
  readBooks,
  readLastSeq,
} from "./statements.ts";

/** A write is one statement, which has ten seconds. */
const FORM: RawForm = { keeps: "lines", endsWithLastEntry: false, most: { bytes: 1_000_000, files: 200 } };

export type RawPostgresOptions = {
  readonly connection: Connection;
  /** The books' name, "octo-org" or "o/r". */
  readonly books: string;
  /** The state file's path in other stores. */
  readonly path: string;
  /** The place as `move` takes it. */
  readonly name: string;
};

/** The books of a name in a database, for `move`. */
export function rawPostgres(options: RawPostgresOptions): RawStore {
  return new RawPostgres(options);
}

class RawPostgres implements RawStore {
  readonly place: Place;
  readonly name: string;
  readonly form = FORM;
  readonly #connection: Connection;
  readonly #books: string;

  constructor({ connection, books, path, name }: RawPostgresOptions) {
    this.place = { path, description: `${books} in PostgreSQL`, ownBranch: false };
    this.name = name;
    this.#connection = connection;
    this.#books = books;
  }

  async read(): Promise<RawBooks> {
    const [books = [], now = [], last = []] = await this.#batch([
      ...BEGIN_READ,
      readBooks(this.#books),
      NOW,
      readLastSeq(this.#books),
      COMMIT,
    ]);
    const { version, state } = booksRowOf(books, this.#books);
    const at = instantOf(Number(now[0]?.["now_ms"]));
    return { version: versionOf(version, Number(last[0]?.["seq"])), at, state };
  }

  async *ledger({ version }: RawBooks, from?: LedgerHour): AsyncGenerator<LedgerPart> {
    const { lastSeq } = partsOfVersion(version);
    const range = { books: this.#books, path: this.place.path, upTo: lastSeq, toMs: undefined };
    const fromMs = from === undefined ? undefined : hourStart(from);
    for await (const part of ledgerPages(this.#connection, { ...range, fromMs })) {
      // Lines of an older file may have been booked in this hour.
      if (from === undefined || part.hour >= from) yield part;
    }
  }

  async *documents(): AsyncGenerator<BookFile> {
    const [rows = []] = await this.#batch([readAllDocuments(this.#books)]);
    for (const { path, bytes } of rows) {
      yield { path: String(path), text: Buffer.from(String(bytes), "base64").toString("utf8") };
    }
  }

  async write({ version }: RawBooks, { state, files, documents }: RawChange): Promise<string | undefined> {
    const before = partsOfVersion(version);
    const lines = files.flatMap((file) => linesIn(file));
    const change = { books: this.#books, version: before.version, lastSeq: before.lastSeq, state, lines, documents };
    const [rows = []] = await this.#batch([...begin(LOCK_MS), importParts(change), COMMIT]);
    const [row] = rows;
    return row === undefined ? undefined : versionOf(String(row["version"]), before.lastSeq + lines.length);
  }

  async #batch(statements: readonly string[]) {
    try {
      return await this.#connection.batch(statements);
    } catch (error) {
      await this.#connection.rollBack();
      throw error;
    }
  }
}

/** The row's version, and the ledger's last line at that version. */
function versionOf(version: string, lastSeq: number): string {
  return `${version}/${lastSeq}`;
}

function partsOfVersion(version: string | null): { readonly version: string; readonly lastSeq: number } {
  const [row = "0", seq = "0"] = (version ?? "").split("/");
  return { version: row, lastSeq: Number(seq) };
}

function linesIn({ name, added }: WrittenFile): ImportedLine[] {
  return added.map((line) => {
    try {
      const { id, at, month, kind, cost } = readEntry(line);
      return { id, atMs: epochOf(at), month, kind, cost, file: name, line };
    } catch (error) {
      throw new BudgetError(
        "state-unreadable",
        `${name} has a line that isn't a ledger entry, which a database can't keep: repair it first. token-budget verify names it.`,
        { cause: error },
      );
    }
  });
}

import { encodeEntry, type LedgerPart } from "../../books/entry.ts";
import { encodeState } from "../../books/file/encode.ts";
import { epochOf } from "../../values/month.ts";
import { quickly } from "../../values/quick.ts";
import type { Change, CommitResult, Place, Snapshot, Span, Store } from "../port.ts";
import type { Connection, Row } from "./connection.ts";
import { LOCK_MS, NoTurn, TakenId } from "./failures.ts";
import { ledgerPages } from "./ledger.ts";
import { isSame, mustBeNamed, type PolicyAt } from "./policy-at.ts";
import {
  BOUNDS,
  type BooksRow,
  booksRowOf,
  fileFor,
  type Held,
  ledgerRowOf,
  naming,
  type PostgresSnapshot,
  snapshotOf,
} from "./snapshot.ts";
import {
  BEGIN_READ,
  begin,
  COMMIT,
  findLines,
  HAS_TURN,
  lockBooks,
  NOW,
  queueFor,
  ROLLBACK,
  readBooks,
  readDocuments,
  readLines,
  readPolicyRepository,
  write,
} from "./statements.ts";

export type PostgresStoreOptions = {
  readonly connection: Connection;
  /** The books' name, "octo-org" or "o/r". */
  readonly books: string;
  /** The state file's path in other stores: statements are kept under it. */
  readonly path: string;
  readonly policy: PolicyAt;
  /** The time of a read, from the database's, both in milliseconds since 1970. */
  readonly timeOf?: (databaseMs: number) => number;
  /** How long an operation is tried, milliseconds. */
  readonly patienceMs?: number;
};

/** Books in PostgreSQL, and which repository has their policy. */
export type PostgresBooks = {
  readonly store: Store<PostgresSnapshot>;
  /** The repository whose maintainers may change the books; null if they name none. */
  readonly policyRepository: () => Promise<string | null>;
};

/** The books of a name in a database: two round trips for each operation. */
export function postgresBooks(options: PostgresStoreOptions): PostgresBooks {
  const store = new PostgresStore(options);
  return { store, policyRepository: () => store.policyRepository() };
}

class PostgresStore implements Store<PostgresSnapshot> {
  readonly place: Place;
  readonly staleMs = 0;
  readonly keepsVersions = true;
  readonly bounds = BOUNDS;
  readonly #connection: Connection;
  readonly #books: string;
  readonly #policy: PolicyAt;
  readonly #timeOf: (databaseMs: number) => number;
  readonly #begin: readonly string[];
  /** The operations of this process, one after the other. */
  #turn: Promise<unknown> = Promise.resolve();
  #isExclusive = false;
  #held: Held | undefined;
  #repository: string | null | undefined;
  /** Ids that a commit found taken: the next read shows their lines. */
  #taken: readonly string[] = [];
  /** Who has no turn by the queue's end asks for the row alone: another program may keep the queue's lock. */
  #isQueued = true;

  constructor({ connection, books, path, policy, timeOf = (ms) => ms, patienceMs = LOCK_MS }: PostgresStoreOptions) {
    this.place = { path, description: `${books} in PostgreSQL`, ownBranch: false };
    this.#connection = connection;
    this.#books = books;
    this.#policy = policy;
    this.#timeOf = timeOf;
    this.#begin = begin(Math.min(LOCK_MS, patienceMs));
    this.#repository = policy.named ?? (/^[^/]+\/[^/]+$/.test(books) ? books : undefined);
  }

  async policyRepository(): Promise<string | null> {
    const [rows = []] = await this.#connection.batch([readPolicyRepository(this.#books)]);
    const [row] = rows;
    return this.#agreed((row?.["policy_repository"] ?? null) as string | null);
  }

  async read(first?: PostgresSnapshot): Promise<PostgresSnapshot> {
    for (;;) {
      const policy = await this.#readPolicy();
      const { row, ...found } = this.#isExclusive ? await this.#take(first) : await this.#look(first);
      // The policy was read before anything was locked: the row says whether it is the right one.
      const asked = this.#repository;
      if (isSame(this.#agreed(row.policyRepository), asked ?? null))
        return snapshotOf(row, { ...found, policy, first });
      await this.#letGo();
    }
  }

  async commit(snapshot: PostgresSnapshot, change: Change): Promise<CommitResult> {
    const file = fileFor(snapshot);
    const state = naming(change.state, file);
    const { version, lastSeq } = snapshot.row;
    const written = {
      books: this.#books,
      version,
      lastSeq,
      state: encodeState(state, quickly),
      entries: change.entries,
      file,
    };
    const held = this.#held;
    this.#held = undefined;
    const isHeld = held?.generation === this.#connection.generation && held.version === version;
    const before = isHeld ? [] : [...(held === undefined ? [] : [ROLLBACK]), ...this.#begin];
    const statements = [...before, write({ ...written, documents: change.files ?? [] }), COMMIT];
    const [rows = []] = await this.#connection.batch(statements).catch(async (error: unknown) => {
      await this.#connection.rollBack();
      if (!(error instanceof TakenId)) throw error;
      // Booked before, longer ago than the state remembers.
      this.#taken = change.entries.map(({ id }) => id);
      return [];
    });
    const [row] = rows;
    if (row === undefined) return { kind: "conflict" };
    this.#taken = [];
    const lines = [...snapshot.lines, ...change.entries.map(encodeEntry)];
    const after: PostgresSnapshot = {
      ...snapshot,
      ...{ version: String(row["version"]), state: { kind: "state", state }, lines },
      row: { ...snapshot.row, version: String(row["version"]), lastSeq: lastSeq + change.entries.length },
    };
    return { kind: "committed", version: String(row["version"]), after };
  }

  ledger({ row: { lastSeq } }: PostgresSnapshot, { from, to }: Span = {}): AsyncIterable<LedgerPart> {
    return ledgerPages(this.#connection, {
      ...{ books: this.#books, path: this.place.path, upTo: lastSeq },
      fromMs: from === undefined ? undefined : epochOf(from),
      toMs: to === undefined ? undefined : epochOf(to),
    });
  }

  async files(_: PostgresSnapshot, paths: readonly string[]): Promise<readonly (string | null)[]> {
    if (paths.length === 0) return [];
    const [rows = []] = await this.#connection.batch([readDocuments(this.#books, paths)]);
    const texts = new Map(rows.map(({ path, bytes }) => [path, Buffer.from(String(bytes), "base64").toString("utf8")]));
    return paths.map((path) => texts.get(path) ?? null);
  }

  /** The lines of these holds, wherever in the ledger. */
  async find(_: PostgresSnapshot, holds: readonly string[]): Promise<readonly string[]> {
    const [rows = []] = await this.#connection.batch([findLines(this.#books, { holds })]);
    return rows.map(({ line }) => String(line));
  }

  /** While `work` runs, each read takes the books' row until its commit. */
  async exclusively<T>(work: () => Promise<T>): Promise<T> {
    const before = this.#turn;
    let end = () => {};
    this.#turn = new Promise<void>((resolve) => {
      end = resolve;
    });
    await before;
    this.#isExclusive = true;
    try {
      return await work();
    } finally {
      this.#isExclusive = false;
      await this.#letGo();
      end();
    }
  }

  /** The policy, read while the connection opens. */
  async #readPolicy(): Promise<Snapshot["policy"]> {
    await this.#letGo();
    if (this.#repository === undefined) await this.policyRepository();
    const repository = this.#repository;
    if (repository == null) return null;
    const opening = this.#connection.open();
    opening.catch(() => {});
    const policy = await this.#policy.read(repository);
    await opening;
    return policy;
  }

  /** The repository that the books' row names. Throws a BudgetError if the run names another. */
  #agreed(repository: string | null): string | null {
    mustBeNamed(this.#policy, repository, this.#books);
    this.#repository = repository;
    return repository;
  }

  /** Takes the books' row, waiting until no other writer has it. */
  async #take(first: PostgresSnapshot | undefined) {
    const { generation } = this.#connection;
    const taken = this.#taken.length === 0 ? [] : [findLines(this.#books, { ids: this.#taken })];
    const queue = this.#isQueued ? [queueFor(this.#books)] : [];
    const turn = [...this.#begin, ...queue, lockBooks(this.#books), HAS_TURN];
    const statements = [...turn, NOW, readLines(this.#books, first?.row.beforeSeq), ...taken];
    const found = await this.#foundIn(statements, { staysOpen: true, answersBefore: queue.length });
    this.#isQueued = true;
    this.#held = { generation: Math.max(generation, this.#connection.generation), version: found.row.version };
    return found;
  }

  async #look(first: PostgresSnapshot | undefined) {
    const lines = readLines(this.#books, first?.row.beforeSeq);
    return this.#foundIn([...BEGIN_READ, readBooks(this.#books), NOW, lines, COMMIT]);
  }

  async #foundIn(
    statements: readonly string[],
    { staysOpen = false, answersBefore = 0 }: { readonly staysOpen?: boolean; readonly answersBefore?: number } = {},
  ) {
    try {
      const answers = await this.#connection.batch(statements, staysOpen ? "stays open" : undefined);
      const [books = [], now = [], lines = [], taken = []] = answers.slice(answersBefore);
      const row: BooksRow = booksRowOf(books, this.#books);
      const nowMs = this.#timeOf(Number(now[0]?.["now_ms"]));
      return { row, nowMs, lines: lines.map(ledgerRowOf), taken: taken.map(({ line }: Row) => String(line)) };
    } catch (error) {
      if (error instanceof NoTurn) this.#isQueued = false;
      await this.#connection.rollBack();
      throw error;
    }
  }

  /** Ends a transaction that wrote nothing. */
  async #letGo(): Promise<void> {
    const held = this.#held;
    this.#held = undefined;
    if (held === undefined || held.generation !== this.#connection.generation) return;
    await this.#connection.rollBack();
  }
}

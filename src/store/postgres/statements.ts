import { type Entry, encodeEntry } from "../../books/entry.ts";
import { epochOf } from "../../values/month.ts";
import type { BookFile } from "../port.ts";
import { IDLE_MS, STATEMENT_MS } from "./failures.ts";
import { bytesLiteral, numberLiteral, textLiteral } from "./literals.ts";

/**
 * The newest version of the tables that this release can write to; a migration that older releases must not miss raises
 * `books.format`.
 */
export const FORMAT = 1;

/** Lines that a first read shows: what was booked a moment ago. */
const LATEST_LINES = 20;

/** How many lines of the ledger one question answers. */
export const PAGE_LINES = 2_000;

/** A transaction that waits this long for its turn. Its limits: a runner that is cancelled never keeps the books locked. */
export function begin(lockMs: number): readonly string[] {
  return [
    "begin isolation level read committed read write",
    `set local lock_timeout = ${Math.round(lockMs)}`,
    `set local statement_timeout = ${Math.round(lockMs) + STATEMENT_MS}`,
    `set local idle_in_transaction_session_timeout = ${IDLE_MS}`,
  ];
}

/** Nothing after the turn has come waits for others. */
export const HAS_TURN = `set local statement_timeout = ${STATEMENT_MS}`;

/** One version of the books, seen by all statements that follow. */
export const BEGIN_READ = [
  "begin isolation level repeatable read read only",
  `set local statement_timeout = ${STATEMENT_MS}`,
] as const;

export const COMMIT = "commit";
export const ROLLBACK = "rollback";

const COLUMNS = "policy_repository, version, format, state";

/**
 * The queue of the books' writers. A row that changes has no order of its own: whoever waited for the former version
 * competes with all that come later, and all of them wake up for each turn. A queue by number has one, and lasts until
 * the transaction ends. It decides nothing: what is written is safe by the row's own lock.
 */
export function queueFor(books: string): string {
  return `select pg_advisory_xact_lock('token_budget.books'::regclass::oid::int, hashtext(${textLiteral(books)}))`;
}

/** The books' row, which nobody else can take until the transaction ends. */
export function lockBooks(books: string): string {
  return `select ${COLUMNS} from token_budget.books where name =${textLiteral(books)} for update`;
}

export function readBooks(books: string): string {
  return `select ${COLUMNS} from token_budget.books where name =${textLiteral(books)}`;
}

export function readPolicyRepository(books: string): string {
  return `select policy_repository, format from token_budget.books where name =${textLiteral(books)}`;
}

/** The database's time: after the row is locked, not when the transaction began. */
export const NOW = "select floor(extract(epoch from clock_timestamp()) * 1000)::bigint as now_ms";

/** The latest lines, newest first; all after one where it is given, and the lines with ids that were already taken. */
export function readLines(books: string, after: number | undefined): string {
  const of = `select seq, file, line from token_budget.entries where books =${textLiteral(books)}`;
  return after === undefined
    ? `${of} order by seq desc limit ${LATEST_LINES}`
    : `${of} and seq > ${numberLiteral(after)} order by seq desc`;
}

/** The lines with these ids, and those that belong to these holds. */
export function findLines(
  books: string,
  { ids = [], holds = [] }: { readonly ids?: readonly string[]; readonly holds?: readonly string[] },
): string {
  const of = `select seq, line from token_budget.entries where books =${textLiteral(books)}`;
  const parts = [
    ...(ids.length === 0 ? [] : [`${of} and id in (${ids.map(textLiteral).join()})`]),
    ...(holds.length === 0 ? [] : [`${of} and hold in (${holds.map(textLiteral).join()})`]),
  ];
  return `select distinct seq, line from (${parts.join(" union all ")}) as found order by seq`;
}

/** A page of the ledger: all lines of a span after one, up to the snapshot's last. */
export function readPage(
  books: string,
  range: {
    readonly after: number;
    readonly upTo: number;
    readonly fromMs: number | undefined;
    readonly toMs: number | undefined;
  },
): string {
  const { after, upTo, fromMs, toMs } = range;
  const bounds = [
    `books =${textLiteral(books)} and seq > ${numberLiteral(after)} and seq <= ${numberLiteral(upTo)}`,
    ...(fromMs === undefined ? [] : [`at >= ${instantLiteral(fromMs)}`]),
    ...(toMs === undefined ? [] : [`at <= ${instantLiteral(toMs)}`]),
  ];
  return `select seq, file, line from token_budget.entries where ${bounds.join(" and ")} order by seq limit ${PAGE_LINES}`;
}

export function readDocuments(books: string, paths: readonly string[]): string {
  return `select path, encode(bytes, 'base64') as bytes from token_budget.documents where books =${textLiteral(books)} and path in (${paths.map(textLiteral).join()})`;
}

/**
 * What a write answers: its version. A commit is on the disk before it is confirmed, also where the server, the database
 * or the role says `synchronous_commit = off`.
 */
const WRITTEN = `select version,
  (select set_config('synchronous_commit', 'on', true) where current_setting('synchronous_commit') = 'off') as synchronous
from moved`;

/** What a commit writes. */
export type Written = {
  readonly books: string;
  /** The version it is made against, and the last line of the ledger at that version. */
  readonly version: string;
  readonly lastSeq: number;
  readonly state: string;
  readonly entries: readonly Entry[];
  readonly file: string;
  readonly documents: readonly BookFile[];
};

/** State, lines and documents in one statement: all of it if nobody else wrote since that version, otherwise nothing. */
export function write({ books, version, lastSeq, state, entries, file, documents }: Written): string {
  const name = textLiteral(books);
  const moved = `moved as (update token_budget.books set state =${textLiteral(state)}, version = version + 1, updated_at = clock_timestamp() where name =${name} and version = ${numberLiteral(BigInt(version))} returning version)`;
  const lines = entries.map((entry, index) => rowOf(entry, { seq: lastSeq + index + 1, file }));
  const booked = `booked as (insert into token_budget.entries (books, seq, id, at, month, kind, cost, file, line, doc) select${name}, e.seq, e.id, e.at, e.month, e.kind, e.cost, e.file, e.line, coalesce(e.doc, e.line)::jsonb from moved, (values ${lines.join()}) as e (seq, id, at, month, kind, cost, file, line, doc))`;
  const files = documents.map(({ path, text }) => `(${textLiteral(path)},${bytesLiteral(text)})`);
  const kept = `kept as (insert into token_budget.documents (books, path, bytes) select${name}, d.path, d.bytes from moved, (values ${files.join()}) as d (path, bytes) on conflict (books, path) do nothing)`;
  const all = [moved, ...(lines.length === 0 ? [] : [booked]), ...(files.length === 0 ? [] : [kept])];
  return `with ${all.join(",\n")}\n${WRITTEN}`;
}

function rowOf(entry: Entry, { seq, file }: { readonly seq: number; readonly file: string }): string {
  const { id, at, month, kind, cost } = entry;
  return importedRow({ id, atMs: epochOf(at), month, kind, cost, file, line: encodeEntry(entry) }, seq);
}

/** An instant, exact to the millisecond. */
function instantLiteral(epochMs: number): string {
  return `timestamptz${textLiteral(new Date(epochMs).toISOString())}`;
}

/** Characters that JSON can escape and PostgreSQL's jsonb can't keep, as the sign for what can't be shown. */
const NOT_IN_JSONB = /\\u(?:0000|d[89ab][0-9a-f]{2}|d[c-f][0-9a-f]{2})/i;

/** A ledger line as jsonb takes it: almost always the line itself. */
export function documentOf(line: string): string {
  if (!NOT_IN_JSONB.test(line)) return line;
  return JSON.stringify(JSON.parse(line), (_, value: unknown) =>
    typeof value === "string" ? storable(value) : value,
  ).replace(NOT_IN_KEYS, "\ufffd");
}

const NOT_IN_KEYS = /(?<=(?<!\\)(?:\\\\)*)\\u(?:0000|d[89ab][0-9a-f]{2}|d[c-f][0-9a-f]{2})/gi;

function storable(text: string): string {
  return Buffer.from(text, "utf8").toString("utf8").replaceAll("\0", "\ufffd");
}

export function readLastSeq(books: string): string {
  return `select coalesce(max(seq), 0) as seq from token_budget.entries where books =${textLiteral(books)}`;
}

export function readAllDocuments(books: string): string {
  return `select path, encode(bytes, 'base64') as bytes from token_budget.documents where books =${textLiteral(books)} order by path`;
}

/** A ledger line that comes from another place, byte for byte. */
export type ImportedLine = {
  readonly id: string;
  readonly atMs: number;
  readonly month: string;
  readonly kind: string;
  readonly cost: number;
  readonly file: string;
  readonly line: string;
};

/** What is imported at a version; the state stays as it is if none is given. */
export type Imported = Omit<Written, "state" | "entries" | "file"> & {
  readonly state: string | undefined;
  readonly lines: readonly ImportedLine[];
};

/** Parts of other books in one statement: all of it if nobody else wrote since that version, otherwise nothing. */
export function importParts({ books, version, lastSeq, state, lines, documents }: Imported): string {
  const name = textLiteral(books);
  const set = state === undefined ? "" : `state =${textLiteral(state)}, `;
  const moved = `moved as (update token_budget.books set ${set}version = version + 1, updated_at = clock_timestamp() where name =${name} and version = ${numberLiteral(BigInt(version))} returning version)`;
  const rows = lines.map((line, index) => importedRow(line, lastSeq + index + 1));
  // Each id by its index: `exists` makes PostgreSQL read the whole ledger for every write.
  const isThere = `coalesce((select true from token_budget.entries as p where p.books =${name} and p.id = e.id and not p.repeated limit 1), false)`;
  const booked = `booked as (insert into token_budget.entries (books, seq, id, at, month, kind, cost, file, line, doc, repeated) select${name}, e.seq, e.id, e.at, e.month, e.kind, e.cost, e.file, e.line, coalesce(e.doc, e.line)::jsonb, ${isThere} or row_number() over (partition by e.id order by e.seq) > 1 from moved, (values ${rows.join()}) as e (seq, id, at, month, kind, cost, file, line, doc))`;
  const files = documents.map(({ path, text }) => `(${textLiteral(path)},${bytesLiteral(text)})`);
  const kept = `kept as (insert into token_budget.documents (books, path, bytes) select${name}, d.path, d.bytes from moved, (values ${files.join()}) as d (path, bytes) on conflict (books, path) do nothing)`;
  const all = [moved, ...(rows.length === 0 ? [] : [booked]), ...(files.length === 0 ? [] : [kept])];
  return `with ${all.join(",\n")}\n${WRITTEN}`;
}

function importedRow({ id, atMs, month, kind, cost, file, line }: ImportedLine, seq: number): string {
  const doc = documentOf(line);
  const values = [
    `${numberLiteral(seq)}::bigint`,
    textLiteral(storable(id)),
    instantLiteral(atMs),
    textLiteral(month),
    textLiteral(kind),
    `${numberLiteral(cost)}::bigint`,
    textLiteral(file),
    textLiteral(line),
    doc === line ? "null::text" : textLiteral(doc),
  ];
  return `(${values.join()})`;
}

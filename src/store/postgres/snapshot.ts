import { CAPABILITIES, decodeState } from "../../books/file/decode.ts";
import type { State } from "../../books/state.ts";
import { BudgetError } from "../../values/errors.ts";
import { instantOf, type LedgerHour, ledgerHourOf } from "../../values/month.ts";
import { quickly } from "../../values/quick.ts";
import { lastEntryIn } from "../files/last-entry.ts";
import { ledgerNameOf, ledgerPartOf } from "../files/paths.ts";
import type { Snapshot } from "../port.ts";
import type { Row } from "./connection.ts";
import { FORMAT } from "./statements.ts";

/** A state of this size takes a few milliseconds more than an empty one; its bytes are compressed on their way to disk. */
export const BOUNDS = { holds: 1_000, values: 1_000, bytes: 2_000_000 };

/** A snapshot of books in PostgreSQL, with what the next commit and the next read need of it. */
export type PostgresSnapshot = Snapshot & {
  readonly row: {
    /** The row's version: it has one before there are books. */
    readonly version: string;
    /** The number of the last line of the ledger. */
    readonly lastSeq: number;
    /** The number before the first of the snapshot's lines. */
    readonly beforeSeq: number;
  };
};

/** The books' row. */
export type BooksRow = {
  readonly policyRepository: string | null;
  readonly version: string;
  readonly state: string | null;
};

/** A transaction that has the books' row, in one opening of the connection. */
export type Held = { readonly generation: number; readonly version: string };

/** A line of the ledger with its number, and the name of the file that it would be in. */
export type LedgerRow = { readonly seq: number; readonly file: string; readonly line: string };

/** The books' row. Throws a BudgetError if there are no such books, or tables that this release doesn't know. */
export function booksRowOf(rows: readonly Row[], books: string): BooksRow {
  const [row] = rows;
  if (row === undefined) {
    throw new BudgetError(
      "state-unreadable",
      `There are no books ${books} in the database. Make them under the owner's role: token-budget database migrate --books ${books} --repository owner/name, with the repository that has their policy.`,
    );
  }
  assertKnownFormat(row["format"]);
  return {
    policyRepository: row["policy_repository"] as string | null,
    version: String(row["version"]),
    state: row["state"] as string | null,
  };
}

/** Throws a BudgetError for tables that only a newer release can write to. */
export function assertKnownFormat(format: unknown): void {
  if (Number(format) <= FORMAT) return;
  throw new BudgetError(
    "state-unreadable",
    `The database's tables have format ${String(format)}, and this release of token-budget knows ${FORMAT}: use a newer release. Nothing was written.`,
  );
}

export function ledgerRowOf({ seq, file, line }: Row): LedgerRow {
  return { seq: Number(seq), file: String(file), line: String(line) };
}

/** The snapshot of what was read; `lines` newest first, of this hour alone unless an earlier read is followed. */
export function snapshotOf(
  row: BooksRow,
  found: {
    readonly nowMs: number;
    readonly lines: readonly LedgerRow[];
    /** Lines with ids that were taken when a commit tried them. */
    readonly taken: readonly string[];
    readonly policy: Snapshot["policy"];
    readonly first: PostgresSnapshot | undefined;
  },
): PostgresSnapshot {
  const { nowMs, first, taken, policy } = found;
  const hour = ledgerHourOf(instantOf(nowMs));
  const ascending = found.lines.toReversed();
  const lines = first === undefined ? ascending.filter(({ file }) => hourOf(file) >= hour) : ascending;
  const lastSeq = ascending.at(-1)?.seq ?? first?.row.lastSeq ?? 0;
  const { state, version } = row;
  const isNothing = state === null && lastSeq === 0;
  return {
    version: isNothing ? null : version,
    at: instantOf(nowMs),
    state: state === null ? { kind: isNothing ? "none" : "lost" } : decodeState(state, CAPABILITIES, quickly),
    lines: [...taken, ...lines.map(({ line }) => line)],
    ...{ policy, legacy: null },
    row: { version, lastSeq, beforeSeq: first?.row.beforeSeq ?? (lines[0] === undefined ? lastSeq : lines[0].seq - 1) },
  };
}

/** The file that a commit's lines would be in, by hour, never an earlier one than the last line's. */
export function fileFor({ at, state }: PostgresSnapshot): string {
  const hour = ledgerHourOf(at);
  const last = lastEntryIn(state)?.file;
  return last !== undefined && hourOf(last) >= hour ? last : ledgerNameOf(hour, 1);
}

function hourOf(file: string): LedgerHour {
  return ledgerPartOf(file)?.hour ?? "";
}

/** The state with the name of its last line's file. */
export function naming(state: State, file: string): State {
  return state.last_entry == null ? state : { ...state, last_entry: { ...state.last_entry, file } };
}

import { type Entry, encodeEntry } from "../../books/entry.ts";
import { type DecodedState, decodeState } from "../../books/file/decode.ts";
import { encodeState } from "../../books/file/encode.ts";
import type { State } from "../../books/state.ts";
import type { Instant, LedgerHour } from "../../values/month.ts";
import type { Change, CommitResult, Snapshot } from "../port.ts";
import { type LedgerFile, ledgerFileFor } from "./paths.ts";

/** The books as files: texts as they were found. */
export type FoundFiles = {
  readonly version: string | null;
  readonly at: Instant;
  /** The hour whose ledger files this operation writes to. */
  readonly hour: LedgerHour;
  readonly state: string | null;
  /** The hour's ledger files in order; the next lines go to the last of them, or to a new one when it is full. */
  readonly ledger: readonly LedgerFile[];
  /** Whether there is a ledger at all: without a state next to it, something was lost. */
  readonly hasLedger: boolean;
  readonly policy: Snapshot["policy"];
  /** The text is null if it was not read. */
  readonly legacy: { readonly path: string; readonly branch: string; readonly text: string | null } | null;
};

/** A snapshot of books that are files, with what the next commit needs of them. */
export type FilesSnapshot = Snapshot & { readonly files: Pick<FoundFiles, "hour" | "ledger"> };

/** What a commit writes to files: whole files, all or none. */
export type FilesChange = { readonly state: string; readonly ledger: LedgerFile | null };

/** The snapshot of what was found. */
export function snapshotOf(found: FoundFiles): FilesSnapshot {
  const { version, at, hour, state, ledger, policy, legacy } = found;
  return {
    ...{ version, at, policy, files: { hour, ledger } },
    state: state === null ? { kind: found.hasLedger ? "lost" : "none" } : decodeState(state),
    lines: linesOf(ledger),
    legacy: legacy && { path: legacy.path, branch: legacy.branch, state: legacyStateOf(legacy.text) },
  };
}

/**
 * The files of a change to these books, and the state as it names the file of its last line: an hour's second file
 * where the first is full. Throws a BudgetError for a state that could not be read again.
 */
export function filesOf(
  { files: { hour, ledger } }: FilesSnapshot,
  { state, entries }: Pick<Change, "state" | "entries">,
  folder: string,
): FilesChange & { readonly named: State } {
  const file = ledgerAfter(ledger, entries, { folder, hour });
  const named = file === null ? state : namingFile(state, file.path.slice(folder.length + 1));
  return { state: encodeState(named), ledger: file, named };
}

/** The result of a commit that was made, with the books as they were written. */
export function committed(
  before: FilesSnapshot,
  { ledger: file, named }: Pick<ReturnType<typeof filesOf>, "ledger" | "named">,
  version: string,
): CommitResult {
  const { hour, ledger } = before.files;
  const after = file === null ? ledger : [...ledger.filter(({ path }) => path !== file.path), file];
  const snapshot: FilesSnapshot = {
    ...before,
    ...{ version, state: { kind: "state", state: named }, lines: linesOf(after), files: { hour, ledger: after } },
  };
  return { kind: "committed", version, after: snapshot };
}

function legacyStateOf(text: string | null): DecodedState | null {
  return text === null ? null : decodeState(text);
}

function linesOf(ledger: readonly LedgerFile[]): string[] {
  return ledger.flatMap(({ text }) => text.split("\n").filter((line) => line !== ""));
}

function ledgerAfter(
  ledger: readonly LedgerFile[],
  entries: readonly Entry[],
  { folder, hour }: { readonly folder: string; readonly hour: LedgerHour },
): LedgerFile | null {
  if (entries.length === 0) return null;
  const text = `${entries.map(encodeEntry).join("\n")}\n`;
  const file = ledgerFileFor(ledger, folder, { hour, addedBytes: Buffer.byteLength(text) });
  return { path: file.path, text: file.text + text };
}

function namingFile(state: State, file: string): State {
  return state.last_entry == null ? state : { ...state, last_entry: { ...state.last_entry, file } };
}

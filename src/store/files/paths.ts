import type { LedgerPart } from "../../books/entry.ts";
import { epochOf, instantOf, type LedgerHour, ledgerHourOf } from "../../values/month.ts";
import type { Span } from "../port.ts";

/** A file of the ledger with all its lines. */
export type LedgerFile = { readonly path: string; readonly text: string };

/** Before this many bytes a ledger file continues in the next one: GitHub cuts blob text at 512,000. */
export const LEDGER_FILE_BYTES = 400_000;

export const POLICY_PATHS = [".github/token-budget.yml", ".github/token-budget.yaml"] as const;

const LEDGER_FILE = /^(\d{4}-\d\d\/\d\dT\d\d)(?:-([2-9]|[1-9]\d+))?\.ndjson$/;

/** The ledger's folder, named after the state file: "ai/team.json" has "ai/team/ledger". */
export function ledgerFolderOf(statePath: string): string {
  return folderBeside(statePath, "ledger");
}

/** The folder of issued statements: "ai/team.json" has "ai/team/statements". */
export function statementsFolderOf(statePath: string): string {
  return folderBeside(statePath, "statements");
}

function folderBeside(statePath: string, name: string): string {
  const stem = statePath.replace(/(?<=[^/\\])\.[^./\\]+$/, "");
  // Without an extension to remove, the folder would have the same path as the state file.
  return stem === statePath ? `${statePath}_${name}` : `${stem}/${name}`;
}

/** The badge's path, beside the ledger folder: "ai/team.json" has "ai/team/badge.svg". */
export function badgePathOf(statePath: string): string {
  return ledgerFolderOf(statePath).replace(/ledger$/, "badge.svg");
}

/** A ledger file's name inside the ledger folder: "2026-02/14T10.ndjson", its second part "2026-02/14T10-2.ndjson". */
export function ledgerNameOf(hour: LedgerHour, part: number): string {
  return part === 1 ? `${hour}.ndjson` : `${hour}-${part}.ndjson`;
}

/** Hour and part of a ledger file's name inside the ledger folder; undefined for any other file. */
export function ledgerPartOf(name: string): { readonly hour: LedgerHour; readonly part: number } | undefined {
  const [, hour, part] = LEDGER_FILE.exec(name) ?? [];
  return hour === undefined ? undefined : { hour, part: part === undefined ? 1 : Number(part) };
}

/** The lines of a ledger file, by its name inside the ledger folder, as a part of the ledger. */
export function partOf(folder: string, { name, text }: { readonly name: string; readonly text: string }): LedgerPart {
  return { name: `${folder}/${name}`, hour: name.replace(/(-\d+)?\.ndjson$/, ""), text };
}

/** Orders names of ledger files by hour and part; as plain text "14T10-2" would come before "14T10". */
export function compareLedgerNames(a: string, b: string): number {
  const first = ledgerPartOf(a);
  const second = ledgerPartOf(b);
  if (first === undefined || second === undefined) return a < b ? -1 : a > b ? 1 : 0;
  if (first.hour !== second.hour) return first.hour < second.hour ? -1 : 1;
  return first.part - second.part;
}

/**
 * The file of an hour that gets this many more bytes, with its lines: the hour's last one, or the next when that would
 * grow to 400 kB. `files` are the hour's files in order, `folder` is the ledger folder.
 */
export function ledgerFileFor(
  files: readonly LedgerFile[],
  folder: string,
  { hour, addedBytes }: { readonly hour: LedgerHour; readonly addedBytes: number },
): LedgerFile {
  const last = files.at(-1);
  if (last === undefined) return { path: `${folder}/${ledgerNameOf(hour, 1)}`, text: "" };
  // An editor may have removed the last line's end.
  const text = last.text === "" || last.text.endsWith("\n") ? last.text : `${last.text}\n`;
  if (Buffer.byteLength(text) + addedBytes < LEDGER_FILE_BYTES) return { path: last.path, text };
  const part = ledgerPartOf(last.path.slice(folder.length + 1))?.part ?? files.length;
  return { path: `${folder}/${ledgerNameOf(hour, part + 1)}`, text: "" };
}

const DAY_MS = 86_400_000;

/**
 * Whether a file of the ledger, by its name in the ledger folder, may have entries of a span. An entry is never earlier
 * than its file's hour; it is later where an operation waited for its turn or instants were pushed on, but not by a
 * day.
 */
export function isFileWithin(name: string, span: Span): boolean {
  const hour = ledgerPartOf(name)?.hour;
  if (hour === undefined) return false;
  const { first, last } = hoursOf(span);
  return first <= hour && hour <= last;
}

/** The same for the folder of a month, "2026-02"; false for any other name. */
export function isMonthWithin(name: string, span: Span): boolean {
  const { first, last } = hoursOf(span);
  return /^\d{4}-\d\d$/.test(name) && first.slice(0, 7) <= name && name <= last.slice(0, 7);
}

function hoursOf({ from, to }: Span): { readonly first: LedgerHour; readonly last: LedgerHour } {
  return {
    first: from === undefined ? "" : ledgerHourOf(instantOf(epochOf(from) - DAY_MS)),
    last: to === undefined ? "9999-12/31T23" : ledgerHourOf(to),
  };
}

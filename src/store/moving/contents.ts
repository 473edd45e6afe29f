import { createHash } from "node:crypto";
import type { LedgerHour } from "../../values/month.ts";
import { lineEndOf } from "../files/last-entry.ts";
import { compareLedgerNames } from "../files/paths.ts";
import { arrangedFiles, hourOf, linesOf } from "./arrange.ts";
import type { RawBooks, RawFile, RawStore } from "./raw-store.ts";

/** One place's books at one version. */
export type Side = { readonly raw: RawStore; readonly books: RawBooks };

/** The hash that git gives a file. */
export function gitHashOf(text: string): string {
  const bytes = Buffer.from(text);
  return createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
}

/** The hashes of a ledger's files by their names, from an hour on. */
export async function hashesOf({ raw, books }: Side, from: LedgerHour | undefined): Promise<Map<string, string>> {
  if (raw.hashes !== undefined) {
    const all = [...(await raw.hashes(books))];
    return new Map(all.filter(([name]) => from === undefined || hourOf(name) >= from));
  }
  const hashes = new Map<string, string>();
  for await (const { name, text } of filesOf({ raw, books }, from)) hashes.set(name, gitHashOf(text));
  return hashes;
}

/** The files of a ledger, in order, from an hour on. */
export function filesOf({ raw, books }: Side, from: LedgerHour | undefined): AsyncIterable<RawFile> {
  return arrangedFiles(raw.ledger(books, from));
}

/** The texts of some of a ledger's files. */
export async function textsOf(side: Side, names: ReadonlySet<string>): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  const first = [...names].sort(compareLedgerNames)[0];
  if (first === undefined) return texts;
  for await (const { name, text } of filesOf(side, hourOf(first))) if (names.has(name)) texts.set(name, text);
  return texts;
}

/** Where the last entry of a state is, and the newest file of the ledger; undefined for a ledger without lines. */
export type End = { readonly file: string; readonly newest: string; readonly line: string };

/** The end of a ledger, by the id of its last entry and the file that the state names. */
export async function endOf(
  side: Side,
  last: { readonly file: string; readonly id: string },
): Promise<End | undefined> {
  let end: Pick<End, "file" | "line"> | undefined;
  let newest = "";
  for await (const { name, text } of filesOf(side, hourOf(last.file))) {
    newest = name;
    const to = lineEndOf(text, last.id);
    if (to !== undefined) end = { file: name, line: linesOf(text.slice(0, to)).at(-1) ?? "" };
  }
  return end === undefined ? undefined : { ...end, newest };
}

/**
 * The files as a place keeps them that takes nothing after the last entry for a part of the ledger: its line is the
 * last one of the newest file.
 */
export async function* withLastAtEnd(
  files: AsyncIterable<RawFile>,
  { file, newest, line }: End,
): AsyncGenerator<RawFile> {
  for await (const { name, text } of files) {
    const isMoved = file !== newest;
    if (isMoved && name === file) {
      const lines = linesOf(text);
      lines.splice(lines.lastIndexOf(line), 1);
      if (lines.length > 0) yield { name, text: `${lines.join("\n")}\n` };
    } else if (isMoved && name === newest) yield { name, text: `${linesOf(text).join("\n")}\n${line}\n` };
    else yield { name, text };
  }
}

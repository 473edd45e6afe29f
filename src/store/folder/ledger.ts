import { rm } from "node:fs/promises";
import { join } from "node:path";
import { type Known, knownText, lineEndOf } from "../files/last-entry.ts";
import { compareLedgerNames, ledgerPartOf } from "../files/paths.ts";
import { continueFile, namesIn, readBytes, replaceFile } from "./disk.ts";

/** A ledger file by its name inside the ledger folder. */
export type NamedText = { readonly name: string; readonly text: string };

// A dying process may stop writing inside a character: the part before it must still be readable.
const lenient = new TextDecoder("utf-8", { ignoreBOM: true });

/** The names of the ledger files, in order; from a month on, where one is given. */
export async function ledgerNames(folder: string, fromMonth = ""): Promise<readonly string[]> {
  const months = (await namesIn(folder)).filter((month) => /^\d{4}-\d\d$/.test(month) && month >= fromMonth);
  const names = await Promise.all(
    months.map(async (month) => (await namesIn(join(folder, month))).map((file) => `${month}/${file}`)),
  );
  return names
    .flat()
    .filter((name) => ledgerPartOf(name) !== undefined)
    .sort(compareLedgerNames);
}

/** The ledger files of these names as far as the state knows them. */
export async function readKnown(folder: string, names: readonly string[], last: Known): Promise<readonly NamedText[]> {
  const found = await lastLineEnd(folder, last);
  const known: NamedText[] = [];
  for (const name of names) {
    const text = await readText(folder, name);
    const kept = text === null ? null : knownText({ name, text }, last, found);
    if (kept !== null) known.push({ name, text: kept });
  }
  return known;
}

/** Removes from the disk what the state doesn't know, except from the file that is written next anyway. */
export async function dropUnknown(folder: string, last: Known, writtenNext: string | undefined): Promise<void> {
  const found = await lastLineEnd(folder, last);
  if (last === undefined || (last !== null && found === undefined)) return;
  for (const name of await ledgerNames(folder, last?.file.slice(0, 7))) {
    if (name === writtenNext || (last !== null && compareLedgerNames(name, last.file) < 0)) continue;
    const text = await readText(folder, name);
    const kept = text === null ? null : knownText({ name, text }, last, found);
    if (kept === null) await rm(join(folder, name), { force: true });
    else if (kept !== text) await continueFile(join(folder, name), Buffer.byteLength(kept), "");
  }
}

/** Writes a ledger file with all its lines: appends to the existing ones, or rewrites them if they differ. */
export async function writeLedgerFile(folder: string, { name, text }: NamedText, last: Known): Promise<void> {
  const [present] = await readKnown(folder, [name], last);
  if (present === undefined || present.text === "" || !text.startsWith(present.text)) {
    await replaceFile(join(folder, name), text);
  } else {
    await continueFile(join(folder, name), Buffer.byteLength(present.text), text.slice(present.text.length));
  }
}

async function lastLineEnd(folder: string, last: Known): Promise<number | undefined> {
  const text = last ? await readText(folder, last.file) : null;
  return last && text !== null ? lineEndOf(text, last.id) : undefined;
}

async function readText(folder: string, name: string): Promise<string | null> {
  const bytes = await readBytes(join(folder, name));
  return bytes === null ? null : lenient.decode(bytes);
}

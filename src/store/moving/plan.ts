import { BudgetError } from "../../values/errors.ts";
import type { LedgerHour } from "../../values/month.ts";
import { compareLedgerNames } from "../files/paths.ts";
import type { BookFile } from "../port.ts";
import { hourOf, linesOf } from "./arrange.ts";
import { type End, filesOf, gitHashOf, hashesOf, type Side, textsOf, withLastAtEnd } from "./contents.ts";
import type { RawFile, WrittenFile } from "./raw-store.ts";

/** What one place lacks of another's books. */
export type Plan = {
  /** The ledger files to write, and which of their lines are there already. */
  readonly files: ReadonlyMap<string, readonly string[]>;
  readonly documents: readonly BookFile[];
  /** Files of the ledger in all. */
  readonly count: number;
};

type Compared = {
  readonly from: Side;
  readonly to: Side;
  /** Where the ledger ends that is copied; undefined if it has no lines. */
  readonly end: End | undefined;
  /** Files of hours before this one are known to be the same. */
  readonly since: LedgerHour | undefined;
};

/**
 * Compares two places file by file. Throws a BudgetError if the place to be written has a line or a document that the
 * other lacks: these aren't the same books.
 */
export async function planOf(compared: Compared): Promise<Plan> {
  const { to, since } = compared;
  const [ours, theirs] = [await sourceHashes(compared), await hashesOf(to, since)];
  const differing = new Set([...ours].filter(([name, hash]) => theirs.get(name) !== hash).map(([name]) => name));
  const alone = [...theirs.keys()].filter((name) => !ours.has(name));
  const present = new Set([...[...differing].filter((name) => theirs.has(name)), ...alone]);
  const before = await textsOf(to, present);
  const changed = new Set([...differing].filter((name) => theirs.has(name)));
  const texts = await arrangedTexts(compared, changed);
  const had = (name: string) => linesOf(before.get(name) ?? "");
  const lacking = [
    ...alone.flatMap(had),
    ...[...changed].flatMap((name) => without(had(name), linesOf(texts.get(name) ?? ""))),
  ];
  const files =
    to.raw.form.keeps === "files"
      ? new Map([...differing].map((name) => [name, had(name)]))
      : await linesToAdd(compared, { differing, had, lacking });
  await assertKnown(compared, lacking);
  return { files, documents: await documentsFor(compared), count: ours.size };
}

/** The files with lines that are nowhere at a place that keeps lines, and which of their lines it has, in any file. */
async function linesToAdd(
  compared: Compared,
  found: {
    readonly differing: ReadonlySet<string>;
    readonly had: (name: string) => readonly string[];
    readonly lacking: readonly string[];
  },
): Promise<Map<string, readonly string[]>> {
  const { differing, had, lacking } = found;
  const files = new Map<string, readonly string[]>();
  const first = [...differing].sort(compareLedgerNames)[0];
  if (first === undefined) return files;
  let elsewhere = lacking;
  for await (const { name, text } of arranged(compared, hourOf(first))) {
    if (!differing.has(name)) continue;
    const own = had(name);
    const added = without(linesOf(text), own);
    const left = without(added, elsewhere);
    if (left.length === 0 && added.length === 0) continue;
    const there = without(added, left);
    elsewhere = without(elsewhere, there);
    if (left.length > 0) files.set(name, [...own, ...there]);
  }
  return files;
}

/** The files to write, each with the lines that are new. */
export async function* plannedFiles(compared: Compared, { files }: Plan): AsyncGenerator<WrittenFile> {
  const first = [...files.keys()].sort(compareLedgerNames)[0];
  if (first === undefined) return;
  for await (const { name, text } of arranged(compared, hourOf(first))) {
    const had = files.get(name);
    if (had !== undefined) yield { name, text, added: without(linesOf(text), had) };
  }
}

/** The files that are copied, in the form that the other place needs. */
function arranged({ from, to, end }: Compared, since: LedgerHour | undefined): AsyncIterable<RawFile> {
  const files = filesOf(from, since);
  return end !== undefined && to.raw.form.endsWithLastEntry ? withLastAtEnd(files, end) : files;
}

async function arrangedTexts(compared: Compared, names: ReadonlySet<string>): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  const first = [...names].sort(compareLedgerNames)[0];
  if (first === undefined) return texts;
  for await (const { name, text } of arranged(compared, hourOf(first))) if (names.has(name)) texts.set(name, text);
  return texts;
}

async function sourceHashes(compared: Compared): Promise<Map<string, string>> {
  const { from, to, end, since } = compared;
  const hashes = await hashesOf(from, since);
  if (end === undefined || !to.raw.form.endsWithLastEntry || end.file === end.newest) return hashes;
  const texts = await arrangedTexts(compared, new Set([end.file, end.newest]));
  for (const name of [end.file, end.newest]) {
    const text = texts.get(name);
    if (text === undefined) hashes.delete(name);
    else hashes.set(name, gitHashOf(text));
  }
  return hashes;
}

/** What a list has in addition to another one. */
function without(lines: readonly string[], others: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const line of others) left.set(line, (left.get(line) ?? 0) + 1);
  return lines.filter((line) => {
    const count = left.get(line) ?? 0;
    if (count > 0) left.set(line, count - 1);
    return count === 0;
  });
}

/** Lines may be in another file than they were; none may be unknown. */
async function assertKnown(compared: Compared, lacking: readonly string[]): Promise<void> {
  const unknown = new Set(lacking);
  if (unknown.size === 0) return;
  for await (const { text } of arranged(compared, undefined)) {
    for (const line of linesOf(text)) unknown.delete(line);
    if (unknown.size === 0) return;
  }
  throw otherBooks(compared, `${unknown.size === 1 ? "a ledger line" : `${unknown.size} ledger lines`}`);
}

function otherBooks({ from, to }: Compared, what: string): BudgetError {
  return new BudgetError(
    "not-allowed",
    `${to.raw.place.description} has ${what} that ${from.raw.place.description} lacks: these are other books. Nothing was changed there; name another place.`,
  );
}

async function documentsFor(compared: Compared): Promise<BookFile[]> {
  const { from, to } = compared;
  const there = new Map<string, string>();
  for await (const { path, text } of to.raw.documents(to.books)) there.set(path, text);
  const missing: BookFile[] = [];
  for await (const document of from.raw.documents(from.books)) {
    const text = there.get(document.path);
    if (text === undefined) missing.push(document);
    else if (text !== document.text) throw otherBooks(compared, `another ${document.path}`);
  }
  return missing;
}

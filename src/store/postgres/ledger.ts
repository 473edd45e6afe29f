import type { LedgerPart } from "../../books/entry.ts";
import { ledgerFolderOf, partOf } from "../files/paths.ts";
import type { Connection } from "./connection.ts";
import { type LedgerRow, ledgerRowOf } from "./snapshot.ts";
import { PAGE_LINES, readPage } from "./statements.ts";

/** Which part of a ledger, of books as they were at one version. */
export type LedgerRange = {
  readonly books: string;
  readonly path: string;
  /** The number of the last line at that version. */
  readonly upTo: number;
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
};

/**
 * The ledger in the order of booking, a page at a time: lines are never changed, so each page is a statement by itself,
 * and a reader that takes its time holds nothing open. The next page is on its way while one is read.
 */
export async function* ledgerPages(connection: Connection, range: LedgerRange): AsyncGenerator<LedgerPart> {
  const folder = ledgerFolderOf(range.path);
  let next = pageAfter(connection, range, 0);
  for (;;) {
    const rows = await next;
    const last = rows.at(-1);
    if (last === undefined) return;
    const isLast = rows.length < PAGE_LINES;
    if (!isLast) {
      next = pageAfter(connection, range, last.seq);
      // A reader that stops early doesn't wait for it.
      next.catch(() => {});
    }
    for (const { name, lines } of byFile(rows)) yield partOf(folder, { name, text: `${lines.join("\n")}\n` });
    if (isLast) return;
  }
}

async function pageAfter(connection: Connection, range: LedgerRange, after: number): Promise<readonly LedgerRow[]> {
  const { books, upTo, fromMs, toMs } = range;
  const [rows = []] = await connection.batch([readPage(books, { after, upTo, fromMs, toMs })]);
  return rows.map(ledgerRowOf);
}

function byFile(rows: readonly LedgerRow[]): readonly { readonly name: string; readonly lines: readonly string[] }[] {
  const parts: { name: string; lines: string[] }[] = [];
  for (const { file, line } of rows) {
    const part = parts.at(-1);
    if (part?.name === file) part.lines.push(line);
    else parts.push({ name: file, lines: [line] });
  }
  return parts;
}

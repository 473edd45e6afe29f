import { BudgetError } from "../../values/errors.ts";
import type { LedgerHour } from "../../values/month.ts";
import type { BookFile } from "../port.ts";
import { StoreFault } from "../port.ts";
import type { Waiting } from "../waiting.ts";
import { hourOf } from "./arrange.ts";
import type { End, Side } from "./contents.ts";
import { type Plan, plannedFiles, planOf } from "./plan.ts";
import type { RawBooks, WrittenFile } from "./raw-store.ts";

/** What has to be at the new place, and what is there. */
export type Arrival = {
  readonly from: Side;
  readonly to: Side;
  readonly end: End | undefined;
  readonly since: LedgerHour | undefined;
  /** The state's text, as long as nobody may write there. */
  readonly state: string;
  readonly waiting: Waiting;
  readonly progress: (done: { readonly lines: number; readonly hour: LedgerHour }) => void;
};

/** What one write has written. */
type Written = { readonly lines: number; readonly documents: number };

/** The books at the new place, the same as at the old one. */
type Arrived = { readonly books: RawBooks; readonly isWritten: boolean };

/** A write's parts so far. */
type Chunk = { readonly files: WrittenFile[]; readonly documents: BookFile[]; bytes: number };

/**
 * Writes what the new place lacks and reads it again to compare. Undefined if another writer was first there. `wrote`
 * receives each write. Throws a StoreFault if GitHub still shows older books.
 */
export async function arrive(arrival: Arrival, wrote: (written: Written) => void): Promise<Arrived | undefined> {
  const { to, state } = arrival;
  const plan = await planOf(arrival);
  if (plan.files.size + plan.documents.length === 0 && to.books.state === state) {
    return { books: to.books, isWritten: false };
  }
  const version = await writeAll(arrival, plan, wrote);
  if (version === undefined) return undefined;
  const books = await shownAs(version, arrival);
  const written = { ...arrival, to: { raw: to.raw, books }, since: firstHour(plan) ?? arrival.since };
  const left = await planOf(written);
  if (left.files.size + left.documents.length > 0 || books.state !== state) {
    throw new BudgetError(
      "state-unreadable",
      `${to.raw.place.description} doesn't show what was written there. Nobody can write there yet, and the old place is unchanged: run the same move again.`,
    );
  }
  return { books, isWritten: true };
}

function firstHour({ files }: Plan): LedgerHour | undefined {
  return [...files.keys()].map(hourOf).sort()[0];
}

/** Reads until a version is shown: GitHub may show older ones for seconds. */
async function shownAs(version: string, { to: { raw }, waiting }: Arrival): Promise<RawBooks> {
  const untilMs = waiting.clock() + waiting.patienceMs;
  for (;;) {
    const books = await raw.read();
    if (books.version === version) return books;
    if (waiting.clock() >= untilMs) throw new StoreFault(`${raw.place.description} shows an older version`);
    await waiting.sleep(1_000);
  }
}

/** The version after the last write; undefined if another writer was first. */
async function writeAll(arrival: Arrival, plan: Plan, wrote: (written: Written) => void): Promise<string | undefined> {
  const { from, to, state, progress } = arrival;
  const { most } = to.raw.form;
  const message = `budget: copying from ${from.raw.name}`;
  let books = to.books;
  let lines = 0;
  const write = async ({ files, documents }: Chunk, more: { readonly state?: string }): Promise<boolean> => {
    const version = await to.raw.write(books, { ...more, files, documents, message });
    if (version === undefined) return false;
    books = { ...books, version, state: more.state ?? books.state };
    const added = files.reduce((sum, file) => sum + file.added.length, 0);
    lines += added;
    wrote({ lines: added, documents: documents.length });
    const last = files.at(-1);
    if (last !== undefined) progress({ lines, hour: hourOf(last.name) });
    return true;
  };
  // From the first write on nobody else can write there.
  if (books.state === null && !(await write(emptyChunk(), { state }))) return undefined;
  let chunk = emptyChunk();
  for await (const part of partsOf(arrival, plan)) {
    const bytes = Buffer.byteLength(part.text);
    const count = chunk.files.length + chunk.documents.length;
    if (count > 0 && (count >= most.files || chunk.bytes + bytes > most.bytes)) {
      if (!(await write(chunk, {}))) return undefined;
      chunk = emptyChunk();
    }
    chunk.bytes += bytes;
    if ("path" in part) chunk.documents.push(part);
    else chunk.files.push(part);
  }
  const isLast = books.state === state && chunk.files.length + chunk.documents.length === 0;
  return isLast || (await write(chunk, { state })) ? (books.version ?? undefined) : undefined;
}

async function* partsOf(arrival: Arrival, plan: Plan): AsyncGenerator<WrittenFile | BookFile> {
  yield* plannedFiles(arrival, plan);
  yield* plan.documents;
}

function emptyChunk(): Chunk {
  return { files: [], documents: [], bytes: 0 };
}

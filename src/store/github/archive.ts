import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { extract } from "tar-stream";
import type { LedgerPart } from "../../books/entry.ts";
import { compareLedgerNames, isFileWithin, ledgerPartOf, partOf } from "../files/paths.ts";
import { type Span, StoreFault } from "../port.ts";
import { askedOf } from "./books.ts";
import { type LedgerAt, ledgerAt } from "./ledger.ts";
import { throwRefusal } from "./refusals.ts";

type NamedText = { readonly name: string; readonly text: string };

/**
 * The ledger files of a span at one commit, in order, from an archive of the branch that is read as it arrives; file by
 * file if the host of the archives can't be reached.
 */
export async function* ledgerInArchive(at: LedgerAt, span: Span): AsyncGenerator<LedgerPart> {
  const { client, place, head: ref, now } = at;
  const archived = await client.archive({ owner: place.owner, repo: place.repo, ref });
  if (archived.kind === "unreachable") {
    yield* ledgerAt(at, span);
    return;
  }
  if (archived.kind === "refused") {
    throwRefusal(archived.reply, askedOf(place, { write: false, now }));
    throw new StoreFault(`GitHub answered ${archived.reply.status} without the address of an archive`);
  }
  for await (const hour of byHour(filesIn(archived.bytes, { folder: place.ledgerFolder, span }))) {
    for (const file of hour) yield partOf(place.ledgerFolder, file);
  }
}

async function* filesIn(
  body: AsyncIterable<Uint8Array>,
  { folder, span }: { readonly folder: string; readonly span: Span },
): AsyncGenerator<NamedText> {
  const tar = extract();
  // What breaks the archive ends the loop below with an error.
  const reading = pipeline(Readable.from(body), createGunzip(), tar).catch(() => {});
  try {
    for await (const entry of tar) {
      // GitHub puts everything into a folder named after repository and commit.
      const path = entry.header.name.replace(/^[^/]*\//, "");
      const name = path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : "";
      if (entry.header.type === "file" && isFileWithin(name, span)) yield { name, text: await text(entry) };
      else entry.resume();
    }
  } catch (error) {
    throw error instanceof StoreFault ? error : new StoreFault("The archive of the branch is damaged or incomplete");
  } finally {
    tar.destroy();
    await reading;
  }
}

/** Files that come as git orders them, in which an hour's second file is before its first, with each hour's in order. */
async function* byHour(files: AsyncIterable<NamedText>): AsyncGenerator<readonly NamedText[]> {
  let hour: NamedText[] = [];
  for await (const file of files) {
    const [first] = hour;
    if (first !== undefined && ledgerPartOf(first.name)?.hour !== ledgerPartOf(file.name)?.hour) {
      yield hour;
      hour = [];
    }
    hour = [...hour, file].sort((a, b) => compareLedgerNames(a.name, b.name));
  }
  yield hour;
}

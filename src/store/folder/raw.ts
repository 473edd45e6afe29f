import { mkdir, rm } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import type { LedgerPart } from "../../books/entry.ts";
import { instantOf, type LedgerHour } from "../../values/month.ts";
import { lastEntryOf } from "../files/last-entry.ts";
import { ledgerFolderOf, ledgerPartOf, partOf, statementsFolderOf } from "../files/paths.ts";
import type { RawBooks, RawChange, RawForm, RawStore } from "../moving/raw-store.ts";
import type { BookFile, Place } from "../port.ts";
import { namesIn, onDisk, readBytes, replaceFile } from "./disk.ts";
import { dropUnknown, ledgerNames, readKnown } from "./ledger.ts";
import { takeLock } from "./lock.ts";
import { fingerprintOf, readStateFile } from "./state-file.ts";
import { type FileStoreOptions, filesAt, knownOf } from "./store.ts";

const LOCK_WAIT_MS = 60_000;
const FORM: RawForm = { keeps: "files", endsWithLastEntry: true, most: { bytes: 32_000_000, files: 1_000 } };

/** The books in a folder, for `move`. */
export function rawFolder(options: FileStoreOptions & { readonly name: string }): RawStore {
  return new RawFolder(options);
}

class RawFolder implements RawStore {
  readonly place: Place;
  readonly name: string;
  readonly form = FORM;
  readonly #folder: string;
  readonly #statePath: string;
  readonly #ledgerFolder: string;
  readonly #now: () => number;
  readonly #lockWaitMs: number;

  constructor({ folder, path, name, now, lockWaitMs = LOCK_WAIT_MS }: FileStoreOptions & { readonly name: string }) {
    this.#folder = resolve(folder);
    this.#statePath = resolve(folder, path);
    this.place = { path: path.split(sep).join("/"), description: name, ownBranch: false };
    this.name = name;
    this.#ledgerFolder = ledgerFolderOf(this.place.path);
    this.#now = now;
    this.#lockWaitMs = lockWaitMs;
  }

  read(): Promise<RawBooks> {
    return onDisk(this.#statePath, async () => {
      const { state: path } = await filesAt(this.#statePath);
      const state = await readStateFile(path);
      return { version: fingerprintOf(state), at: instantOf(this.#now()), state };
    });
  }

  async *ledger({ state }: RawBooks, from: LedgerHour = ""): AsyncGenerator<LedgerPart> {
    const { ledger, last, names } = await onDisk(this.#statePath, async () => {
      const files = await filesAt(this.#statePath);
      const last = await knownOf(files, lastEntryOf(state));
      return { ledger: files.ledger, last, names: last === null ? [] : await ledgerNames(files.ledger) };
    });
    for (const name of names.filter((each) => (ledgerPartOf(each)?.hour ?? "") >= from)) {
      for (const file of await onDisk(this.#statePath, () => readKnown(ledger, [name], last))) {
        yield partOf(this.#ledgerFolder, file);
      }
    }
  }

  async *documents(): AsyncGenerator<BookFile> {
    const folder = join(this.#folder, statementsFolderOf(this.place.path));
    for (const month of (await onDisk(folder, () => namesIn(folder))).toSorted()) {
      for (const name of (await onDisk(folder, () => namesIn(join(folder, month)))).toSorted()) {
        const file = join(folder, month, name);
        const bytes = await onDisk(file, () => readBytes(file));
        const path = relative(this.#folder, file).split(sep).join("/");
        if (bytes !== null) yield { path, text: new TextDecoder().decode(bytes) };
      }
    }
  }

  async write(books: RawBooks, { state, files, documents }: RawChange): Promise<string | undefined> {
    return onDisk(this.#statePath, async () => {
      const paths = await filesAt(this.#statePath);
      await mkdir(dirname(paths.state), { recursive: true });
      const lock = await takeLock(paths.state, this.#lockWaitMs);
      try {
        const present = await readStateFile(paths.state);
        if (fingerprintOf(present) !== books.version) return undefined;
        for (const { name, text } of files) await replaceFile(join(paths.ledger, name), text);
        for (const { path, text } of documents) await replaceFile(join(this.#folder, path), text);
        lock.assertHeld();
        if (state === undefined) return books.version ?? undefined;
        // What a writer that died left behind the last entry is no part of these books.
        if (files.length === 0) await dropUnknown(paths.ledger, await knownOf(paths, lastEntryOf(present)), undefined);
        await replaceFile(paths.state, state);
        await rm(paths.unfinished, { force: true });
        return fingerprintOf(state);
      } finally {
        await lock.release();
      }
    });
  }
}

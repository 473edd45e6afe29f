import { mkdir, rm } from "node:fs/promises";
import { dirname, join, resolve, sep } from "node:path";
import type { LedgerPart } from "../../books/entry.ts";
import { instantOf, type LedgerHour, ledgerHourOf } from "../../values/month.ts";
import { type Known, type LastEntry, lastEntryIn, lastEntryOf } from "../files/last-entry.ts";
import { isFileWithin, type LedgerFile, ledgerFolderOf, ledgerPartOf, POLICY_PATHS, partOf } from "../files/paths.ts";
import { committed, type FilesChange, type FilesSnapshot, filesOf, snapshotOf } from "../files/snapshot.ts";
import type { BookFile, Change, CommitResult, Place, Snapshot, Span, Store } from "../port.ts";
import { onDisk, readBytes, realPathOf, replaceFile } from "./disk.ts";
import { dropUnknown, ledgerNames, type NamedText, readKnown, writeLedgerFile } from "./ledger.ts";
import { type HeldLock, takeLock } from "./lock.ts";
import { fingerprintOf, readStateFile } from "./state-file.ts";

export type FileStoreOptions = {
  readonly folder: string;
  /** The state file inside the folder, "token_budget.json". */
  readonly path: string;
  /** The folder as people write it; its path if left out. */
  readonly name?: string;
  /** Milliseconds since 1970: for this store the machine's clock is the time. */
  readonly now: () => number;
  /** How long to wait for another process's lock; longer than the 30 s for which a dead one keeps it. */
  readonly lockWaitMs?: number;
};

/** The real paths of the books' parts, with symbolic links followed. */
export type Files = { readonly state: string; readonly ledger: string; readonly unfinished: string };

/** The lock a writer of the files holds and what it knows. */
type Locked = {
  readonly lock: HeldLock;
  readonly last: Known;
  readonly more?: readonly BookFile[] | undefined;
};

/** The books in a folder of this machine. */
export function fileStore(options: FileStoreOptions): Store<FilesSnapshot> {
  return new FileStore(options);
}

class FileStore implements Store<FilesSnapshot> {
  readonly place: Place;
  readonly staleMs = 0;
  readonly #statePath: string;
  readonly #folder: string;
  readonly #ledgerFolder: string;
  readonly #now: () => number;
  readonly #lockWaitMs: number;
  #lock: HeldLock | undefined;

  constructor({ folder, path, name, now, lockWaitMs = 60_000 }: FileStoreOptions) {
    this.#folder = resolve(folder);
    this.#statePath = resolve(folder, path);
    this.place = { path: path.split(sep).join("/"), description: name ?? this.#folder, ownBranch: false };
    this.#ledgerFolder = ledgerFolderOf(this.place.path);
    this.#now = now;
    this.#lockWaitMs = lockWaitMs;
  }

  async read(earlier?: FilesSnapshot): Promise<FilesSnapshot> {
    const at = instantOf(this.#now());
    return onDisk(this.#statePath, async () => {
      const files = await this.#files();
      const state = await readStateFile(files.state);
      const last = await knownOf(files, lastEntryOf(state));
      const hour = latest(earlier?.files.hour ?? ledgerHourOf(at), last);
      const names = last === null ? [] : await ledgerNames(files.ledger, last === undefined ? "" : hour.slice(0, 7));
      // Without the lock, books may have been created between the two reads.
      if (state === null && names.length > 0 && (await readStateFile(files.state)) !== null) return this.read(earlier);
      const ofHour = names.filter((name) => ledgerPartOf(name)?.hour === hour);
      return snapshotOf({
        ...{ version: fingerprintOf(state), at, hour, state, legacy: null },
        ledger: (await readKnown(files.ledger, ofHour, last)).map((file) => this.#ledgerFileOf(file)),
        hasLedger: last ? true : names.length > 0,
        policy: await this.#readPolicy(),
      });
    });
  }

  async commit(snapshot: FilesSnapshot, change: Change): Promise<CommitResult> {
    const lock = this.#lock;
    if (lock === undefined) throw new Error("A commit to a folder is made inside `exclusively`");
    const written = filesOf(snapshot, change, this.#ledgerFolder);
    return onDisk(this.#statePath, async () => {
      const files = await this.#files();
      const state = await readStateFile(files.state);
      if (fingerprintOf(state) !== snapshot.version) return { kind: "conflict" };
      await this.#write(files, written, { lock, last: await knownOf(files, lastEntryOf(state)), more: change.files });
      return committed(snapshot, written, fingerprintOf(written.state));
    });
  }

  async *ledger(snapshot: FilesSnapshot, span: Span = {}): AsyncGenerator<LedgerPart> {
    const { files, last, names } = await onDisk(this.#statePath, async () => {
      const files = await this.#files();
      const last = await knownOf(files, lastEntryIn(snapshot.state));
      return { files, last, names: last === null ? [] : await ledgerNames(files.ledger) };
    });
    for (const name of names.filter((name) => isFileWithin(name, span))) {
      for (const file of await onDisk(this.#statePath, () => readKnown(files.ledger, [name], last))) {
        yield partOf(this.#ledgerFolder, file);
      }
    }
  }

  async files(_: FilesSnapshot, paths: readonly string[]): Promise<readonly (string | null)[]> {
    const texts = paths.map(async (path) => {
      const bytes = await onDisk(path, () => readBytes(join(this.#folder, path)));
      return bytes === null ? null : new TextDecoder().decode(bytes);
    });
    return Promise.all(texts);
  }

  async #write(files: Files, written: FilesChange, { lock, last, more = [] }: Locked): Promise<void> {
    lock.assertHeld();
    const next = written.ledger === null ? undefined : this.#namedTextOf(written.ledger);
    if (next !== undefined && last === undefined && (await ledgerNames(files.ledger)).length === 0)
      await noteFirst(files);
    await dropUnknown(files.ledger, last, next?.name);
    if (next !== undefined) await writeLedgerFile(files.ledger, next, last);
    for (const { path, text } of more) await replaceFile(join(this.#folder, path), text);
    lock.assertHeld();
    await replaceFile(files.state, written.state);
    await rm(files.unfinished, { force: true });
  }

  async exclusively<T>(work: () => Promise<T>): Promise<T> {
    const lock = await onDisk(this.#statePath, async () => {
      await mkdir(dirname(this.#statePath), { recursive: true });
      return takeLock((await this.#files()).state, this.#lockWaitMs);
    });
    this.#lock = lock;
    try {
      return await work();
    } finally {
      this.#lock = undefined;
      await lock.release();
    }
  }

  #files(): Promise<Files> {
    return filesAt(this.#statePath);
  }

  async #readPolicy(): Promise<Snapshot["policy"]> {
    for (const path of POLICY_PATHS) {
      const bytes = await readBytes(join(this.#folder, path));
      if (bytes !== null) return { path, text: new TextDecoder().decode(bytes) };
    }
    return null;
  }

  #ledgerFileOf({ name, text }: NamedText): LedgerFile {
    return { path: `${this.#ledgerFolder}/${name}`, text };
  }

  #namedTextOf({ path, text }: LedgerFile): NamedText {
    return { name: path.slice(this.#ledgerFolder.length + 1), text };
  }
}

/** The real paths of books by the path of their state file. */
export async function filesAt(statePath: string): Promise<Files> {
  const state = await realPathOf(statePath);
  const ledger = ledgerFolderOf(state);
  return { state, ledger, unfinished: join(ledger, "unfinished") };
}

/**
 * What the state knows about the ledger: if it names no line but the note of a first commit is still there, that commit
 * died, and its lines are not those of books that lost their state.
 */
export async function knownOf(files: Files, last: LastEntry | undefined): Promise<Known> {
  return last === undefined && (await readBytes(files.unfinished)) !== null ? null : last;
}

async function noteFirst(files: Files): Promise<void> {
  await replaceFile(files.unfinished, "The first ledger line of these books is being written.\n");
}

/** An hour earlier than the last entry's would put lines where the next read assumes they are known. */
function latest(hour: LedgerHour, last: Known): LedgerHour {
  const lastHour = last ? ledgerPartOf(last.file)?.hour : undefined;
  return lastHour !== undefined && lastHour > hour ? lastHour : hour;
}

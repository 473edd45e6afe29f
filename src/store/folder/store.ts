import { mkdir, rm } from "node:fs/promises";
import { dirname, join, resolve, sep } from "node:path";
import { instantOf, type LedgerHour, ledgerHourOf } from "../../values/month.ts";
import { type Known, lastEntryOf } from "../files/last-entry.ts";
import { ledgerFolderOf, ledgerPartOf, POLICY_PATHS } from "../files/paths.ts";
import type { Change, CommitResult, LedgerFile, Place, Snapshot, Store } from "../port.ts";
import { onDisk, readBytes, realPathOf, replaceFile } from "./disk.ts";
import { dropUnknown, ledgerNames, readKnown, writeLedgerFile } from "./ledger.ts";
import { type HeldLock, takeLock } from "./lock.ts";
import { fingerprintOf, readStateFile } from "./state-file.ts";

export type FileStoreOptions = {
  readonly folder: string;
  /** The state file inside the folder, "token_budget.json". */
  readonly path: string;
  /** Milliseconds since 1970: for this store the machine's clock is the time. */
  readonly now: () => number;
  /** How long to wait for another process's lock; longer than the 30 s for which a dead one keeps it. */
  readonly lockWaitMs?: number;
};

/** Where the books' parts really lie, symbolic links followed. */
type Files = { readonly state: string; readonly ledger: string; readonly unfinished: string };

/** The books in a folder of this machine. */
export function fileStore(options: FileStoreOptions): Store {
  return new FileStore(options);
}

class FileStore implements Store {
  readonly place: Place;
  readonly staleMs = 0;
  readonly #statePath: string;
  readonly #folder: string;
  readonly #ledgerFolder: string;
  readonly #now: () => number;
  readonly #lockWaitMs: number;
  #lock: HeldLock | undefined;

  constructor({ folder, path, now, lockWaitMs = 60_000 }: FileStoreOptions) {
    this.#folder = resolve(folder);
    this.#statePath = resolve(folder, path);
    this.place = { path: path.split(sep).join("/"), description: this.#folder, ownBranch: false };
    this.#ledgerFolder = ledgerFolderOf(this.place.path);
    this.#now = now;
    this.#lockWaitMs = lockWaitMs;
  }

  async read(wanted?: LedgerHour): Promise<Snapshot> {
    const readAt = instantOf(this.#now());
    return onDisk(this.#statePath, async () => {
      const files = await this.#files();
      const state = await readStateFile(files.state);
      const last = await knownOf(files, state);
      const hour = latest(wanted ?? ledgerHourOf(readAt), last);
      const names = last === null ? [] : await ledgerNames(files.ledger, last === undefined ? "" : hour.slice(0, 7));
      // Without the lock, books may have begun between the two looks.
      if (state === null && names.length > 0 && (await readStateFile(files.state)) !== null) return this.read(wanted);
      const ofHour = names.filter((name) => ledgerPartOf(name)?.hour === hour);
      return {
        version: fingerprintOf(state),
        readAt,
        hour,
        state,
        ledger: (await readKnown(files.ledger, ofHour, last)).map((file) => this.#ledgerFileOf(file)),
        hasLedger: last ? true : names.length > 0,
        policy: await this.#readPolicy(),
        legacy: null,
      };
    });
  }

  async commit(snapshot: Snapshot, change: Change): Promise<CommitResult> {
    const lock = this.#lock;
    if (lock === undefined) throw new Error("A commit to a folder is made inside `exclusively`");
    return onDisk(this.#statePath, async () => {
      const files = await this.#files();
      const state = await readStateFile(files.state);
      if (fingerprintOf(state) !== snapshot.version) return { kind: "conflict" };
      lock.assertHeld();
      const next = change.ledger === null ? undefined : this.#namedTextOf(change.ledger);
      const last = await knownOf(files, state);
      if (next !== undefined && last === undefined && (await ledgerNames(files.ledger)).length === 0)
        await noteFirst(files);
      await dropUnknown(files.ledger, last, next?.name);
      if (next !== undefined) await writeLedgerFile(files.ledger, next, last);
      lock.assertHeld();
      await replaceFile(files.state, change.state);
      await rm(files.unfinished, { force: true });
      return { kind: "committed", version: fingerprintOf(change.state) };
    });
  }

  async readLedger(snapshot: Snapshot): Promise<readonly LedgerFile[]> {
    return onDisk(this.#statePath, async () => {
      const files = await this.#files();
      const last = await knownOf(files, snapshot.state);
      const known = await readKnown(files.ledger, await ledgerNames(files.ledger), last);
      return known.map((file) => this.#ledgerFileOf(file));
    });
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

  async #files(): Promise<Files> {
    const state = await realPathOf(this.#statePath);
    const ledger = ledgerFolderOf(state);
    return { state, ledger, unfinished: join(ledger, "unfinished") };
  }

  async #readPolicy(): Promise<Snapshot["policy"]> {
    for (const path of POLICY_PATHS) {
      const bytes = await readBytes(join(this.#folder, path));
      if (bytes !== null) return { path, text: new TextDecoder().decode(bytes) };
    }
    return null;
  }

  #ledgerFileOf({ name, text }: { readonly name: string; readonly text: string }): LedgerFile {
    return { path: `${this.#ledgerFolder}/${name}`, text };
  }

  #namedTextOf({ path, text }: LedgerFile): { readonly name: string; readonly text: string } {
    const name = path.slice(this.#ledgerFolder.length + 1);
    if (path !== `${this.#ledgerFolder}/${name}` || ledgerPartOf(name) === undefined) {
      throw new Error(`${path} is not a file of the ledger ${this.#ledgerFolder}`);
    }
    return { name, text };
  }
}

/**
 * What the state knows of the ledger: where it names no line but the note of a first commit is still there, that
 * commit died, and its lines are not those of books that lost their state.
 */
async function knownOf(files: Files, state: string | null): Promise<Known> {
  const last = lastEntryOf(state);
  return last === undefined && (await readBytes(files.unfinished)) !== null ? null : last;
}

async function noteFirst(files: Files): Promise<void> {
  await replaceFile(files.unfinished, "The first ledger line of these books is being written.\n");
}

/** An hour before the last entry's would put lines where the next read takes them for known ones. */
function latest(hour: LedgerHour, last: Known): LedgerHour {
  const lastHour = last ? ledgerPartOf(last.file)?.hour : undefined;
  return lastHour !== undefined && lastHour > hour ? lastHour : hour;
}

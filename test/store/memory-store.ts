import type { LedgerPart } from "../../src/books/entry.ts";
import { decodeEntry, encodeEntry } from "../../src/books/entry.ts";
import { decodeState } from "../../src/books/file/decode.ts";
import { encodeState } from "../../src/books/file/encode.ts";
import type { Change, CommitResult, Place, Snapshot, Span, Store } from "../../src/store/port.ts";
import { epochOf, type Instant, ledgerHourOf } from "../../src/values/month.ts";

export const PLACE: Place = {
  path: "token_budget.json",
  description: "o/r@token-budget",
  ownBranch: true,
  page: "https://github.com/o/r/blob/token-budget/README.md",
};

/** Books at one version: the state's text, and every line of the ledger. */
export type Kept = {
  readonly state: string | null;
  readonly lines: readonly string[];
  /** Other files, by their paths. */
  readonly files?: Readonly<Record<string, string>>;
};

/** What a memory store begins with. */
export type Given = Partial<Kept> & {
  readonly now?: Instant;
  readonly staleMs?: number;
  readonly place?: Place;
  readonly policy?: string;
};

/** Books in memory: no files and no network, every version kept. */
export class MemoryStore implements Store {
  readonly place: Place;
  readonly staleMs: number;
  readonly messages: string[] = [];
  readonly pages: (string | null)[] = [];
  readonly badges: (string | null)[] = [];
  now: Instant;
  policy: Snapshot["policy"];
  legacy: Snapshot["legacy"] = null;
  readonly #versions: Kept[];

  constructor({ state = null, lines = [], now = "2026-02-14T10:00:00Z", staleMs = 0, place = PLACE, policy }: Given) {
    this.place = place;
    this.staleMs = staleMs;
    this.now = now;
    this.policy = policy === undefined ? null : { path: ".github/token-budget.yml", text: policy };
    this.#versions = [{ state, lines }];
  }

  get kept(): Kept {
    return this.#keptAt(0);
  }

  get state(): string | null {
    return this.kept.state;
  }

  get lines(): readonly string[] {
    return this.kept.lines;
  }

  /** Every line of the ledger as one part. */
  get parts(): readonly LedgerPart[] {
    return partsOf(this.lines);
  }

  /** The books as they were so many versions ago, with the lines since the hour of an earlier read. */
  snapshot(first?: Snapshot, age = 0): Snapshot {
    const { state, lines } = this.#keptAt(age);
    const isNothing = state === null && lines.length === 0;
    const hour = ledgerHourOf(first?.at ?? this.now);
    return {
      version: isNothing ? null : `v${Math.max(0, this.#versions.length - 1 - age)}`,
      at: this.now,
      state: state === null ? { kind: lines.length > 0 ? "lost" : "none" } : decodeState(state),
      lines: lines.filter((line) => ledgerHourOf(instantIn(line)) >= hour),
      policy: this.policy,
      legacy: this.legacy === null || isNothing ? this.legacy : { ...this.legacy, state: null },
    };
  }

  async read(first?: Snapshot): Promise<Snapshot> {
    return this.snapshot(first);
  }

  async commit(snapshot: Snapshot, change: Change): Promise<CommitResult> {
    if (snapshot.version !== this.snapshot().version) return { kind: "conflict" };
    this.write(change);
    const after = this.snapshot(snapshot);
    return { kind: "committed", version: after.version ?? "", after };
  }

  /** Writes like another writer. */
  write({
    state,
    entries,
    note,
    files = [],
  }: Pick<Change, "state" | "entries" | "files"> & Partial<Pick<Change, "note">>): void {
    const last = state.last_entry == null ? null : { ...state.last_entry, file: "memory" };
    this.put({
      state: encodeState({ ...state, last_entry: last }),
      lines: [...this.lines, ...entries.map(encodeEntry)],
      ...(files.length > 0 && {
        files: { ...this.kept.files, ...Object.fromEntries(files.map(({ path, text }) => [path, text])) },
      }),
    });
    this.messages.push(note?.message ?? "");
    this.pages.push(note?.page ?? null);
    this.badges.push(note?.badge ?? null);
  }

  /** Puts texts in place of what is there, as an editor would. */
  put(change: Partial<Kept>): void {
    this.#versions.push({ ...this.kept, ...change });
  }

  async *ledger({ version }: Snapshot, { from, to }: Span = {}): AsyncGenerator<LedgerPart> {
    const kept = this.#versions[Number(version?.slice(1) ?? 0)];
    const lines = (kept?.lines ?? []).filter((line) => {
      const at = epochOf(instantIn(line));
      return (from === undefined || at >= epochOf(from)) && (to === undefined || at <= epochOf(to));
    });
    yield* partsOf(lines);
  }

  async files({ version }: Snapshot, paths: readonly string[]): Promise<readonly (string | null)[]> {
    const { files = {} } = this.#versions[Number(version?.slice(1) ?? 0)] ?? {};
    return paths.map((path) => files[path] ?? null);
  }

  exclusively<T>(work: () => Promise<T>): Promise<T> {
    return work();
  }

  #keptAt(age: number): Kept {
    const kept = this.#versions[Math.max(0, this.#versions.length - 1 - age)];
    if (kept === undefined) throw new Error("no version");
    return kept;
  }
}

function partsOf(lines: readonly string[]): LedgerPart[] {
  const [first] = lines;
  return first === undefined ? [] : [{ name: "memory", hour: ledgerHourOf(instantIn(first)), text: lines.join("\n") }];
}

function instantIn(line: string): Instant {
  return decodeEntry(line).at;
}

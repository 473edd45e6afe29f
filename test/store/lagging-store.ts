import type { LedgerPart } from "../../src/books/entry.ts";
import type { Change, CommitResult, Snapshot, Store } from "../../src/store/port.ts";
import { instantOf } from "../../src/values/month.ts";
import type { MadeTime } from "./made-time.ts";
import { type Kept, MemoryStore, PLACE } from "./memory-store.ts";

/** Books as they were from a moment on, until the next version's. */
export type Version = Kept & { readonly atMs: number };

const REQUEST_MS = 150;

/** Books that others change at moments known beforehand, read late: each read shows them as they were a while before. */
export class LaggingStore implements Store {
  readonly place = PLACE;
  readonly staleMs = 10_000;
  readonly #versions: readonly Version[];
  readonly #time: MadeTime;
  readonly #lags: number[];
  reads = 0;

  /** `lagsMs` says how old each read is when it is answered; past their end reads show the truth. */
  constructor(versions: readonly Version[], time: MadeTime, lagsMs: readonly number[]) {
    this.#versions = versions;
    this.#time = time;
    this.#lags = [...lagsMs];
  }

  async read(first?: Snapshot): Promise<Snapshot> {
    this.reads += 1;
    await this.#time.sleep(REQUEST_MS);
    const index = this.#newestAt(this.#time.nowMs - (this.#lags.shift() ?? 0));
    const { state = null, lines = [] } = this.#versions[index] ?? {};
    const books = new MemoryStore({ state, lines, now: instantOf(this.#time.nowMs) });
    return { ...books.snapshot(first), version: `v${index}` };
  }

  async commit(snapshot: Snapshot, _change: Change): Promise<CommitResult> {
    await this.#time.sleep(REQUEST_MS);
    const isNewest = snapshot.version === `v${this.#newestAt(this.#time.nowMs)}`;
    return isNewest ? { kind: "committed", version: "own", after: snapshot } : { kind: "conflict" };
  }

  async *ledger(): AsyncGenerator<LedgerPart> {
    yield { name: "memory", hour: "2026-02/14T10", text: (this.#versions.at(-1)?.lines ?? []).join("\n") };
  }

  async files(_: Snapshot, paths: readonly string[]): Promise<readonly null[]> {
    return paths.map(() => null);
  }

  exclusively<T>(work: () => Promise<T>): Promise<T> {
    return work();
  }

  /** The books that were the newest at some moment from `fromMs` to `untilMs`. */
  newestBetween(fromMs: number, untilMs: number): readonly Version[] {
    return this.#versions.slice(this.#newestAt(fromMs), this.#newestAt(untilMs) + 1);
  }

  #newestAt(ms: number): number {
    const later = this.#versions.findIndex(({ atMs }) => atMs > ms);
    return Math.max(0, later < 0 ? this.#versions.length - 1 : later - 1);
  }
}

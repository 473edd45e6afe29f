import type fc from "fast-check";
import { type Change, type CommitResult, type Snapshot, type Store, StoreFault } from "../../../src/store/port.ts";
import type { Waiting } from "../../../src/store/waiting.ts";
import { instantOf } from "../../../src/values/month.ts";
import { PLACE } from "../memory-store.ts";
import type { ScriptedStore } from "../scripted-store.ts";

/** What becomes of a read: it works, shows books so many versions old, or its answer never comes. */
export type ReadFate = "ok" | "lost" | { readonly stale: number };

/** What becomes of a commit; a writer may die before the store has it, or before it hears that it was done. */
export type CommitFate = "ok" | "dropped" | "answer lost" | "dies before" | "dies after";

/** What meets a writer on its way, request by request; past the end everything works. */
export type Luck = {
  readonly reads: readonly ReadFate[];
  readonly commits: readonly CommitFate[];
  /** How far the clock is off by which the store answers this writer. */
  readonly skewMs: number;
  /** Gives up at the first failure. */
  readonly isHasty: boolean;
};

/** Who wants to know what becomes of a writer's commits. */
export type Watch = {
  /** A commit is on its way. */
  readonly tried: (snapshot: Snapshot, change: Change) => void;
  /** The commit tried last was done: this is its place in the order. */
  readonly landed: (snapshot: Snapshot, version: string) => void;
  readonly died: () => void;
};

type Way = {
  readonly books: ScriptedStore;
  readonly scheduler: fc.Scheduler;
  readonly watch: Watch;
  readonly nowMs: () => number;
};

/** One writer's way to books that many write: the scheduler says when each request arrives and when its answer does. */
export class RacingWriter implements Store {
  readonly place = PLACE;
  /** Reads here are so many versions old: what that means in time has a law of its own. */
  readonly staleMs = 0;
  readonly #name: string;
  readonly #luck: Luck;
  readonly #way: Way;
  readonly #reads: ReadFate[];
  readonly #commits: CommitFate[];

  constructor(name: string, luck: Luck, way: Way) {
    this.#name = name;
    this.#luck = luck;
    this.#way = way;
    this.#reads = [...luck.reads];
    this.#commits = [...luck.commits];
  }

  /** Waiting takes no time, but others may go first. */
  get waiting(): Waiting {
    let nowMs = 0;
    return {
      clock: () => nowMs,
      sleep: (ms) => {
        nowMs += ms;
        return this.#turn("has waited");
      },
      random: () => 0.5,
      patienceMs: this.#luck.isHasty ? 0 : Number.MAX_SAFE_INTEGER,
    };
  }

  async read(first?: Snapshot): Promise<Snapshot> {
    const fate = this.#reads.shift() ?? "ok";
    await this.#turn("read arrives");
    const readAt = instantOf(this.#way.nowMs() + this.#luck.skewMs);
    const age = typeof fate === "object" ? fate.stale : 0;
    const snapshot = this.#way.books.snapshot(first ?? { ...this.#way.books.snapshot(), at: readAt }, age);
    await this.#turn("read is answered");
    if (fate === "lost") throw new StoreFault("the read's answer never came");
    return { ...snapshot, at: readAt };
  }

  async commit(snapshot: Snapshot, change: Change): Promise<CommitResult> {
    const { books, watch } = this.#way;
    const fate = this.#commits.shift() ?? "ok";
    watch.tried(snapshot, change);
    await this.#turn("commit arrives");
    if (fate === "dies before") return this.#die();
    if (fate === "dropped") throw new StoreFault("the commit never arrived");
    const result = await books.commit(snapshot, change);
    if (result.kind === "committed") watch.landed(snapshot, result.version);
    await this.#turn("commit is answered");
    if (fate === "dies after") return this.#die();
    if (fate === "answer lost") throw new StoreFault("the commit's answer never came");
    return result;
  }

  ledger(snapshot: Snapshot): ReturnType<Store["ledger"]> {
    return this.#way.books.ledger(snapshot);
  }

  files(snapshot: Snapshot, paths: readonly string[]): ReturnType<Store["files"]> {
    return this.#way.books.files(snapshot, paths);
  }

  exclusively<T>(work: () => Promise<T>): Promise<T> {
    return work();
  }

  /** Lets the scheduler choose who goes on. */
  #turn(what: string): Promise<void> {
    return this.#way.scheduler.schedule(Promise.resolve(), `${this.#name} ${what}`);
  }

  #die(): Promise<never> {
    this.#way.watch.died();
    return new Promise(() => {});
  }
}

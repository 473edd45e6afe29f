import { decodeState } from "../../src/books/file/decode.ts";
import { encodeState } from "../../src/books/file/encode.ts";
import type { Change, CommitResult, Snapshot, Store } from "../../src/store/port.ts";
import { transact } from "../../src/store/transact.ts";
import type { Waiting } from "../../src/store/waiting.ts";
import { instantOf } from "../../src/values/month.ts";
import { billed, check, circumstances, freshState, hold, NOW, record, usageOf } from "../books/sample-books.ts";
import { MadeTime } from "./made-time.ts";
import { PLACE } from "./memory-store.ts";
import { ScriptedStore } from "./scripted-store.ts";

const { now: _, operation: __, ...GIVEN } = circumstances();

/** Operations begun at the same moment: bookings that settle a hold each or none, or checks. */
export type Crowd = {
  readonly writers: number;
  /** About how long a request takes, and within which multiples of that each does. */
  readonly requestMs: number;
  readonly spread: readonly [number, number];
  readonly work: "settle" | "book" | "check";
  readonly patience: Pick<Waiting, "patienceMs" | "mostPatienceMs">;
  readonly seed: number;
};

/** What a crowd came to: requests of each writer, and when the last was done. */
export type Settled = {
  readonly requests: readonly number[];
  readonly gaveUp: number;
  readonly lastMs: number;
  /** How many of them stand in the books. */
  readonly written: number;
};

/** Lets a crowd write to the same books, by `transact` itself, in a time of its own. */
export async function settleCrowd({ writers, requestMs, spread, work, patience, seed }: Crowd): Promise<Settled> {
  const time = new MadeTime(NOW);
  const beganMs = time.nowMs;
  const random = diceOf(seed);
  const [least, most] = spread;
  const runs = Array.from({ length: writers }, (_, at) => ({ ...hold().run, run_id: at + 1 }));
  const holds = work === "settle" ? runs.map((run) => hold({ id: `hold-${run.run_id}`, run })) : [];
  const books = new ScriptedStore({ state: encodeState(freshState({ holds })) });
  const waiting: Waiting = { ...patience, random, clock: () => time.nowMs, sleep: (ms) => time.sleep(ms) };
  const book = async (run: (typeof runs)[number]) => {
    const store = new FarStore(books, time, () => requestMs * (least + (most - least) * random()));
    const request =
      work === "check"
        ? check({ id: `hold-${run.run_id}`, run })
        : record({ id: `record-${run.run_id}`, run, usage: usageOf(billed(0.01)) });
    const describe = () => ({ message: request.id, page: null });
    const plan = async () => ({ request, circumstances: GIVEN });
    const { ok: isDone } = await transact({ store, waiting, plan, describe });
    return { isDone, requests: store.requests, endedMs: time.nowMs - beganMs };
  };
  const ended = await time.until(Promise.all(runs.map(book)));
  return {
    requests: ended.map((one) => one.requests),
    gaveUp: ended.filter(({ isDone }) => !isDone).length,
    lastMs: Math.max(...ended.map(({ endedMs }) => endedMs)),
    written: books.lines.length + (work === "check" ? openHoldsOf(books) : 0),
  };
}

function openHoldsOf({ state }: ScriptedStore): number {
  const decoded = decodeState(state ?? "");
  return decoded.kind === "state" ? decoded.state.holds.length : 0;
}

/** Books at the other end of a line: half of a request's time goes by before it is looked at, half after. */
class FarStore implements Store {
  readonly place = PLACE;
  readonly staleMs = 0;
  requests = 0;
  readonly #books: ScriptedStore;
  readonly #time: MadeTime;
  readonly #requestMs: () => number;

  constructor(books: ScriptedStore, time: MadeTime, requestMs: () => number) {
    this.#books = books;
    this.#time = time;
    this.#requestMs = requestMs;
  }

  read(first?: Snapshot): Promise<Snapshot> {
    return this.#request(async () => ({ ...(await this.#books.read(first)), at: instantOf(this.#time.nowMs) }));
  }

  commit(snapshot: Snapshot, change: Change): Promise<CommitResult> {
    return this.#request(() => this.#books.commit(snapshot, change));
  }

  ledger(snapshot: Snapshot): ReturnType<Store["ledger"]> {
    return this.#books.ledger(snapshot);
  }

  files(snapshot: Snapshot, paths: readonly string[]): ReturnType<Store["files"]> {
    return this.#books.files(snapshot, paths);
  }

  exclusively<T>(work: () => Promise<T>): Promise<T> {
    return work();
  }

  async #request<T>(work: () => Promise<T>): Promise<T> {
    this.requests += 1;
    const ms = this.#requestMs();
    await this.#time.sleep(ms / 2);
    const answer = await work();
    await this.#time.sleep(ms / 2);
    return answer;
  }
}

/** The same numbers in [0, 1) for the same seed. */
function diceOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

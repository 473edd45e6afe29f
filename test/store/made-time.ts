/**
 * A time of the test's making in which many wait at once: it stands still while anybody has something to do, and goes
 * on to the next moment somebody waits for once all of them wait.
 */
export class MadeTime {
  /** Milliseconds since 1970. */
  nowMs: number;
  readonly #waits: { readonly dueMs: number; readonly wake: () => void }[] = [];

  constructor(startsAt: string) {
    this.nowMs = Date.parse(startsAt);
  }

  sleep(ms: number): Promise<void> {
    return new Promise((wake) => void this.#waits.push({ dueMs: this.nowMs + ms, wake }));
  }

  /** Lets time pass until the work is done. */
  async until<T>(work: Promise<T>): Promise<T> {
    const end = { isReached: false };
    const reached = () => {
      end.isReached = true;
    };
    work.then(reached, reached);
    for (;;) {
      // Promises that are ready go on before the event loop comes back here.
      await new Promise(setImmediate);
      if (end.isReached) return work;
      const next = this.#waits.reduce((first, one) => (one.dueMs < first.dueMs ? one : first), NEVER);
      if (next === NEVER) throw new Error("Nobody waits for a moment, and the work isn't done");
      this.#waits.splice(this.#waits.indexOf(next), 1);
      this.nowMs = Math.max(this.nowMs, next.dueMs);
      next.wake();
    }
  }
}

const NEVER = { dueMs: Number.POSITIVE_INFINITY, wake: () => {} };

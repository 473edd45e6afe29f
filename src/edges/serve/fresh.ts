/** What was read lately: many ask, one read at a time answers them all. */
export type Fresh<T> = {
  /** Rejects with what the read rejected with, or with a `TooSlow`. */
  readonly get: () => Promise<T>;
  /** The next one asks again. */
  readonly expire: () => void;
  /** A read is still at work. */
  readonly touch: () => void;
};

/** The read takes longer than anyone should wait. */
export class TooSlow extends Error {
  override readonly name = "TooSlow";
}

export type Freshness = {
  /** How long an answer or an error is fresh, from when it was asked for. */
  readonly freshMs: number;
  /** How long those who ask wait, from the beginning of the read. */
  readonly waitMs: number;
  /** A read that shows no sign of life for so long is given up, and another one begins. */
  readonly lostMs: number;
  /** Milliseconds, never decreasing. */
  readonly clock: () => number;
};

/** A read: what those who ask get, which is the answer or, once they have waited enough, a `TooSlow`. */
type Reading<T> = { shown: Promise<T>; readonly startedMs: number; aliveMs: number; isDone: boolean };

/** Reads when someone asks for what isn't fresh any more; `isLost` says that the read before never ended. */
export function freshly<T>(read: (isLost: boolean) => Promise<T>, freshness: Freshness): Fresh<T> {
  const { freshMs, lostMs, clock } = freshness;
  let reading: Reading<T> | undefined;
  let isExpired = false;
  return {
    get() {
      const now = clock();
      const isLost = reading?.isDone === false && now - reading.aliveMs > lostMs;
      const isOld = reading?.isDone === true && (isExpired || now - reading.startedMs >= freshMs);
      if (reading === undefined || isLost || isOld) {
        isExpired = false;
        reading = begun(read(isLost), freshness);
      }
      return reading.shown;
    },
    expire() {
      isExpired = true;
    },
    touch() {
      if (reading !== undefined) reading.aliveMs = clock();
    },
  };
}

/** One timer for all who wait for a read; those who come after it get its answer at once. */
function begun<T>(answer: Promise<T>, { waitMs, clock }: Freshness): Reading<T> {
  let timeout: NodeJS.Timeout | undefined;
  const tooSlow = new Promise<never>((_, reject) => {
    timeout = setTimeout(() => reject(new TooSlow("The books gave no answer in time.")), waitMs);
  });
  const reading: Reading<T> = {
    shown: Promise.race([answer, tooSlow]),
    startedMs: clock(),
    aliveMs: clock(),
    isDone: false,
  };
  const end = () => {
    clearTimeout(timeout);
    reading.isDone = true;
    reading.shown = answer;
  };
  answer.then(end, end);
  // Whether or not anyone waits for it.
  reading.shown.catch(() => {});
  return reading;
}

/** How an operation waits and tries again. */
export type Waiting = {
  /** Milliseconds since 1970, which never go back. */
  readonly clock: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  readonly random: () => number;
  /** How long to try in all, as long as tries are quick and writers few. */
  readonly patienceMs: number;
  /** How long to try in a crowd, or where tries are slow: a check for half of it. `patienceMs` where it is left out. */
  readonly mostPatienceMs?: number;
};

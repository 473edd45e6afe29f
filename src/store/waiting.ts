/** How an operation waits and tries again. */
export type Waiting = {
  /** Milliseconds since 1970, never decreasing. */
  readonly clock: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  readonly random: () => number;
  /** How long to try in total while tries are fast and writers few. */
  readonly patienceMs: number;
  /** How long to try in a crowd, or if tries are slow: a check for half of it. `patienceMs` if omitted. */
  readonly mostPatienceMs?: number;
};

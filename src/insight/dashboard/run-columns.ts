/**
 * A run as numbers, as pages carry 100,000 of them: names are places in a list of texts, -1 for none. After these
 * columns come its pieces, each with the columns of `PIECE`.
 */
export const COLUMN = {
  /** Days since 1970, and minutes since midnight, by the budget's clock. */
  day: 0,
  minute: 1,
  /** Nano-dollars. */
  cost: 2,
  profile: 3,
  workflow: 4,
  /** The address of the repository, "https://github.com/o/r". */
  page: 5,
  run: 6,
  attempt: 7,
  job: 8,
  pull: 9,
  actor: 10,
  /** A place in the list of tags. */
  tags: 11,
  /** A place in the list of sub-budgets. */
  budgets: 12,
  /** A place among the texts. */
  quality: 13,
  /** -1 where they weren't counted. */
  input: 14,
  output: 15,
  /** A place among the texts: what it is if it isn't a run. */
  kind: 16,
} as const;

/** Where the first piece begins. */
export const PIECES = 17;

/** What a piece of a run has: it goes to one model and one result. */
export const PIECE = { model: 0, result: 1, cost: 2, executions: 3 } as const;
export const PIECE_WIDTH = 4;

/** Rows with all the names they need. */
export type RunTable = {
  readonly texts: readonly string[];
  /** Each a list of name, value, name, value … as places among the texts. */
  readonly tags: readonly (readonly number[])[];
  readonly budgets: readonly (readonly number[])[];
  /** In the order of booking. */
  readonly rows: readonly (readonly number[])[];
};

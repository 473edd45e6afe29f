/** Nano-dollars; instants are milliseconds since 1970. */
export type Amount = number;

export type Tags = Readonly<Record<string, string>>;

/** What a run used. */
export type Used = { readonly cost: Amount; readonly tokens: number };

/**
 * What a writer wants of the books. `estimate` null: what was learnt. `usage` null: nobody knows what was used.
 * `approval`: the environment that a human was asked for, and who said yes; null where nobody was asked.
 */
export type Operation = { readonly id: string; readonly run: number; readonly tags: Tags } & (
  | {
      readonly kind: "check";
      readonly estimate: Amount | null;
      readonly holdMs: number;
      readonly priority: "high" | "normal" | "low";
      readonly approval: { readonly environment: string; readonly approvers: readonly string[] } | null;
    }
  | {
      readonly kind: "record";
      readonly hold: string | undefined;
      readonly usage: Used | null;
      readonly origin: "record" | "post";
      readonly letGo: boolean;
    }
  | { readonly kind: "release"; readonly hold: string | undefined }
  | { readonly kind: "reset" }
  | { readonly kind: "recap"; readonly force: boolean }
  | {
      readonly kind: "adjust";
      readonly adjustment: "top-up" | "grant" | "transfer" | "correct";
      readonly unit: Unit;
      readonly amount: number;
      readonly from: string | undefined;
      readonly to: string | undefined;
      /** The day on which what is free goes back. */
      readonly until: string | undefined;
    }
);

export type Of<Kind extends Operation["kind"]> = Extract<Operation, { kind: Kind }>;

/** When an operation looked at the books, and which budget it was told. */
export type Circumstances = { readonly now: number; readonly budget: Amount };

export type Unit = "USD" | "tokens";

/** A sub-budget that something has counted in, and the period it is in. */
export type Part = { readonly name: string; readonly period: string };

/** What one booking counts in one sub-budget as; `segment` is how many segments of the books were closed before it. */
export type Share = {
  readonly part: string;
  readonly period: string;
  readonly segment: number;
  readonly cost: Amount;
  readonly tokens: number;
  readonly executions: number;
  /** What it adds to the limit, in the sub-budget's unit. */
  readonly adjusted: number;
};

/** Tokens by the name of a sub-budget. */
export type TokensByPart = Readonly<Record<string, number>>;

type Loan = {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly period: string;
  readonly until: string;
  readonly owed: number;
};

export type Hold = {
  readonly id: string;
  readonly amount: Amount;
  readonly expiresAt: number;
  readonly run: number;
  readonly tags: Tags;
  readonly parts: TokensByPart;
  readonly approvedBy: string | undefined;
};

export type Closed = {
  readonly id: string;
  readonly how: "settled" | "released" | "expired";
  readonly charged: Amount;
  readonly by: string;
  readonly at: number;
  /** What it was charged in the sub-budgets it counts in. */
  readonly parts: TokensByPart;
  /** It was charged at an estimate: nothing was learned from it. */
  readonly isEstimated: boolean;
  /** What its run has cost in all, where that is more than one charge. */
  readonly lesson: Amount | undefined;
};

type Segment = {
  readonly month: string;
  readonly spent: Amount;
  readonly executions: number;
  readonly milestones: readonly Amount[];
  readonly exhausted: boolean;
  readonly topUps: Amount;
  readonly granted: Amount;
};

/** What a closed segment booked in its sub-budgets. */
type Sums = Readonly<Record<string, { readonly spent: Amount; readonly tokens: number }>>;

/** The books as simple as they can be said. */
export type Books = Segment & {
  readonly budget: Amount;
  readonly holds: readonly Hold[];
  readonly closed: readonly Closed[];
  readonly history: readonly (Segment & { readonly closed: "rollover" | "reset"; readonly parts: Sums })[];
  /** The last costs that were measured, and the tokens from the first run on that counted in a sub-budget. */
  readonly costs: readonly Amount[];
  readonly tokens: readonly number[];
  readonly parts: readonly Part[];
  readonly shares: readonly Share[];
  readonly loans: readonly Loan[];
  /** Runs whose approval has let their one hold in, with the day. */
  readonly approved: readonly { readonly run: number; readonly day: string }[];
  /** Bookings by id, with what each added to `spent`. */
  readonly booked: readonly { readonly id: string; readonly cost: Amount; readonly at: number }[];
  /** Resets that were done. */
  readonly done: readonly string[];
  /** Forced recaps by the operation that asked for them. */
  readonly recaps: readonly { readonly id: string; readonly month: string }[];
};

export type Booking = { readonly how: string; readonly cost: Amount };

/** Whether a run is let in, and the sub-budget that bears on it. */
export type Admission = {
  readonly decision: "allow" | "warn" | "approve" | "deny";
  readonly reason: string;
  readonly limitedBy?: { readonly name: string; readonly limit: number; readonly spent: number; readonly held: number };
  readonly approvedBy?: string;
};

export type Answer = {
  readonly month: string;
  readonly budget: Amount;
  readonly topUps: Amount;
  readonly spent: Amount;
  readonly held: Amount;
  readonly executions: number;
  readonly holds: number;
  readonly admission: Admission;
  readonly booking?: Booking & { readonly milestones: readonly Amount[] };
  readonly released?: string | null;
  readonly recapped?: { readonly month: string | null; readonly queued: boolean };
};

/** Why an operation is refused: nothing is changed. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly code: "not-allowed" | "bad-input";

  constructor(code: Refusal["code"]) {
    super(code);
    this.code = code;
  }
}

export const USD = 1_000_000_000;

export function monthAt(now: number): string {
  return dayAt(now).slice(0, 7);
}

export function dayAt(now: number): string {
  return new Date(now).toISOString().slice(0, 10);
}

export function heldIn({ holds }: Pick<Books, "holds">): Amount {
  return holds.reduce((sum, hold) => sum + hold.amount, 0);
}

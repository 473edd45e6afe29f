import { isDeepStrictEqual } from "node:util";

/** Nano-dollars; instants are milliseconds since 1970. */
type Amount = number;

type Tags = Readonly<Record<string, string>>;

/** What a writer wants of the books. `estimate` null: what was learnt. `usage` null: nobody knows what was used. */
export type Operation = { readonly id: string; readonly run: number; readonly tags: Tags } & (
  | { readonly kind: "check"; readonly estimate: Amount | null; readonly holdMs: number }
  | {
      readonly kind: "record";
      readonly hold: string | undefined;
      readonly usage: Amount | null;
      readonly origin: "record" | "post";
      readonly letGo: boolean;
    }
  | { readonly kind: "release"; readonly hold: string | undefined }
  | { readonly kind: "reset" }
  | { readonly kind: "recap"; readonly force: boolean }
);

type Of<Kind extends Operation["kind"]> = Extract<Operation, { kind: Kind }>;

/** When an operation looked at the books, and which budget it was told. */
export type Circumstances = { readonly now: number; readonly budget: Amount };

type Hold = {
  readonly id: string;
  readonly amount: Amount;
  readonly expiresAt: number;
  readonly run: number;
  readonly tags: Tags;
};

type Closed = {
  readonly id: string;
  readonly how: "settled" | "released" | "expired";
  readonly charged: Amount;
  readonly by: string;
  readonly at: number;
};

type Segment = {
  readonly month: string;
  readonly spent: Amount;
  readonly executions: number;
  readonly milestones: readonly Amount[];
  readonly exhausted: boolean;
};

/** The books as simple as they can be said. */
export type Books = Segment & {
  readonly budget: Amount;
  readonly holds: readonly Hold[];
  readonly closed: readonly Closed[];
  readonly history: readonly (Segment & { readonly closed: "rollover" | "reset" })[];
  /** The last costs that were measured. */
  readonly costs: readonly Amount[];
  /** Bookings by id, with what each added to `spent`. */
  readonly booked: readonly { readonly id: string; readonly cost: Amount; readonly at: number }[];
  /** Resets that were done. */
  readonly done: readonly string[];
  /** Forced recaps by the operation that asked for them. */
  readonly recaps: readonly { readonly id: string; readonly month: string }[];
};

type Booking = { readonly how: string; readonly cost: Amount };

export type Answer = {
  readonly month: string;
  readonly budget: Amount;
  readonly spent: Amount;
  readonly held: Amount;
  readonly executions: number;
  readonly holds: number;
  readonly admission: string;
  readonly booking?: Booking & { readonly milestones: readonly Amount[] };
  readonly released?: string | null;
  readonly recapped?: { readonly month: string | null; readonly queued: boolean };
};

export const USD = 1_000_000_000;
export const INTERVAL = 5 * USD;
export const DEFAULT_ESTIMATE = USD / 2;
const REMEMBERED_MS = 7 * 24 * 3_600_000;
const NOTHING = { spent: 0, executions: 0, milestones: [], exhausted: false };

export function monthAt(now: number): string {
  return new Date(now).toISOString().slice(0, 7);
}

function turnAfter(month: string): number {
  return Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)), 1);
}

function heldIn({ holds }: Books): Amount {
  return holds.reduce((sum, hold) => sum + hold.amount, 0);
}

/** Books nobody has written yet. */
export function begin({ now, budget }: Circumstances): Books {
  return {
    ...NOTHING,
    month: monthAt(now),
    budget,
    holds: [],
    closed: [],
    history: [],
    costs: [],
    booked: [],
    done: [],
    recaps: [],
  };
}

/** The books after an operation, and what it is told. Unchanged books are the same object. */
export function apply(before: Books, operation: Operation, at: Circumstances): { books: Books; answer: Answer } {
  const kept = { ...expired(turned(before, at.now), at.now, at.now), budget: at.budget };
  const { books: after, ...told } = perform(kept, operation, at, kept.month === before.month ? null : before.month);
  const { books, crossed } = announced(after);
  const answer = {
    month: books.month,
    budget: books.budget,
    spent: books.spent,
    held: heldIn(books),
    executions: books.executions,
    holds: books.holds.length,
    admission: told.admission ?? admission(books, estimate(books, operation)),
    ...("released" in told && { released: told.released }),
    ...("recapped" in told && { recapped: told.recapped }),
    ...(told.booking !== undefined && { booking: { ...told.booking, milestones: crossed } }),
  };
  return { books: isDeepStrictEqual(books, before) ? before : books, answer };
}

/** What writing the books drops: closings and ids are remembered for seven days. */
export function written(books: Books, now: number): Books {
  const isRecent = ({ at }: { readonly at: number }) => at >= now - REMEMBERED_MS;
  return { ...books, closed: books.closed.filter(isRecent), booked: books.booked.filter(isRecent) };
}

function turned(books: Books, now: number): Books {
  if (monthAt(now) <= books.month) return books;
  const turn = turnAfter(books.month);
  const over = announced(expired(books, turn, now)).books;
  return turned({ ...closedSegment(over, "rollover"), month: monthAt(turn) }, now);
}

function closedSegment(books: Books, closed: "rollover" | "reset"): Books {
  const { month, spent, executions, milestones, exhausted, history } = books;
  return { ...books, ...NOTHING, history: [...history, { month, spent, executions, milestones, exhausted, closed }] };
}

function expired(books: Books, due: number, now: number): Books {
  const [hold] = books.holds.filter(({ expiresAt }) => expiresAt <= due).sort((a, b) => a.expiresAt - b.expiresAt);
  if (hold === undefined) return books;
  const charged = { ...books, spent: books.spent + hold.amount, executions: books.executions + 1 };
  const by = `${hold.id}:expire`;
  return expired(close(charged, { id: hold.id, how: "expired", charged: hold.amount, by, at: now }), due, now);
}

function close(books: Books, closed: Closed): Books {
  const isOther = ({ id }: { readonly id: string }) => id !== closed.id;
  return { ...books, holds: books.holds.filter(isOther), closed: [...books.closed.filter(isOther), closed] };
}

function announced(books: Books): { books: Books; crossed: readonly Amount[] } {
  const crossed: Amount[] = [];
  const highest = Math.max(0, ...books.milestones);
  for (let next = highest + INTERVAL; next <= Math.min(books.spent, books.budget); next += INTERVAL) crossed.push(next);
  const exhausted = books.exhausted || (books.spent >= books.budget && books.spent > 0);
  return { books: { ...books, milestones: [...books.milestones, ...crossed], exhausted }, crossed };
}

function learnt({ costs }: Books): Amount {
  if (costs.length < 3) return DEFAULT_ESTIMATE;
  return [...costs].sort((a, b) => a - b)[Math.ceil(costs.length * 0.9) - 1] ?? DEFAULT_ESTIMATE;
}

/** Only a check and a record know the profile that was learnt from. */
function estimate(books: Books, operation: Operation): Amount {
  if (operation.kind === "check") return operation.estimate ?? learnt(books);
  return operation.kind === "record" ? learnt(books) : DEFAULT_ESTIMATE;
}

function admission(books: Books, amount: Amount): string {
  if (books.spent + amount > books.budget) return "exhausted";
  return books.spent + heldIn(books) + amount > books.budget ? "insufficient" : "ok";
}

type Told = Pick<Answer, "released" | "recapped"> & { books: Books; booking?: Booking; admission?: string };

function perform(books: Books, operation: Operation, { now }: Circumstances, over: string | null): Told {
  switch (operation.kind) {
    case "check":
      return check(books, operation, now);
    case "record":
      return record(books, operation, now);
    case "release":
      return release(books, operation, now);
    case "reset":
      if (books.done.includes(operation.id)) return { books };
      return { books: { ...closedSegment(books, "reset"), done: [...books.done, operation.id] } };
    case "recap":
      return recap(books, operation, over);
  }
}

function check(books: Books, { id, run, tags, holdMs, ...rest }: Of<"check">, now: number): Told {
  if ([...books.holds, ...books.closed].some((hold) => hold.id === id)) return { books, admission: "ok" };
  const amount = estimate(books, { id, run, tags, holdMs, ...rest });
  const reason = admission(books, amount);
  if (reason !== "ok")
    return { books: { ...books, exhausted: books.exhausted || reason === "exhausted" }, admission: reason };
  const hold = { id, amount, expiresAt: now + holdMs, run, tags };
  return { books: { ...books, holds: [...books.holds, hold] }, admission: "ok" };
}

/** The hold named, else the only open one of the run. */
function holdOf(books: Books, { hold, run }: { readonly hold: string | undefined; readonly run: number }) {
  const open = books.holds.filter((one) => (hold === undefined ? one.run === run : one.id === hold));
  return open.length === 1 ? open[0] : undefined;
}

function record(books: Books, operation: Of<"record">, now: number): Told {
  const { id } = operation;
  const first = books.booked.find((one) => one.id === id);
  if (first !== undefined) return { books, booking: { how: "repeated", cost: first.cost } };
  const own = books.closed.find(({ by }) => by === id);
  if (own !== undefined) return { books, booking: { how: "repeated", cost: own.charged } };
  const told = settle(books, operation, now);
  if (operation.origin === "post") return told;
  return {
    ...told,
    books: { ...told.books, booked: [...told.books.booked, { id, cost: told.booking.cost, at: now }] },
  };
}

function settle(books: Books, operation: Of<"record">, now: number): Told & { booking: Booking } {
  const { id: by, usage, letGo, hold: named, origin } = operation;
  const open = holdOf(books, operation);
  const isLetGo = letGo && usage === null;
  if (open !== undefined) {
    const { id } = open;
    if (isLetGo) {
      return {
        books: close(books, { id, how: "released", charged: 0, by, at: now }),
        booking: { how: "released", cost: 0 },
      };
    }
    const cost = usage ?? open.amount;
    const settled = close(books, { id, how: "settled", charged: cost, by, at: now });
    return { books: spend(settled, { cost, executions: 1, lesson: usage }), booking: { how: "settled", cost } };
  }
  const closed = books.closed.find(({ id }) => id === named);
  if (closed?.how === "expired") {
    const charged = usage ?? closed.charged;
    const cost = charged - closed.charged;
    const settled = close(books, { id: closed.id, how: "settled", charged, by, at: now });
    return { books: spend(settled, { cost, executions: 0, lesson: usage }), booking: { how: "corrected", cost } };
  }
  if (origin === "post" && (closed?.how === "settled" || (closed !== undefined && usage === null))) {
    return { books, booking: { how: "booked-already", cost: 0 } };
  }
  if (named === undefined && isLetGo) return { books, booking: { how: "released", cost: 0 } };
  const cost = usage ?? learnt(books);
  const isFurther = closed?.how === "settled";
  const how = isFurther ? "further" : named === undefined ? "unheld" : "unchecked";
  const charge = { cost, executions: isFurther ? 0 : 1, lesson: isFurther ? null : usage };
  return { books: spend(books, charge), booking: { how, cost } };
}

function spend(books: Books, charge: { cost: Amount; executions: number; lesson: Amount | null }): Books {
  return {
    ...books,
    spent: books.spent + charge.cost,
    executions: books.executions + charge.executions,
    costs: charge.lesson === null ? books.costs : [...books.costs, charge.lesson].slice(-20),
  };
}

function release(books: Books, operation: Of<"release">, now: number): Told {
  const own = books.closed.find(({ how, by }) => how === "released" && by === operation.id);
  if (own !== undefined) return { books, released: own.id };
  const hold = holdOf(books, operation);
  if (hold === undefined) return { books, released: null };
  const { id } = hold;
  return { books: close(books, { id, how: "released", charged: 0, by: operation.id, at: now }), released: id };
}

/**
 * Whoever closes a month queues its recap: another is queued only where it is forced, once by each operation, however
 * many months turn before it hears so.
 */
function recap(books: Books, { id, force }: Of<"recap">, over: string | null): Told {
  const own = books.recaps.find((one) => one.id === id);
  if (own !== undefined) return { books, recapped: { month: own.month, queued: true } };
  if (over !== null) return { books, recapped: { month: over, queued: true } };
  const month = books.history.filter(({ closed }) => closed === "rollover").at(-1)?.month ?? null;
  if (!force || month === null) return { books, recapped: { month, queued: false } };
  return { books: { ...books, recaps: [...books.recaps, { id, month }] }, recapped: { month, queued: true } };
}

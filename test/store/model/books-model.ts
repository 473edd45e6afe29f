import { isDeepStrictEqual } from "node:util";
import { adjusted, loansReturned } from "./adjust-model.ts";
import {
  admissionOf,
  anyRun,
  approvalUsed,
  approverOf,
  isLetIn,
  type Run,
  recentlyApproved,
  totalOf,
} from "./admission-model.ts";
import {
  type Admission,
  type Amount,
  type Answer,
  type Booking,
  type Books,
  type Closed,
  type Hold,
  heldIn,
  monthAt,
  type Of,
  type Operation,
  type TokensByPart,
  USD,
  type Used,
} from "./model-books.ts";
import { counted, isMonthly, opened, partsFor, partsKept, partsTurned, segmentSumsOf } from "./parts-model.ts";

/** When an operation looked at the books, and which budget it was told. */
export type Circumstances = { readonly now: number; readonly budget: Amount };

export const INTERVAL = 5 * USD;
export const DEFAULT_ESTIMATE = USD / 2;
const DEFAULT_TOKENS = 6_000;
const REMEMBERED_MS = 7 * 24 * 3_600_000;
const EXPIRED_REMEMBERED_MS = 40 * 24 * 3_600_000;
const NOTHING = { spent: 0, executions: 0, milestones: [], exhausted: false, topUps: 0, granted: 0 };

function turnAfter(month: string): number {
  return Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)), 1);
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
    tokens: [],
    parts: [],
    shares: [],
    loans: [],
    approved: [],
    booked: [],
    done: [],
    recaps: [],
  };
}

/**
 * The books after an operation, and what it is told. Unchanged books are the same object. Throws a Refusal for what is
 * refused.
 */
export function apply(before: Books, operation: Operation, at: Circumstances): { books: Books; answer: Answer } {
  const due = partsTurned(expired(turned(before, at.now), at.now, at.now), at.now);
  const kept = { ...loansReturned(due, at.now), budget: at.budget };
  const { books: after, ...told } = perform(kept, operation, at, kept.month === before.month ? null : before.month);
  const { books, crossed } = announced(after);
  const answer = {
    month: books.month,
    budget: books.budget,
    topUps: books.topUps,
    spent: books.spent,
    held: heldIn(books),
    executions: books.executions,
    holds: books.holds.length,
    admission: told.admission ?? admissionOf(books, anyRun(estimate(books, operation))),
    ...("released" in told && { released: told.released }),
    ...("recapped" in told && { recapped: told.recapped }),
    ...(told.booking !== undefined && { booking: { ...told.booking, milestones: crossed } }),
  };
  return { books: isDeepStrictEqual(books, before) ? before : books, answer };
}

/** What writing the books drops: closings and ids are remembered for seven days, those of expired holds for forty. */
export function written(books: Books, now: number): Books {
  const isRecent = ({ at, how }: { readonly at: number; readonly how?: string }) =>
    at >= now - (how === "expired" ? EXPIRED_REMEMBERED_MS : REMEMBERED_MS);
  const approved = recentlyApproved(books, now);
  return { ...books, closed: books.closed.filter(isRecent), booked: books.booked.filter(isRecent), approved };
}

function turned(books: Books, now: number): Books {
  if (monthAt(now) <= books.month) return books;
  const turn = turnAfter(books.month);
  const over = announced(expired(books, turn, now)).books;
  return partsKept(turned({ ...closedSegment(over, "rollover"), month: monthAt(turn) }, now));
}

function closedSegment(books: Books, closed: "rollover" | "reset"): Books {
  const { month, spent, executions, milestones, exhausted, topUps, granted, history } = books;
  const sums = books.parts.map((part) => [part.name, segmentSumsOf(books, part)] as const);
  const parts = Object.fromEntries(
    sums.flatMap(([name, { spent, tokens }]) => (spent === 0 && tokens === 0 ? [] : [[name, { spent, tokens }]])),
  );
  const line = { month, spent, executions, milestones, exhausted, topUps, granted, closed, parts };
  const monthly = books.parts.filter(isMonthly).map(({ name }) => name);
  const loans = books.loans.filter(({ to }) => !monthly.includes(to));
  return { ...books, ...NOTHING, history: [...history, line], loans };
}

function expired(books: Books, due: number, now: number): Books {
  const [hold] = books.holds.filter(({ expiresAt }) => expiresAt <= due).sort((a, b) => a.expiresAt - b.expiresAt);
  if (hold === undefined) return books;
  const { id, amount, parts } = hold;
  // It counts in the periods whose last instant was its own, or that went on.
  const charge = { cost: amount, executions: 1, lesson: null, shares: parts };
  const charged = spend(partsTurned(books, hold.expiresAt - 1), charge);
  const by = `${id}:expire`;
  return expired(close(charged, { ...NO_LESSON, id, how: "expired", charged: amount, by, at: now, parts }), due, now);
}

const NO_LESSON = { isEstimated: false, lesson: undefined };

function close(books: Books, closed: Closed): Books {
  const isOther = ({ id }: { readonly id: string }) => id !== closed.id;
  return { ...books, holds: books.holds.filter(isOther), closed: [...books.closed.filter(isOther), closed] };
}

function announced(books: Books): { books: Books; crossed: readonly Amount[] } {
  const crossed: Amount[] = [];
  const highest = Math.max(0, ...books.milestones);
  const total = totalOf(books);
  for (let next = highest + INTERVAL; next <= Math.min(books.spent, total); next += INTERVAL) crossed.push(next);
  const exhausted = books.exhausted || (books.spent >= total && books.spent > 0);
  return { books: { ...books, milestones: [...books.milestones, ...crossed], exhausted }, crossed };
}

function learnt(seen: readonly number[], unknown: number): number {
  if (seen.length < 3) return unknown;
  return [...seen].sort((a, b) => a - b)[Math.ceil(seen.length * 0.9) - 1] ?? unknown;
}

function nextTokens({ tokens }: Books): number {
  return learnt(tokens, DEFAULT_TOKENS);
}

/** Only a check and a record know the profile that was learnt from. */
function estimate({ costs }: Books, operation: Operation): Amount {
  if (operation.kind === "check") return operation.estimate ?? learnt(costs, DEFAULT_ESTIMATE);
  return operation.kind === "record" ? learnt(costs, DEFAULT_ESTIMATE) : DEFAULT_ESTIMATE;
}

type Told = Pick<Answer, "released" | "recapped"> & { books: Books; booking?: Booking; admission?: Admission };

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
    case "adjust":
      if (books.done.includes(operation.id)) return { books };
      return { books: { ...adjusted(books, operation, now), done: [...books.done, operation.id] } };
    case "recap":
      return recap(books, operation, over);
  }
}

function check(books: Books, operation: Of<"check">, now: number): Told {
  const { id, run, tags } = operation;
  const wanted: Run = {
    amount: estimate(books, operation),
    tokens: nextTokens(books),
    parts: partsFor(books, tags, now),
    isTagged: tags["agent"] !== undefined,
    isLow: operation.priority === "low",
    approver: approverOf(books, operation, now),
  };
  const open = books.holds.find((hold) => hold.id === id);
  if (open !== undefined || books.closed.some((hold) => hold.id === id)) {
    return { books, admission: admissionAgain(books, wanted, open) };
  }
  const admission = admissionOf(books, wanted);
  if (!isLetIn(admission)) {
    // A run that is too large exhausts no month in which one of the usual size still fits.
    const least = Math.min(wanted.amount, learnt(books.costs, DEFAULT_ESTIMATE));
    const isOver = admission.reason === "exhausted" && books.spent + least > totalOf(books);
    return { books: { ...books, exhausted: books.exhausted || isOver }, admission };
  }
  const { amount, parts, tokens } = wanted;
  const { approvedBy } = admission;
  const counting = opened(approvedBy === undefined ? books : approvalUsed(books, run, now), parts);
  const held = Object.fromEntries(parts.map(({ name }) => [name, tokens]));
  const hold = { id, amount, expiresAt: now + operation.holdMs, run, tags, parts: held, approvedBy };
  return { books: { ...counting, holds: [...books.holds, hold] }, admission };
}

/** Who was let in is let in, with the warning that the books have for it now. */
function admissionAgain(books: Books, wanted: Run, open: Hold | undefined): Admission {
  const others = { ...books, holds: books.holds.filter((hold) => hold !== open) };
  const parts = open === undefined ? [] : wanted.parts;
  const known = { ...anyRun(open?.amount ?? wanted.amount), tokens: wanted.tokens, parts, approver: open?.approvedBy };
  const admission = admissionOf(others, known);
  return isLetIn(admission) ? admission : { decision: "allow", reason: "ok" };
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
        books: close(books, released(open, by, now)),
        booking: { how: "released", cost: 0 },
      };
    }
    const cost = usage?.cost ?? open.amount;
    const shares = each(open.parts, (held) => usage?.tokens ?? held);
    const parts = each(shares, (tokens, name) => (hasPart(books, name) ? tokens : 0));
    const closed = { id, how: "settled" as const, charged: cost, by, at: now, parts };
    const settled = close(books, { ...closed, isEstimated: usage === null, lesson: undefined });
    return { books: spend(settled, { cost, executions: 1, lesson: usage, shares }), booking: { how: "settled", cost } };
  }
  const closed = books.closed.find(({ id }) => id === named);
  if (closed?.how === "expired") {
    const charged = usage?.cost ?? closed.charged;
    const cost = charged - closed.charged;
    const parts = each(closed.parts, (before, name) => (hasPart(books, name) ? (usage?.tokens ?? before) : 0));
    const shares = each(closed.parts, (before) => (usage?.tokens ?? before) - before);
    const isEstimated = usage === null;
    const settled = close(books, { ...closed, how: "settled", charged, by, at: now, parts, isEstimated });
    const booked = spend(settled, { cost, executions: 0, lesson: usage, shares });
    return { books: booked, booking: { how: "corrected", cost } };
  }
  if (origin === "post" && closed !== undefined && usage === null) {
    return { books, booking: { how: "booked-already", cost: 0 } };
  }
  if (named === undefined && isLetGo) return { books, booking: { how: "released", cost: 0 } };
  const isFurther = closed?.how === "settled";
  const how = isFurther ? "further" : named === undefined ? "unheld" : "unchecked";
  const { shares, ...told } = chargedInFull(books, operation, { how, closed, now });
  if (closed === undefined) return told;
  const { cost } = told.booking;
  if (!isFurther) {
    const parts = each(closed.parts, (_, name) => shares[name] ?? 0);
    const again = { ...closed, how: "settled" as const, charged: cost, by, at: now, parts };
    return { ...told, books: close(told.books, { ...again, isEstimated: usage === null }) };
  }
  if (closed.isEstimated || usage === null) return told;
  const before = closed.lesson ?? closed.charged;
  return { ...told, books: taughtMore(told.books, closed, { before, cost, tokens: usage.tokens }) };
}

/** A hold that is closed says in which sub-budgets a booking counts; without one its own tags do. */
function chargedInFull(
  books: Books,
  { usage, tags }: Of<"record">,
  { how, closed, now }: { readonly how: string; readonly closed: Closed | undefined; readonly now: number },
): Told & { booking: Booking; shares: TokensByPart } {
  const cost = usage?.cost ?? learnt(books.costs, DEFAULT_ESTIMATE);
  const tokens = usage?.tokens ?? nextTokens(books);
  const held = Object.keys(closed?.parts ?? {});
  const parts = held.length > 0 ? [] : partsFor(books, tags, now);
  const kept = held.filter((name) => hasPart(books, name));
  const names = held.length > 0 ? kept : parts.map(({ name }) => name);
  const shares = Object.fromEntries(names.map((name) => [name, tokens]));
  const isFurther = how === "further";
  const charge = { cost, executions: isFurther ? 0 : 1, lesson: isFurther ? null : usage, shares };
  return { books: spend(opened(books, parts), charge), booking: { how, cost }, shares };
}

/** The last lesson of that cost is of this execution, or as good as it: it becomes the sum of the execution's charges. */
function taughtMore(
  books: Books,
  closed: Closed,
  more: { readonly before: Amount; readonly cost: Amount; readonly tokens: number },
): Books {
  const lesson = more.before + more.cost;
  const remembered = books.closed.map((one) => (one.id === closed.id ? { ...one, lesson } : one));
  const index = books.costs.lastIndexOf(more.before);
  if (index < 0) return { ...books, closed: remembered };
  const ofTokens = index - books.costs.length + books.tokens.length;
  return {
    ...books,
    closed: remembered,
    costs: books.costs.with(index, lesson),
    tokens: ofTokens < 0 ? books.tokens : books.tokens.with(ofTokens, (books.tokens[ofTokens] ?? 0) + more.tokens),
  };
}

function released({ id, parts }: Hold, by: string, at: number): Closed {
  return { ...NO_LESSON, id, how: "released", charged: 0, by, at, parts: each(parts, () => 0) };
}

function hasPart(books: Books, name: string): boolean {
  return books.parts.some((part) => part.name === name);
}

function each(parts: TokensByPart, tokens: (before: number, name: string) => number): TokensByPart {
  return Object.fromEntries(Object.entries(parts).map(([name, before]) => [name, tokens(before, name)]));
}

type Charge = { cost: Amount; executions: number; lesson: Used | null; shares: TokensByPart };

function spend(books: Books, { cost, executions, lesson, shares }: Charge): Books {
  const names = Object.keys(shares);
  const booked = counted(books, names, (name) => ({ cost, executions, tokens: shares[name] ?? 0, adjusted: 0 }));
  const knowsTokens = books.tokens.length > 0 || books.parts.some(({ name }) => names.includes(name));
  return {
    ...booked,
    spent: books.spent + cost,
    executions: books.executions + executions,
    costs: lesson === null ? books.costs : [...books.costs, lesson.cost].slice(-20),
    tokens: lesson === null || !knowsTokens ? books.tokens : [...books.tokens, lesson.tokens].slice(-20),
  };
}

function release(books: Books, operation: Of<"release">, now: number): Told {
  const own = books.closed.find(({ how, by }) => how === "released" && by === operation.id);
  if (own !== undefined) return { books, released: own.id };
  const hold = holdOf(books, operation);
  if (hold === undefined) return { books, released: null };
  return { books: close(books, released(hold, operation.id, now)), released: hold.id };
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

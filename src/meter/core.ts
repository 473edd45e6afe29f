import type { Agent } from "node:http";
import type { Dispatcher } from "undici";
import { type UsageLine, usageLine } from "../usage/usage.ts";
import { ZERO } from "../values/money.ts";
import type { Account, Reservation } from "./account.ts";
import type { LiveFile } from "./live-file.ts";
import type { Opens } from "./opens.ts";
import { type Pricing, totalOf } from "./pricing.ts";
import type { Metered } from "./reading/answer-usage.ts";
import type { Asked } from "./reading/asked.ts";
import type { RefusalCode } from "./reading/refusal.ts";
import type { Route } from "./reading/route.ts";
import { hashedId } from "./record.ts";
import type { RecordFile } from "./record-file.ts";
import type { MeterSetup } from "./setup.ts";
import { type Tally, tallyAnswer, tallyFailure, tallyRefusal } from "./tally.ts";
import type { Upstreams } from "./upstreams.ts";

/** What every request at a meter shares. */
export type Core = {
  readonly setup: MeterSetup;
  readonly upstreams: Upstreams;
  readonly dispatcher: Dispatcher;
  /** What sends requests with trailers to an origin; undefined where they can't be sent. */
  readonly trailingAgent: (origin: string) => Agent | undefined;
  readonly account: Account;
  readonly pricing: Pricing;
  readonly tally: Tally;
  readonly opens: Opens;
  /** The open requests by their number. */
  readonly tickets: Map<number, Ticket>;
  /** Those of them whose answers are made in the background, by the answers' ids. */
  readonly pending: Map<string, Ticket>;
  readonly live: LiveFile;
  readonly record: RecordFile;
  readonly now: () => number;
  /** Called when counts that aren't in the record have changed. */
  readonly onChange: () => void;
  /** Bookings that aren't over; the meter ends after them. */
  readonly bookings: Set<Promise<void>>;
};

/** A request whose usage is read: what it asks for, and what is set aside for it. */
export type Ticket = {
  readonly route: Route;
  readonly asked: Asked;
  readonly reservation: Reservation;
  readonly number: number;
};

/** Opens a request whose usage will be read. */
export function openTicket(core: Core, route: Route, { asked, reservation }: Pick<Ticket, "asked" | "reservation">) {
  const number = core.opens.open(leastLine(core, route, asked), asked.agentPart);
  const ticket = { route, asked, reservation, number };
  core.tickets.set(number, ticket);
  core.live.touch();
  return ticket;
}

/** A request to an address that isn't known: if its answer is never read, nothing is known of it. */
export function unknownTicket(facts: Omit<Ticket, "number">): Ticket {
  return { ...facts, number: UNKNOWN };
}

const UNKNOWN = -1;

function closeTicket({ opens, tickets }: Core, { number }: Ticket): void {
  opens.close(number);
  tickets.delete(number);
}

/** Closes a request that never went out: it used nothing. */
export function giveBack(core: Core, ticket: Ticket): void {
  core.account.settle(ticket.reservation, ZERO);
  closeTicket(core, ticket);
}

/** How many answers that are made in the background are waited for. */
const MOST_PENDING = 10_000;

/** Keeps a request open whose answer is made in the background, until somebody asks for that. */
export function defer(core: Core, id: string, ticket: Ticket): void {
  if (core.pending.size < MOST_PENDING) core.pending.set(id, ticket);
  else bookLeast(core, ticket, [id]);
}

/** Books what an answer used that was made in the background; once, however often it is asked for. */
export function bookPolled(core: Core, id: string, metered: Metered | undefined): void {
  const ticket = core.pending.get(id);
  if (ticket === undefined) return;
  core.pending.delete(id);
  book(core, ticket, metered);
}

/** Books what requests used at least of which nothing else will be known. */
export function bookOpens(core: Core): void {
  const ids = new Map([...core.pending].map(([id, { number }]) => [number, id]));
  core.pending.clear();
  for (const ticket of [...core.tickets.values()]) bookLeast(core, ticket, [ids.get(ticket.number) ?? []].flat());
}

function bookLeast(core: Core, ticket: Ticket, ids: readonly string[]): void {
  const { route, asked } = ticket;
  const lines = [{ ...leastLine(core, route, asked), estimated: true }];
  book(core, ticket, { lines, estimated: true, ids, agentPart: asked.agentPart });
}

/** What a request used at least, should its answer never be read. */
function leastLine({ pricing }: Core, route: Route, asked: Asked): UsageLine {
  const model = asked.model ?? pricing.dearest(route.provider) ?? "";
  return usageLine({ provider: route.provider, model, input: Math.max(1, asked.inputTokensAtLeast), requests: 1 });
}

/**
 * Writes what an answer used to the record, before it returns, then prices it. Undefined is an answer that used nothing.
 */
export function book(core: Core, ticket: Ticket, metered: Metered | undefined): void {
  if (metered !== undefined) {
    const ids = metered.ids.map((id) => hashedId(core.setup.control, id));
    write(core, (record) => record.append({ ...metered, ids }));
  }
  closeTicket(core, ticket);
  const booking = price(core, ticket, metered).finally(() => core.bookings.delete(booking));
  core.bookings.add(booking);
}

/** Writes to the record, and counts the answers that wait for a better time. */
export function write({ record, tally, onChange }: Core, writing: (record: RecordFile) => void): void {
  const before = record.waiting();
  writing(record);
  const more = record.waiting() - before;
  if (more === 0) return;
  tally.unwritten += more;
  onChange();
}

async function price(core: Core, { asked, reservation }: Ticket, metered: Metered | undefined): Promise<void> {
  const { account, pricing, tally } = core;
  try {
    if (metered === undefined) return account.settle(reservation, ZERO);
    const costs = await pricing.costsOf(metered.lines, asked.model);
    tally.firstAtMs ??= core.now();
    tallyAnswer(tally, costs, metered);
    account.settle(reservation, totalOf(costs));
  } catch {
    // No price is a reason to leave money set aside.
    account.settle(reservation, reservation.amount);
    tally.unpriced += 1;
  } finally {
    core.live.touch();
  }
}

/** Counts an answer that says nothing of what it used, and isn't known to have used anything. */
export function noteUnread({ tally, onChange }: Core, { route }: Ticket, status: number): void {
  const isUnknown = route.kind === "unknown";
  if (status >= 200 && status < 300) tally[isUnknown ? "unknown" : "unread"] += 1;
  else if (status >= 300 && !isUnknown) tallyFailure(tally, status);
  else return;
  onChange();
}

export function noteRefusal(core: Core, code: RefusalCode, text: string): void {
  tallyRefusal(core.tally, code, text);
  core.onChange();
  core.live.touch();
}

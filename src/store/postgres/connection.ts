import type { Socket } from "node:net";
import type { Sql } from "postgres";
import type { Address } from "./address.ts";
import { ANSWER_MS, CONNECT_MS, failureOf } from "./failures.ts";
import { openSocket, type Trust } from "./socket.ts";

/** A value as a row has it: numbers of 64 bits are text. */
export type Row = Readonly<Record<string, unknown>>;

/** An unused connection is closed after this time: others may need it. */
const UNUSED_MS = 5_000;

/** One connection to a database, opened when it is needed; a lost one is never replaced in the middle of a use. */
export type Connection = {
  /** Opens the connection and logs in, unless that is done. Throws a BudgetError or a StoreFault. */
  open(): Promise<void>;
  /**
   * Sends statements in one message and returns the rows of each that has rows: one round trip. Throws a BudgetError or
   * a StoreFault. A transaction that stays open keeps its connection, however long it takes to decide.
   */
  batch(statements: readonly string[], then?: "stays open"): Promise<readonly (readonly Row[])[]>;
  /** Ends a transaction that must not be committed, if its connection is still there. Never fails. */
  rollBack(): Promise<void>;
  /** Whether this is still the connection of that many openings ago: what it had begun is lost with it. */
  readonly generation: number;
  /** The process that the server named at the login, as a pooler does with one of its own; undefined before an answer. */
  readonly loginPid: number | undefined;
  close(): Promise<void>;
};

/** One statement's rows as the library has them; a statement without rows has no columns. */
type Answer = readonly Row[] & { readonly columns?: unknown; readonly state?: { readonly pid: number } };

type Open = { readonly sql: Sql; readonly socket: Socket; isLost: boolean };

/**
 * A connection to an address. `trust` is asked for once it is needed; an answer that takes longer than `answerMs` is
 * lost, and the connection with it.
 */
export function connectionTo(address: Address, trust: () => Promise<Trust>, answerMs = ANSWER_MS): Connection {
  return new OneConnection(address, trust, answerMs);
}

class OneConnection implements Connection {
  readonly #address: Address;
  readonly #trust: () => Promise<Trust>;
  readonly #answerMs: number;
  #opening: Promise<Open> | undefined;
  #open: Open | undefined;
  #uses = 0;
  #isInTransaction = false;
  #unused: NodeJS.Timeout | undefined;
  generation = 0;
  loginPid: number | undefined;

  constructor(address: Address, trust: () => Promise<Trust>, answerMs: number) {
    this.#address = address;
    this.#trust = trust;
    this.#answerMs = answerMs;
  }

  async open(): Promise<void> {
    if (this.#open !== undefined && !this.#open.isLost) return;
    // The library logs in with its first statement: an empty one.
    await this.batch([""]);
  }

  async batch(statements: readonly string[], then?: "stays open"): Promise<readonly (readonly Row[])[]> {
    return this.#using(async () => {
      const { sql, socket } = await this.#opened();
      this.#isInTransaction = then === "stays open";
      const answer = await answered(sql.unsafe(statements.join(";\n")).simple(), socket, this.#answerMs);
      const results = (Array.isArray(answer[0]) ? answer : [answer]) as unknown as readonly Answer[];
      this.loginPid = results.at(-1)?.state?.pid;
      return results.filter(({ columns }) => columns);
    });
  }

  async rollBack(): Promise<void> {
    if (this.#open === undefined || this.#open.isLost) return;
    await this.batch(["rollback"]).catch(() => this.close());
  }

  async close(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    this.#opening = undefined;
    this.#isInTransaction = false;
    clearTimeout(this.#unused);
    if (open === undefined) return;
    open.isLost = true;
    await open.sql.end({ timeout: 1 }).catch(() => {});
    open.socket.destroy();
  }

  /** While something waits for an answer the process stays; an idle connection doesn't keep it. */
  async #using<T>(work: () => Promise<T>): Promise<T> {
    this.#uses += 1;
    clearTimeout(this.#unused);
    this.#open?.socket.ref();
    try {
      return await work();
    } catch (error) {
      throw failureOf(error);
    } finally {
      this.#uses -= 1;
      if (this.#uses === 0 && !this.#isInTransaction) {
        this.#open?.socket.unref();
        this.#unused = setTimeout(() => void this.close(), UNUSED_MS).unref();
      }
    }
  }

  async #opened(): Promise<Open> {
    if (this.#open !== undefined && !this.#open.isLost) return this.#open;
    this.#opening ??= this.#connect().finally(() => {
      this.#opening = undefined;
    });
    this.#open = await this.#opening;
    return this.#open;
  }

  async #connect(): Promise<Open> {
    const startedAt = performance.now();
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), CONNECT_MS);
    try {
      const [{ default: postgres }, trust] = await Promise.all([import("postgres"), this.#trust()]);
      const socket = await openSocket(this.#address, trust, deadline.signal);
      const leftMs = CONNECT_MS - (performance.now() - startedAt);
      const open: Open = { sql: sqlOver(postgres, this.#address, { socket, leftMs }), socket, isLost: false };
      socket.once("close", () => {
        open.isLost = true;
      });
      this.generation += 1;
      return open;
    } catch (error) {
      throw deadline.signal.aborted ? Object.assign(new Error(), { code: "CONNECT_TIMEOUT" }) : error;
    } finally {
      clearTimeout(timer);
    }
  }
}

/** What a query answers in time; a network that loses it says nothing, so its socket is given up. */
async function answered<T>(query: Promise<T>, socket: Socket, answerMs: number): Promise<T> {
  const deadline = AbortSignal.timeout(answerMs);
  const giveUp = () => socket.destroy();
  deadline.addEventListener("abort", giveUp, { once: true });
  try {
    return await query;
  } catch (error) {
    throw deadline.aborted ? Object.assign(new Error(), { code: "ETIMEDOUT" }) : error;
  } finally {
    deadline.removeEventListener("abort", giveUp);
  }
}

type Library = typeof import("postgres");

/** The library on one socket: without prepared statements, queries of its own, or variables of the environment. */
function sqlOver(
  postgres: Library,
  { host, port, user, password, database }: Address,
  { socket, leftMs }: { readonly socket: Socket; readonly leftMs: number },
): Sql {
  let isUsed = false;
  const options = {
    ...{ host, port, user, database, pass: () => password, ssl: false, max: 1, prepare: false, fetch_types: false },
    ...{
      idle_timeout: 0,
      max_lifetime: 0,
      connect_timeout: Math.max(0.1, leftMs / 1000),
      no_subscribe: true,
      onnotice: () => {},
    },
    connection: { application_name: "token-budget" },
    socket: () => {
      // A connection that was lost is not silently another one: a transaction may have been lost with it.
      if (isUsed) throw new Error("the connection was closed");
      isUsed = true;
      return socket;
    },
  };
  return postgres(options as unknown as Parameters<Library>[0] & object);
}

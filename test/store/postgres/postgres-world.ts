import { beforeAll } from "vitest";
import type { Snapshot } from "../../../src/store/port.ts";
import { parseAddress } from "../../../src/store/postgres/address.ts";
import { type Connection, connectionTo } from "../../../src/store/postgres/connection.ts";
import { migrate } from "../../../src/store/postgres/migrate.ts";
import { postgresBooks } from "../../../src/store/postgres/store.ts";
import { VERSION } from "../../../src/version.ts";
import { NO_POSTGRES, newDatabase, type PostgresServer, sharedServer } from "../../support/postgres/server.ts";

/** How a store is opened. */
export type Opening = {
  readonly books: string;
  /** The port of a proxy to connect through. */
  readonly port?: number;
  readonly timeOf?: (databaseMs: number) => number;
  readonly policy?: () => Snapshot["policy"];
  readonly named?: string;
  readonly patienceMs?: number;
  /** Who connects, the superuser if left out. */
  readonly role?: { readonly user: string; readonly password: string };
  /** How long an answer is waited for, milliseconds. */
  readonly answerMs?: number;
};

/** A database with tables, which the tests of a file share; each has books of its own. */
export class PostgresWorld {
  readonly #server: PostgresServer;
  readonly database: string;
  #count = 0;

  constructor(server: PostgresServer, database: string) {
    this.#server = server;
    this.database = database;
  }

  get server(): PostgresServer {
    return this.#server;
  }

  /** New books without a state, whose policy is in the repository of their name. */
  async newBooks(policyRepository?: string | null): Promise<string> {
    this.#count += 1;
    const books = `octo-org/books-${this.#count}`;
    const repository = policyRepository === null ? "null" : `'${policyRepository ?? books}'`;
    await this.sql(`insert into token_budget.books (name, policy_repository) values ('${books}', ${repository})`);
    return books;
  }

  sql(text: string) {
    return this.#server.run(text, this.database);
  }

  urlOf({ port, role }: Pick<Opening, "port" | "role">): string {
    const url = new URL(this.#server.urlOf(this.database, role));
    if (port !== undefined) url.host = `127.0.0.1:${port}`;
    return url.href;
  }

  connection({ answerMs, ...through }: Pick<Opening, "port" | "role" | "answerMs"> = {}): Connection {
    return connectionTo(parseAddress(this.urlOf(through)), async () => ({}), answerMs);
  }

  /** A writer's store: a process has one. */
  open({ books, timeOf, policy = () => null, named, patienceMs, ...through }: Opening) {
    const connection = this.connection(through);
    const at = {
      connection,
      books,
      path: "token_budget.json",
      ...(timeOf !== undefined && { timeOf }),
      ...(patienceMs !== undefined && { patienceMs }),
    };
    return { ...postgresBooks({ ...at, policy: { named, read: async () => policy() } }), connection };
  }

  /** State and lines as the tables have them. */
  async kept(books: string): Promise<{ readonly state: string | null; readonly lines: readonly string[] }> {
    const [row] = await this.sql(`select state from token_budget.books where name = '${books}'`);
    const lines = await this.sql(`select line from token_budget.entries where books = '${books}' order by seq`);
    return { state: row?.["state"] as string | null, lines: lines.map(({ line }) => String(line)) };
  }
}

/** A world on a server. */
export async function postgresWorldOn(server: PostgresServer): Promise<PostgresWorld> {
  const world = new PostgresWorld(server, await newDatabase(server));
  const owner = world.connection();
  await migrate(owner, { program: VERSION });
  await owner.close();
  return world;
}

/** The world of a file's tests; its tests are skipped where there is no PostgreSQL. */
export function usePostgresWorld(): () => PostgresWorld {
  let world: PostgresWorld;
  beforeAll(async () => {
    if (NO_POSTGRES === undefined) world = await postgresWorldOn(await sharedServer());
  });
  return () => world;
}

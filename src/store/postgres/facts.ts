import { StoreFault } from "../port.ts";
import type { Address } from "./address.ts";
import type { Connection, Row } from "./connection.ts";
import { MIGRATIONS } from "./schema.ts";
import { BEGIN_READ, COMMIT, NOW, ROLLBACK, readPolicyRepository } from "./statements.ts";

/** What a role may do with something: "UPDATE (state)" on "books", "CREATE" on the schema, which has no name. */
export type Right = { readonly right: string; readonly on: string };

/** What a database says about itself, its tables, and the role that writes to them. It names no host and no user. */
export type DatabaseFacts = {
  /** With TLS and a verified certificate, or without, on this machine. */
  readonly link: "tls" | "loopback" | "socket";
  /** "15.18", and its number, 150018. */
  readonly server: string;
  readonly serverNumber: number;
  /** It takes no writes. */
  readonly isStandby: boolean;
  /** What hands on its connections in between: nothing, a pooler, or one that ends a transaction after each message. */
  readonly pooler: "none" | "transactions" | "statements";
  /** The version of the tables, and the migrations that are missing, by name; undefined if they can't be read. */
  readonly tables: { readonly version: number; readonly missing: readonly string[] } | undefined;
  readonly areTablesThere: boolean;
  readonly role: "superuser" | "owner" | "writer";
  /** The rights of a writer that the role lacks, and those that it has besides. */
  readonly lacking: readonly Right[];
  readonly besides: readonly Right[];
  /** The repository that has the policy; null if none has, undefined if there are no such books, or none that can be read. */
  readonly policyRepository: string | null | undefined;
  /** The newest version of the tables that this release knows. */
  readonly known: number;
  /** What time it was in the database, and at the same moment here, milliseconds since 1970. */
  readonly databaseMs: number;
  readonly machineMs: number;
};

/** The relations of the first migration that hold the books; the others are for readers. */
const BASE = ["books", "entries", "documents"] as const;

/** The columns of `books` that a writer changes. */
const WRITTEN = ["version", "state", "updated_at"];

const SERVER = `select current_setting('server_version') as version, current_setting('server_version_num')::integer as number,
  pg_is_in_recovery() as is_standby,
  current_setting('is_superuser') as is_superuser, pg_backend_pid() as pid`;

/** Catalogs are for everyone: a name would be looked up only by those who may use the schema. */
const RELATIONS = `select c.relname as name, pg_has_role(c.relowner, 'MEMBER') as is_owned,
  array_to_string(array(select p from unnest(array['SELECT', 'INSERT']) as p where has_table_privilege(c.oid, p)), ',') as has,
  array_to_string(array(
    select p from unnest(array['INSERT', 'UPDATE']) as p where has_any_column_privilege(c.oid, p)
    union all select p from unnest(array['DELETE', 'TRUNCATE', 'TRIGGER']) as p where has_table_privilege(c.oid, p)
  ), ',') as may
from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
where n.nspname = 'token_budget' and c.relkind in ('r', 'v') order by c.relname`;

const COLUMNS = `select a.attname as name, has_column_privilege(c.oid, a.attnum, 'UPDATE') as may
from pg_class as c join pg_namespace as n on n.oid = c.relnamespace join pg_attribute as a on a.attrelid = c.oid
where n.nspname = 'token_budget' and c.relname = 'books' and a.attnum > 0 and not a.attisdropped order by a.attnum`;

const SCHEMA = `select has_schema_privilege(oid, 'USAGE') as usage, has_schema_privilege(oid, 'CREATE') as create
from pg_namespace where nspname = 'token_budget'`;

const VERSION = "select coalesce(max(version), 0) as version from token_budget.migrations";

export type Examined = {
  readonly connection: Connection;
  readonly address: Pick<Address, "isTls" | "isSocket">;
  /** The books' name. */
  readonly books: string;
  /** This machine's clock, milliseconds since 1970. */
  readonly now: () => number;
};

/** Asks a database about itself, in two transactions that read. Throws a BudgetError or a StoreFault if it can't be asked. */
export async function databaseFacts({ connection, address, books, now }: Examined): Promise<DatabaseFacts> {
  const [[server = {}] = [], relations = [], columns = [], [schema] = []] = await connection.batch([
    ...[...BEGIN_READ, SERVER, RELATIONS, COLUMNS, SCHEMA, COMMIT],
  ]);
  const isSuperuser = server["is_superuser"] === "on";
  const isPooled = connection.loginPid !== undefined && connection.loginPid !== Number(server["pid"]);
  const rights = rightsIn(relations, columns, schema);
  const has = (on: string) => !rights.lacking.some((one) => one.on === "" || (one.on === on && one.right === "SELECT"));
  const names = relations.map(({ name }) => String(name));
  const canRead = (name: string) => names.includes(name) && has(name);
  const askedAt = now();
  const rows = await connection.batch([
    ...[...BEGIN_READ, NOW],
    ...(canRead("migrations") ? [VERSION] : []),
    ...(canRead("books") ? [readPolicyRepository(books)] : []),
    COMMIT,
  ]);
  const answeredAt = now();
  const [time = [], ...found] = rows;
  const version = canRead("migrations") ? Number(found.shift()?.[0]?.["version"]) : undefined;
  const [row] = found[0] ?? [];
  return {
    link: address.isTls ? "tls" : address.isSocket ? "socket" : "loopback",
    server: String(server["version"]).split(" ")[0] ?? "",
    serverNumber: Number(server["number"]),
    isStandby: server["is_standby"] === true,
    pooler: !isPooled ? "none" : (await keepsTransactions(connection)) ? "transactions" : "statements",
    areTablesThere: BASE.every((name) => names.includes(name)),
    tables: version === undefined ? undefined : { version, missing: namesAfter(version) },
    role: isSuperuser ? "superuser" : relations.some((one) => one["is_owned"] === true) ? "owner" : "writer",
    ...rights,
    policyRepository: row === undefined ? undefined : (row["policy_repository"] as string | null),
    known: MIGRATIONS.at(-1)?.version ?? 0,
    databaseMs: Number(time[0]?.["now_ms"]),
    machineMs: (askedAt + answeredAt) / 2,
  };
}

/** Whether a transaction can stay open between two messages, as it does while a decision is made. */
async function keepsTransactions(connection: Connection): Promise<boolean> {
  for (let tries = 0; tries < 2; tries += 1) {
    try {
      await connection.batch(["begin read only"], "stays open");
      await connection.batch([ROLLBACK]);
      return true;
    } catch (error) {
      if (!(error instanceof StoreFault)) throw error;
      await connection.close();
    }
  }
  return false;
}

function namesAfter(version: number): string[] {
  return MIGRATIONS.filter((migration) => migration.version > version).map(({ name }) => name);
}

type Rights = Pick<DatabaseFacts, "lacking" | "besides">;

function rightsIn(relations: readonly Row[], columns: readonly Row[], schema: Row | undefined): Rights {
  const lacking: Right[] = [];
  const besides: Right[] = [];
  if (schema === undefined) return { lacking, besides };
  if (schema["usage"] !== true) lacking.push({ right: "USAGE", on: "" });
  if (schema["create"] === true) besides.push({ right: "CREATE", on: "" });
  for (const relation of relations) {
    const on = String(relation["name"]);
    const [has, may] = [relation["has"], relation["may"]].map((list) => String(list).split(",")) as [
      string[],
      string[],
    ];
    const isAppended = on === "entries" || on === "documents";
    for (const right of ["SELECT", ...(isAppended ? ["INSERT"] : [])])
      if (!has.includes(right)) lacking.push({ right, on });
    // Nobody can write through a view that adds up.
    const isTable = on === "migrations" || BASE.some((name) => name === on);
    const allowed = ["", ...(isAppended ? ["INSERT"] : []), ...(on === "books" ? ["UPDATE"] : [])];
    if (isTable) besides.push(...may.filter((right) => !allowed.includes(right)).map((right) => ({ right, on })));
  }
  for (const { name, may } of columns) {
    const isWritten = WRITTEN.includes(String(name));
    if (isWritten !== (may === true))
      (isWritten ? lacking : besides).push({ right: `UPDATE (${String(name)})`, on: "books" });
  }
  return { lacking, besides };
}

import { BudgetError } from "../../values/errors.ts";
import type { Connection } from "./connection.ts";
import { LackedRight } from "./failures.ts";
import { textLiteral } from "./literals.ts";
import { MIGRATIONS, type Migration } from "./schema.ts";
import { readPolicyRepository } from "./statements.ts";

/**
 * Books to make, and the repository that has their policy. Undefined leaves it as it is; new books that are named like a
 * repository have theirs there, others have none.
 */
export type MigratedBooks = { readonly books: string; readonly policyRepository: string | undefined };

/** What a migration did. */
export type Migrated = {
  /** The version of the tables before and after; 0 for none. */
  readonly from: number;
  readonly to: number;
  /** What became of the books that were named: made, changed, or as they were. */
  readonly books: "made" | "changed" | "unchanged" | undefined;
};

/** "token-budget" in bytes: two migrations at once follow each other. */
const MIGRATION_LOCK = 0x746f6b62;

/** Waits for writers in their transactions, which last seconds. */
const BEGIN_MIGRATION = [
  "begin isolation level read committed read write",
  "set local lock_timeout = 60000",
  "set local statement_timeout = 600000",
  "set local idle_in_transaction_session_timeout = 60000",
  `select pg_advisory_xact_lock(${MIGRATION_LOCK})`,
] as const;

/**
 * Makes the tables or brings them up to date, forward only and in one transaction; makes books where they are named, or
 * sets the repository that has their policy; `program` is this release's version. Throws a BudgetError for tables
 * that a newer release has made, and for a role that may not make any.
 */
export async function migrate(
  connection: Connection,
  { program, named }: { readonly program: string; readonly named?: MigratedBooks },
): Promise<Migrated> {
  try {
    await connection.batch(BEGIN_MIGRATION, "stays open");
    const from = await versionIn(connection);
    const last = MIGRATIONS.at(-1)?.version ?? 0;
    if (from > last) throw newer(from, last);
    const due = MIGRATIONS.filter(({ version }) => version > from);
    for (const { version, name, statements } of due) {
      await connection.batch([...statements, noteOf({ version, name }, program)]);
    }
    const books = named === undefined ? undefined : await nameBooks(connection, named);
    await connection.batch(["commit"]);
    return { from, to: last, books };
  } catch (error) {
    await connection.rollBack();
    throw error instanceof LackedRight ? notOwner(error) : error;
  }
}

/** Who may use the tables may not make them. */
function notOwner(cause: BudgetError): BudgetError {
  return new BudgetError(
    cause.code,
    "The database's role may not make or change the tables: use the URL of the tables' owner, a role that may create a schema in this database. Nothing was changed.",
    { cause },
  );
}

async function versionIn(connection: Connection): Promise<number> {
  const [found = []] = await connection.batch([
    "select to_regclass('token_budget.migrations') is not null as is_there",
  ]);
  if (found[0]?.["is_there"] !== true) {
    await connection.batch([
      "create schema if not exists token_budget",
      `create table token_budget.migrations (
        version integer primary key,
        name text not null,
        program text not null,
        applied_at timestamptz not null default clock_timestamp()
      )`,
    ]);
    return 0;
  }
  const [rows = []] = await connection.batch([
    "select coalesce(max(version), 0) as version from token_budget.migrations",
  ]);
  return Number(rows[0]?.["version"]);
}

function noteOf({ version, name }: Pick<Migration, "version" | "name">, program: string): string {
  return `insert into token_budget.migrations (version, name, program) values (${version},${textLiteral(name)},${textLiteral(program)})`;
}

async function nameBooks(
  connection: Connection,
  { books, policyRepository }: MigratedBooks,
): Promise<Migrated["books"]> {
  const name = textLiteral(books);
  const repository = policyRepository === undefined ? "null" : textLiteral(policyRepository);
  const own = policyRepository === undefined && /^[^/]+\/[^/]+$/.test(books) ? name : repository;
  const [made = [], changed = []] = await connection.batch([
    `insert into token_budget.books (name, policy_repository) values (${name}, ${own}) on conflict (name) do nothing returning name`,
    `update token_budget.books set policy_repository = ${repository} where name =${name} and ${repository} is not null and policy_repository is distinct from ${repository} returning name`,
  ]);
  return made.length > 0 ? "made" : changed.length > 0 ? "changed" : "unchanged";
}

/** Which repository has the policy of books in a database, and how their owner says so. */
export type PolicyRepository = {
  /** Null for none. */
  readonly read: () => Promise<string | null>;
  /** Names it where none is named. Throws a BudgetError ("missing-permission") for a role that may not. */
  readonly name: (repository: string) => Promise<void>;
};

export function policyRepositoryOf(connection: Connection, books: string): PolicyRepository {
  return {
    async read() {
      const [[row] = []] = await connection.batch([readPolicyRepository(books)]);
      return (row?.["policy_repository"] ?? null) as string | null;
    },
    async name(repository) {
      const at = `name =${textLiteral(books)} and policy_repository is null`;
      await connection.batch([
        `update token_budget.books set policy_repository =${textLiteral(repository)} where ${at}`,
      ]);
    },
  };
}

function newer(found: number, known: number): BudgetError {
  return new BudgetError(
    "state-unreadable",
    `The database's tables have version ${found}, and this release of token-budget knows ${known}: use a newer release. Nothing was changed.`,
  );
}

/** What a role that only keeps the books needs: it can't change or delete a line, nor say where the policy is. */
export function grantsFor(role: string): readonly string[] {
  const to = `"${role.replaceAll('"', '""')}"`;
  return [
    `GRANT USAGE ON SCHEMA token_budget TO ${to};`,
    `GRANT SELECT ON ALL TABLES IN SCHEMA token_budget TO ${to};`,
    `GRANT UPDATE (version, state, updated_at) ON token_budget.books TO ${to};`,
    `GRANT INSERT ON token_budget.entries, token_budget.documents TO ${to};`,
  ];
}

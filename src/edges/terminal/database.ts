import type { InputsOf } from "../../inputs/commands/table.ts";
import { grantsFor, type Migrated, migrate, policyRepositoryOf } from "../../store/postgres/migrate.ts";
import { BudgetError } from "../../values/errors.ts";
import { VERSION } from "../../version.ts";
import { type Environment, secretsInEnvironment } from "../action/inputs.ts";
import { databaseConnection } from "../machine/books-in-database.ts";

const WRITER = "token_budget_writer";

/** A migration of large tables may take ten minutes, after those that use them. */
const MIGRATION_MS = 900_000;

/** Makes or upgrades the tables, and prints what the owner does next; the exit code. Throws a BudgetError. */
export async function database(
  { books, repository, databaseCa, writer = WRITER }: InputsOf<"database">,
  { env, folder, out }: { readonly env: Environment; readonly folder: string; readonly out: NodeJS.WritableStream },
): Promise<number> {
  const { databaseUrl: url } = secretsInEnvironment(env);
  if (url === undefined) {
    throw new BudgetError("bad-input", "Bad input: TOKEN_BUDGET_DATABASE_URL is missing: the database's URL.");
  }
  if (books === undefined && repository !== undefined) {
    throw new BudgetError("bad-input", "Bad input: --repository needs --books: the books whose policy it has.");
  }
  const connection = databaseConnection({ url, ca: databaseCa, folder }, MIGRATION_MS);
  const named = books === undefined ? {} : { named: { books, policyRepository: repository } };
  const migrated = await migrate(connection, { program: VERSION, ...named });
  const policy = books === undefined ? null : await policyRepositoryOf(connection, books).read();
  await connection.close();
  const lines = [tablesText(migrated), ...booksText(migrated, books, policy), "", grantsText(writer)];
  out.write(`${lines.join("\n")}\n${grantsFor(writer).join("\n")}\n`);
  return 0;
}

function tablesText({ from, to }: Migrated): string {
  if (from === to) return `The tables are up to date: version ${to}.`;
  return from === 0 ? `Made the tables: version ${to}.` : `Upgraded the tables from version ${from} to ${to}.`;
}

function booksText({ books: done }: Migrated, books: string | undefined, repository: string | null): string[] {
  if (books === undefined) return [];
  const policy =
    repository === null
      ? ` No repository has their policy, so runs are decided by their inputs alone, and nobody may reset or adjust. Name it: token-budget database migrate --books ${books} --repository OWNER/NAME`
      : ` Their policy is in ${repository}.`;
  switch (done) {
    case "made":
      return [`Made the books ${books}.${policy}`];
    case "changed":
      return [`Changed the books ${books}.${policy}`];
    default:
      return [`The books ${books} are there already.${policy}`];
  }
}

function grantsText(writer: string): string {
  return `The role of the workflows, ${writer}, needs these rights and no more. Create it, then run as the owner:`;
}

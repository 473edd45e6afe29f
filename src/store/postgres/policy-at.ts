import { BudgetError } from "../../values/errors.ts";
import type { Snapshot } from "../port.ts";

/** Where the policy of books in PostgreSQL is, and how it is read. */
export type PolicyAt = {
  /** The repository that the run names: no other may have the policy. */
  readonly named: string | undefined;
  /** The policy file of a repository's default branch. */
  readonly read: (repository: string) => Promise<Snapshot["policy"]>;
};

/** Throws a BudgetError if the run names another repository than the one that books have for their policy. */
export function mustBeNamed({ named }: PolicyAt, repository: string | null, books: string): void {
  if (named === undefined || isSame(named, repository)) return;
  const kept = repository === null ? "no repository has their policy" : `${repository} has their policy`;
  throw new BudgetError(
    "not-allowed",
    `The books ${books} can't be used with repository: ${named}: ${kept}. Leave repository out; only the database's owner can change it, with token-budget database migrate.`,
  );
}

/** GitHub's names are the same in any case. */
export function isSame(a: string | null, b: string | null): boolean {
  return a?.toLowerCase() === b?.toLowerCase();
}

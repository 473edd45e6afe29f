import { expect } from "vitest";
import type { Repository } from "../support/github/repository.ts";
import { type Books, expectSums, type Json, type Seed, seededBooks } from "../support/seeded-books.ts";

export type Place = { readonly branch?: string; readonly path?: string };

const folderOf = (path: string): string => `${path.replace(/\.json$/, "")}/ledger/`;

/** The state and all ledger entries on a branch, as git has them. */
export async function booksOn(
  repo: Repository,
  { branch = "token-budget", path = "token_budget.json" }: Place = {},
): Promise<Books> {
  const entries: Json[] = [];
  for (const file of await repo.files(branch)) {
    if (!file.startsWith(folderOf(path))) continue;
    const text = (await repo.readFile(branch, file)) ?? "";
    entries.push(
      ...text
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line)),
    );
  }
  return { state: JSON.parse((await repo.readFile(branch, path)) ?? "null"), entries };
}

/** Puts books on their branch that hold this, with one imported entry in their ledger that says so. */
export async function seedBooks(repo: Repository, seed: Seed, place: Place = {}): Promise<void> {
  const { branch = "token-budget", path = "token_budget.json" } = place;
  const { state, entry, file } = seededBooks(repo.nameWithOwner, seed);
  await repo.commit({
    branch,
    files: { [path]: JSON.stringify(state, null, 2), [folderOf(path) + file]: `${JSON.stringify(entry)}\n` },
    message: "Books of an earlier day",
  });
}

/**
 * Looks the books of a repository over: no entry stands twice, the month's and every closed month's total is the exact
 * sum of its entries, and no secret is on any branch.
 */
export async function expectSoundBooks(repo: Repository, secrets: readonly string[]): Promise<void> {
  for (const branch of await repo.branches()) {
    for (const file of await repo.files(branch)) {
      const text = (await repo.readFile(branch, file)) ?? "";
      for (const secret of secrets) expect(text, `${file} on ${branch}`).not.toContain(secret);
    }
    for (const { message } of await repo.log(branch)) {
      for (const secret of secrets) expect(message).not.toContain(secret);
    }
    const paths = (await repo.files(branch)).filter((file) => /(^|\/)token_budget\.json$/.test(file));
    for (const path of paths) {
      const text = (await repo.readFile(branch, path)) ?? "";
      if (isState(text)) expectSums(await booksOn(repo, { branch, path }));
    }
  }
}

/** Whether the text is a state that adds up; some tests damage theirs on purpose. */
function isState(text: string): boolean {
  try {
    return JSON.parse(text).version === "2.0";
  } catch {
    return false;
  }
}

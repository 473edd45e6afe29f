import type { LedgerPart } from "../../books/entry.ts";
import { BudgetError } from "../../values/errors.ts";
import { instantOf, type LedgerHour, ledgerHourOf } from "../../values/month.ts";
import { badgePathOf, type LedgerFile, ledgerFolderOf } from "../files/paths.ts";
import { committed, type FilesChange, type FilesSnapshot, filesOf, snapshotOf } from "../files/snapshot.ts";
import type { Change, CommitResult, Place, Span, Store } from "../port.ts";
import { type Found, findBooks, type GitHubPlace } from "./books.ts";
import type { GitHubClient } from "./client.ts";
import { commitOn } from "./commit-on.ts";
import { beginRepository, createBranch } from "./create-branch.ts";
import { headlineOf } from "./headline.ts";
import type { LedgerAt } from "./ledger.ts";
import { pageUrlOf } from "./page-url.ts";

export type GitHubStoreOptions = {
  readonly client: GitHubClient;
  readonly owner: string;
  readonly repo: string;
  readonly branch: string;
  /** The state file's path in the repository, "token_budget.json". */
  readonly path: string;
  /** The branch is the books' alone: it may be created, and a page is kept on it. */
  readonly ownBranch: boolean;
  /** The server's address for people, "https://github.com"; without it the books have no link. */
  readonly serverUrl?: string | undefined;
  /** Milliseconds since 1970 by this machine; only a guess at which hour GitHub will say it is. */
  readonly now: () => number;
};

/** Reads were seen that were seconds older than the writes before them. */
const STALE_MS = 10_000;

/** The books on a branch in GitHub. */
export function githubStore(options: GitHubStoreOptions): Store<FilesSnapshot> {
  const store = new GitHubStore(options);
  // The archive of a branch that has more than the books may be larger than any ledger.
  return options.ownBranch ? Object.assign(store, { archive: store.archived.bind(store) }) : store;
}

class GitHubStore implements Store<FilesSnapshot> {
  readonly place: Place;
  readonly staleMs = STALE_MS;
  readonly #client: GitHubClient;
  readonly #now: () => number;
  readonly #where: GitHubPlace;
  /** What the last read found of the repository itself: it doesn't change from read to commit. */
  #repository: Pick<Found, "isEmpty" | "defaultBranch"> = { isEmpty: false, defaultBranch: undefined };

  constructor({ client, owner, repo, branch, path, ownBranch, serverUrl = "", now }: GitHubStoreOptions) {
    const page = pageUrlOf({ owner, repo, branch, path, ownBranch }, serverUrl);
    this.place = { path, description: `${owner}/${repo}@${branch}`, ownBranch, page };
    this.#client = client;
    this.#now = now;
    this.#where = { owner, repo, branch, path, ledgerFolder: ledgerFolderOf(path) };
  }

  async read(earlier?: FilesSnapshot): Promise<FilesSnapshot> {
    const wanted = earlier?.files.hour;
    const guess = wanted ?? ledgerHourOf(instantOf(this.#now()));
    const first = await this.#find(guess);
    const hour = wanted ?? ledgerHourOf(instantOf(first.readAt));
    const found = hour === guess ? first : await this.#find(hour);
    this.#repository = found;
    if (found.head === undefined && !found.isEmpty && !this.place.ownBranch) throw this.#noSuchBranch(found);
    const ledger = await this.#wholeLedger(found, hour);
    return snapshotOf({ ...found, version: found.head ?? null, at: instantOf(found.readAt), hour, ledger });
  }

  async commit(snapshot: FilesSnapshot, change: Change): Promise<CommitResult> {
    const files = filesOf(snapshot, change, this.#where.ledgerFolder);
    const headline = headlineOf(change.note.message, { skipCi: !this.#hasPage() });
    const additions = [...this.#additionsOf(files, change.note), ...(change.files ?? [])];
    const version =
      snapshot.version === null
        ? await this.#begin(headline, additions)
        : await commitOn(
            { client: this.#client, place: this.#where, now: this.#now(), head: snapshot.version },
            headline,
            additions,
          );
    return version === undefined ? { kind: "conflict" } : committed(snapshot, files, version);
  }

  async *archived(snapshot: FilesSnapshot, span: Span = {}): AsyncGenerator<LedgerPart> {
    if (snapshot.version === null) return;
    const { ledgerInArchive } = await import("./archive.ts");
    yield* ledgerInArchive(this.#ledgerAt(snapshot.version), span);
  }

  async *ledger(snapshot: FilesSnapshot, span: Span = {}): AsyncGenerator<LedgerPart> {
    if (snapshot.version === null) return;
    const { ledgerAt } = await import("./ledger.ts");
    yield* ledgerAt(this.#ledgerAt(snapshot.version), span);
  }

  #ledgerAt(head: string): LedgerAt {
    return { client: this.#client, place: this.#where, head, now: this.#now() };
  }

  async files({ version }: FilesSnapshot, paths: readonly string[]): Promise<readonly (string | null)[]> {
    if (version === null) return paths.map(() => null);
    const { filesAt } = await import("./beside.ts");
    return filesAt({ client: this.#client, place: this.#where, head: version, now: this.#now() }, paths);
  }

  exclusively<T>(work: () => Promise<T>): Promise<T> {
    return work();
  }

  #find(hour: LedgerHour): Promise<Found> {
    return findBooks(this.#client, this.#where, { hour, now: this.#now() });
  }

  async #wholeLedger(found: Found, hour: LedgerHour): Promise<readonly LedgerFile[]> {
    if (!found.hasMore || found.head === undefined) return found.ledger;
    // Only the busiest hours have a third file.
    const { laterParts } = await import("./ledger.ts");
    return [...found.ledger, ...(await laterParts(this.#ledgerAt(found.head), hour))];
  }

  async #begin(message: string, files: readonly LedgerFile[]): Promise<string | undefined> {
    const beginning = { client: this.#client, place: this.#where, message, files, now: this.#now() };
    if (this.#repository.isEmpty) {
      const begun = await beginRepository(beginning, this.place.ownBranch ? undefined : this.#where.branch);
      if (!begun || !this.place.ownBranch) return undefined;
    }
    return createBranch(beginning);
  }

  #additionsOf({ state, ledger }: FilesChange, { page, badge = null }: Change["note"]): readonly LedgerFile[] {
    return [
      { path: this.#where.path, text: state },
      ...(ledger === null ? [] : [ledger]),
      ...(page === null || !this.#hasPage() ? [] : [{ path: "README.md", text: page }]),
      ...(badge === null || !this.#hasPage() ? [] : [{ path: badgePathOf(this.#where.path), text: badge }]),
    ];
  }

  /** A default branch has its own README, whatever its purpose. */
  #hasPage(): boolean {
    return this.place.ownBranch && this.#repository.defaultBranch !== this.#where.branch;
  }

  #noSuchBranch({ defaultBranch }: Found): BudgetError {
    const { owner, repo, branch } = this.#where;
    return new BudgetError(
      "state-unreachable",
      `${owner}/${repo} has no branch ${branch}; its default branch is ${defaultBranch ?? "unknown"}. ` +
        "Set the input `branch` to an existing branch, or leave it out: the books then get a separate branch.",
    );
  }
}

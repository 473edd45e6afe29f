import type { LedgerPart } from "../../books/entry.ts";
import { BudgetError } from "../../values/errors.ts";
import { hourStart, instantOf, type LedgerHour, ledgerHourOf } from "../../values/month.ts";
import { ledgerFolderOf, ledgerPartOf, statementsFolderOf } from "../files/paths.ts";
import type { RawBooks, RawChange, RawForm, RawStore } from "../moving/raw-store.ts";
import type { BookFile, Place } from "../port.ts";
import { filesAt } from "./beside.ts";
import { type Found, findBooks, type GitHubPlace } from "./books.ts";
import type { GitHubClient } from "./client.ts";
import { commitOn } from "./commit-on.ts";
import { beginRepository, createBranch } from "./create-branch.ts";
import { headlineOf } from "./headline.ts";
import { blobsIn, type LedgerAt, ledgerAt } from "./ledger.ts";
import { pageUrlOf } from "./page-url.ts";
import type { GitHubStoreOptions } from "./store.ts";

/** Far below the 40 MB that GitHub takes in one commit: its answer must come in time. */
const FORM: RawForm = { keeps: "files", endsWithLastEntry: false, most: { bytes: 8_000_000, files: 200 } };
const DAY_MS = 86_400_000;

/** The books on a branch in GitHub, for `move`. `name` is the place as `move` takes it. */
export function rawGitHub(options: GitHubStoreOptions & { readonly name: string }): RawStore {
  return new RawGitHub(options);
}

class RawGitHub implements RawStore {
  readonly place: Place;
  readonly name: string;
  readonly form = FORM;
  readonly #client: GitHubClient;
  readonly #now: () => number;
  readonly #where: GitHubPlace;
  #repository: Pick<Found, "isEmpty" | "defaultBranch"> = { isEmpty: false, defaultBranch: undefined };

  constructor(options: GitHubStoreOptions & { readonly name: string }) {
    const { client, owner, repo, branch, path, ownBranch, serverUrl = "", now, name } = options;
    const page = pageUrlOf({ owner, repo, branch, path, ownBranch }, serverUrl);
    this.place = { path, description: `${owner}/${repo}@${branch}`, ownBranch, page };
    this.name = name;
    this.#client = client;
    this.#now = now;
    this.#where = { owner, repo, branch, path, ledgerFolder: ledgerFolderOf(path) };
  }

  async read(): Promise<RawBooks> {
    const now = this.#now();
    const found = await findBooks(this.#client, this.#where, { hour: ledgerHourOf(instantOf(now)), now });
    this.#repository = found;
    if (found.head === undefined && !found.isEmpty && !this.place.ownBranch) throw this.#noSuchBranch();
    return { version: found.head ?? null, at: instantOf(found.readAt), state: found.state };
  }

  async *ledger({ version }: RawBooks, from?: LedgerHour): AsyncGenerator<LedgerPart> {
    if (version === null) return;
    // A span begins with the files of the day before.
    const span = from === undefined ? {} : { from: instantOf(hourStart(from) + DAY_MS) };
    yield* ledgerAt(this.#at(version), span);
  }

  async hashes({ version }: RawBooks): Promise<ReadonlyMap<string, string>> {
    if (version === null) return new Map();
    const blobs = await blobsIn(this.#at(version), this.#where.ledgerFolder, () => true);
    return new Map(blobs.filter(({ name }) => ledgerPartOf(name) !== undefined).map(({ name, oid }) => [name, oid]));
  }

  async *documents({ version }: RawBooks): AsyncGenerator<BookFile> {
    if (version === null) return;
    const at = this.#at(version);
    const folder = statementsFolderOf(this.#where.path);
    const paths = (await blobsIn(at, folder, () => true)).map(({ name }) => `${folder}/${name}`);
    const texts = await filesAt(at, paths);
    for (const [index, path] of paths.entries()) yield { path, text: texts[index] ?? "" };
  }

  async write({ version }: RawBooks, { state, files, documents, message }: RawChange): Promise<string | undefined> {
    const additions = [
      ...(state === undefined ? [] : [{ path: this.#where.path, text: state }]),
      ...files.map(({ name, text }) => ({ path: `${this.#where.ledgerFolder}/${name}`, text })),
      ...documents,
    ];
    const isShared = !this.place.ownBranch || this.#repository.defaultBranch === this.#where.branch;
    const headline = headlineOf(message, { skipCi: isShared });
    if (version !== null) return commitOn(this.#at(version), headline, additions);
    const beginning = {
      client: this.#client,
      place: this.#where,
      message: headline,
      files: additions,
      now: this.#now(),
    };
    if (this.#repository.isEmpty) {
      const begun = await beginRepository(beginning, this.place.ownBranch ? undefined : this.#where.branch);
      if (!begun || !this.place.ownBranch) return undefined;
    }
    return createBranch(beginning);
  }

  #at(head: string): LedgerAt {
    return { client: this.#client, place: this.#where, head, now: this.#now() };
  }

  #noSuchBranch(): BudgetError {
    const { owner, repo, branch } = this.#where;
    return new BudgetError(
      "state-unreachable",
      `${owner}/${repo} has no branch ${branch}. Name an existing one, or another name: then the books get a separate branch.`,
    );
  }
}

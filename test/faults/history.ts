import type { Entry } from "../../src/books/entry.ts";
import { decodeState } from "../../src/books/file/decode.ts";
import type { State } from "../../src/books/state.ts";
import { partOf } from "../../src/store/files/paths.ts";
import type { Repository } from "../support/github/repository.ts";
import { readLedger } from "../support/replayed.ts";

const STATE = "token_budget.json";
const LEDGER = "token_budget/ledger";

/** The books at one commit, or at one version of a database's. */
export type Version = {
  readonly oid: string;
  /** The step that made it, by the login of its token or its role; a person's name for what people did. */
  readonly author: string;
  readonly message: string;
  /** When it was made, to the second, in milliseconds since 1970. */
  readonly atMs: number;
  /** Every file of the books' branch, by path. */
  readonly files: ReadonlyMap<string, string>;
  /** The state as JSON has it, unknown keys included; undefined where it can't be read. */
  readonly json: Readonly<Record<string, unknown>> | undefined;
  readonly state: State | undefined;
  readonly entries: readonly Entry[];
  /** Lines of the ledger that are no entries, and ids that stand twice. */
  readonly problems: readonly string[];
};

/** Every version of the books up to a commit, oldest first. */
export async function historyOf(repo: Repository, head: string): Promise<readonly Version[]> {
  const versions: Version[] = [];
  for (let oid: string | undefined = head; oid !== undefined; ) {
    const commit = await repo.folder.commit(oid);
    if (commit === undefined) throw new Error(`No commit ${oid}`);
    const files = new Map<string, string>();
    await readTree(repo, commit.tree, "", files);
    const { author, message, committer } = commit;
    const atMs = committer.at.getTime();
    versions.unshift({ oid, author: author.name, message, atMs, files, ...booksIn(files) });
    oid = commit.parents[0];
  }
  return versions;
}

async function readTree(repo: Repository, tree: string, prefix: string, files: Map<string, string>): Promise<void> {
  for (const { type, oid, name } of (await repo.folder.tree(tree)) ?? []) {
    const path = prefix + name;
    if (type === "tree") await readTree(repo, oid, `${path}/`, files);
    else files.set(path, (await repo.folder.read(oid))?.content.toString() ?? "");
  }
}

export function booksIn(files: ReadonlyMap<string, string>): Pick<Version, "json" | "state" | "entries" | "problems"> {
  const text = files.get(STATE);
  const decoded = text === undefined ? undefined : decodeState(text);
  const state = decoded?.kind === "state" ? decoded.state : undefined;
  const ledger = [...files]
    .filter(([path]) => path.startsWith(`${LEDGER}/`))
    .map(([path, text]) => partOf(LEDGER, { name: path.slice(LEDGER.length + 1), text }))
    .sort((a, b) => (a.hour < b.hour ? -1 : 1));
  return {
    state,
    json: state === undefined ? undefined : JSON.parse(text ?? ""),
    ...readLedger(ledger),
  };
}

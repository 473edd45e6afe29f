import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import { appendFile, cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { GitProcess, gitEnvironment, type TakeAnswer, takeLine } from "./git-process.ts";

const run = promisify(execFile);

const NO_OID = "0".repeat(40);
const EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

/** So many objects are kept in memory. */
const MAX_KEPT = 500;

export type GitObject = {
  readonly oid: string;
  readonly type: "blob" | "tree" | "commit" | "tag";
  readonly content: Buffer;
};
export type TreeEntry = {
  readonly mode: string;
  readonly type: "blob" | "tree" | "commit";
  readonly oid: string;
  readonly name: string;
};
export type Person = { readonly name: string; readonly email: string; readonly at: Date };
export type Commit = {
  readonly oid: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Person;
  readonly committer: Person;
  readonly message: string;
};
export type NewCommit = Omit<Commit, "oid">;

const takeObject: TakeAnswer = (printed) => {
  const header = takeLine(printed);
  if (header === undefined) return undefined;
  const size = /^[0-9a-f]{40} [a-z]+ (\d+)$/.exec(header.answer.toString())?.[1];
  if (size === undefined) return header;
  const end = header.answer.length + 1 + Number(size);
  return printed.length < end + 1 ? undefined : { answer: printed.subarray(0, end), rest: printed.subarray(end + 1) };
};

/** A bare git repository in which git itself makes and reads every object and moves every ref. */
export class GitFolder {
  readonly dir: string;
  readonly #scratch: string;
  readonly #reader: GitProcess;
  readonly #blobs: GitProcess;
  readonly #commits: GitProcess;
  readonly #trees: GitProcess;
  readonly #refs: GitProcess;
  /** Objects by the name they were read by, where it begins with an oid: what it names never changes. */
  readonly #kept = new Map<string, GitObject>();
  #scratchFiles = 0;

  private constructor(dir: string, scratch: string) {
    this.dir = dir;
    this.#scratch = scratch;
    this.#reader = new GitProcess(dir, ["cat-file", "--batch"], takeObject);
    this.#blobs = new GitProcess(dir, ["hash-object", "-w", "--no-filters", "--stdin-paths"], takeLine);
    this.#commits = new GitProcess(
      dir,
      ["hash-object", "-t", "commit", "-w", "--no-filters", "--stdin-paths"],
      takeLine,
    );
    this.#trees = new GitProcess(dir, ["mktree", "-z", "--batch"], takeLine);
    this.#refs = new GitProcess(dir, ["update-ref", "--stdin"], takeTransaction);
  }

  static async create(dir: string, defaultBranch: string): Promise<GitFolder> {
    await cp(await emptyRepository(defaultBranch), dir, { recursive: true });
    return new GitFolder(dir, await mkdtemp(join(tmpdir(), "github-scratch-")));
  }

  /** Runs any git command in the folder and answers what it printed. */
  async git(...args: string[]): Promise<string> {
    const { stdout } = await run("git", args, { cwd: this.dir, env: gitEnvironment(), maxBuffer: 1 << 28 });
    return stdout;
  }

  /** A commit's files as a gzip tarball in which all are in one folder, as `git archive` makes it. */
  async archive(oid: string, prefix: string): Promise<Buffer> {
    const args = ["archive", "--format=tar.gz", `--prefix=${prefix}`, oid];
    const options = { cwd: this.dir, env: gitEnvironment(), maxBuffer: 1 << 30, encoding: "buffer" } as const;
    return (await run("git", args, options)).stdout;
  }

  /** The object of that name (an oid, a full ref, `<oid>:<path>`), or nothing. */
  async read(name: string): Promise<GitObject | undefined> {
    if (name === "" || /[\n\0]/.test(name)) return undefined;
    const kept = this.#kept.get(name);
    if (kept !== undefined) return kept;
    const answer = await this.#reader.ask(`${name}\n`);
    const end = answer.indexOf(10);
    const [oid, type] = (end < 0 ? "" : answer.subarray(0, end).toString()).split(" ");
    if (oid === undefined || type === undefined) return undefined;
    const object = { oid, type: type as GitObject["type"], content: Buffer.from(answer.subarray(end + 1)) };
    if (/^[0-9a-f]{40}([:^]|$)/.test(name)) this.#keep(name, object);
    return object;
  }

  #keep(name: string, object: GitObject): void {
    if (this.#kept.size >= MAX_KEPT) this.#kept.delete(this.#kept.keys().next().value ?? "");
    this.#kept.set(name, object);
  }

  async tree(oid: string): Promise<readonly TreeEntry[] | undefined> {
    const object = await this.read(oid);
    return object?.type === "tree" ? decodeTree(object.content) : undefined;
  }

  /** The paths of all files below a tree, as git sorts them. */
  async paths(tree: string): Promise<readonly string[]> {
    const below = ((await this.tree(tree)) ?? []).map(async ({ type, oid, name }) =>
      type === "tree" ? (await this.paths(oid)).map((path) => `${name}/${path}`) : [name],
    );
    return (await Promise.all(below)).flat();
  }

  async commit(oid: string): Promise<Commit | undefined> {
    const object = await this.read(oid);
    return object?.type === "commit" ? decodeCommit(object) : undefined;
  }

  async writeBlob(content: Buffer): Promise<string> {
    return this.#hash(this.#blobs, content);
  }

  async writeTree(entries: readonly TreeEntry[]): Promise<string> {
    const lines = entries.map((entry) => `${entry.mode} ${entry.type} ${entry.oid}\t${entry.name}\0`);
    return (await this.#trees.ask(`${lines.join("")}\0`)).toString();
  }

  async writeCommit(commit: NewCommit): Promise<string> {
    const person = (it: Person) => `${it.name} <${it.email}> ${Math.floor(it.at.getTime() / 1000)} +0000`;
    const lines = [
      `tree ${commit.tree}`,
      ...commit.parents.map((parent) => `parent ${parent}`),
      `author ${person(commit.author)}`,
      `committer ${person(commit.committer)}`,
    ];
    return this.#hash(this.#commits, Buffer.from(`${lines.join("\n")}\n\n${commit.message}`));
  }

  /** Moves a ref from `from` (none: it must not exist) to `to` (none: deletes it); false when it was not at `from`. */
  async moveRef(ref: string, from: string | undefined, to: string | undefined): Promise<boolean> {
    const change = to === undefined ? `delete ${ref} ${from}` : `update ${ref} ${to} ${from ?? NO_OID}`;
    try {
      await this.#refs.ask(`start\n${change}\nprepare\ncommit\n`);
      return true;
    } catch (cause) {
      if (/cannot lock ref|reference already exists|unable to resolve reference/.test(String(cause))) return false;
      throw cause;
    }
  }

  /** A new tree in which each path holds the given blob, or is gone when it holds none. */
  async changeTree(tree: string | undefined, changes: ReadonlyMap<string, string | undefined>): Promise<string> {
    const entries = new Map(
      (tree === undefined ? [] : ((await this.tree(tree)) ?? [])).map((entry) => [entry.name, entry]),
    );
    const below = new Map<string, Map<string, string | undefined>>();
    for (const [path, blob] of changes) {
      const slash = path.indexOf("/");
      const name = slash < 0 ? path : path.slice(0, slash);
      if (slash >= 0) {
        const inside = below.get(name) ?? new Map<string, string | undefined>();
        below.set(name, inside.set(path.slice(slash + 1), blob));
      } else if (blob === undefined) entries.delete(name);
      else entries.set(name, { mode: "100644", type: "blob", oid: blob, name });
    }
    for (const [name, inside] of below) {
      const before = entries.get(name);
      const oid = await this.changeTree(before?.type === "tree" ? before.oid : undefined, inside);
      if (oid === EMPTY_TREE) entries.delete(name);
      else entries.set(name, { mode: "040000", type: "tree", oid, name });
    }
    return this.writeTree([...entries.values()]);
  }

  async close(): Promise<void> {
    await Promise.all([this.#reader, this.#blobs, this.#commits, this.#trees, this.#refs].map((it) => it.close()));
    await rm(this.#scratch, { recursive: true, force: true });
  }

  async #hash(process: GitProcess, content: Buffer): Promise<string> {
    this.#scratchFiles += 1;
    const path = join(this.#scratch, String(this.#scratchFiles));
    await writeFile(path, content);
    const oid = (await process.ask(`${path}\n`)).toString();
    await rm(path);
    return oid;
  }
}

const emptyRepositories = new Map<string, Promise<string>>();

/** A repository as `git init` makes it. Copying it is several times faster than running git for each. */
function emptyRepository(defaultBranch: string): Promise<string> {
  const made = emptyRepositories.get(defaultBranch) ?? initialize(defaultBranch);
  emptyRepositories.set(defaultBranch, made);
  return made;
}

async function initialize(defaultBranch: string): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "github-empty-"));
  process.once("exit", () => rmSync(root, { recursive: true, force: true }));
  const dir = join(root, "empty.git");
  const init = ["init", "--quiet", "--bare", "--template=", `--initial-branch=${defaultBranch}`, dir];
  await run("git", init, { env: gitEnvironment() });
  // Housekeeping by git in the middle of a test would make its time a matter of luck.
  await appendFile(join(dir, "config"), "[gc]\n\tauto = 0\n");
  return dir;
}

function takeTransaction(printed: Buffer): { answer: Buffer; rest: Buffer } | undefined {
  const done = Buffer.from("commit: ok\n");
  const at = printed.indexOf(done);
  return at < 0 ? undefined : { answer: done, rest: printed.subarray(at + done.length) };
}

export function decodeTree(content: Buffer): readonly TreeEntry[] {
  const entries: TreeEntry[] = [];
  for (let at = 0; at < content.length; ) {
    const space = content.indexOf(32, at);
    const end = content.indexOf(0, space);
    const mode = content.subarray(at, space).toString().padStart(6, "0");
    entries.push({
      mode,
      type: mode === "040000" ? "tree" : mode === "160000" ? "commit" : "blob",
      name: content.subarray(space + 1, end).toString(),
      oid: content.subarray(end + 1, end + 21).toString("hex"),
    });
    at = end + 21;
  }
  return entries;
}

function decodeCommit(object: GitObject): Commit {
  const text = object.content.toString();
  const gap = text.indexOf("\n\n");
  const headers = text.slice(0, gap).split("\n");
  const values = (key: string) =>
    headers.filter((line) => line.startsWith(`${key} `)).map((line) => line.slice(key.length + 1));
  const person = (line = ""): Person => {
    const [, name = "", email = "", seconds = "0"] = /^(.*) <(.*)> (\d+) /.exec(line) ?? [];
    return { name, email, at: new Date(Number(seconds) * 1000) };
  };
  return {
    oid: object.oid,
    tree: values("tree")[0] ?? "",
    parents: values("parent"),
    author: person(values("author")[0]),
    committer: person(values("committer")[0]),
    message: text.slice(gap + 2),
  };
}

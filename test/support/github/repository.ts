import { join } from "node:path";
import type { Clock } from "./clock.ts";
import { type Commit, GitFolder, type GitObject, type Person } from "./git-folder.ts";

export type Role = "admin" | "maintain" | "write" | "triage" | "read" | "none";
export type Approval = {
  readonly environments: readonly string[];
  readonly user: string;
  readonly state?: "approved" | "rejected" | "pending";
  readonly comment?: string;
};
export type RepositoryOptions = {
  /** No commit at all, as a repository just created. */
  readonly empty?: boolean;
  readonly defaultBranch?: string;
  /** Files of the initial commit; a README when left out. */
  readonly files?: Readonly<Record<string, string | Buffer>>;
  readonly private?: boolean;
};
/** A ruleset over one branch: it is told of, and keeps nobody from anything (`setProtected` does). */
export type Ruleset = {
  readonly name: string;
  readonly branch: string;
  /** Types of rules, "deletion". */
  readonly rules: readonly string[];
  /** Whether the token that asks may pass it; not told when left out. */
  readonly bypass?: "always" | "pull_requests_only" | "never" | "exempt";
};
/** How far behind the truth a reader is: by the server's clock, or by updates of any branch of the repository. */
export type Behind = { readonly ms?: number; readonly commits?: number };
/** A comment of a conversation; `pull` is its number. */
export type Comment = {
  readonly id: number;
  readonly pull: number;
  readonly author: string;
  readonly at: Date;
  body: string;
};
/** What is said about a pull request, the oldest first. */
export type Conversation = { readonly comments: Comment[]; readonly isLocked: boolean };
/** A commit as a test looks at it; `at` is an ISO instant. */
export type LoggedCommit = {
  readonly oid: string;
  readonly parents: readonly string[];
  readonly message: string;
  readonly at: string;
};

type NewChange = {
  readonly branch: string;
  readonly files: Readonly<Record<string, string | Buffer | null>>;
  readonly message: string;
  readonly by?: Omit<Person, "at">;
};
type Update = { readonly atMs: number; readonly ref: string; readonly from: string | undefined };

const FOREIGNER = { name: "Octo Cat", email: "octocat@users.noreply.github.com" };
const RULE = "Changes must be made through a pull request.";

/** One repository of the stand-in: its git folder, who may do what, and what a test does to it behind the client's back. */
export class Repository {
  readonly nameWithOwner: string;
  readonly owner: string;
  readonly name: string;
  readonly id: number;
  readonly private: boolean;
  readonly folder: GitFolder;
  readonly roles = new Map<string, Role>();
  readonly approvals = new Map<number, readonly Approval[]>();
  /** The pull requests, by number. */
  readonly pulls = new Map<number, Conversation>();
  readonly protectedBranches = new Map<string, string>();
  readonly rulesets: Ruleset[] = [];
  /** Branches under a branch protection of the older kind. */
  readonly guardedBranches = new Set<string>();
  archived = false;
  defaultBranch: string;
  readonly #clock: Clock;
  readonly #options: RepositoryOptions;
  readonly #updates: Update[] = [];
  #comments = 0;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(nameWithOwner: string, id: number, folder: GitFolder, clock: Clock, options: RepositoryOptions) {
    const [owner = "", name = ""] = nameWithOwner.split("/");
    this.nameWithOwner = nameWithOwner;
    this.owner = owner;
    this.name = name;
    this.id = id;
    this.folder = folder;
    this.#clock = clock;
    this.#options = options;
    this.defaultBranch = options.defaultBranch ?? "main";
    this.private = options.private ?? false;
  }

  static async create(
    root: string,
    nameWithOwner: string,
    id: number,
    clock: Clock,
    options: RepositoryOptions,
  ): Promise<Repository> {
    if (!/^[\w.-]+\/[\w.-]+$/.test(nameWithOwner)) throw new Error(`Not an owner/name: ${nameWithOwner}`);
    const folder = await GitFolder.create(join(root, `${nameWithOwner}.git`), options.defaultBranch ?? "main");
    const repository = new Repository(nameWithOwner, id, folder, clock, options);
    await repository.#begin();
    return repository;
  }

  async #begin(): Promise<void> {
    const { empty, files = { "README.md": `# ${this.name}\n` } } = this.#options;
    if (empty === true) return;
    await this.commit({ branch: this.defaultBranch, files, message: "Initial commit" });
    // However far behind a reader is, the repository has always had its first commit.
    this.#updates.length = 0;
  }

  /** Begins again as it was created. What was committed before stays among git's objects, where `fsck` looks at it. */
  async renew(): Promise<void> {
    for (const ref of new Set([`refs/heads/${this.defaultBranch}`, ...this.#updates.map((update) => update.ref)])) {
      const head = await this.refAt(ref);
      if (head !== undefined) await this.moveRef(ref, head, undefined);
    }
    for (const kept of [this.roles, this.approvals, this.pulls, this.protectedBranches, this.guardedBranches])
      kept.clear();
    this.rulesets.length = 0;
    this.#updates.length = 0;
    this.archived = false;
    this.defaultBranch = this.#options.defaultBranch ?? "main";
    await this.#begin();
  }

  get dir(): string {
    return this.folder.dir;
  }

  /** Runs one writer at a time, so that what a writer looked at is still so when it writes. */
  exclusively<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work, work);
    this.#turn = mine.catch(() => {});
    return mine;
  }

  /** Where a full ref points, now or as a reader behind the truth sees it. */
  async refAt(ref: string, behind: Behind = {}): Promise<string | undefined> {
    let oid = (await this.folder.read(ref))?.oid;
    const beforeMs = behind.ms === undefined ? undefined : this.#clock.now().getTime() - behind.ms;
    const seen = this.#updates.length - (behind.commits ?? 0);
    for (let index = this.#updates.length - 1; index >= 0; index -= 1) {
      const update = this.#updates[index];
      if (update === undefined) break;
      if (index < seen && (beforeMs === undefined || update.atMs <= beforeMs)) break;
      if (update.ref === ref) oid = update.from;
    }
    return oid;
  }

  /** Moves a ref by compare-and-swap; to nothing deletes it. */
  async moveRef(ref: string, from: string | undefined, to: string | undefined): Promise<boolean> {
    const moved = await this.folder.moveRef(ref, from, to);
    if (moved) this.#updates.push({ atMs: this.#clock.now().getTime(), ref, from });
    return moved;
  }

  async isEmpty(): Promise<boolean> {
    // Every read of the books asks for it: starting git each time would cost more than the rest of the answer.
    if ((await this.head(this.defaultBranch)) !== undefined) return false;
    return (await this.folder.git("for-each-ref", "--count=1", "refs/heads/")) === "";
  }

  /** A commit made by git itself on the head of the branch, creating it (without a parent) when it isn't there. */
  commit(change: NewChange): Promise<string> {
    return this.exclusively(() => this.#commitNow(change));
  }

  async #commitNow(change: NewChange): Promise<string> {
    const ref = `refs/heads/${change.branch}`;
    const head = await this.refAt(ref);
    const blobs = new Map<string, string | undefined>();
    for (const [path, content] of Object.entries(change.files)) {
      blobs.set(path, content === null ? undefined : await this.folder.writeBlob(Buffer.from(content)));
    }
    const before = head === undefined ? undefined : await this.folder.commit(head);
    const tree = await this.folder.changeTree(before?.tree, blobs);
    const author = { ...(change.by ?? FOREIGNER), at: this.#clock.now() };
    const parents = head === undefined ? [] : [head];
    const oid = await this.folder.writeCommit({ tree, parents, author, committer: author, message: change.message });
    if (!(await this.moveRef(ref, head, oid))) throw new Error(`${change.branch} moved while a commit was made on it`);
    return oid;
  }

  /** A person's change of one file as it is at that moment; false when the file isn't there or the change is none. */
  editFile(branch: string, path: string, edit: (text: string) => string): Promise<boolean> {
    return this.exclusively(async () => {
      const text = await this.readFile(branch, path);
      const edited = text === undefined ? undefined : edit(text);
      if (edited === undefined || edited === text) return false;
      await this.#commitNow({ branch, files: { [path]: edited }, message: `Edit ${path}` });
      return true;
    });
  }

  /** A foreign commit of one file; answers its oid. */
  writeFile(branch: string, path: string, content: string | Buffer): Promise<string> {
    return this.commit({ branch, files: { [path]: content }, message: `Change ${path}` });
  }

  deleteFile(branch: string, path: string): Promise<string> {
    return this.commit({ branch, files: { [path]: null }, message: `Delete ${path}` });
  }

  async readFile(branch: string, path: string): Promise<string | undefined> {
    return (await this.readObject(branch, path))?.content.toString();
  }

  async readObject(branch: string, path: string): Promise<GitObject | undefined> {
    const object = await this.folder.read(`refs/heads/${branch}:${path}`);
    return object?.type === "blob" ? object : undefined;
  }

  /** The paths on a branch; none when there is no such branch. */
  async files(branch: string): Promise<readonly string[]> {
    const head = await this.head(branch);
    const commit = head === undefined ? undefined : await this.folder.commit(head);
    return commit === undefined ? [] : this.folder.paths(commit.tree);
  }

  async branches(): Promise<readonly string[]> {
    return (await this.folder.git("for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads/"))
      .split("\n")
      .filter((it) => it !== "");
  }

  head(branch: string): Promise<string | undefined> {
    return this.refAt(`refs/heads/${branch}`);
  }

  /** The commits of a branch, newest first; none when there is no such branch. */
  async log(branch: string): Promise<readonly LoggedCommit[]> {
    const commits: LoggedCommit[] = [];
    for (let oid = await this.head(branch); oid !== undefined; ) {
      const commit: Commit | undefined = await this.folder.commit(oid);
      if (commit === undefined) break;
      const { parents, message } = commit;
      commits.push({ oid, parents, message, at: commit.committer.at.toISOString() });
      oid = parents[0];
    }
    return commits;
  }

  async deleteBranch(branch: string): Promise<void> {
    await this.exclusively(async () => {
      const head = await this.head(branch);
      if (head === undefined || !(await this.moveRef(`refs/heads/${branch}`, head, undefined)))
        throw new Error(`No branch ${branch}`);
    });
  }

  /** Moves a branch to any commit, as a force push does. */
  async resetBranch(branch: string, oid: string): Promise<void> {
    await this.exclusively(async () => {
      if (!(await this.moveRef(`refs/heads/${branch}`, await this.head(branch), oid)))
        throw new Error(`Could not move ${branch}`);
    });
  }

  /** Throws when git finds anything wrong with the folder. */
  async fsck(): Promise<void> {
    await this.folder.git("fsck", "--full", "--strict", "--no-dangling");
  }

  setRole(user: string, role: Role): void {
    this.roles.set(user, role);
  }

  /** A ruleset over a branch that lets nobody commit to it or create it; `false` lifts it. */
  setProtected(branch: string, rule: string | false = RULE): void {
    if (rule === false) this.protectedBranches.delete(branch);
    else this.protectedBranches.set(branch, rule);
  }

  /** Opens a pull request on which nothing was said. */
  openPull(number: number, { isLocked = false } = {}): void {
    this.pulls.set(number, { comments: [], isLocked });
  }

  /** Says something on a pull request. */
  comment(pull: number, body: string, author = "octocat"): Comment {
    const conversation = this.pulls.get(pull);
    if (conversation === undefined) throw new Error(`No pull request ${pull}`);
    this.#comments += 1;
    const comment = { id: 3_000_000_000 + this.#comments, pull, author, at: this.#clock.now(), body };
    conversation.comments.push(comment);
    return comment;
  }

  setApprovals(runId: number, approvals: readonly Approval[]): void {
    this.approvals.set(runId, approvals);
  }
}

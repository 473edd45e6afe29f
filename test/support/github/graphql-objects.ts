import { decodeTree, type GitObject, type Person, type TreeEntry } from "./git-folder.ts";
import { graphqlError } from "./graphql-error.ts";
import type { Repository } from "./repository.ts";
import { isoSeconds } from "./rest-bodies.ts";
import { nodeId, type Session } from "./session.ts";

/** Fields by name; a function is asked with the field's arguments. What isn't named here, the stand-in can't answer. */
export type Fields = { readonly __typename: string; readonly [field: string]: unknown };

/** GitHub cuts a blob's text here (bytes). */
const TEXT_LIMIT = 512_000;

/** One request's eyes on one repository: a ref looked at twice is seen at the same place. */
export class RepositoryView {
  readonly session: Session;
  readonly repository: Repository;
  readonly #refs = new Map<string, Promise<string | undefined>>();

  constructor(session: Session, repository: Repository) {
    this.session = session;
    this.repository = repository;
  }

  ref(name: string): Promise<string | undefined> {
    const seen = this.#refs.get(name) ?? this.repository.refAt(name, this.session.behind);
    this.#refs.set(name, seen);
    return seen;
  }

  url(...parts: readonly string[]): string {
    return [this.session.serverUrl, this.repository.nameWithOwner, ...parts].join("/");
  }
}

export function repositoryFields(view: RepositoryView): Fields {
  const { repository, session } = view;
  const write = session.token.permission === "write";
  return {
    __typename: "Repository",
    id: nodeId("R", repository.nameWithOwner),
    databaseId: repository.id,
    name: repository.name,
    nameWithOwner: repository.nameWithOwner,
    owner: {
      __typename: "Organization",
      id: nodeId("O", repository.owner),
      login: repository.owner,
      url: `${session.serverUrl}/${repository.owner}`,
    },
    url: view.url(),
    isPrivate: repository.private,
    visibility: repository.private ? "PRIVATE" : "PUBLIC",
    isArchived: false,
    isDisabled: false,
    isFork: false,
    isEmpty: () => repository.isEmpty(),
    viewerPermission: write ? "WRITE" : "READ",
    viewerCanAdminister: false,
    defaultBranchRef: () => refFields(view, `refs/heads/${repository.defaultBranch}`),
    ref: ({ qualifiedName }: { qualifiedName: string }) =>
      qualifiedName.startsWith("refs/") ? refFields(view, qualifiedName) : firstRef(view, qualifiedName),
    object: ({ oid, expression }: { oid?: string; expression?: string }) => readObject(view, { oid, expression }),
  };
}

async function firstRef(view: RepositoryView, name: string): Promise<Fields | null> {
  return (
    (await refFields(view, `refs/heads/${name}`)) ??
    (await refFields(view, `refs/tags/${name}`)) ??
    (await refFields(view, `refs/${name}`))
  );
}

export async function refFields(view: RepositoryView, name: string): Promise<Fields | null> {
  const oid = await view.ref(name);
  if (oid === undefined) return null;
  const [, prefix = "refs/", short = name] = /^(refs\/(?:heads|tags)\/)(.+)$/.exec(name) ?? [];
  return {
    __typename: "Ref",
    id: nodeId("REF", view.repository.nameWithOwner, name),
    name: short,
    prefix,
    target: () => objectFields(view, oid),
    repository: () => repositoryFields(view),
    branchProtectionRule: null,
  };
}

async function readObject(
  view: RepositoryView,
  wanted: { oid: string | undefined; expression: string | undefined },
): Promise<Fields | null> {
  if (wanted.oid !== undefined) return objectFields(view, wanted.oid);
  const [, revision = "", path] = /^([^:]*)(?::(.*))?$/s.exec(wanted.expression ?? "") ?? [];
  const oid = await revisionOf(view, revision);
  if (oid === undefined) return null;
  return objectFields(view, path === undefined ? oid : `${oid}:${path}`);
}

async function revisionOf(view: RepositoryView, revision: string): Promise<string | undefined> {
  if (/^[0-9a-f]{40}$/.test(revision)) return revision;
  if (revision === "HEAD") return view.ref(`refs/heads/${view.repository.defaultBranch}`);
  if (revision.startsWith("refs/")) return view.ref(revision);
  return (await view.ref(`refs/heads/${revision}`)) ?? (await view.ref(`refs/tags/${revision}`));
}

/** The object of a name as GraphQL shows it; null when there is none. */
export async function objectFields(view: RepositoryView, name: string): Promise<Fields | null> {
  const object = await view.repository.folder.read(name);
  if (object === undefined) return null;
  if (object.type === "blob") return blobFields(view, object);
  if (object.type === "tree") return treeFields(view, object);
  return commitFields(view, object.oid);
}

const gitObject = (view: RepositoryView, kind: string, oid: string) => ({
  id: nodeId(kind, oid),
  oid,
  abbreviatedOid: oid.slice(0, 7),
  commitUrl: view.url("commit", oid),
  repository: () => repositoryFields(view),
});

function blobFields(view: RepositoryView, { oid, content }: GitObject): Fields {
  const binary = content.subarray(0, 8_000).includes(0) || !isUtf8(content);
  const cut = content.length > TEXT_LIMIT;
  // A cut inside a character leaves no half of it.
  const text = new TextDecoder().decode(content.subarray(0, TEXT_LIMIT), { stream: true });
  return {
    __typename: "Blob",
    ...gitObject(view, "B", oid),
    byteSize: content.length,
    isBinary: binary,
    isTruncated: !binary && cut,
    text: binary ? null : text,
  };
}

const isUtf8 = (content: Buffer): boolean => {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(content);
    return true;
  } catch {
    return false;
  }
};

function treeFields(view: RepositoryView, { oid, content }: GitObject): Fields {
  return {
    __typename: "Tree",
    ...gitObject(view, "T", oid),
    entries: () => decodeTree(content).map((entry) => entryFields(view, entry, entry.name)),
  };
}

function entryFields(view: RepositoryView, entry: TreeEntry, path: string): Fields {
  return {
    __typename: "TreeEntry",
    name: entry.name,
    path,
    type: entry.type,
    mode: Number.parseInt(entry.mode, 8),
    oid: entry.oid,
    extension: /\.[^.]*$/.exec(entry.name)?.[0] ?? "",
    size: async () =>
      entry.type === "blob" ? ((await view.repository.folder.read(entry.oid))?.content.length ?? 0) : 0,
    object: () => objectFields(view, entry.oid),
    repository: () => repositoryFields(view),
  };
}

async function fileFields(view: RepositoryView, commit: string, path: string): Promise<Fields | null> {
  const slash = path.lastIndexOf("/");
  const folder = await view.repository.folder.read(`${commit}^{tree}`);
  const tree = slash < 0 ? folder : await view.repository.folder.read(`${folder?.oid}:${path.slice(0, slash)}`);
  if (tree?.type !== "tree") return null;
  const entry = decodeTree(tree.content).find(({ name }) => name === path.slice(slash + 1));
  return entry === undefined ? null : entryFields(view, entry, path);
}

async function commitFields(view: RepositoryView, oid: string): Promise<Fields | null> {
  const commit = await view.repository.folder.commit(oid);
  if (commit === undefined) return null;
  const [headline = ""] = commit.message.split("\n");
  const actor = ({ name, email, at }: Person): Fields => ({
    __typename: "GitActor",
    name,
    email,
    date: isoSeconds(at),
    user: null,
  });
  return {
    __typename: "Commit",
    ...gitObject(view, "C", oid),
    url: view.url("commit", oid),
    message: commit.message,
    messageHeadline: headline,
    messageBody: commit.message.slice(headline.length).trimStart(),
    committedDate: isoSeconds(commit.committer.at),
    authoredDate: isoSeconds(commit.author.at),
    author: actor(commit.author),
    committer: actor(commit.committer),
    tree: () => objectFields(view, commit.tree),
    file: ({ path }: { path: string }) => fileFields(view, oid, path),
    parents: ({ first }: { first?: number }) =>
      connection(commit.parents.slice(0, bound("parents", first)), commit.parents.length, (it) =>
        commitFields(view, it),
      ),
    history: (args: HistoryArguments) => historyOf(view, oid, args),
  };
}

type HistoryArguments = { first?: number; [argument: string]: unknown };

async function historyOf(view: RepositoryView, oid: string, args: HistoryArguments): Promise<Fields> {
  const strange = Object.keys(args).filter((key) => key !== "first");
  if (strange.length > 0) throw new Error(`The stand-in's history takes no ${strange.join(", ")}`);
  const first = bound("history", args.first);
  const all = (await view.repository.folder.git("rev-list", "--topo-order", oid)).trim().split("\n");
  return connection(all.slice(0, first), all.length, (it) => commitFields(view, it));
}

function bound(field: string, first: number | undefined): number {
  if (first === undefined)
    throw graphqlError(
      "MISSING_PAGINATION_BOUNDARIES",
      `You must provide a \`first\` or \`last\` value to properly paginate the \`${field}\` connection.`,
    );
  if (first < 1 || first > 100)
    throw graphqlError(
      "EXCESSIVE_PAGINATION",
      `Requesting ${first} records on the \`${field}\` connection exceeds the \`first\` limit of 100 records.`,
    );
  return first;
}

const connection = (oids: readonly string[], totalCount: number, node: (oid: string) => unknown): Fields => ({
  __typename: "Connection",
  totalCount,
  nodes: () => oids.map(node),
  edges: () => oids.map((oid) => ({ __typename: "Edge", cursor: oid, node: () => node(oid) })),
  pageInfo: {
    __typename: "PageInfo",
    hasNextPage: oids.length < totalCount,
    hasPreviousPage: false,
    startCursor: oids[0] ?? null,
    endCursor: oids.at(-1) ?? null,
  },
});

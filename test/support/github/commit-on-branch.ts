import { graphqlError } from "./graphql-error.ts";
import { type Fields, objectFields, RepositoryView, refFields } from "./graphql-objects.ts";
import type { Repository } from "./repository.ts";
import { isPath } from "./rest.ts";
import { GITHUB, NOT_ACCESSIBLE, personOf, ruleMessage, ruleOver, type Session, visibleRepository } from "./session.ts";

type Input = {
  readonly branch: { readonly id?: string; readonly branchName?: string; readonly repositoryNameWithOwner?: string };
  readonly expectedHeadOid: string;
  readonly message: { readonly headline: string; readonly body?: string };
  readonly fileChanges?: {
    readonly additions?: readonly { readonly path: string; readonly contents: string }[];
    readonly deletions?: readonly { readonly path: string }[];
  };
  readonly clientMutationId?: string;
};

/** `createCommitOnBranch`: all files or none, only on the expected head, and never on a branch that isn't there. */
export async function createCommitOnBranch(session: Session, input: Input): Promise<Fields> {
  const { nameWithOwner, branch } = targetOf(input);
  const repository = visibleRepository(session, nameWithOwner);
  if (repository === undefined)
    throw graphqlError("NOT_FOUND", `Could not resolve to a Repository with the name '${nameWithOwner}'.`);
  if (session.token.permission !== "write") throw graphqlError("FORBIDDEN", NOT_ACCESSIBLE);
  if (!/^[0-9a-f]{40}$/.test(input.expectedHeadOid))
    throw graphqlError("UNPROCESSABLE", `${input.expectedHeadOid} is not a git object id`);
  const oid = await repository.exclusively(() => commitOn(session, repository, { branch, input }));
  const view = new RepositoryView({ ...session, behind: {} }, repository);
  return {
    __typename: "CreateCommitOnBranchPayload",
    clientMutationId: input.clientMutationId ?? null,
    commit: () => objectFields(view, oid),
    ref: () => refFields(view, `refs/heads/${branch}`),
  };
}

function targetOf({ branch }: Input): { nameWithOwner: string; branch: string } {
  if (branch.id !== undefined) {
    const [nameWithOwner = "", ref = ""] = JSON.parse(
      Buffer.from(branch.id.replace(/^REF_/, ""), "base64url").toString(),
    ) as string[];
    return { nameWithOwner, branch: ref.replace("refs/heads/", "") };
  }
  return {
    nameWithOwner: branch.repositoryNameWithOwner ?? "",
    branch: (branch.branchName ?? "").replace(/^refs\/heads\//, ""),
  };
}

async function commitOn(
  session: Session,
  repository: Repository,
  { branch, input }: { branch: string; input: Input },
): Promise<string> {
  const ref = `refs/heads/${branch}`;
  const head = await repository.refAt(ref);
  // The wording for a branch that isn't there is not documented; this is how GitHub words every other thing not found.
  if (head === undefined) throw graphqlError("NOT_FOUND", `Could not resolve to a Ref with the name '${ref}'.`);
  const stale = graphqlError(
    "STALE_DATA",
    `Expected branch to point to "${input.expectedHeadOid}" but it did not.  Pull and try again.`,
  );
  if (head !== input.expectedHeadOid) throw stale;
  const rule = ruleOver(session, repository, branch);
  if (rule !== undefined) throw graphqlError("FORBIDDEN", ruleMessage(rule));
  if (input.message.headline.trim() === "")
    throw graphqlError("UNPROCESSABLE", "The commit message's headline is empty");
  const parent = await repository.folder.commit(head);
  const tree = await repository.folder.changeTree(parent?.tree, await changesOf(repository, { head, input }));
  const { headline, body } = input.message;
  const at = session.clock.now();
  const oid = await repository.folder.writeCommit({
    tree,
    parents: [head],
    author: { ...personOf(session.token), at },
    committer: { ...GITHUB, at },
    message: body ? `${headline}\n\n${body}` : headline,
  });
  // git has the last word: somebody may have pushed to the folder since the head was read.
  if (!(await repository.moveRef(ref, head, oid))) throw stale;
  return oid;
}

async function changesOf(
  repository: Repository,
  { head, input }: { head: string; input: Input },
): Promise<Map<string, string | undefined>> {
  const { additions = [], deletions = [] } = input.fileChanges ?? {};
  const added = additions.map(({ path, contents }) => {
    if (!isPath(path)) throw graphqlError("UNPROCESSABLE", `The path '${path}' is malformed`);
    const content = Buffer.from(contents, "base64");
    if (content.toString("base64") !== contents)
      throw graphqlError("UNPROCESSABLE", `The contents of '${path}' are not base64`);
    return { path, content };
  });
  const blobs = added.map(async ({ path, content }) => [path, await repository.folder.writeBlob(content)] as const);
  const changes = new Map<string, string | undefined>(await Promise.all(blobs));
  for (const { path } of deletions) {
    const there = await repository.folder.read(`${head}:${path}`);
    if (there === undefined)
      throw graphqlError("UNPROCESSABLE", `A path was requested for deletion which does not exist: '${path}'`);
    if (changes.has(path)) throw graphqlError("UNPROCESSABLE", `'${path}' is both added and deleted`);
    changes.set(path, undefined);
  }
  return changes;
}

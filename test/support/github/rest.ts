import { decodeTree, type TreeEntry } from "./git-folder.ts";
import { createComment, listComments, readComment, updateComment } from "./issue-comments.ts";
import { type Answer, Refusal } from "./refusal.ts";
import type { Repository } from "./repository.ts";
import { branchBody, collaboratorBody, commitBody, repositoryBody, userBody } from "./rest-bodies.ts";
import {
  type Call,
  GITHUB,
  NOT_ACCESSIBLE,
  nodeId,
  personOf,
  ruleMessage,
  ruleOver,
  type Session,
  visibleRepository,
} from "./session.ts";

const GIT = "https://docs.github.com/rest/git";
/** What the address of a private repository's archive ends with. */
export const ARCHIVE_TOKEN = "ARCHIVESECRETARCHIVESECRET";
const EMPTY = "Git Repository is empty.";

const ROUTES: Readonly<Record<string, (call: Call) => Promise<Answer>>> = {
  "GET /repos/{owner}/{repo}": async ({ session, repository }) => ({
    status: 200,
    body: repositoryBody(session, repository),
  }),
  "GET /repos/{owner}/{repo}/actions/runs/{run_id}/approvals": readApprovals,
  "GET /repos/{owner}/{repo}/branches/{branch}": readBranch,
  "GET /repos/{owner}/{repo}/issues/comments/{comment_id}": readComment,
  "PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}": updateComment,
  "GET /repos/{owner}/{repo}/issues/{issue_number}/comments": listComments,
  "POST /repos/{owner}/{repo}/issues/{issue_number}/comments": createComment,
  "GET /repos/{owner}/{repo}/rules/branches/{branch}": readRules,
  "GET /repos/{owner}/{repo}/rulesets/{ruleset_id}": readRuleset,
  "GET /repos/{owner}/{repo}/collaborators/{username}/permission": readPermission,
  "PUT /repos/{owner}/{repo}/contents/{path}": putContents,
  "GET /repos/{owner}/{repo}/git/blobs/{file_sha}": readBlob,
  "POST /repos/{owner}/{repo}/git/commits": createCommit,
  "GET /repos/{owner}/{repo}/git/commits/{commit_sha}": async (call) => ({
    status: 200,
    body: await commitBody(call.session, call.repository, call.values["commit_sha"] ?? ""),
  }),
  "GET /repos/{owner}/{repo}/git/ref/{ref}": readRef,
  "POST /repos/{owner}/{repo}/git/refs": createRef,
  "POST /repos/{owner}/{repo}/git/trees": createTree,
  "GET /repos/{owner}/{repo}/git/trees/{tree_sha}": readTree,
  "GET /repos/{owner}/{repo}/tarball/{ref}": async ({ session, repository, values }) => {
    const oid = (await repository.folder.commit(values["ref"] ?? ""))?.oid;
    if (oid === undefined) throw new Refusal(404, "Not Found");
    const address = `${session.archiveUrl}/${repository.nameWithOwner}/legacy.tar.gz/${oid}`;
    const location = repository.private ? `${address}?token=${ARCHIVE_TOKEN}` : address;
    return { status: 302, body: "", headers: { location } };
  },
};

/** Does what a REST request asks; its form has been checked before. */
export async function answerRest(
  session: Session,
  request: { operation: string; values: Readonly<Record<string, string>>; query: URLSearchParams; body: unknown },
): Promise<Answer> {
  try {
    if (request.operation === "GET /rate_limit") return rateLimits(session);
    if (request.operation === "GET /user") return ownUser(session);
    const { owner, repo } = request.values;
    const repository = visibleRepository(session, `${owner}/${repo}`);
    if (repository === undefined) throw new Refusal(404, "Not Found");
    const route = ROUTES[request.operation];
    if (route === undefined) throw new Error(`No route for ${request.operation}`);
    const writes = !request.operation.startsWith("GET ");
    const mayWrite = request.operation.includes("/issues/")
      ? session.token.pulls === true
      : session.token.permission === "write";
    if (writes && !mayWrite) throw new Refusal(403, NOT_ACCESSIBLE, GIT);
    const call: Call = {
      session,
      repository,
      values: request.values,
      query: request.query,
      body: request.body as never,
    };
    if (request.operation.includes("/git/") && (await repository.isEmpty())) throw new Refusal(409, EMPTY, GIT);
    return await (writes ? repository.exclusively(() => route(call)) : route(call));
  } catch (error) {
    if (error instanceof Refusal) return error.answer;
    throw error;
  }
}

function rateLimits(session: Session): Answer {
  const core = session.rateLimit("core");
  return {
    status: 200,
    body: { resources: { core, search: core, graphql: session.rateLimit("graphql") }, rate: core },
  };
}

/** A token of an installation, as a workflow's is, belongs to nobody. */
function ownUser(session: Session): Answer {
  const { login } = session.token;
  if (login === undefined) throw new Refusal(403, NOT_ACCESSIBLE, "https://docs.github.com/rest/users/users");
  const at = session.clock.now().toISOString();
  const texts = { name: login, company: null, blog: "", location: null, email: null, hireable: null, bio: null };
  const counts = { public_repos: 0, public_gists: 0, followers: 0, following: 0 };
  return { status: 200, body: { ...userBody(session, login), ...texts, ...counts, created_at: at, updated_at: at } };
}

async function readApprovals({ session, repository, values }: Call): Promise<Answer> {
  if (session.token.actions === false)
    throw new Refusal(403, NOT_ACCESSIBLE, "https://docs.github.com/rest/actions/workflow-runs");
  const approvals = repository.approvals.get(Number(values["run_id"])) ?? [];
  const at = session.clock.now().toISOString();
  const environment = (name: string, index: number) => ({
    id: index + 1,
    node_id: nodeId("EN", name),
    name,
    url: `${session.apiUrl}/repos/${repository.nameWithOwner}/environments/${encodeURIComponent(name)}`,
    html_url: `${session.serverUrl}/${repository.nameWithOwner}/deployments/activity_log?environments_filter=${encodeURIComponent(name)}`,
    created_at: at,
    updated_at: at,
  });
  const body = approvals.map(({ environments, user, state = "approved", comment = "" }) => ({
    state,
    comment,
    environments: environments.map(environment),
    user: userBody(session, user),
  }));
  return { status: 200, body };
}

async function readBranch({ session, repository, values }: Call): Promise<Answer> {
  const name = values["branch"] ?? "";
  const oid = await repository.refAt(`refs/heads/${name}`, session.behind);
  if (oid === undefined)
    throw new Refusal(404, "Branch not found", "https://docs.github.com/rest/branches/branches#get-a-branch");
  return { status: 200, body: await branchBody(session, repository, { name, oid }) };
}

async function readRules({ repository, values }: Call): Promise<Answer> {
  const body = repository.rulesets.flatMap(({ branch, rules }, index) =>
    branch !== values["branch"]
      ? []
      : rules.map((type) => ({
          type,
          ruleset_source_type: "Repository",
          ruleset_source: repository.nameWithOwner,
          ruleset_id: index + 1,
        })),
  );
  return { status: 200, body };
}

async function readRuleset({ repository, values }: Call): Promise<Answer> {
  const ruleset = repository.rulesets[Number(values["ruleset_id"]) - 1];
  if (ruleset === undefined) throw new Refusal(404, "Not Found", "https://docs.github.com/rest/repos/rules");
  const { name, branch, rules, bypass } = ruleset;
  const body = {
    id: Number(values["ruleset_id"]),
    name,
    target: "branch",
    source_type: "Repository",
    source: repository.nameWithOwner,
    enforcement: "active",
    ...(bypass !== undefined && { current_user_can_bypass: bypass }),
    conditions: { ref_name: { include: [`refs/heads/${branch}`], exclude: [] } },
    rules: rules.map((type) => ({ type })),
  };
  return { status: 200, body };
}

async function readPermission({ session, repository, values }: Call): Promise<Answer> {
  const user = values["username"] ?? "";
  const role = repository.roles.get(user);
  if (role === undefined)
    throw new Refusal(404, `${user} is not a user`, "https://docs.github.com/rest/collaborators/collaborators");
  return { status: 200, body: collaboratorBody(session, user, role) };
}

async function readBlob({ session, repository, values }: Call): Promise<Answer> {
  const sha = values["file_sha"] ?? "";
  const object = /^[0-9a-f]{40}$/.test(sha) ? await repository.folder.read(sha) : undefined;
  if (object?.type !== "blob") throw new Refusal(404, "Not Found", `${GIT}/blobs#get-a-blob`);
  const body = {
    sha,
    node_id: nodeId("B", sha),
    size: object.content.length,
    url: `${session.apiUrl}/repos/${repository.nameWithOwner}/git/blobs/${sha}`,
    content: object.content.toString("base64").replace(/(.{60})/g, "$1\n"),
    encoding: "base64",
  };
  return { status: 200, body };
}

async function readRef({ session, repository, values }: Call): Promise<Answer> {
  const ref = `refs/${values["ref"]}`;
  const oid = await repository.refAt(ref, session.behind);
  if (oid === undefined) throw new Refusal(404, "Not Found", `${GIT}/refs#get-a-reference`);
  return { status: 200, body: refBody(session, repository, { ref, oid }) };
}

async function createRef({ session, repository, body }: Call): Promise<Answer> {
  const { ref, sha } = body as { ref: string; sha: string };
  const documentation = `${GIT}/refs#create-a-reference`;
  if (!/^refs\/[^/]+\/./.test(ref)) throw new Refusal(422, `${ref} is not a valid ref name.`, documentation);
  if ((await repository.folder.commit(sha)) === undefined)
    throw new Refusal(422, "Object does not exist", documentation);
  const rule = ruleOver(session, repository, ref.replace("refs/heads/", ""));
  if (rule !== undefined)
    throw new Refusal(422, ruleMessage("Cannot create ref due to creations being restricted."), documentation);
  if (!(await repository.moveRef(ref, undefined, sha)))
    throw new Refusal(422, "Reference already exists", documentation);
  return { status: 201, body: refBody(session, repository, { ref, oid: sha }) };
}

const refBody = (session: Session, repository: Repository, { ref, oid }: { ref: string; oid: string }) => {
  const base = `${session.apiUrl}/repos/${repository.nameWithOwner}/git`;
  return {
    ref,
    node_id: nodeId("REF", repository.nameWithOwner, ref),
    url: `${base}/${ref}`,
    object: { sha: oid, type: "commit", url: `${base}/commits/${oid}` },
  };
};

type WantedEntry = { path: string; mode: string; type: string; sha?: string | null; content?: string };

async function createTree({ session, repository, body }: Call): Promise<Answer> {
  const { base_tree, tree } = body as { base_tree?: string; tree: readonly WantedEntry[] };
  const documentation = `${GIT}/trees#create-a-tree`;
  const base = base_tree === undefined ? undefined : await repository.folder.read(`${base_tree}^{tree}`);
  if (base_tree !== undefined && base === undefined) throw new Refusal(404, "Not Found", documentation);
  const changes = new Map<string, string | undefined>();
  for (const entry of tree) {
    if (!isPath(entry.path)) throw new Refusal(422, `tree.path ${entry.path} is malformed`, documentation);
    if (entry.mode !== "100644" || entry.type !== "blob")
      throw new Refusal(422, `The stand-in makes plain files only`, documentation);
    if (entry.content !== undefined)
      changes.set(entry.path, await repository.folder.writeBlob(Buffer.from(entry.content)));
    else if (entry.sha === null) changes.set(entry.path, undefined);
    else if ((await repository.folder.read(entry.sha ?? ""))?.type === "blob")
      changes.set(entry.path, entry.sha ?? undefined);
    else throw new Refusal(422, `tree.sha ${entry.sha} is not a valid blob`, documentation);
  }
  const oid = await repository.folder.changeTree(base?.oid, changes);
  return { status: 201, body: await treeBody(session, repository, { oid, recursive: false }) };
}

async function readTree({ session, repository, values, query }: Call): Promise<Answer> {
  const name = values["tree_sha"] ?? "";
  const commit = /^[0-9a-f]{40}$/.test(name) ? name : await repository.refAt(`refs/heads/${name}`, session.behind);
  const tree = await repository.folder.read(`${commit ?? ""}^{tree}`);
  if (tree === undefined) throw new Refusal(404, "Not Found", `${GIT}/trees#get-a-tree`);
  return {
    status: 200,
    body: await treeBody(session, repository, { oid: tree.oid, recursive: query.has("recursive") }),
  };
}

async function treeBody(
  session: Session,
  repository: Repository,
  { oid, recursive }: { oid: string; recursive: boolean },
) {
  const base = `${session.apiUrl}/repos/${repository.nameWithOwner}/git`;
  const list = async (entries: readonly TreeEntry[], folder: string): Promise<object[]> => {
    const out: object[] = [];
    for (const { mode, type, oid: sha, name } of entries) {
      const object = await repository.folder.read(sha);
      const size = type === "blob" ? { size: object?.content.length ?? 0 } : {};
      out.push({ path: `${folder}${name}`, mode, type, sha, ...size, url: `${base}/${type}s/${sha}` });
      if (recursive && type === "tree" && object)
        out.push(...(await list(decodeTree(object.content), `${folder}${name}/`)));
    }
    return out;
  };
  const tree = await list((await repository.folder.tree(oid)) ?? [], "");
  return { sha: oid, url: `${base}/trees/${oid}`, tree, truncated: false };
}

type NamedPerson = { name: string; email: string; date?: string };

async function createCommit({ session, repository, body }: Call): Promise<Answer> {
  const wanted = body as {
    message: string;
    tree: string;
    parents?: readonly string[];
    author?: NamedPerson;
    committer?: NamedPerson;
  };
  const documentation = `${GIT}/commits#create-a-commit`;
  if ((await repository.folder.tree(wanted.tree)) === undefined)
    throw new Refusal(422, "Tree SHA does not exist", documentation);
  for (const parent of wanted.parents ?? []) {
    if ((await repository.folder.commit(parent)) === undefined)
      throw new Refusal(422, "Parent SHA does not exist or is not a commit object", documentation);
  }
  const at = session.clock.now();
  const person = (it: NamedPerson | undefined) =>
    it === undefined
      ? undefined
      : { name: it.name, email: it.email, at: it.date === undefined ? at : new Date(it.date) };
  const author = person(wanted.author) ?? { ...personOf(session.token), at };
  const committer = person(wanted.committer) ?? person(wanted.author) ?? { ...GITHUB, at };
  const oid = await repository.folder.writeCommit({
    tree: wanted.tree,
    parents: wanted.parents ?? [],
    author,
    committer,
    message: wanted.message,
  });
  return { status: 201, body: await commitBody(session, repository, oid) };
}

/**
 * Creates or changes one file. In an empty repository it makes the first commit, on the branch named or the default
 * one, which then is the default branch (seen: CATcher-org/CATcher pull request 1234). Elsewhere the branch must exist.
 */
async function putContents({ session, repository, values, body }: Call): Promise<Answer> {
  const wanted = body as { message: string; content: string; branch?: string; sha?: string; author?: NamedPerson };
  const documentation = "https://docs.github.com/rest/repos/contents#create-or-update-file-contents";
  const path = values["path"] ?? "";
  const branch = (wanted.branch ?? repository.defaultBranch).replace("refs/heads/", "");
  const ref = `refs/heads/${branch}`;
  const rule = ruleOver(session, repository, branch);
  if (rule !== undefined) throw new Refusal(409, ruleMessage(rule), documentation);
  if (!isPath(path)) throw new Refusal(422, "path contains a malformed path component", documentation);
  const head = await repository.refAt(ref);
  const empty = head === undefined && (await repository.isEmpty());
  if (head === undefined && !empty) throw new Refusal(404, `Branch ${branch} not found`, documentation);
  const before = head === undefined ? undefined : await repository.folder.read(`${head}:${path}`);
  if (before !== undefined && wanted.sha === undefined)
    throw new Refusal(422, `Invalid request.\n\n"sha" wasn't supplied.`, documentation);
  if (wanted.sha !== undefined && wanted.sha !== before?.oid)
    throw new Refusal(409, `${path} does not match ${wanted.sha}`, documentation);
  const at = session.clock.now();
  const blob = await repository.folder.writeBlob(Buffer.from(wanted.content, "base64"));
  const parent = head === undefined ? undefined : await repository.folder.commit(head);
  const tree = await repository.folder.changeTree(parent?.tree, new Map([[path, blob]]));
  const author = { ...(wanted.author ?? personOf(session.token)), at };
  const oid = await repository.folder.writeCommit({
    tree,
    parents: head === undefined ? [] : [head],
    author: { name: author.name, email: author.email, at },
    committer: { ...GITHUB, at },
    message: wanted.message,
  });
  if (!(await repository.moveRef(ref, head, oid)))
    throw new Refusal(409, `${branch} is at ${await repository.refAt(ref)} but expected ${head}`, documentation);
  if (empty) {
    repository.defaultBranch = branch;
    await repository.folder.git("symbolic-ref", "HEAD", ref);
  }
  const url = `${session.apiUrl}/repos/${repository.nameWithOwner}/contents/${path}`;
  const content = {
    name: path.split("/").at(-1),
    path,
    sha: blob,
    size: Buffer.from(wanted.content, "base64").length,
    url,
    type: "file",
  };
  return {
    status: before === undefined ? 201 : 200,
    body: { content, commit: await commitBody(session, repository, oid) },
  };
}

/** Whether a path is one git takes: relative, with no empty, dot or `.git` part. */
export const isPath = (path: string): boolean =>
  path
    .split("/")
    .every(
      (part) => part !== "" && part !== "." && part !== ".." && part.toLowerCase() !== ".git" && !/[\0\n]/.test(part),
    );

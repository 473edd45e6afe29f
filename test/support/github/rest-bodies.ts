import { Refusal } from "./refusal.ts";
import type { Repository, Role } from "./repository.ts";
import { nodeId, type Session } from "./session.ts";

const idOf = (text: string): number =>
  [...text].reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) % 1_000_000_007, 7);

/** A user as REST shows one. */
export function userBody(session: Session, login: string): Readonly<Record<string, unknown>> {
  const url = `${session.apiUrl}/users/${encodeURIComponent(login)}`;
  const [, app] = /^(.*)\[bot\]$/.exec(login) ?? [];
  const html = `${session.serverUrl}/${app === undefined ? login : `apps/${app}`}`;
  const lists = ["followers", "organizations", "repos", "subscriptions", "received_events"];
  return {
    login,
    id: idOf(login),
    node_id: nodeId("U", login),
    avatar_url: `${html}.png`,
    gravatar_id: "",
    url,
    html_url: html,
    ...Object.fromEntries(lists.map((it) => [`${it}_url`, `${url}/${it}`])),
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    events_url: `${url}/events{/privacy}`,
    type: app === undefined ? "User" : "Bot",
    site_admin: false,
  };
}

/** A collaborator's role: `permission` knows only the four classic ones, `role_name` all. */
export function collaboratorBody(session: Session, login: string, role: Role): Readonly<Record<string, unknown>> {
  const permission = role === "maintain" ? "write" : role === "triage" ? "read" : role;
  const rank = ["none", "read", "triage", "write", "maintain", "admin"].indexOf(role);
  const permissions = { pull: rank >= 1, triage: rank >= 2, push: rank >= 3, maintain: rank >= 4, admin: rank >= 5 };
  return { permission, role_name: role, user: { ...userBody(session, login), permissions, role_name: role } };
}

/** A commit of the Git Data API; refuses with 404 what is none. */
export async function commitBody(
  session: Session,
  repository: Repository,
  oid: string,
): Promise<Readonly<Record<string, unknown>>> {
  const commit = /^[0-9a-f]{40}$/.test(oid) ? await repository.folder.commit(oid) : undefined;
  if (commit === undefined)
    throw new Refusal(404, "Not Found", "https://docs.github.com/rest/git/commits#get-a-commit-object");
  const base = `${session.apiUrl}/repos/${repository.nameWithOwner}/git`;
  const html = `${session.serverUrl}/${repository.nameWithOwner}/commit`;
  const person = ({ name, email, at }: { name: string; email: string; at: Date }) => ({
    name,
    email,
    date: isoSeconds(at),
  });
  return {
    sha: oid,
    node_id: nodeId("C", oid),
    url: `${base}/commits/${oid}`,
    html_url: `${html}/${oid}`,
    author: person(commit.author),
    committer: person(commit.committer),
    tree: { sha: commit.tree, url: `${base}/trees/${commit.tree}` },
    message: commit.message,
    parents: commit.parents.map((sha) => ({ sha, url: `${base}/commits/${sha}`, html_url: `${html}/${sha}` })),
    verification: { verified: false, reason: "unsigned", signature: null, payload: null, verified_at: null },
  };
}

/** A branch as REST shows one with its protection. */
export async function branchBody(
  session: Session,
  repository: Repository,
  { name, oid }: { readonly name: string; readonly oid: string },
): Promise<Readonly<Record<string, unknown>>> {
  const url = `${session.apiUrl}/repos/${repository.nameWithOwner}`;
  const isGuarded = repository.guardedBranches.has(name);
  const { html_url, node_id, ...commit } = await commitBody(session, repository, oid);
  return {
    name,
    commit: {
      sha: oid,
      node_id,
      commit: { ...commit, comment_count: 0 },
      url: `${url}/commits/${oid}`,
      html_url,
      comments_url: `${url}/commits/${oid}/comments`,
      author: null,
      committer: null,
      parents: commit["parents"],
    },
    _links: { self: `${url}/branches/${name}`, html: `${session.serverUrl}/${repository.nameWithOwner}/tree/${name}` },
    protected: isGuarded,
    protection: { enabled: isGuarded, required_status_checks: { enforcement_level: "off", contexts: [], checks: [] } },
    protection_url: `${url}/branches/${name}/protection`,
  };
}

const LINKS = [
  "archive",
  "assignees",
  "blobs",
  "branches",
  "collaborators",
  "comments",
  "commits",
  "compare",
  "contents",
  "contributors",
  "deployments",
  "downloads",
  "events",
  "forks",
  "git_commits",
  "git_refs",
  "git_tags",
  "hooks",
  "issue_comment",
  "issue_events",
  "issues",
  "keys",
  "labels",
  "languages",
  "merges",
  "milestones",
  "notifications",
  "pulls",
  "releases",
  "stargazers",
  "statuses",
  "subscribers",
  "subscription",
  "tags",
  "teams",
  "trees",
];
const COUNTS = [
  "forks",
  "forks_count",
  "open_issues",
  "open_issues_count",
  "size",
  "stargazers_count",
  "watchers",
  "watchers_count",
  "network_count",
  "subscribers_count",
];
const FLAGS = ["has_issues", "has_projects", "has_wiki", "has_pages", "has_discussions", "has_downloads"];

/** A repository as REST shows one. */
export function repositoryBody(session: Session, repository: Repository): Readonly<Record<string, unknown>> {
  const url = `${session.apiUrl}/repos/${repository.nameWithOwner}`;
  const html = `${session.serverUrl}/${repository.nameWithOwner}`;
  const at = isoSeconds(session.clock.now());
  const push = session.token.permission === "write";
  return {
    id: repository.id,
    node_id: nodeId("R", repository.nameWithOwner),
    name: repository.name,
    full_name: repository.nameWithOwner,
    private: repository.private,
    visibility: repository.private ? "private" : "public",
    owner: userBody(session, repository.owner),
    html_url: html,
    url,
    ...Object.fromEntries(LINKS.map((link) => [`${link}_url`, `${url}/${link.replace("git_", "git/")}`])),
    git_url: html.replace(/^https?:/, "git:"),
    ssh_url: `git@${new URL(html).hostname}:${repository.nameWithOwner}.git`,
    clone_url: `${html}.git`,
    svn_url: html,
    mirror_url: null,
    homepage: null,
    description: null,
    language: null,
    license: null,
    default_branch: repository.defaultBranch,
    fork: false,
    archived: repository.archived,
    disabled: false,
    ...Object.fromEntries(COUNTS.map((count) => [count, 0])),
    ...Object.fromEntries(FLAGS.map((flag) => [flag, false])),
    pushed_at: at,
    created_at: at,
    updated_at: at,
    permissions: { admin: false, maintain: false, push, triage: push, pull: true },
  };
}

/** GitHub's instants have no fractions of a second. */
export const isoSeconds = (at: Date): string => at.toISOString().replace(/\.\d+Z$/, "Z");

/** What of a place in GitHub makes the address of its page. */
type Located = {
  readonly owner: string;
  readonly repo: string;
  readonly branch: string;
  readonly path: string;
  readonly ownBranch: boolean;
};

/**
 * Where people look at the books: the page on their own branch, the state file on a shared one. Undefined for a server
 * that isn't a web address; only its origin is used, so a password in it goes nowhere.
 */
export function pageUrlOf({ owner, repo, branch, path, ownBranch }: Located, serverUrl: string): string | undefined {
  if (!/^https?:\/\//i.test(serverUrl) || !URL.canParse(serverUrl)) return undefined;
  const { origin } = new URL(serverUrl);
  const parts = [owner, repo, "blob", ...branch.split("/"), ...(ownBranch ? ["README.md"] : path.split("/"))];
  return `${origin}/${parts.map(encodeURIComponent).join("/")}`;
}

/** The address for people of a server, from that of its API: api.github.com and api.*.ghe.com have another host. */
export function serverUrlOf(apiUrl: string): string {
  if (!URL.canParse(apiUrl)) return "";
  const { protocol, host } = new URL(apiUrl);
  return `${protocol}//${host.replace(/^api\.(?=github\.com$|[^.]+\.ghe\.com$)/, "")}`;
}

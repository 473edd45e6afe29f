import { type GitHubClient, githubClient } from "../../store/github/client.ts";
import { serverUrlOf } from "../../store/github/page-url.ts";
import { githubStore } from "../../store/github/store.ts";
import type { Store } from "../../store/port.ts";

export const DEFAULT_BRANCH = "token-budget";
export const DEFAULT_PATH = "token_budget.json";

export type GitHubBooks = {
  /** The books' repository, `owner/name`. */
  readonly repository: string;
  readonly branch: string | undefined;
  readonly path: string | undefined;
  readonly token: string;
  /** The repository's default branch, if known. */
  readonly defaultBranch: string | undefined;
  readonly apiUrl: string;
  readonly graphqlUrl: string;
  /** The server's address for people, if known: otherwise it is that of the API's server. */
  readonly serverUrl?: string | undefined;
  readonly fetch: typeof globalThis.fetch;
  /** How long one request may take. */
  readonly timeoutMs?: number;
  /** Keeps a text out of every log. */
  readonly mask?: (secret: string) => void;
};

/** Books on a branch in GitHub, before a command has them. */
export type OpenedGitHub = {
  readonly client: GitHubClient;
  readonly owner: string;
  readonly repo: string;
  readonly branch: string;
  readonly store: Store;
};

/** Opens books without asking GitHub anything. Throws a BudgetError for an invalid token. */
export function openGitHub(books: GitHubBooks): OpenedGitHub {
  const { repository, branch = DEFAULT_BRANCH, path = DEFAULT_PATH, defaultBranch, apiUrl } = books;
  const [owner = "", repo = ""] = repository.split("/");
  const client = githubClient(books);
  const shared = defaultBranch === undefined ? ["main", "master"] : [defaultBranch];
  const ownBranch = !shared.includes(branch);
  const serverUrl = books.serverUrl ?? serverUrlOf(apiUrl);
  const store = githubStore({ client, owner, repo, branch, path, ownBranch, serverUrl, now: Date.now });
  return { client, owner, repo, branch, store };
}

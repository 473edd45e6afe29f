import type { PatientFacts, Ports } from "../../commands/operation/ports.ts";
import { approversOf } from "../../store/github/approvals.ts";
import { githubClient } from "../../store/github/client.ts";
import { serverUrlOf } from "../../store/github/page-url.ts";
import { roleOf } from "../../store/github/role.ts";
import { githubStore } from "../../store/github/store.ts";
import { patiently, patientStore } from "../../store/patient-store.ts";
import type { Waiting } from "../../store/waiting.ts";

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
  readonly waiting: Waiting;
  /** Keeps a text out of every log. */
  readonly mask?: (secret: string) => void;
};

/** Books, and who may do what with them according to GitHub. */
export type GitHubPorts = Pick<Ports, "store" | "factsOf"> & {
  readonly [Key in "roleOf" | "approversOf"]: NonNullable<Ports[Key]>;
};

/** Books on a branch in GitHub, and who may do what in their repository. Throws a BudgetError for an invalid token. */
export function booksInGitHub(books: GitHubBooks): GitHubPorts & { readonly factsOf: NonNullable<Ports["factsOf"]> } {
  const { repository, branch = DEFAULT_BRANCH, path = DEFAULT_PATH, defaultBranch, apiUrl } = books;
  const [owner = "", repo = ""] = repository.split("/");
  const client = githubClient(books);
  const shared = defaultBranch === undefined ? ["main", "master"] : [defaultBranch];
  const ownBranch = !shared.includes(branch);
  const serverUrl = books.serverUrl ?? serverUrlOf(apiUrl);
  const store = githubStore({ client, owner, repo, branch, path, ownBranch, serverUrl, now: Date.now });
  const at = { place: store.place, waiting: books.waiting };
  return {
    store: patientStore(store, books.waiting),
    roleOf: patiently(at, (user) => roleOf(client, { owner, repo, user })),
    factsOf: async (): Promise<PatientFacts> => {
      // Only doctor asks, and the gate of a fork's pull request.
      const { githubFacts } = await import("../../store/github/facts.ts");
      const facts = githubFacts({ client, owner, repo, branch, now: Date.now });
      return {
        repository: patiently(at, facts.repository),
        mayWrite: patiently(at, facts.mayWrite),
        branch: patiently(at, facts.branch),
        rules: patiently(at, facts.rules),
      };
    },
    approversOf: patiently(at, (asked) => approversOf(client, repository, asked)),
  };
}

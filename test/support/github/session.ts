import type { Clock } from "./clock.ts";
import type { Person } from "./git-folder.ts";
import type { Behind, Repository } from "./repository.ts";

export type TokenOptions = {
  /** What the token may do to the contents of the repositories it sees. */
  readonly permission: "write" | "read";
  /** The repositories it sees, as `owner/name`; all of them when left out. */
  readonly repositories?: readonly string[];
  /** Whether it may read workflow runs (`actions: read`); true unless told. */
  readonly actions?: boolean;
  /** Whether it may write comments on pull requests (`pull-requests: write`); false unless told. */
  readonly pulls?: boolean;
  readonly login?: string;
};

/** One authenticated request: who asks, what they see, and through which fault. */
export type Session = {
  readonly token: TokenOptions;
  readonly repositories: ReadonlyMap<string, Repository>;
  readonly behind: Behind;
  /** A ruleset that refuses every write of this request. */
  readonly ruleset: string | undefined;
  readonly clock: Clock;
  readonly apiUrl: string;
  readonly serverUrl: string;
  /** The host of the archives. */
  readonly archiveUrl: string;
  /** Notes what the stand-in can't answer; the test that asked fails when the server stops. */
  readonly violate: (what: string) => void;
  readonly rateLimit: (resource: "core" | "graphql") => RateLimit;
};
export type RateLimit = {
  readonly limit: number;
  readonly used: number;
  readonly remaining: number;
  readonly reset: number;
};

/** One REST request of an operation. */
export type Call = {
  readonly session: Session;
  readonly repository: Repository;
  readonly values: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: never;
};

export const NOT_ACCESSIBLE = "Resource not accessible by integration";
export const GITHUB: Omit<Person, "at"> = { name: "GitHub", email: "noreply@github.com" };

/** The person a token commits as. */
export const personOf = (token: TokenOptions): Omit<Person, "at"> => {
  const login = token.login ?? "github-actions[bot]";
  return { name: login, email: `41898282+${login}@users.noreply.github.com` };
};

/** The repository of that name (case aside, as GitHub has it), if the token sees it. */
export function visibleRepository(session: Session, nameWithOwner: string): Repository | undefined {
  const wanted = nameWithOwner.toLowerCase();
  const repository = session.repositories.get(wanted);
  const seen = session.token.repositories?.some((it) => it.toLowerCase() === wanted) ?? true;
  return seen ? repository : undefined;
}

/** The ruleset's words when one keeps this request off the branch. */
export const ruleOver = (session: Session, repository: Repository, branch: string): string | undefined =>
  session.ruleset ?? repository.protectedBranches.get(branch);

/** GitHub's sentence over a refused write. */
export const ruleMessage = (rule: string): string => `Repository rule violations found\n\n${rule}\n\n`;

export const nodeId = (kind: string, ...parts: readonly (string | number)[]): string =>
  `${kind}_${Buffer.from(JSON.stringify(parts)).toString("base64url")}`;

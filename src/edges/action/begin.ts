import type { Given } from "../../inputs/options.ts";
import type { NamedChannel } from "../../notify/channel.ts";
import type { Webhook } from "../../notify/discord/webhook.ts";
import { type FirstRead, firstRead } from "../../store/first-read.ts";
import type { Waiting } from "../../store/waiting.ts";
import { BudgetError } from "../../values/errors.ts";
import { type Fetches, fetchesFor } from "../machine/fetch.ts";
import { type OpenedGitHub, openGitHub } from "../machine/github-books.ts";
import { nextSent } from "../machine/next-sent.ts";
import { machineWaiting } from "../machine/waiting.ts";
import type { JobInputs } from "./caller.ts";
import type { Context } from "./context.ts";
import type { Environment } from "./inputs.ts";
import type { Io } from "./io.ts";

/** The inputs that say which books, and for which job. */
type BooksInputs = Pick<
  Given,
  | ("repository" | "branch" | "path" | "githubToken" | "comment" | "commentToken")
  | ("databaseUrl" | "books" | "databaseCa")
> &
  JobInputs;

/** What the ports are made from. */
export type From = {
  readonly env: Environment;
  readonly context: Context;
  readonly inputs: BooksInputs;
  readonly webhook: Webhook | null;
  readonly channels: readonly NamedChannel[];
  readonly patienceMs: number;
  readonly io: Pick<Io, "info" | "mask" | "redact">;
  /** Only Node's own authorities are trusted. */
  readonly isTrustBare?: boolean;
};

/** How the books are reached, before any command has them. */
export type Begun = {
  readonly fetches: Fetches;
  readonly waiting: Waiting;
  /** The books' repository, or with books in a database the one that the run names: `owner/name`. */
  readonly repository: string;
  readonly github: GitHubAccess;
  /** Null for books in a database, whose code a gate without one doesn't load. */
  readonly opened: OpenedGitHub | null;
  readonly first?: FirstRead | undefined;
  /** Resolves when the first read has been sent. */
  readonly sent?: Promise<void>;
};

/** How GitHub is asked. */
type GitHubAccess = {
  readonly token: string;
  readonly apiUrl: string;
  readonly graphqlUrl: string;
  readonly fetch: typeof globalThis.fetch;
  readonly timeoutMs: number;
  readonly mask: Io["mask"];
};

/** Opens the books and asks nothing of them. Throws a BudgetError for inputs that can't be used. */
export function begin({ env, context, inputs, patienceMs, io, isTrustBare = false }: From): Begun {
  const fetches = fetchesFor(env, { isTrustBare });
  const repository = inputs.repository ?? context.repository;
  if (repository === undefined) {
    throw new BudgetError("bad-input", "Bad input: repository is missing: write owner/name of the books' repository.");
  }
  if (inputs.githubToken === undefined && context.readOnly !== undefined) throw withoutSecret("token");
  if (inputs.databaseUrl === undefined && inputs.books !== undefined) throw booksWithoutDatabase();
  const waiting = machineWaiting(patienceMs);
  const github = {
    token: inputs.githubToken ?? "",
    apiUrl: context.apiUrl,
    graphqlUrl: context.graphqlUrl,
    fetch: fetches.github,
    // An answer that never comes must leave time for more attempts, and for reporting their result.
    timeoutMs: patienceMs / 4,
    mask: io.mask,
  };
  const opened =
    inputs.databaseUrl !== undefined
      ? null
      : openGitHub({
          ...{ ...github, repository, branch: inputs.branch, path: inputs.path },
          defaultBranch: repository === context.repository ? context.defaultBranch : undefined,
          serverUrl: context.serverUrl,
        });
  return { fetches, waiting, repository, github, opened };
}

/** The same, with the first read under way, so that a gate loads its code while GitHub answers. */
export function beginReading(begun: Begun): Begun {
  const { opened, waiting } = begun;
  if (opened === null) return begun;
  const sent = nextSent();
  const first = firstRead(opened.store, waiting);
  // Requests through a proxy aren't made by node:http.
  return {
    ...begun,
    first,
    sent: Promise.race([
      sent,
      first.snapshot.then(
        () => {},
        () => {},
      ),
    ]),
  };
}

/** The error of a pull request by a stranger, whose job has no secrets: "token". */
export function withoutSecret(what: string): BudgetError {
  return new BudgetError(
    "missing-permission",
    `This pull request comes from a fork or from Dependabot: the secret that holds the ${what} isn't available.`,
  );
}

function booksWithoutDatabase(): BudgetError {
  return new BudgetError("bad-input", "Bad input: books names books in a database, and database-url is missing.");
}

import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Ports } from "../../commands/operation/ports.ts";
import { approversOf } from "../../store/github/approvals.ts";
import { type GitHubClient, githubClient } from "../../store/github/client.ts";
import { readPolicy } from "../../store/github/policy.ts";
import { roleOf } from "../../store/github/role.ts";
import { patiently, patientStore } from "../../store/patient-store.ts";
import { type PolicyFile, StoreFault } from "../../store/port.ts";
import { parseAddress } from "../../store/postgres/address.ts";
import { type Connection, connectionTo } from "../../store/postgres/connection.ts";
import { postgresBooks } from "../../store/postgres/store.ts";
import type { Waiting } from "../../store/waiting.ts";
import { BudgetError } from "../../values/errors.ts";
import type { GitHubPorts } from "./books-in-github.ts";
import { DEFAULT_BRANCH, DEFAULT_PATH, type GitHubBooks } from "./github-books.ts";

/** How GitHub is asked for policy and roles. */
type GitHubAccess = Pick<GitHubBooks, "apiUrl" | "graphqlUrl" | "fetch" | "timeoutMs" | "mask"> & {
  readonly token: string;
};

export type DatabaseBooks = {
  readonly url: string;
  /** The authority of the server's certificate: PEM, or a file, from `folder`. */
  readonly ca?: string | undefined;
  readonly folder: string;
  /** Only Node's own authorities are trusted. */
  readonly isTrustBare?: boolean | undefined;
  readonly books: string;
  /** The repository that the run names as the one with the policy. */
  readonly named: string | undefined;
  /** Null without a token: policy and roles can't be read. */
  readonly github: GitHubAccess | null;
  readonly waiting: Waiting;
};

/** Books in PostgreSQL; policy and roles come from the repository that the books name. Throws a BudgetError for a URL that can't be used. */
export function booksInDatabase(books: DatabaseBooks): GitHubPorts & Pick<Ports, "databaseOf"> {
  const client = books.github === null ? null : githubClient(books.github);
  const connection = databaseConnection(books);
  const { store, policyRepository } = postgresBooks({
    connection,
    books: books.books,
    path: DEFAULT_PATH,
    policy: { named: books.named, read: policyReader(client) },
    patienceMs: books.waiting.patienceMs,
  });
  const at = { place: store.place, waiting: books.waiting };
  const asked = async (what: string): Promise<{ readonly client: GitHubClient; readonly repository: string }> => {
    const repository = await policyRepository();
    if (client === null || repository === null) throw nobodyToAsk(store.place.description, what, client === null);
    return { client, repository };
  };
  return {
    store: patientStore(store, books.waiting),
    roleOf: patiently(at, async (user) => {
      const { client, repository } = await asked("who may do this");
      const [owner = "", repo = ""] = repository.split("/");
      return roleOf(client, { owner, repo, user });
    }),
    approversOf: patiently(at, async (approval) => {
      const { client, repository } = await asked("whose approval counts");
      return approversOf(client, repository, approval);
    }),
    factsOf: null,
    mayWrite: patiently(at, async () => {
      const { client, repository } = await asked("who may write");
      const [owner = "", repo = ""] = repository.split("/");
      const { githubFacts } = await import("../../store/github/facts.ts");
      await githubFacts({ client, owner, repo, branch: DEFAULT_BRANCH, now: Date.now }).mayWrite();
    }),
    databaseOf: patiently(at, async () => {
      const { databaseFacts } = await import("../../store/postgres/facts.ts");
      return databaseFacts({ connection, address: parseAddress(books.url), books: books.books, now: Date.now });
    }),
  };
}

/**
 * The connection to a database of a URL, which waits so many milliseconds for an answer. Throws a BudgetError for a URL
 * that can't be used.
 */
export function databaseConnection(
  { url, ca, folder, isTrustBare = false }: Pick<DatabaseBooks, "url" | "ca" | "folder" | "isTrustBare">,
  answerMs?: number,
): Connection {
  const trust = async () => {
    if (ca !== undefined) return { ca: [await certificateIn(ca, folder)] };
    return isTrustBare ? { ca: (await import("node:tls")).rootCertificates } : {};
  };
  return connectionTo(parseAddress(url), trust, answerMs);
}

async function certificateIn(ca: string, folder: string): Promise<string> {
  const isPem = (text: string) => text.includes("-----BEGIN CERTIFICATE-----");
  if (isPem(ca)) return ca;
  const text = await readFile(resolve(folder, ca), "utf8").catch(() => "");
  if (isPem(text)) return text;
  throw new BudgetError(
    "bad-input",
    "Bad input: database-ca is neither a certificate in PEM (-----BEGIN CERTIFICATE-----) nor a file that has one.",
  );
}

/** A policy is as fresh as this, milliseconds: a program that runs for days doesn't ask each time. */
const POLICY_FRESH_MS = 60_000;

/** So long such a program does with the policy that it read, while GitHub gives no answer. */
const POLICY_KEPT_MS = 3_600_000;

/** So often in a row GitHub may fail before the books do without the policy: no gate says yes then, and bookings go on. */
const POLICY_FAULTS = 3;

function policyReader(client: GitHubClient | null): (repository: string) => Promise<PolicyFile | null> {
  let known: { readonly repository: string; readonly at: number; readonly policy: PolicyFile | null } | undefined;
  let faults = 0;
  return async (repository) => {
    const age = known?.repository === repository ? performance.now() - known.at : Number.POSITIVE_INFINITY;
    if (known !== undefined && age < POLICY_FRESH_MS) return known.policy;
    try {
      if (client === null) throw withoutToken(repository);
      const policy = await readPolicy(client, repository, Date.now());
      known = { repository, at: performance.now(), policy };
      faults = 0;
      return policy;
    } catch (error) {
      if (!(error instanceof StoreFault || error instanceof BudgetError)) throw error;
      if (error instanceof BudgetError) return unreadable(repository, error);
      if (known !== undefined && age < POLICY_KEPT_MS) return known.policy;
      faults += 1;
      if (faults < POLICY_FAULTS) throw error;
      return unreadable(repository, policyUnreachable(repository, error));
    }
  };
}

function unreadable(repository: string, problem: BudgetError): PolicyFile {
  return { path: `the policy of ${repository}`, text: "", problem };
}

function policyUnreachable(repository: string, cause: StoreFault): BudgetError {
  return new BudgetError(
    "state-unreachable",
    `The policy of these books, in ${repository}, could not be read (${cause.message}). Run it again later.`,
    { cause },
  );
}

function withoutToken(repository: string): BudgetError {
  return new BudgetError(
    "missing-permission",
    `The policy of these books is in ${repository}: reading it needs a token in GITHUB_TOKEN or GH_TOKEN.`,
  );
}

function nobodyToAsk(description: string, what: string, isTokenMissing: boolean): BudgetError {
  const text = isTokenMissing
    ? `Without a GitHub token nobody can be asked ${what}: give github-token.`
    : `${description} names no repository, so nobody can be asked ${what}: set it with token-budget database migrate --books NAME --repository owner/name.`;
  return new BudgetError("not-allowed", text);
}

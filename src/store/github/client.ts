import { text } from "node:stream/consumers";
import type { ReadableStream } from "node:stream/web";
import { Octokit } from "@octokit/core";
import type { Octokit as RestOctokit } from "@octokit/rest";
import { BudgetError } from "../../values/errors.ts";
import { StoreFault } from "../port.ts";
import type { Archived } from "./read-archive.ts";
import { propertyOf, type Reply } from "./reply.ts";

/** GitHub's REST interface, a typed method for each of its endpoints. */
export type RestMethods = RestOctokit["rest"];

type Answered = { readonly status: number; readonly headers: Reply["headers"]; readonly data: unknown };

/** Sends one request to GitHub. A call throws a StoreFault without a complete answer; nothing is retried. */
export type GitHubClient = {
  /** Calls one method: `rest((github) => github.repos.get({ owner, repo }))`. A refusal is a reply like any other. */
  rest(call: (github: RestMethods) => Promise<Answered>): Promise<Reply>;
  graphql(query: string, variables?: object): Promise<Reply>;
  /**
   * Downloads the archive of a commit, a gzip tarball, as it arrives. It is unreachable if the host
   * of the archives, which is another one, gives no answer or refuses.
   */
  archive(commit: { readonly owner: string; readonly repo: string; readonly ref: string }): Promise<Archived>;
};

export type GitHubClientOptions = {
  readonly token: string;
  /** "https://api.github.com", or an Enterprise server's. */
  readonly apiUrl: string;
  /** "https://api.github.com/graphql", or an Enterprise server's. */
  readonly graphqlUrl: string;
  readonly fetch: typeof fetch;
  /** How long one request may take, its answer's body included; of an archive, each part of it. */
  readonly timeoutMs?: number;
  /** Keeps a text out of every log. */
  readonly mask?: ((secret: string) => void) | undefined;
};

const DEFAULT_TIMEOUT_MS = 30_000;

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** A client for one token. Throws a BudgetError for what can't be a token. */
export function githubClient(options: GitHubClientOptions): GitHubClient {
  const { graphqlUrl, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  const octokit = octokitOf(Octokit, options, timeoutMs);
  let methods: Promise<RestMethods> | undefined;
  const ask = async (call: () => Promise<Answered>): Promise<Reply> => {
    try {
      const { status, headers, data } = await call();
      return { status, headers, body: data };
    } catch (error) {
      const refused = replyOf(error);
      if (refused !== undefined) return refused;
      if (error instanceof StoreFault) throw error;
      throw new StoreFault(`GitHub gave no answer: ${reasonOf(error, timeoutMs)}`, { cause: causeOf(error) });
    }
  };
  return {
    rest(call) {
      methods ??= restMethods(options, timeoutMs);
      const loading = methods;
      return ask(async () => call(await loading));
    },
    graphql(query, variables = {}) {
      const data = JSON.stringify({ query, variables });
      return ask(() => octokit.request({ method: "POST", url: graphqlUrl, data }));
    },
    async archive(commit) {
      const { readArchive } = await import("./read-archive.ts");
      const reply = await this.rest((github) =>
        github.repos.downloadTarballArchive({ ...commit, request: { redirect: "manual" } }),
      );
      return readArchive(reply, { ...options, timeoutMs });
    },
  };
}

/** The table of GitHub's endpoints takes longer to load than all else of Octokit, and a gate asks by GraphQL alone. */
async function restMethods(options: GitHubClientOptions, timeoutMs: number): Promise<RestMethods> {
  const { Octokit: Rest } = await import("@octokit/rest");
  return octokitOf(Rest, options, timeoutMs).rest;
}

/** Octokit with a limit of time for every request, and with answers read whole or not at all. */
function octokitOf<Kind extends typeof Octokit>(Kind: Kind, options: GitHubClientOptions, timeoutMs: number) {
  const { token, apiUrl, fetch } = options;
  const octokit = new Kind({
    auth: checkedToken(token),
    baseUrl: apiUrl.replace(/\/+$/, ""),
    userAgent: "token-budget",
    log: silent,
    // Octokit reads numbers and strings of an answer in its own ways, and an answer cut short as an empty one.
    request: { fetch, log: silent, parseSuccessResponseBody: false },
  });
  // Only what a hook changes in place reaches the hooks after it.
  octokit.hook.before("request", (asked) => {
    asked.headers = { ...asked.headers, "x-github-api-version": "2022-11-28" };
    asked.request = { ...asked.request, signal: AbortSignal.timeout(timeoutMs) };
  });
  octokit.hook.wrap("request", async (request, asked) => {
    const response = await request(asked);
    // A redirect that isn't followed has no answer.
    if (response.status === 302) return { ...response, data: {} };
    return { ...response, data: await jsonOf(response.data as unknown as ReadableStream | null) };
  });
  return octokit as InstanceType<Kind>;
}

function checkedToken(given: string): string {
  const token = given.trim();
  if (token === "") throw new BudgetError("bad-input", "There is no GitHub token. Set the input `github-token`.");
  // The error about an invalid header would print it.
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new BudgetError(
      "bad-input",
      "The GitHub token has characters that a token can't have. Copy it again, as one line.",
    );
  }
  return token;
}

async function jsonOf(body: ReadableStream | null): Promise<object> {
  const answer = body === null ? "" : await text(body);
  let value: unknown;
  try {
    value = JSON.parse(answer);
  } catch {
    // Reported below like any other invalid answer.
  }
  if (typeof value === "object" && value !== null) return value;
  throw new StoreFault("GitHub's answer was cut short, or is a web page instead of data");
}

function replyOf(error: unknown): Reply | undefined {
  const response = propertyOf(error, "response");
  const status = propertyOf(response, "status");
  if (typeof status !== "number") return undefined;
  return { status, headers: propertyOf(response, "headers") as Reply["headers"], body: propertyOf(response, "data") };
}

function reasonOf(error: unknown, timeoutMs: number): string {
  const cause = causeOf(error);
  if (cause instanceof Error && (cause.name === "TimeoutError" || cause.name === "AbortError")) {
    return `none within ${timeoutMs / 1000} s`;
  }
  return error instanceof Error && error.message !== "" ? error.message : "the connection was lost";
}

/** Octokit's own errors contain the whole request. */
function causeOf(error: unknown): unknown {
  return propertyOf(error, "name") === "HttpError" ? propertyOf(error, "cause") : error;
}

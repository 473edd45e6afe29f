import { text } from "node:stream/consumers";
import type { ReadableStream } from "node:stream/web";
import { Octokit } from "@octokit/core";
import { BudgetError } from "../../values/errors.ts";
import { StoreFault } from "../port.ts";
import { propertyOf, type Reply } from "./reply.ts";

/** Sends one request to GitHub. A call throws a StoreFault without a complete answer; nothing is retried. */
export type GitHubClient = {
  rest(method: "GET" | "POST" | "PUT", path: string, body?: object): Promise<Reply>;
  graphql(query: string, variables?: object): Promise<Reply>;
};

export type GitHubClientOptions = {
  readonly token: string;
  /** "https://api.github.com", or an Enterprise server's. */
  readonly apiUrl: string;
  /** "https://api.github.com/graphql", or an Enterprise server's. */
  readonly graphqlUrl: string;
  readonly fetch: typeof fetch;
  /** How long one request may take, its answer's body included. */
  readonly timeoutMs?: number;
};

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** A client for one token. Throws a BudgetError for what can't be a token. */
export function githubClient(options: GitHubClientOptions): GitHubClient {
  const { apiUrl, graphqlUrl, fetch, timeoutMs = 30_000 } = options;
  const octokit = new Octokit({
    auth: checkedToken(options.token),
    baseUrl: apiUrl.replace(/\/+$/, ""),
    userAgent: "token-budget",
    log: silent,
    // Octokit reads numbers and strings of an answer in its own ways, and an answer that was cut short as an empty one.
    request: { fetch, log: silent, parseSuccessResponseBody: false },
  });
  const ask = async (method: string, url: string, body?: object): Promise<Reply> => {
    try {
      const response = await octokit.request({
        method: method as "GET",
        url,
        headers: { "x-github-api-version": "2022-11-28" },
        request: { signal: AbortSignal.timeout(timeoutMs) },
        ...(body === undefined ? {} : { data: JSON.stringify(body) }),
      });
      return { ...response, body: await jsonOf(response.data as unknown as ReadableStream | null) };
    } catch (error) {
      const refused = replyOf(error);
      if (refused !== undefined) return refused;
      if (error instanceof StoreFault) throw error;
      throw new StoreFault(`GitHub gave no answer: ${reasonOf(error, timeoutMs)}`, { cause: causeOf(error) });
    }
  };
  return {
    rest: ask,
    graphql: (query, variables = {}) => ask("POST", graphqlUrl, { query, variables }),
  };
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

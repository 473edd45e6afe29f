import { BudgetError } from "../../values/errors.ts";
import { StoreFault } from "../port.ts";
import { isRateLimit, rateLimit } from "./rate-limit.ts";
import { type GraphqlError, graphqlErrorsOf, propertyOf, type Reply, textOr } from "./reply.ts";

/** The request, for the sentence that says why GitHub refused it. */
export type Asked = {
  readonly repository: string;
  readonly branch: string;
  readonly write: boolean;
  /** Milliseconds since 1970; used where an answer doesn't say what time it is. */
  readonly now: number;
};

const PROTECTED =
  /protected branch|required status check|repository rule violations|changes must be made through a pull request/i;
const NOT_ACCESSIBLE = /resource not accessible by (integration|personal access token)/i;
const PASSING_STATUS = new Set([408, 409, 423, 425]);

/** Throws when the answer is a refusal: a StoreFault for what may pass, a BudgetError that says what to do. */
export function throwRefusal(reply: Reply, asked: Asked): void {
  const errors = graphqlErrorsOf(reply);
  if (reply.status < 400 && errors.length === 0) return;
  throw refusalOf(reply, errors, asked);
}

function refusalOf(reply: Reply, errors: readonly GraphqlError[], asked: Asked): Error {
  const { repository, branch, write } = asked;
  const said = saidBy(reply, errors);
  const is = (status: number, type: string) => reply.status === status || errors.some((error) => error.type === type);
  if (PROTECTED.test(said)) return protection(said, asked);
  if (NOT_ACCESSIBLE.test(said)) return missingPermission(said, asked);
  if (isRateLimit(reply, errors, said)) return rateLimit(reply, errors, asked.now);
  if (reply.status === 401) {
    return unreachable(
      `GitHub doesn't accept the token (401: ${said}). It has expired, was revoked, or is incomplete.`,
    );
  }
  if (is(403, "FORBIDDEN") || is(403, "INSUFFICIENT_SCOPES")) return missingPermission(said, asked);
  if (is(404, "NOT_FOUND")) return write ? missingPermission(said, asked) : invisible(asked);
  if (reply.status >= 500 || PASSING_STATUS.has(reply.status)) {
    return new StoreFault(`GitHub answered ${reply.status}: ${said}`);
  }
  const final = reply.status >= 400 || errors.some(({ type, code }) => type === "UNPROCESSABLE" || code !== undefined);
  const doing = write ? `write to ${repository}@${branch}` : `read ${repository}@${branch}`;
  return final
    ? unreachable(`GitHub refused to ${doing} (${reply.status}: ${said}).`)
    : new StoreFault(`GitHub could not ${doing}: ${said}`);
}

/** A repository that doesn't exist, or that the token can't see: GitHub doesn't say which. */
export class InvisibleRepository extends BudgetError {
  constructor(repository: string) {
    super(
      "state-unreachable",
      `The repository ${repository} doesn't exist, or the token can't see it (404). Check the name; ` +
        "GITHUB_TOKEN sees only its own repository, and books in another repository need a separate token.",
    );
  }
}

export function invisible({ repository }: Asked): BudgetError {
  return new InvisibleRepository(repository);
}

function protection(said: string, { repository, branch }: Asked): BudgetError {
  return new BudgetError(
    "missing-permission",
    `A rule in ${repository} blocks the books' commits to the branch ${branch} (${said}). ` +
      `Exclude ${branch} from the branch protection or ruleset, let this token's app bypass it, ` +
      "or set the input `branch` to a branch that no rule covers: it needs to contain only the books.",
  );
}

function missingPermission(said: string, { repository, write }: Asked): BudgetError {
  const doing = write ? "write to" : "read";
  if (/personal access token/i.test(said)) {
    return new BudgetError(
      "missing-permission",
      `The token isn't allowed to ${doing} ${repository} (${said}). Give it the repository permission "Contents: Read and write".`,
    );
  }
  return new BudgetError(
    "missing-permission",
    `The token isn't allowed to ${doing} ${repository} (${said}). Add these two lines to the workflow's job; ` +
      "books in another repository need a token that can write there:\npermissions:\n  contents: write",
  );
}

/** GitHub's own words in one line. */
function saidBy({ body, status }: Reply, errors: readonly GraphqlError[]): string {
  const message = propertyOf(body, "message");
  const details = propertyOf(body, "errors");
  const parts = [
    ...(typeof message === "string" ? [message] : []),
    ...(errors.length > 0 ? errors.map((error) => error.message) : Array.isArray(details) ? details.map(detailOf) : []),
  ];
  const line = parts.join("; ").replace(/\s+/g, " ").trim();
  if (line === "") return status >= 500 ? "no reason given" : "a web page instead of data";
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
}

function detailOf(detail: unknown): string {
  return textOr(detail) ?? textOr(propertyOf(detail, "message")) ?? "";
}

function unreachable(message: string): BudgetError {
  return new BudgetError("state-unreachable", message);
}

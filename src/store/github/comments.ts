import * as z from "zod/mini";
import { BudgetError } from "../../values/errors.ts";
import { decodeReply } from "./books.ts";
import type { GitHubClient } from "./client.ts";
import { throwRefusal } from "./refusals.ts";
import { propertyOf, type Reply, textOr } from "./reply.ts";

/** A comment of a conversation; `pull` is the conversation's number. */
export type PullComment = {
  readonly id: number;
  readonly body: string;
  /** The account that wrote it; undefined for a deleted one. */
  readonly author: string | undefined;
  readonly pull: number | undefined;
};

/**
 * The comments on pull requests of one repository. Each method makes one request; a missing permission is thrown as a
 * BudgetError that says which, a failure that may pass as a StoreFault.
 */
export type PullComments = {
  /** The account of the token, "github-actions[bot]". */
  login(): Promise<string>;
  /** Null for a comment that isn't there. */
  get(id: number): Promise<PullComment | null>;
  /** At most 100 comments, the oldest page first, from 1; null if the token sees no such pull request. */
  page(pull: number, page: number): Promise<readonly PullComment[] | null>;
  /** Null if the token sees no such pull request. Throws a BudgetError `not-allowed` for a locked conversation. */
  create(pull: number, body: string): Promise<PullComment | null>;
  /** Null for a comment that isn't there. */
  update(id: number, body: string): Promise<PullComment | null>;
};

/** How many comments a page has. */
export const PAGE_SIZE = 100;

const LOGIN_QUERY = "query TokenBudgetLogin { viewer { login } }";
const loginAnswer = z.object({ data: z.object({ viewer: z.object({ login: z.string() }) }) });

const commentAnswer = z.object({
  id: z.int(),
  body: z.optional(z.string()),
  user: z.nullish(z.object({ login: z.string() })),
  issue_url: z.optional(z.string()),
});
const commentsAnswer = z.array(commentAnswer);

const LOCKED = /\blocked\b/i;
const GONE = [404, 410];

/** The comments of a repository, `owner/name`, for one token. */
export function pullComments(client: GitHubClient, repository: string, now: () => number): PullComments {
  const [owner = "", repo = ""] = repository.split("/");
  const at = { owner, repo };
  const given = (reply: Reply) => checked(reply, repository, now());
  const one = (reply: Reply) =>
    GONE.includes(reply.status) ? null : commentOf(decodeReply(commentAnswer, given(reply)));
  return {
    async login() {
      return decodeReply(loginAnswer, given(await client.graphql(LOGIN_QUERY))).data.viewer.login;
    },
    async get(id) {
      return one(await client.rest(({ issues }) => issues.getComment({ ...at, comment_id: id })));
    },
    async page(pull, page) {
      const asked = { ...at, issue_number: pull, per_page: PAGE_SIZE, page };
      const reply = await client.rest(({ issues }) => issues.listComments(asked));
      return GONE.includes(reply.status) ? null : decodeReply(commentsAnswer, given(reply)).map(commentOf);
    },
    async create(pull, body) {
      return one(await client.rest(({ issues }) => issues.createComment({ ...at, issue_number: pull, body })));
    },
    async update(id, body) {
      return one(await client.rest(({ issues }) => issues.updateComment({ ...at, comment_id: id, body })));
    },
  };
}

function commentOf({ id, body = "", user, issue_url: url }: z.output<typeof commentAnswer>): PullComment {
  const [, number] = /\/issues\/(\d+)$/.exec(url ?? "") ?? [];
  return { id, body, author: user?.login, pull: number === undefined ? undefined : Number(number) };
}

function checked(reply: Reply, repository: string, now: number): Reply {
  if (reply.status === 403 && LOCKED.test(textOr(propertyOf(reply.body, "message")) ?? "")) {
    throw new BudgetError("not-allowed", "GitHub takes no comment there: the conversation is locked.");
  }
  try {
    throwRefusal(reply, { repository, branch: "", write: true, now });
  } catch (error) {
    // The missing permission isn't the one that the books need.
    if (!(error instanceof BudgetError) || error.code !== "missing-permission") throw error;
    throw new BudgetError(
      "missing-permission",
      `The token isn't allowed to comment on pull requests of ${repository}. Add this line to the permissions of the workflow's job, or set comment-token:\n  pull-requests: write`,
      { cause: error },
    );
  }
  return reply;
}

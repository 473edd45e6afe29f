import { BudgetError } from "../../values/errors.ts";
import type { GitHubClient } from "./client.ts";
import { throwRefusal } from "./refusals.ts";
import { propertyOf } from "./reply.ts";
import { roleOf } from "./role.ts";

/** The requested approvals, and the repository whose books they concern. */
export type AskedApproval = {
  readonly repository: string;
  readonly runId: number;
  readonly environment: string;
};

/** Somebody who approved a run, with their role in the books' repository where the run is another repository's. */
export type Approver = {
  readonly login: string;
  readonly inBooks?: { readonly repository: string; readonly role: string };
};

/**
 * Who has approved a workflow run for an environment, each once. Who may approve a run is a setting of the run's
 * repository, so their roles are asked for where `books`, `owner/name`, are another's. Throws a BudgetError if the
 * token may not see that.
 */
export async function approversOf(
  client: GitHubClient,
  books: string,
  asked: AskedApproval,
): Promise<readonly Approver[]> {
  const isOwn = asked.repository.toLowerCase() === books.toLowerCase();
  const logins = approvedIn(await reviewsOf(client, asked, isOwn), asked.environment);
  if (isOwn) return logins.map((login) => ({ login }));
  const [owner = "", repo = ""] = books.split("/");
  const approvers: Approver[] = [];
  for (const login of logins) {
    approvers.push({ login, inBooks: { repository: books, role: await roleOf(client, { owner, repo, user: login }) } });
  }
  return approvers;
}

async function reviewsOf(
  client: GitHubClient,
  { repository, runId }: AskedApproval,
  isOwn: boolean,
): Promise<readonly unknown[]> {
  const [owner = "", repo = ""] = repository.split("/");
  const reply = await client.rest(({ actions }) => actions.getReviewsForRun({ owner, repo, run_id: runId }));
  if (reply.status === 404) throw mayNotSee(repository, isOwn);
  try {
    throwRefusal(reply, { repository, branch: "", write: false, now: 0 });
  } catch (error) {
    // The missing permission isn't the one that the books need.
    throw error instanceof BudgetError && error.code === "missing-permission"
      ? mayNotSee(repository, isOwn, error)
      : error;
  }
  return Array.isArray(reply.body) ? reply.body : [];
}

function approvedIn(reviews: readonly unknown[], environment: string): readonly string[] {
  const logins = reviews
    .filter((review) => propertyOf(review, "state") === "approved" && namesOf(review).includes(environment))
    .map((review) => propertyOf(propertyOf(review, "user"), "login"))
    .filter((login) => typeof login === "string");
  return [...new Set(logins)];
}

function namesOf(review: unknown): readonly unknown[] {
  const environments = propertyOf(review, "environments");
  return Array.isArray(environments) ? environments.map((one) => propertyOf(one, "name")) : [];
}

function mayNotSee(repository: string, isOwn: boolean, cause?: BudgetError): BudgetError {
  const fix = isOwn
    ? "Add these lines to the workflow's job:\npermissions:\n  actions: read\n  contents: write"
    : `The token belongs to the books' repository: give it access to ${repository} as well, with actions: read.`;
  return new BudgetError(
    "missing-permission",
    `The token isn't allowed to see who approved this run of ${repository}. ${fix}`,
    {
      cause,
    },
  );
}

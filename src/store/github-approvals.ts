import { BudgetError } from "../budget/budget-error.ts";
import type { GitHubClient } from "./github-client.ts";
import { propertyOf } from "./github-reply.ts";
import { throwRefusal } from "./refusals.ts";

/**
 * Who has approved a workflow run for an environment, by login, each once. Throws a BudgetError where the token may not
 * see that.
 */
export async function approversOf(
  client: GitHubClient,
  asked: { readonly repository: string; readonly runId: number; readonly environment: string },
): Promise<readonly string[]> {
  const { repository, runId, environment } = asked;
  const [owner = "", repo = ""] = repository.split("/").map(encodeURIComponent);
  const reply = await client.rest("GET", `/repos/${owner}/${repo}/actions/runs/${runId}/approvals`);
  if (reply.status === 404) throw mayNotSee(repository);
  try {
    throwRefusal(reply, { repository, branch: "", write: false, now: 0 });
  } catch (error) {
    // What is missing is another permission than the books need.
    throw error instanceof BudgetError && error.code === "missing-permission" ? mayNotSee(repository, error) : error;
  }
  const reviews: readonly unknown[] = Array.isArray(reply.body) ? reply.body : [];
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

function mayNotSee(repository: string, cause?: BudgetError): BudgetError {
  return new BudgetError(
    "missing-permission",
    `The token may not see who approved this run of ${repository}. Put these lines into the workflow's job:\npermissions:\n  actions: read\n  contents: write`,
    { cause },
  );
}

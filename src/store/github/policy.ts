import * as z from "zod/mini";
import { BudgetError } from "../../values/errors.ts";
import { POLICY_PATHS } from "../files/paths.ts";
import type { PolicyFile } from "../port.ts";
import { decodeReply, policyOf } from "./books.ts";
import type { GitHubClient } from "./client.ts";
import { blobEntry } from "./query.ts";
import { InvisibleRepository, throwRefusal } from "./refusals.ts";

const policyAnswer = z.object({
  data: z.object({
    repository: z.nullable(
      z.object({
        defaultBranchRef: z.nullable(
          z.object({ target: z.nullable(z.object({ policy: blobEntry, policyYaml: blobEntry })) }),
        ),
      }),
    ),
  }),
});

const POLICY_QUERY = `query TokenBudgetPolicy($owner: String!, $name: String!, $policy: String!, $policyYaml: String!) {
  repository(owner: $owner, name: $name) {
    defaultBranchRef { target { ... on Commit {
      policy: file(path: $policy) { ...Content }
      policyYaml: file(path: $policyYaml) { ...Content }
    } } }
  }
}
fragment Content on TreeEntry { object { ... on Blob { text isTruncated byteSize } } }`;

/**
 * The policy file of a repository's default branch, `owner/name`; null if there is none. Throws a BudgetError if the
 * token can't read the repository.
 */
export async function readPolicy(client: GitHubClient, repository: string, now: number): Promise<PolicyFile | null> {
  const [owner = "", name = ""] = repository.split("/");
  const [policy, policyYaml] = POLICY_PATHS;
  const reply = await client.graphql(POLICY_QUERY, { owner, name, policy, policyYaml });
  try {
    throwRefusal(reply, { repository, branch: "", write: false, now });
  } catch (error) {
    if (!(error instanceof BudgetError)) throw error;
    const isHidden = error instanceof InvisibleRepository || error.code === "missing-permission";
    throw isHidden ? unreadable(repository, error) : error;
  }
  const found = decodeReply(policyAnswer, reply).data.repository;
  if (found === null) throw unreadable(repository);
  const target = found.defaultBranchRef?.target;
  return policyOf(target?.policy, policy) ?? policyOf(target?.policyYaml, policyYaml);
}

function unreadable(repository: string, cause?: BudgetError): BudgetError {
  return new BudgetError(
    "missing-permission",
    `The policy of these books is in ${repository}, which the token can't read. GITHUB_TOKEN reads only the workflow's own repository: give github-token the token of an app or a person that may read the contents of ${repository}.`,
    { cause },
  );
}

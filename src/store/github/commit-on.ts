import type { LedgerFile } from "../files/paths.ts";
import { StoreFault } from "../port.ts";
import { askedOf } from "./books.ts";
import type { LedgerAt } from "./ledger.ts";
import { throwRefusal } from "./refusals.ts";
import { graphqlErrorsOf, propertyOf } from "./reply.ts";

const COMMIT = `mutation TokenBudgetCommit($input: CreateCommitOnBranchInput!) {
  createCommitOnBranch(input: $input) { commit { oid } }
}`;

/** Commits whole files on a head. The new head; undefined if another writer was first. */
export async function commitOn(
  { client, place, now, head }: LedgerAt,
  headline: string,
  additions: readonly LedgerFile[],
): Promise<string | undefined> {
  const { owner, repo, branch } = place;
  const reply = await client.graphql(COMMIT, {
    input: {
      branch: { repositoryNameWithOwner: `${owner}/${repo}`, branchName: branch },
      expectedHeadOid: head,
      message: { headline },
      fileChanges: { additions: additions.map(({ path, text }) => ({ path, contents: base64Of(text) })) },
    },
  });
  const made = propertyOf(propertyOf(propertyOf(reply.body, "data"), "createCommitOnBranch"), "commit");
  const version = propertyOf(made, "oid");
  if (typeof version === "string") return version;
  // A branch that the read found and that isn't there anymore is for the next read to see.
  const lost = graphqlErrorsOf(reply).some(
    ({ type, message }) => type === "STALE_DATA" || (type === "NOT_FOUND" && !/a Repository/.test(message)),
  );
  if (lost) return undefined;
  throwRefusal(reply, askedOf(place, { write: true, now }));
  throw new StoreFault("GitHub's answer doesn't name the new commit");
}

function base64Of(text: string): string {
  return Buffer.from(text, "utf8").toString("base64");
}

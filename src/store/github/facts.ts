import * as z from "zod/mini";
import { decodeReply } from "./books.ts";
import type { GitHubClient } from "./client.ts";
import { throwRefusal } from "./refusals.ts";
import { type Reply, serverTimeOf } from "./reply.ts";

/** A rule of a ruleset that applies to the books' branch. */
export type BranchRule = {
  /** GitHub's name of it, "pull_request". */
  readonly type: string;
  /** The ruleset it is in. */
  readonly ruleset: string;
  /** Whether this token bypasses the rule; undefined if GitHub doesn't say. */
  readonly letsBy: boolean | undefined;
};

export type RepositoryFacts = {
  readonly isPrivate: boolean;
  /** Nothing can be written to it anymore. */
  readonly isArchived: boolean;
  /** What time it was at GitHub, milliseconds since 1970. */
  readonly answeredAt: number | undefined;
};

/** The branch as GitHub shows it: missing, present, or protected. */
export type BranchFacts = "absent" | "open" | "protected";

/**
 * What GitHub says about the books' repository and branch. Each makes one request and writes nothing; a refusal is
 * thrown as a BudgetError that says what to do, a failure that may pass as a StoreFault.
 */
export type GitHubFacts = {
  repository(): Promise<RepositoryFacts>;
  /** Succeeds if the token can write; throws otherwise. */
  mayWrite(): Promise<void>;
  branch(): Promise<BranchFacts>;
  /** The rules that apply to the branch; for those that are checked, whether this token bypasses them. */
  rules(asked: (type: string) => boolean): Promise<readonly BranchRule[]>;
};

type Asking = {
  readonly client: GitHubClient;
  readonly owner: string;
  readonly repo: string;
  readonly branch: string;
  readonly now: () => number;
};

const repositoryAnswer = z.object({ private: z.boolean(), archived: z.optional(z.boolean()) });
const branchAnswer = z.object({ protected: z.boolean() });
const rulesAnswer = z.array(
  z.object({
    type: z.string(),
    ruleset_id: z.optional(z.int()),
    ruleset_source: z.optional(z.string()),
  }),
);
const rulesetAnswer = z.object({ name: z.string(), current_user_can_bypass: z.optional(z.string()) });

/** No commit has this name, so nothing can be created from it. */
const NO_COMMIT = "f".repeat(40);

/** What GitHub says of a repository and a branch in it. */
export function githubFacts({ client, owner, repo, branch, now }: Asking): GitHubFacts {
  const at = { owner, repo };
  const given = (reply: Reply, write = false) => {
    throwRefusal(reply, { repository: `${owner}/${repo}`, branch, write, now: now() });
    return reply;
  };
  /** A ruleset of the organization's may be hidden from the token. */
  const rulesetOf = async (id: number) => {
    const reply = await client.rest(({ repos }) => repos.getRepoRuleset({ ...at, ruleset_id: id }));
    return reply.status === 200 ? rulesetIn(reply) : undefined;
  };
  return {
    async repository() {
      const reply = given(await client.rest(({ repos }) => repos.get(at)));
      // The answer is checked like a GraphQL reply: any other form is GitHub's fault.
      const { private: isPrivate, archived } = decodeReply(repositoryAnswer, reply);
      return { isPrivate, isArchived: archived === true, answeredAt: serverTimeOf(reply) };
    },
    async mayWrite() {
      const made = { ...at, ref: `refs/heads/${branch}`, sha: NO_COMMIT };
      const reply = await client.rest(({ git }) => git.createRef(made));
      // GitHub refuses a token that can't write before it looks for the commit, or for a first one.
      if (reply.status !== 422 && reply.status !== 409) given(reply, true);
    },
    async branch() {
      const reply = await client.rest(({ repos }) => repos.getBranch({ ...at, branch }));
      if (reply.status === 404) return "absent";
      return decodeReply(branchAnswer, given(reply)).protected ? "protected" : "open";
    },
    async rules(asked) {
      const reply = given(await client.rest(({ repos }) => repos.getBranchRules({ ...at, branch, per_page: 100 })));
      const rules: BranchRule[] = [];
      for (const { type, ruleset_id: id, ruleset_source: source } of decodeReply(rulesAnswer, reply)) {
        const ruleset = id === undefined || !asked(type) ? undefined : await rulesetOf(id);
        rules.push({ type, ruleset: ruleset?.name ?? source ?? `${owner}/${repo}`, letsBy: ruleset?.letsBy });
      }
      return rules;
    },
  };
}

function rulesetIn(reply: Reply): { readonly name: string; readonly letsBy: boolean | undefined } {
  const { name, current_user_can_bypass: bypass } = decodeReply(rulesetAnswer, reply);
  return { name, letsBy: bypass === undefined ? undefined : bypass === "always" || bypass === "exempt" };
}

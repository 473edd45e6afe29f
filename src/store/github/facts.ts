import * as z from "zod/mini";
import { decodeReply } from "./books.ts";
import type { GitHubClient } from "./client.ts";
import { throwRefusal } from "./refusals.ts";
import { type Reply, serverTimeOf } from "./reply.ts";

/** A rule of a ruleset that holds for the books' branch. */
export type BranchRule = {
  /** GitHub's name of it, "pull_request". */
  readonly type: string;
  /** The ruleset it stands in. */
  readonly ruleset: string;
  /** Whether the rule lets this token by; undefined where GitHub doesn't say. */
  readonly letsBy: boolean | undefined;
};

export type RepositoryFacts = {
  readonly isPrivate: boolean;
  /** Nothing can be written to it any more. */
  readonly isArchived: boolean;
  /** What time it was at GitHub, milliseconds since 1970. */
  readonly answeredAt: number | undefined;
};

/** The branch as GitHub shows it: not there, there, or there under a protection. */
export type BranchFacts = "absent" | "open" | "protected";

/**
 * What GitHub says of the books' repository and branch. Each asks by itself, once, and writes nothing; a refusal is
 * thrown as a BudgetError that says what to do, a failure that may pass as a StoreFault.
 */
export type GitHubFacts = {
  repository(): Promise<RepositoryFacts>;
  /** Done where the token may write; throws where it may not. */
  mayWrite(): Promise<void>;
  branch(): Promise<BranchFacts>;
  /** The rules that hold for the branch; of those that are asked about, whether they let this token by. */
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

/** No commit has this name: what would be made of it can't be made. */
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
      // The answer is looked at as a reply to GraphQL is: of any other form, GitHub wasn't itself.
      const { private: isPrivate, archived } = decodeReply(repositoryAnswer, reply);
      return { isPrivate, isArchived: archived === true, answeredAt: serverTimeOf(reply) };
    },
    async mayWrite() {
      const made = { ...at, ref: `refs/heads/${branch}`, sha: NO_COMMIT };
      const reply = await client.rest(({ git }) => git.createRef(made));
      // A token that may not write is refused before anybody looks for the commit, or for a first one at all.
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

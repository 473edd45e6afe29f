import type { Finding } from "../../report/findings-text.ts";
import type { BranchFacts, BranchRule } from "../../store/github/facts.ts";
import { StoreFault } from "../../store/port.ts";
import { BudgetError } from "../../values/errors.ts";
import { attempt } from "../operation/attempt.ts";
import type { PatientFacts, Ports } from "../operation/ports.ts";
import { clockFinding } from "./clock.ts";
import { findingOf } from "./finding-of.ts";

/** What GitHub's tokens begin with, and what they are. */
const TOKEN_KINDS: readonly (readonly [string, string])[] = [
  ["ghs_", "the token of a workflow or an app"],
  ["github_pat_", "a fine-grained personal access token"],
  ["ghp_", "a classic personal access token"],
  ["gho_", "a login's token, as gh auth token prints it"],
  ["ghu_", "a user's token for an app"],
];

/** Rules that refuse the books' commits, which come without a pull request and without checks. */
const REFUSING: readonly string[] = [
  "update",
  "pull_request",
  "required_status_checks",
  "required_deployments",
  "merge_queue",
  "workflows",
  "code_scanning",
  "code_quality",
  "commit_message_pattern",
  "commit_author_email_pattern",
  "committer_email_pattern",
  "file_path_restriction",
  "file_extension_restriction",
];

/** Rules that only refuse the first commit, which creates the branch. */
const REFUSING_FIRST: readonly string[] = ["creation", "branch_name_pattern"];

const PROTECTING: readonly string[] = ["deletion", "non_fast_forward"];

/** Examines token, repository, permission and the rules on the books' branch, and writes nothing. */
export async function examineGitHub(facts: PatientFacts, token: string, ports: Ports): Promise<Finding[]> {
  const repository = await attempt(() => facts.repository());
  if (repository instanceof BudgetError) {
    const isOutOfReach = repository.cause instanceof StoreFault;
    return [isOutOfReach ? { ...findingOf("GitHub", repository), tone: "bad" } : findingOf("Token", repository)];
  }
  const findings: Finding[] = [
    { tone: "good", about: "Token", text: `accepted: ${kindOf(token)}.` },
    repository.isArchived
      ? { tone: "bad", about: "Repository", text: "is archived: nothing can be written to it." }
      : { tone: "good", about: "Repository", text: `found, ${repository.isPrivate ? "private" : "public"}.` },
    ...(repository.answeredAt === undefined
      ? []
      : [clockFinding({ whose: "GitHub's", theirsMs: repository.answeredAt, machineMs: ports.now() })]),
  ];
  if (!repository.isArchived) findings.push(await permissionFinding(facts));
  findings.push(...(await branchFindings(facts, ports.store.place.description)));
  return findings;
}

function kindOf(token: string): string {
  return TOKEN_KINDS.find(([start]) => token.startsWith(start))?.[1] ?? "a token of an unknown kind";
}

async function permissionFinding(facts: PatientFacts): Promise<Finding> {
  const refused = await attempt(() => facts.mayWrite());
  if (refused instanceof BudgetError) return findingOf("Permission", refused);
  const text = "may write: a write that can't succeed passed every check but the last. Nothing was written.";
  return { tone: "good", about: "Permission", text };
}

async function branchFindings(facts: PatientFacts, place: string): Promise<Finding[]> {
  const name = place.slice(place.indexOf("@") + 1);
  const branch = await attempt(() => facts.branch());
  if (branch instanceof BudgetError) return [findingOf("Branch", branch)];
  const refuses = (type: string) => REFUSING.includes(type) || (branch === "absent" && REFUSING_FIRST.includes(type));
  const rules = await attempt(() => facts.rules(refuses));
  if (rules instanceof BudgetError) return [findingOf("Branch rules", rules)];
  const refusing = rules.filter(({ type, letsBy }) => refuses(type) && letsBy !== true);
  return [
    ...(branch === "absent"
      ? [
          {
            tone: "good" as const,
            about: "Branch",
            text: `${name} isn't there yet: the first check or record creates it.`,
          },
        ]
      : []),
    ...refusing.map((rule) => refusalFinding(rule, name)),
    ...(refusing.length === 0 ? [rulesFinding(rules, branch, name)] : []),
    ...protectionFinding(rules, branch, name),
  ];
}

function refusalFinding({ type, ruleset, letsBy }: BranchRule, branch: string): Finding {
  const rule = `the rule ${type} of the ruleset ${ruleset} covers ${branch}`;
  const fix = { text: `Exclude ${branch} from that ruleset, or let this token's app bypass it.` };
  return letsBy === false
    ? { tone: "bad", about: "Branch rules", text: `${rule}: the books' commits are refused.`, fix }
    : {
        tone: "warn",
        about: "Branch rules",
        text: `${rule}; only a write shows whether this token may bypass it.`,
        fix,
      };
}

function rulesFinding(rules: readonly BranchRule[], branch: BranchFacts, name: string): Finding {
  if (branch !== "protected" || rules.length > 0) {
    return { tone: "good", about: "Branch rules", text: `none refuses the books' commits on ${name}.` };
  }
  return {
    tone: "warn",
    about: "Branch rules",
    text: `branch protection covers ${name}; only a write shows whether it refuses the books' commits.`,
    fix: { text: `If it requires pull requests or checks, exclude ${name} from it.` },
  };
}

function protectionFinding(rules: readonly BranchRule[], branch: BranchFacts, name: string): Finding[] {
  const missing = PROTECTING.filter((type) => !rules.some((rule) => rule.type === type));
  // The older branch protections prevent both by default.
  if (branch === "absent" || missing.length === 0 || (branch === "protected" && rules.length === 0)) return [];
  const how = missing.map((type) => (type === "deletion" ? "deleted" : "overwritten by a force push")).join(" or ");
  return [
    {
      tone: "warn",
      about: "Branch rules",
      text: `nothing keeps ${name} from being ${how}: what is on it would be lost.`,
      fix: {
        text: "Add a ruleset with these two rules, under Settings, Rules or with this command:",
        code: rulesetCommand(name, PROTECTING),
      },
    },
  ];
}

function rulesetCommand(branch: string, types: readonly string[]): string {
  const ruleset = {
    name: "token-budget",
    target: "branch",
    enforcement: "active",
    conditions: { ref_name: { include: [`refs/heads/${branch}`], exclude: [] } },
    rules: types.map((type) => ({ type })),
  };
  return `gh api repos/OWNER/NAME/rulesets --method POST --input - <<'JSON'\n${JSON.stringify(ruleset, null, 2)}\nJSON`;
}

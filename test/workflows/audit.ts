import { parse } from "yaml";

type Step = { readonly uses?: string; readonly run?: string; readonly with?: Readonly<Record<string, unknown>> };
type Job = {
  readonly permissions?: unknown;
  readonly uses?: string;
  readonly secrets?: unknown;
  readonly "timeout-minutes"?: unknown;
  readonly "runs-on"?: unknown;
  readonly steps?: readonly Step[];
};
type Workflow = {
  readonly on: unknown;
  readonly permissions?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
};
type Rule = (workflow: Workflow, text: string) => readonly string[];

const EXPRESSION = /\$\{\{/;

const stepsOf = ({ jobs }: Workflow): readonly Step[] => Object.values(jobs).flatMap(({ steps = [] }) => steps);
const jobsOf = ({ jobs }: Workflow): readonly (readonly [string, Job])[] => Object.entries(jobs);
const eventsOf = ({ on }: Workflow): readonly string[] =>
  typeof on === "string" ? [on] : Array.isArray(on) ? on.map(String) : Object.keys((on ?? {}) as object);
const writes = ({ permissions }: Job): readonly string[] =>
  Object.entries((permissions ?? {}) as object).flatMap(([name, level]) => (level === "write" ? [name] : []));

/** What may go wrong with a workflow that is valid, each by the name that zizmor gives it where it has one. */
const RULES: Readonly<Record<string, Rule>> = {
  "unpinned-uses": (workflow) =>
    [...stepsOf(workflow), ...Object.values(workflow.jobs)].flatMap(({ uses }) =>
      uses === undefined || uses.startsWith("./") || /@[0-9a-f]{40}$/.test(uses) || isOurs(uses) ? [] : [uses],
    ),
  "ref-version-mismatch": (_, text) =>
    text.split("\n").filter((line) => /uses: \S+@[0-9a-f]{40}/.test(line) && !/ # v\d+(\.\d+)+$/.test(line)),
  "excessive-permissions": (workflow) => [
    ...(isEmpty(workflow.permissions) ? [] : ["the workflow"]),
    ...jobsOf(workflow).flatMap(([name, { permissions }]) => (isObject(permissions) ? [] : [name])),
  ],
  "template-injection": (workflow) =>
    stepsOf(workflow)
      .flatMap(({ run, with: inputs }) => [run, inputs?.["script"]])
      .filter((script): script is string => typeof script === "string" && EXPRESSION.test(script)),
  artipacked: (workflow) =>
    stepsOf(workflow).flatMap(({ uses = "", with: inputs }) =>
      uses.startsWith("actions/checkout@") && inputs?.["persist-credentials"] !== false ? [uses] : [],
    ),
  "dangerous-triggers": (workflow) =>
    eventsOf(workflow).filter((event) => ["pull_request_target", "workflow_run"].includes(event)),
  "cache-poisoning": (workflow) =>
    publishes(workflow)
      ? stepsOf(workflow).flatMap(({ uses = "", with: inputs }) => (fillsCache(uses, inputs) ? [uses] : []))
      : [],
  "secrets-inherit": (workflow) =>
    jobsOf(workflow).flatMap(([name, { secrets }]) => (secrets === "inherit" ? [name] : [])),
  "overprovisioned-secrets": (_, text) => text.match(/toJSON\(\s*secrets\s*\)/gi) ?? [],
  "github-env": (workflow) =>
    stepsOf(workflow).flatMap(({ run = "" }) => run.match(/>>?\s*"?\$\{?GITHUB_(ENV|PATH)\b/g) ?? []),
  "insecure-commands": (_, text) => text.match(/ACTIONS_ALLOW_UNSECURE_COMMANDS/g) ?? [],
  "bot-conditions": (_, text) => text.match(/github\.actor\s*[!=]=\s*'[^']*\[bot\]'/g) ?? [],
  "self-hosted-runner": (workflow) =>
    jobsOf(workflow).flatMap(([name, job]) =>
      JSON.stringify(job["runs-on"] ?? "").includes("self-hosted") ? [name] : [],
    ),
  "use-trusted-publishing": (_, text) => text.match(/secrets\.(NPM|NODE_AUTH)_?TOKEN/g) ?? [],
  "no-timeout": (workflow) =>
    jobsOf(workflow).flatMap(([name, job]) =>
      job.uses === undefined && job["timeout-minutes"] === undefined ? [name] : [],
    ),
};

/** Everything the rules find in a workflow, as "rule: what". */
export function auditOf(text: string): readonly string[] {
  const workflow = parse(text) as Workflow;
  return Object.entries(RULES).flatMap(([name, rule]) => rule(workflow, text).map((found) => `${name}: ${found}`));
}

/** The names of all rules. */
export const RULE_NAMES: readonly string[] = Object.keys(RULES);

/** Our own action in an example, by a release: those don't change. */
function isOurs(uses: string): boolean {
  return /^token-budget\/token-budget@v\d+\.\d+\.\d+$/.test(uses);
}

function publishes(workflow: Workflow): boolean {
  return Object.values(workflow.jobs).some((job) => writes(job).includes("attestations"));
}

/** Node's set-up keeps a cache of its own accord where package.json names npm. */
function fillsCache(uses: string, inputs: Step["with"]): boolean {
  if (uses.startsWith("actions/cache@")) return true;
  return uses.startsWith("actions/setup-node@") && (inputs?.["package-manager-cache"] !== false || "cache" in inputs);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function isEmpty(value: unknown): boolean {
  return isObject(value) && Object.keys(value).length === 0;
}

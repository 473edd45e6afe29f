import { join } from "node:path";
import type { Environment } from "../action/inputs.ts";

/** Where a known tool leaves its usage by default. */
export type DefaultPlace = {
  readonly tool: string;
  /** The folder it uses; undefined if there is none. */
  readonly folder: (env: Environment) => string | undefined;
  /** Paths or globs in it. All of them report the same usage: the first that has files counts. */
  readonly patterns: readonly string[];
  /**
   * Set if all users and jobs of a machine share the folder: whether this job is one of the tool's, which then counts
   * the calls of every other tool it starts.
   */
  readonly isToolsJob?: (env: Environment) => boolean;
  /** One file for all runs of the tool in a job: a later run overwrites it. */
  readonly isOverwritten?: true;
};

const GH_AW_FOLDER = "/tmp/gh-aw";

// The records of an agentic workflow's proxy about an agent's calls, in the order in which gh-aw looks for them:
// https://github.com/github/gh-aw/blob/main/actions/setup/js/parse_token_usage.cjs.
const GH_AW_RECORDS = ["firewall-audit-logs", "firewall/audit", "firewall/logs"].map(
  (logs) => `sandbox/${logs}/api-proxy-logs/token-usage.jsonl`,
);

/**
 * The compiler of agentic workflows sets this variable in every job that runs an agent:
 * https://github.com/github/gh-aw/blob/main/pkg/workflow/compiler_main_job.go
 */
const isGhAwJob = ({ GH_AW_WORKFLOW_ID_SANITIZED: workflow }: Environment) => Boolean(workflow);

const CLAUDE_CODE_ACTION = "Claude Code Action";

/** Where the known tools leave their usage. */
export const DEFAULT_PLACES: readonly DefaultPlace[] = [
  {
    tool: "GitHub Agentic Workflows",
    folder: () => GH_AW_FOLDER,
    patterns: [...GH_AW_RECORDS, "agent_usage.json"],
    isToolsJob: isGhAwJob,
  },
  {
    tool: "GitHub Agentic Workflows' threat detection",
    folder: () => GH_AW_FOLDER,
    patterns: GH_AW_RECORDS.map((record) => `threat-detection/${record}`),
    isToolsJob: isGhAwJob,
  },
  {
    tool: CLAUDE_CODE_ACTION,
    folder: ({ RUNNER_TEMP }) => RUNNER_TEMP,
    patterns: ["claude-execution-output.json"],
    isOverwritten: true,
  },
  // A folder for each run: https://github.com/anthropics/claude-code-action/pull/1833.
  {
    tool: CLAUDE_CODE_ACTION,
    folder: ({ RUNNER_TEMP }) => RUNNER_TEMP,
    patterns: ["claude-execution-*/claude-execution-output.json"],
  },
  {
    tool: "Codex",
    folder: (env) => env["CODEX_HOME"] || inHome(".codex", env),
    patterns: ["sessions/**/rollout-*.jsonl"],
  },
  {
    tool: "Copilot CLI",
    folder: (env) => env["COPILOT_HOME"] || inHome(".copilot", env),
    patterns: ["session-state/*/events.jsonl"],
  },
  {
    tool: "run-gemini-cli",
    folder: ({ GITHUB_WORKSPACE }) => GITHUB_WORKSPACE,
    patterns: ["gemini-artifacts/stdout.log"],
    isOverwritten: true,
  },
];

/** The paths in a place that aren't globs; none if it has no folder. */
export function pathsOf({ folder, patterns }: DefaultPlace, env: Environment): string[] {
  const root = folder(env);
  return root ? patterns.filter((pattern) => !pattern.includes("*")).map((pattern) => join(root, pattern)) : [];
}

/** A path in the user's home folder; undefined if there is none. */
export function inHome(path: string, { HOME, USERPROFILE }: Environment): string | undefined {
  const folder = HOME || USERPROFILE;
  return folder ? join(folder, path) : undefined;
}

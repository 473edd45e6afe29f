import { join } from "node:path";
import type { Environment } from "./inputs.ts";

/** Where a known tool leaves its usage when nobody tells it otherwise. */
export type DefaultPlace = {
  readonly tool: string;
  /** The folder it uses, undefined where there is none. */
  readonly folder: (env: Environment) => string | undefined;
  /** Paths or globs in it. All of them tell the same: the first that has files is the one. */
  readonly patterns: readonly string[];
  /** Counts the calls of whatever other tool it starts. */
  readonly isWhole?: true;
  /** One file for all runs of the tool in a job: a later run writes over what an earlier one left. */
  readonly isOverwritten?: true;
};

// What an agentic workflow's proxy records of an agent's calls, in the order in which gh-aw itself looks for it:
// https://github.com/github/gh-aw/blob/main/actions/setup/js/parse_token_usage.cjs.
const GH_AW_RECORDS = ["firewall-audit-logs", "firewall/audit", "firewall/logs"].map(
  (logs) => `sandbox/${logs}/api-proxy-logs/token-usage.jsonl`,
);

const CLAUDE_CODE_ACTION = "Claude Code Action";

/** Where the known tools leave their usage. */
export const DEFAULT_PLACES: readonly DefaultPlace[] = [
  {
    tool: "GitHub Agentic Workflows",
    folder: () => "/tmp/gh-aw",
    patterns: [...GH_AW_RECORDS, "agent_usage.json"],
    isWhole: true,
  },
  {
    tool: "GitHub Agentic Workflows' threat detection",
    folder: () => "/tmp/gh-aw/threat-detection",
    patterns: GH_AW_RECORDS,
    isWhole: true,
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

/** The paths in a place that are no globs; none where it has no folder. */
export function pathsOf({ folder, patterns }: DefaultPlace, env: Environment): string[] {
  const root = folder(env);
  return root ? patterns.filter((pattern) => !pattern.includes("*")).map((pattern) => join(root, pattern)) : [];
}

/** A path in the user's home folder; undefined where there is none. */
export function inHome(path: string, { HOME, USERPROFILE }: Environment): string | undefined {
  const folder = HOME || USERPROFILE;
  return folder ? join(folder, path) : undefined;
}

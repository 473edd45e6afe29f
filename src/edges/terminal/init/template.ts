import type { Agent } from "../../../inputs/options.ts";

/** The agents that can be pointed at a meter: an agentic workflow's sandbox reaches no address of the runner. */
export const METERED_AGENTS = [
  "claude-code",
  "codex",
  "gemini",
  "opencode",
  "script",
] as const satisfies readonly Agent[];
export type MeteredAgent = (typeof METERED_AGENTS)[number];

export function canBeMetered(agent: Agent): agent is MeteredAgent {
  return METERED_AGENTS.some((metered) => metered === agent);
}

/** A workflow that `init` can write, with the steps that remain. */
export type Template = {
  /** Where it goes, from the repository's root. */
  readonly path: string;
  readonly text: string;
  /** The secrets it uses. */
  readonly secrets: readonly string[];
  /** What starts it: a line to type, or an event of the repository. */
  readonly start:
    | { readonly kind: "command"; readonly command: string }
    | { readonly kind: "event"; readonly event: string };
  /** The command that compiles it into a workflow, if it isn't one yet. */
  readonly compile?: string;
};

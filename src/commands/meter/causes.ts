import type { Gathered } from "../operation/gather-usage.ts";

/** Why a tool's requests don't come by the meter, by the format of its file. */
const CAUSES: Readonly<Record<string, string>> = {
  "claude-code":
    "Claude Code asks where ANTHROPIC_BASE_URL says: a step, its settings file or a cloud provider (Bedrock, Vertex AI) may say otherwise.",
  codex:
    "Codex reads openai_base_url in its config.toml: another CODEX_HOME, a model_provider or codex-action without responses-api-endpoint go elsewhere.",
  "gemini-cli": "Gemini CLI asks where GOOGLE_GEMINI_BASE_URL says, and not with Vertex AI.",
  opencode: "opencode reads OPENCODE_CONFIG_CONTENT: a step may have replaced it, or its provider isn't one of those.",
  "copilot-cli": "Copilot CLI may ignore COPILOT_API_URL, which GitHub doesn't document.",
  "cursor-cli": "Cursor can't be pointed at a meter.",
  "grok-cli": "Grok can only be pointed by its own configuration.",
  "gh-aw": "Agentic workflows run in a sandbox that can't reach the meter.",
};

const ANY =
  "The likely cause is a base address that a step or a configuration file sets itself, or a step in a container, which can't reach this machine's loopback address.";

/** The likely cause of requests that went round the meter, as a sentence with a place to read more. */
export function causeOf({ files }: Pick<Gathered, "files">): string {
  const known = files.flatMap(({ format }) => CAUSES[format ?? ""] ?? []);
  return `${known[0] ?? ANY} docs/meter.md has every agent's setting.`;
}

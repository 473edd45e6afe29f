/** A request's headers, their names in lower case. */
export type Headers = { readonly [name: string]: string | undefined };

/** The programs that read a refusal each in another way. */
export type Client = "claude-code" | "codex" | "gemini-cli" | "copilot" | "opencode" | "other";

/** What in an agent makes a request: fixed words, whatever its headers say. */
export const AGENT_PARTS = ["main", "subagent", "compaction", "side"] as const;
export type AgentPart = (typeof AGENT_PARTS)[number];

const CLIENTS: readonly (readonly [RegExp, Client])[] = [
  [/^claude-(?:cli|code)\//i, "claude-code"],
  [/^codex|^Codex/, "codex"],
  [/^Gemini-?CLI/i, "gemini-cli"],
  [/^(?:copilot|GitHubCopilot)/i, "copilot"],
  [/^opencode\//i, "opencode"],
];

/** The program that sends a request, by the name it gives itself. */
export function clientOf(headers: Headers): Client {
  const agent = headers["user-agent"] ?? "";
  const named = CLIENTS.find(([form]) => form.test(agent))?.[1];
  if (named !== undefined) return named;
  return headers["originator"]?.startsWith("codex") === true ? "codex" : "other";
}

/** What Codex calls its parts; any other word is a subagent's. */
const CODEX_PARTS: ReadonlyMap<string, AgentPart> = new Map([
  ["compact", "compaction"],
  ["memory_consolidation", "side"],
]);

// Claude Code says it with CLAUDE_CODE_GATEWAY_HINT_HEADERS=1 (https://code.claude.com/docs/en/llm-gateway-protocol).
const CLAUDE_PARTS: ReadonlyMap<string, AgentPart> = new Map([
  ["main", "main"],
  ["subagent", "subagent"],
  ["workflow", "subagent"],
  ["compaction", "compaction"],
  ["auxiliary", "side"],
  ["side_reply", "side"],
]);

/** What of an agent makes a request, for the agents that say it; undefined for any other. */
export function agentPartOf(client: Client, headers: Headers): AgentPart | undefined {
  if (client === "codex") {
    const said = headers["x-openai-subagent"];
    if (headers["x-openai-memgen-request"] === "true") return "side";
    return said === undefined ? "main" : (CODEX_PARTS.get(said) ?? "subagent");
  }
  if (client !== "claude-code") return undefined;
  const said = CLAUDE_PARTS.get(headers["x-claude-code-request-class"] ?? "");
  return said ?? (headers["x-claude-code-agent-id"] === undefined ? undefined : "subagent");
}

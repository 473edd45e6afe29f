import { existsSync } from "node:fs";
import { join } from "node:path";

/** Where an agent's requests go: the providers themselves, or the meter before them. */
export type Base = (word: string) => string;

/** An agent that is started without a person. */
export type Agent = {
  readonly name: string;
  /** Its program in node_modules/.bin. */
  readonly program: string;
  readonly args: (base: Base) => readonly string[];
  readonly env: (base: Base, home: string) => Readonly<Record<string, string>>;
  /** What it needs in its home, by path. */
  readonly files?: (base: Base) => Readonly<Record<string, string>>;
  /** Files in its home that have its usage; else what it prints. */
  readonly usageFiles?: string;
  /** What its figures are of, where they don't say. */
  readonly model?: string;
  /** Figures that its own output leaves out: its title's request, for one. */
  readonly leavesOut?: string;
};

const CLAUDE_ARGS = ["-p", "say done", "--output-format", "json"];
const CLAUDE_KEY = { ANTHROPIC_API_KEY: "sk-ant-test" };
const CLAUDE_ENV = (base: Base) => ({
  ...{ ...CLAUDE_KEY, ANTHROPIC_BASE_URL: base("anthropic"), CLAUDE_CODE_GATEWAY_HINT_HEADERS: "1" },
});

/** Claude Code as it is without the meter, or with it in the way the docs name. */
export const CLAUDE_CODE: Agent = {
  ...{ name: "Claude Code", program: "claude", args: () => CLAUDE_ARGS },
  env: (base) => ({ ...CLAUDE_ENV(base), _CLAUDE_CODE_ASSUME_FIRST_PARTY_BASE_URL: "1" }),
};

/** Claude Code with its provider's own name, at a proxy behind which the stand-in has that name. */
export function claudeCodeAtHome(proxy: string, authority: string): Agent {
  const env = { ...CLAUDE_KEY, HTTPS_PROXY: proxy, NODE_EXTRA_CA_CERTS: authority, SSL_CERT_FILE: authority };
  return { ...CLAUDE_CODE, env: () => ({ ...env, CLAUDE_CODE_GATEWAY_HINT_HEADERS: "1" }) };
}

const CODEX = { name: "", program: "codex", usageFiles: ".codex/sessions/**/*.jsonl" };
const CODEX_ARGS = ["exec", "--json", "--skip-git-repo-check", "-m", "gpt-5.1-codex"];
const CODEX_ENV = () => ({ CODEX_API_KEY: "sk-test" });

const GEMINI = { program: "gemini", args: () => ["-m", "gemini-2.5-flash", "-p", "say done", "-o", "json"] };
const GEMINI_ENV = { GEMINI_CLI_TRUST_WORKSPACE: "true" };

function opencode(name: string, model: string, provider: string, path: string): Agent {
  const config = (base: Base) => ({ provider: { [provider]: { options: { baseURL: base(path) } } } });
  return {
    ...{ name, program: "opencode", args: () => ["run", "--format", "json", "-m", model, "say done"] },
    env: (base) => ({
      ...{ ANTHROPIC_API_KEY: "t", OPENAI_API_KEY: "t", GOOGLE_GENERATIVE_AI_API_KEY: "t" },
      OPENCODE_CONFIG_CONTENT: JSON.stringify(config(base)),
    }),
    model: model.replace(/^[^/]*\//, ""),
    leavesOut: "the title's request",
  };
}

/** Every way of pointing an agent at the meter that the docs name and that can be tried here. */
export const AGENTS: readonly Agent[] = [
  CLAUDE_CODE,
  {
    ...{ ...CLAUDE_CODE, name: "Claude Code, before a gateway" },
    env: (base) => ({
      ...{ ...CLAUDE_ENV(base), ENABLE_TOOL_SEARCH: "true", CLAUDE_CODE_ENABLE_FINE_GRAINED_TOOL_STREAMING: "1" },
    }),
  },
  {
    ...CODEX,
    name: "Codex, by its config",
    args: () => [...CODEX_ARGS, "say done"],
    env: CODEX_ENV,
    files: (base) => ({ ".codex/config.toml": `openai_base_url = ${JSON.stringify(base("openai/v1"))}\n` }),
  },
  {
    ...CODEX,
    name: "Codex, by its argument",
    args: (base) => [...CODEX_ARGS, "-c", `openai_base_url=${JSON.stringify(base("openai/v1"))}`, "say done"],
    env: CODEX_ENV,
  },
  {
    ...GEMINI,
    name: "Gemini CLI, with a key",
    env: (base, home) => ({
      ...{ ...GEMINI_ENV, GEMINI_API_KEY: "test", GOOGLE_GEMINI_BASE_URL: base("gemini") },
      GEMINI_CLI_SYSTEM_DEFAULTS_PATH: join(home, "gemini-defaults.json"),
    }),
    files: () => ({ "gemini-defaults.json": '{"security":{"auth":{"selectedType":"gemini-api-key"}}}' }),
  },
  {
    ...GEMINI,
    name: "Gemini CLI, Code Assist",
    env: (base) => ({
      ...{ ...GEMINI_ENV, GOOGLE_GENAI_USE_GCA: "true", GOOGLE_CLOUD_ACCESS_TOKEN: "ya29.test" },
      CODE_ASSIST_ENDPOINT: base("code-assist"),
    }),
  },
  opencode("opencode, Anthropic", "anthropic/claude-sonnet-4-5", "anthropic", "anthropic/v1"),
  opencode("opencode, OpenAI", "openai/gpt-4.1", "openai", "openai/v1"),
  opencode("opencode, Google", "google/gemini-2.5-flash", "google", "gemini/v1beta"),
  {
    name: "Copilot CLI, own key",
    program: "copilot",
    args: () => ["-p", "say done", "--allow-all-tools"],
    env: (base) => ({
      ...{ COPILOT_PROVIDER_BASE_URL: base("copilot-provider/v1"), COPILOT_PROVIDER_API_KEY: "sk-test" },
      ...{ COPILOT_MODEL: "gpt-4.1" },
    }),
    usageFiles: ".copilot/session-state/**/events.jsonl",
  },
  {
    name: "Copilot CLI, own key at Anthropic",
    program: "copilot",
    args: () => ["-p", "say done", "--allow-all-tools"],
    env: (base) => ({
      ...{ COPILOT_PROVIDER_TYPE: "anthropic", COPILOT_PROVIDER_BASE_URL: base("copilot-provider") },
      ...{ COPILOT_PROVIDER_API_KEY: "sk-test", COPILOT_MODEL: "claude-sonnet-4-5" },
    }),
    usageFiles: ".copilot/session-state/**/events.jsonl",
  },
];

/** A script with a provider's library, pointed by the variable that the library reads. */
function script(kind: string, env: (base: Base) => Readonly<Record<string, string>>): Agent {
  return { name: `a script, ${kind}`, program: "../../sdk-script.mjs", args: () => [kind], env };
}

/** Scripts; what they print are the chunks they get. */
export const SCRIPTS: readonly Agent[] = [
  script("openai-chat", (base) => ({ OPENAI_API_KEY: "t", OPENAI_BASE_URL: base("openai/v1") })),
  script("openai-responses", (base) => ({ OPENAI_API_KEY: "t", OPENAI_BASE_URL: base("openai/v1") })),
  script("anthropic", (base) => ({ ANTHROPIC_API_KEY: "t", ANTHROPIC_BASE_URL: base("anthropic") })),
  script("google", (base) => ({ GEMINI_API_KEY: "t", GOOGLE_GEMINI_BASE_URL: base("gemini") })),
];

const BIN = join(import.meta.dirname, "node_modules/.bin");

/** Whether an agent's program is there: not every one has a package for every machine. */
export function isInstalled({ program }: Agent): boolean {
  return existsSync(join(BIN, program));
}

export { BIN };

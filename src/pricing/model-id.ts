/** A model's name in its parts. */
export type ModelId = {
  /** Lower case, without what says how or where it is called. */
  readonly id: string;
  /** As the platform itself writes it, for platforms whose names aren't the maker's. */
  readonly raw: string;
  /** The price table's name of the platform that the form shows, otherwise empty. */
  readonly host: string;
};

/** Names in use for providers, and what the price table calls them. */
const PROVIDERS: ReadonlyMap<string, string> = new Map([
  ["azure_ai", "azure"],
  ["azure_openai", "azure"],
  ["azure.ai.openai", "azure"],
  ["azure.ai.inference", "azure"],
  ["foundry", "azure"],
  ["bedrock", "aws"],
  ["aws_bedrock", "aws"],
  ["aws.bedrock", "aws"],
  ["amazon-bedrock", "aws"],
  ["claude", "anthropic"],
  ["codex", "openai"],
  ["gemini", "google"],
  ["github_copilot", "github-copilot"],
  ["google-vertex", "google"],
  ["mistral_ai", "mistral"],
  ["mistralai", "mistral"],
  ["moonshot", "moonshotai"],
  ["vertex", "google"],
  ["vertex_ai", "google"],
  ["x_ai", "x-ai"],
  ["xai", "x-ai"],
]);

// Vendors that may come before a slash; other names with a slash belong to a platform and are left unchanged.
const PREFIXES: ReadonlySet<string> = new Set([
  ...PROVIDERS.keys(),
  ...["anthropic", "aws", "azure", "cerebras", "cohere", "deepseek", "github-copilot", "google", "groq"],
  ...["mistral", "openai", "openrouter", "perplexity", "x-ai"],
]);

const BEDROCK =
  /^(?:(?:us|us-gov|eu|apac|global|jp|au|ca|sa|me|af)\.)?(?=(?:anthropic|amazon|meta|mistral|cohere|deepseek|ai21|openai|qwen)\.)/;
const VERSION = /-v\d+(?::\d+)*(?::\d+k)?$/;

const DATE =
  /^[-@:](?:20\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])|20\d\d-\d\d-\d\d|(?:0[1-9]|1[0-2])-20\d\d|(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])|(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])|2\d(?:0[1-9]|1[0-2])|00\d)$/;

// An endpoint of the same model that prefers custom tools, at the model's price
// (https://ai.google.dev/gemini-api/docs/models/gemini-3.1-pro-preview).
const ENDPOINT = /(?<=^gemini-.*)-customtools$/;

/** The price table's name of a provider; a name it may know itself comes back as it is, in lower case. */
export function providerId(name: string): string {
  const plain = name.trim().toLowerCase();
  return PROVIDERS.get(plain) ?? plain;
}

/** Takes `[1m]`, `models/`, `openai/`, and the forms of Bedrock and Vertex off a model's name. */
export function modelId(model: string): ModelId {
  let raw = model
    .trim()
    .toLowerCase()
    .replace(/\[[^\]]*\]$/, "")
    .trim();
  let host = "";
  const published = /^(?:projects\/.*\/)?publishers\/[^/]+\/models\/(.+)$/.exec(raw)?.[1];
  if (published !== undefined) [raw, host] = [published, "google"];
  raw = raw.replace(/^models\//, "");
  for (let slash = raw.indexOf("/"); slash > 0 && PREFIXES.has(raw.slice(0, slash)); slash = raw.indexOf("/")) {
    if (host === "openrouter") break;
    host = providerId(raw.slice(0, slash));
    raw = raw.slice(slash + 1);
  }
  if (raw.startsWith("arn:aws")) [raw, host] = [raw.slice(raw.lastIndexOf("/") + 1), "aws"];
  if (BEDROCK.test(raw)) {
    const id = withoutVersion(raw)
      .replace(BEDROCK, "")
      .replace(/^[^.]+\./, "");
    return { id: bare(id), raw, host: host || "aws" };
  }
  if (/^claude.*@/.test(raw)) return { id: bare(raw), raw, host: host || "google" };
  return { id: bare(raw), raw, host };
}

/** Whether what follows a model's name is only a date, a numbered release, or `-latest`. */
export function isDated(rest: string): boolean {
  return rest === "" || rest === "-latest" || DATE.test(rest);
}

/** A name in Bedrock's form without the version of the model's packaging (`-v1:0`); any other name as it is. */
export function withoutVersion(raw: string): string {
  return BEDROCK.test(raw) ? raw.replace(VERSION, "") : raw;
}

function bare(id: string): string {
  return id
    .replace(/@(?:latest|default)$/, "")
    .replace("@", "-")
    .replace(ENDPOINT, "");
}
